// A sweep on 6 workers over 3 hosts, network namespaces with addresses of their own, must give the same table and best model, byte for byte, as on one
// worker of one process, whatever happens meanwhile: workers killed by SIGKILL at random (`--count` times), a host cut off for 30 s, Redis killed and
// started again with its append-only file, a Redis whose memory is full. Needs root, `ip` and `redis-server`.
import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { stringify } from 'devalue';
import { bullmq, local, type Runner, type SweepResult, sweep } from '../../src/distribute.js';
import { type Program, RedisServer, startWorker } from '../distribute/redis.js';
import { cutOff, HOST_OF_SERVER, HOSTS, inHost, makeHosts, reconnect, removeHosts } from './hosts.js';
import { Draw, proofArguments, writeFigures } from './proof.js';

const WORKERS = 6;
const dist = new URL('../../dist/index.js', import.meta.url);
const io = new URL('../../dist/io.js', import.meta.url);
/** A real fit: y = sin(x) by a small network. */
const JOB = `
import { fit, dataset, Adam, sequential, linear, relu } from ${JSON.stringify(dist)};
import { toBytes } from ${JSON.stringify(io)};
const x = Array.from({ length: 128 }, (_, i) => [i / 20]);
const data = dataset(x, x.map(([v]) => Math.sin(v)));
export default async ({ params, seed, signal }) => {
  const model = sequential(linear(1, params.units, { seed }), relu(), linear(params.units, 1, { seed: seed + 1 }));
  const { losses } = await fit(model, data, {
    loss: 'mse', optimizer: new Adam(model.parameters(), { lr: params.lr }), epochs: params.epochs, batchSize: 16, seed, signal,
  });
  const bytes = toBytes(model);
  model.dispose();
  return { value: losses.at(-1), model: bytes, losses };
};`;

const hashOf = ({ table, best }: SweepResult): string =>
  createHash('sha256')
    .update(stringify({ table, ...best, model: [...best.model!] }))
    .digest('hex');

const { count, seed, write } = proofArguments(200);
/** A thousand fits for the full proof, with fewer kills fewer. */
const fits = Math.min(1000, 40 + 20 * count);
const cut = count < 20 ? 8 : 30;
const draw = new Draw(seed);
const LOCK = 3;

makeHosts();
let server: RedisServer | undefined;
let workers: Program[] = [];
try {
  server = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always'], HOST_OF_SERVER);
  const redis = server;
  const job = redis.module('sweep', JOB);
  const run = (runner: Runner, onRow?: (done: number) => void) =>
    sweep({
      ...{ job: pathToFileURL(job), runner, seeds: Math.ceil(fits / 20) },
      space: { lr: [0.1, 0.03, 0.01, 0.003, 0.001], units: [8, 16], epochs: [40, 80] },
      onRow: (_, done) => onRow?.(done),
    });
  const start = async (i: number) => {
    workers[i] = await startWorker(redis.url, ['--allow', `sweep=${job}`, '--lock', String(LOCK)], inHost(i % HOSTS));
  };
  const queue = () => bullmq({ connection: redis.url, ahead: 100 });
  const lines: string[] = [];
  let expected: string | undefined;
  /** Runs the sweep while something happens, and compares. */
  const prove = async (
    name: string,
    runner: Runner,
    meanwhile?: (over: () => boolean, done: () => number) => Promise<string>,
  ) => {
    const begin = performance.now();
    let [over, done] = [false, 0];
    const happening = meanwhile?.(
      () => over,
      () => done,
    );
    happening?.catch(() => {});
    const result = await run(runner, (n) => {
      done = n;
    });
    over = true;
    const what = (await happening) ?? '';
    const hash = hashOf(result);
    expected ??= hash;
    const line = `${name}${what && `, ${what}`}: ${result.table.length} fits in ${((performance.now() - begin) / 1000).toFixed(0)} s, SHA-256 ${hash.slice(0, 16)}`;
    if (hash !== expected) throw new Error(`${line}: another table or model than ${expected.slice(0, 16)}`);
    if (/:t[0-9a-f]{40}$/m.test(redis.cli('keys', 'bull:adamas:t*')))
      throw new Error(`${line}: jobs are left in the queue`);
    console.log(line);
    lines.push(`- ${line}`);
  };
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  await prove('one thread of this process', local({ workers: 1 }));
  await start(0);
  await prove('one worker', queue());
  for (let i = 1; i < WORKERS; i++) await start(i);
  await prove(`${WORKERS} workers on ${HOSTS} hosts`, queue());
  {
    let kills = 0;
    while (kills < count) {
      await prove('SIGKILL of workers at random', queue(), async (over) => {
        const before = kills;
        const starting = new Map<number, Promise<void>>();
        while (!over() && kills < count) {
          await sleep(50 + 450 * draw.next());
          if (over()) break;
          const i = draw.below(WORKERS);
          if (starting.has(i)) continue;
          await workers[i]!.end('SIGKILL');
          kills++;
          // One that does not start stays, and is told of at the end.
          const started = start(i).then(() => void starting.delete(i));
          started.catch(() => {});
          starting.set(i, started);
        }
        await Promise.all(starting.values());
        return `${kills - before} ${kills - before === 1 ? 'kill' : 'kills'}`;
      });
    }
  }
  await prove(`a host cut off for ${cut} s`, queue(), async (_, done) => {
    while (done() < fits / 20) await sleep(20);
    cutOff(1);
    await sleep(cut * 1000);
    reconnect(1);
    return `at fit ${done()}`;
  });
  await prove('Redis killed and started again with its append-only file', queue(), async (_, done) => {
    while (done() < fits / 10) await sleep(20);
    await redis.stop('SIGKILL');
    await sleep(2000);
    await redis.start();
    return `at fit ${done()}`;
  });
  {
    const used = Number(/used_memory:(\d+)/.exec(redis.cli('info', 'memory'))![1]);
    redis.cli('config', 'set', 'maxmemory-policy', 'noeviction');
    await prove('a full queue', queue(), async (over, done) => {
      while (done() < fits / 20) await sleep(20);
      let full = 0;
      while (!over() && full < 3) {
        redis.cli('config', 'set', 'maxmemory', String(Math.floor(used / 2)));
        await sleep(1500);
        full++;
        redis.cli('config', 'set', 'maxmemory', '0');
        await sleep(500);
      }
      return `${full} × 1.5 s`;
    });
  }
  if (write) writeFigures('sweep-faults', `${lines.join('\n')}\n\nSeed ${seed}, Node ${process.versions.node}.`);
} finally {
  await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
  workers = [];
  await server?.remove();
  removeHosts();
}
