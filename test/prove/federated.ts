// Federated training of 8 clients, each a worker process with a file of rows of its own, on 3 hosts, must give the same bytes as in one process, for
// `--count` rounds (20). The split is skewed, each client having the noise that was measured at frequencies of its own, and FedAdam must get to a lower loss
// over all rows than FedAvg. Then a host is cut off for a round: its clients, and no others, are left out, and the bytes are those of a training in one
// process without them in the same rounds. At last every round has a worker killed by SIGKILL, one a host cut off, and one Redis killed and started again with
// its append-only file, and no client may be missed. Needs root, `ip` and `redis-server`.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { airfoil } from '../../src/datasets.js';
import { bullmq, type FederatedOptions, type FederatedResult, federated, local } from '../../src/distribute.js';
import { linear, relu, sequential } from '../../src/index.js';
import { fromBytes } from '../../src/io.js';
import { type Program, RedisServer, startWorker } from '../distribute/redis.js';
import { cutOff, HOST_OF_SERVER, HOSTS, inHost, makeHosts, reconnect, removeHosts } from './hosts.js';
import { Draw, proofArguments, writeFigures } from './proof.js';

const CLIENTS = 8;
const { count: rounds, seed, write } = proofArguments(20);
/** The host that is cut off, the round, and the seconds where it is waited for. */
const CUT = { host: 1, round: 1, seconds: rounds < 20 ? 5 : 30 };
/** Seconds after which a round goes on without the clients of the host that is cut off. */
const timeout = rounds < 20 ? 5 : 15;

const dist = (name: string) => JSON.stringify(new URL(`../../dist/${name}.js`, import.meta.url).href);
const JOB = `
import { readFile } from 'node:fs/promises';
import { dataset, fit, SGD } from ${dist('index')};
import { fromBytes, toBytes } from ${dist('io')};
export default async ({ model: bytes, params: { rows, away = [] }, round, seed, signal }) => {
  if (away.includes(round)) throw new Error('away');
  const { model } = fromBytes(bytes);
  const { x, y } = JSON.parse(await readFile(rows, 'utf8'));
  const data = dataset(x, y);
  const optimizer = new SGD(model.parameters(), { lr: 0.01 });
  await fit(model, data, { loss: 'mse', optimizer, batchSize: 32, seed, signal });
  const trained = toBytes(model);
  for (const one of [optimizer, data, model]) one.dispose();
  return { model: trained, samples: x.length };
};`;

/** The airfoil rows by their frequency, the first feature. */
function sortedRows(): { x: number[]; y: number }[] {
  const { features, targets } = airfoil();
  const rows = Array.from(targets.data, (y, i) => ({ x: [...features.data.subarray(5 * i, 5 * i + 5)], y }));
  return rows.sort((a, b) => a.x[0]! - b.x[0]! || a.y - b.y);
}

/** Writes each client's rows, and says where they are. */
function clientsIn(folder: string): { name: string; params: { rows: string } }[] {
  const all = sortedRows();
  return Array.from({ length: CLIENTS }, (_, k) => {
    const own = all.slice((k * all.length) / CLIENTS, ((k + 1) * all.length) / CLIENTS);
    const rows = join(folder, `rows-${k}.json`);
    writeFileSync(rows, JSON.stringify({ x: own.map(({ x }) => x), y: own.map(({ y }) => y) }));
    return { name: `client-${k}`, params: { rows } };
  });
}

const hashOf = ({ model }: FederatedResult): string => createHash('sha256').update(model).digest('hex').slice(0, 16);

function lossOf({ model: bytes }: FederatedResult): number {
  const { model } = fromBytes(bytes);
  return model.evaluate(airfoil(), { loss: 'mse' }).loss;
}

/** The clients that each round did without, as text. */
const leftOutOf = ({ rounds }: FederatedResult): string[] =>
  rounds.map(({ leftOut }) => leftOut.map(({ name }) => name).join(', '));

function expectEqual<T>(what: string, got: T, expected: T): void {
  if (JSON.stringify(got) !== JSON.stringify(expected)) {
    throw new Error(`${what}: ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`);
  }
}

const lines: string[] = [];
function say(line: string): void {
  console.log(line);
  lines.push(`- ${line}`);
}

