// Hosts of a proof: network namespaces with an address each, joined by a bridge on which Redis listens. Needs root and `ip`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export const HOSTS = 3;
/** Address of the bridge. */
export const HOST_OF_SERVER = '10.213.7.1';
const BRIDGE = 'adamas-br';
const hostName = (i: number) => `adamas-host${i}`;

/** Words before a command that run it on a host. */
export const inHost = (i: number) => ['ip', 'netns', 'exec', hostName(i)];

function sh(command: string, mayFail = false): void {
  const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  if (status !== 0 && !mayFail) throw new Error(`${command}: ${stderr}`);
}

/** Makes the hosts. Throws while another proof has them: they go by their names. */
export function makeHosts(): void {
  const owner = ownerOf();
  if (owner !== undefined) throw new Error(`the proof with process ${owner} has the hosts: run one at a time`);
  removeHosts();
  sh(
    `ip link add ${BRIDGE} type bridge && ip addr add ${HOST_OF_SERVER}/24 dev ${BRIDGE} && ip link set ${BRIDGE} up alias ${process.pid}`,
  );
  for (let i = 0; i < HOSTS; i++) {
    sh(
      `ip netns add ${hostName(i)} && ip link add adamas-v${i} type veth peer name eth0 netns ${hostName(i)} && ip link set adamas-v${i} master ${BRIDGE} up && ` +
        `ip -n ${hostName(i)} addr add 10.213.7.${10 + i}/24 dev eth0 && ip -n ${hostName(i)} link set eth0 up && ip -n ${hostName(i)} link set lo up`,
    );
  }
}

/** The process that made the hosts, where it is still there: the bridge's alias. */
function ownerOf(): string | undefined {
  const alias = `/sys/class/net/${BRIDGE}/ifalias`;
  const pid = existsSync(alias) ? readFileSync(alias, 'utf8').trim() : '';
  return pid !== '' && existsSync(`/proc/${pid}`) ? pid : undefined;
}

export function removeHosts(): void {
  for (let i = 0; i < HOSTS; i++) sh(`ip link del adamas-v${i}; ip netns del ${hostName(i)}`, true);
  sh(`ip link del ${BRIDGE}`, true);
}

/** Takes a host off the network: what it sends is lost, and so is what is sent to it. */
export const cutOff = (i: number): void => sh(`ip link set adamas-v${i} down`);
export const reconnect = (i: number): void => sh(`ip link set adamas-v${i} up`);