makeHosts();
let server: RedisServer | undefined;
let workers: Program[] = [];
try {
  server = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always'], HOST_OF_SERVER);
  const job = server.module('client', JOB);
  const clients = clientsIn(server.folder);
  const train = (options: Partial<FederatedOptions>) =>
    federated({
      model: sequential(linear(5, 16, { seed: 1 }), relu(), linear(16, 1, { seed: 2 })),
      ...{ job: pathToFileURL(job), clients, rounds, seed: 1 },
      ...options,
    });
  const redis = server;
  const { url } = redis;
  const start = (k: number) =>
    startWorker(url, ['--name', clients[k]!.name, '--allow', `client=${job}`, '--lock', '3'], inHost(k % HOSTS));
  workers = await Promise.all(clients.map((_, k) => start(k)));
  const runner = bullmq({ connection: url });

  const losses: number[] = [];
  const hashes: string[] = [];
  let sizeOfModel = 0;
  const before = redis.counters();
  for (const options of [
    { strategy: 'fedAvg' },
    { strategy: 'fedAdam', serverLr: 0.05 },
    { strategy: 'fedYogi', serverLr: 0.05 },
  ] as const) {
    const here = await train({ ...options, runner: local() });
    const start = performance.now();
    const there = await train({ ...options, runner });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    expectEqual(`${options.strategy}: rounds`, there.rounds, here.rounds);
    expectEqual(`${options.strategy}: SHA-256 of the model`, hashOf(there), hashOf(here));
    losses.push(lossOf(there));
    hashes.push(hashOf(there));
    sizeOfModel = there.model.length;
    say(
      `${options.strategy}: ${CLIENTS} clients on ${HOSTS} hosts, ${rounds} rounds in ${seconds} s, loss over all rows ${losses.at(-1)!.toFixed(3)}, SHA-256 ${hashOf(there)} there and in one process`,
    );
  }
  const after = redis.counters();
  const each = (name: keyof typeof after, digits = 1) =>
    ((after[name] - before[name]) / (losses.length * rounds * CLIENTS)).toFixed(digits);
  say(
    `a client's job in a round takes ${each('scripts')} scripts of BullMQ and ${each('commands')} commands of Redis, those within scripts and the round's own included; ${each('received', 0)} bytes to the server and ${each('sent', 0)} from it, with ${sizeOfModel} bytes of model each way`,
  );
  const [average, adam] = losses as [number, number];
  if (!(adam < average)) throw new Error(`FedAdam's loss ${adam} is not below FedAvg's ${average}`);

  const cut = await train({
    ...{ strategy: 'fedAdam', serverLr: 0.05, runner, timeout },
    // Between two rounds all clients wait.
    onRound({ round }) {
      if (round + 1 === CUT.round) cutOff(CUT.host);
      if (round === CUT.round) reconnect(CUT.host);
    },
  });
  const isCut = (name: string) => clients.findIndex((one) => one.name === name) % HOSTS === CUT.host;
  const names = clients.map(({ name }) => name).filter(isCut);
  const missed = cut.rounds[CUT.round]!.leftOut;
  const reason = `stayed away: no answer within ${timeout} s`;
  expectEqual(
    `round ${CUT.round} was left by`,
    missed,
    names.map((name) => ({ name, reason })),
  );
  for (const { round, leftOut } of cut.rounds) {
    const others = leftOut.filter(({ name }) => !isCut(name));
    expectEqual(`clients of other hosts that round ${round} left out`, others, []);
  }
  expectEqual('clients that the last round left out', cut.rounds.at(-1)!.leftOut, []);
  const awayOf = (name: string) =>
    cut.rounds.filter(({ leftOut }) => leftOut.some((one) => one.name === name)).map(({ round }) => round);
  const without = await train({
    ...{ strategy: 'fedAdam', serverLr: 0.05, runner: local() },
    clients: clients.map(({ name, params }) => ({ name, params: { ...params, away: awayOf(name) } })),
  });
  expectEqual('clients left out', leftOutOf(without), leftOutOf(cut));
  expectEqual('SHA-256 without them', hashOf(cut), hashOf(without));
  const awayRounds = cut.rounds.filter(({ leftOut }) => leftOut.length > 0).map(({ round }) => round);
  say(
    `a host cut off after round ${CUT.round - 1}: ${awayRounds.length === 1 ? 'round' : 'rounds'} ${awayRounds.join(', ')} went on without ${names.join(', ')} after ${timeout} s, and the record says so; SHA-256 ${hashOf(cut)}, as without them in one process`,
  );

  const draw = new Draw(seed);
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const faults: Promise<void>[] = [];
  const hurt = async (round: number) => {
    await sleep(100 * draw.next());
    const k = draw.below(CLIENTS);
    await workers[k]!.end('SIGKILL');
    if (round === CUT.round) {
      cutOff(CUT.host);
      await sleep(CUT.seconds * 1000);
      reconnect(CUT.host);
    }
    if (round === 2) {
      await redis.stop('SIGKILL');
      await sleep(2000);
      await redis.start();
    }
    workers[k] = await start(k);
  };
  const hurtTraining = await train({
    ...{ strategy: 'fedAdam', serverLr: 0.05, runner },
    async onRound({ round }) {
      // The worker that was killed is back before the next one is.
      await Promise.all(faults);
      if (round + 1 < rounds) faults.push(hurt(round + 1));
    },
  });
  await Promise.all(faults);
  expectEqual('clients left out', leftOutOf(hurtTraining), new Array(rounds).fill(''));
  expectEqual('SHA-256 with faults', hashOf(hurtTraining), hashes[1]);
  expectEqual('jobs left in Redis', redis.cli('keys', 'bull:*:t*').trim(), '');
  say(
    `a worker killed by SIGKILL in each of ${faults.length} rounds, in one a host cut off for ${CUT.seconds} s, in one Redis killed and started again with its append-only file: no client left out, SHA-256 ${hashOf(hurtTraining)}`,
  );
  if (write) writeFigures('federated', `${lines.join('\n')}\n\nNode ${process.versions.node}.`);
} finally {
  await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
  await server?.remove();
  removeHosts();
}
