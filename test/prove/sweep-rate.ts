// Cost of the queue and the pool: with 2 workers on 2 cores and jobs of 100 ms the share of time not spent in `fit`, Redis operations and bytes a job;
// and the rate of a local pool of 2 against two processes that know nothing of each other. Figures of the machine, not assertions.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { bullmq, local, type Runner } from '../../src/distribute.js';
import { RedisServer, startWorker } from '../distribute/redis.js';
import { proofArguments, writeFigures } from './proof.js';

const { count, write } = proofArguments(300);
const lanes = Math.min(2, availableParallelism());
const dist = new URL('../../dist/', import.meta.url);
const server = await RedisServer.start(['--appendonly', 'yes']);
const job = server.module(
  'rate',
  `
import { Adam, dataset, fit, linear, relu, sequential } from '${dist}index.js';
import { toBytes } from '${dist}io.js';
const x = Array.from({ length: 2000 }, (_, i) => [i / 300, i % 7]);
const data = dataset(x, x.map(([v, w]) => Math.sin(v) + w));
export default async ({ epochs, seed }) => {
  const model = sequential(linear(2, 32, { seed }), relu(), linear(32, 1, { seed: seed + 1 }));
  const start = performance.now();
  await fit(model, data, { loss: 'mse', optimizer: new Adam(model.parameters()), epochs, batchSize: 32, seed });
  const ms = performance.now() - start;
  const bytes = toBytes(model);
  model.dispose();
  return { ms, bytes };
};`,
);
const { default: train } = await import(pathToFileURL(job).href);
for (let seed = 0; seed < 10; seed++) await train({ epochs: 50, seed });
const { ms: of50 } = await train({ epochs: 50, seed: 0 });
const epochs = Math.max(1, Math.round((50 * 100) / of50));
/** Jobs that warm up what runs them. */
const WARM = 10 * lanes;
const tasks = Array.from({ length: WARM + count }, (_, i) => ({ key: String(i), input: { epochs, seed: i } }));

/** Wall time in ms of so many jobs, from the end of those that warm up, and how much of it was `fit`. */
async function rate(runner: Runner) {
  let [start, done, fits] = [0, 0, 0];
  const before = server.counters();
  for await (const { result, error } of runner.run<{ ms: number }>(pathToFileURL(job), tasks)) {
    if (error) throw error;
    if (++done > WARM) fits += result.ms;
    if (done === WARM) start = performance.now();
  }
  return { wall: performance.now() - start, fits, before, after: server.counters() };
}

try {
  const workers = await Promise.all(
    Array.from({ length: lanes }, () => startWorker(server.url, ['--allow', `rate=${job}`])),
  );
  const { wall, fits, before, after } = await rate(bullmq({ connection: server.url }));
  await Promise.all(workers.map((worker) => worker.end()));
  const each = (name: keyof typeof before, digits = 1) => ((after[name] - before[name]) / tasks.length).toFixed(digits);
  const outside = 100 * (1 - fits / lanes / wall);

  const pool = await rate(local({ workers: lanes }));
  const alone = `import run from ${JSON.stringify(pathToFileURL(job).href)};
const [from, to] = process.argv.slice(1).map(Number);
for (let i = 0; i < 10; i++) await run({ epochs: ${epochs}, seed: 1e6 + i });
const start = performance.now();
for (let seed = from; seed < to; seed++) await run({ epochs: ${epochs}, seed });
console.log(performance.now() - start);`;
  const process_ = (i: number) =>
    new Promise<number>((resolve, reject) => {
      const child = spawn(process.execPath, [
        '--input-type=module',
        '-e',
        alone,
        String((i * count) / lanes),
        String(((i + 1) * count) / lanes),
      ]);
      let text = '';
      child.stdout.on('data', (piece) => {
        text += piece;
      });
      child.on('close', (code) =>
        code === 0 ? resolve(Number(text)) : reject(new Error(`a process ended with ${code}`)),
      );
    });
  const walls = await Promise.all(Array.from({ length: lanes }, (_, i) => process_(i)));
  const share = (100 * Math.max(...walls)) / pool.wall;
  const text = [
    `- ${lanes} workers on ${lanes} cores, ${count} jobs of ${(fits / count).toFixed(0)} ms: ${outside.toFixed(1)} % of the time is not spent in \`fit\`.`,
    `- A job takes ${each('scripts')} scripts of BullMQ and ${each('commands')} commands of Redis, those within scripts included; ${each('received', 0)} bytes to the server and ${each('sent', 0)} from it; ${each('cpu', 2)} ms of the server's core.`,
    `- \`local({ workers: ${lanes} })\` runs at ${share.toFixed(0)} % of the rate of ${lanes} independent processes.`,
  ].join('\n');
  console.log(text);
  if (write) writeFigures('sweep-rate', `${text}\n\nNode ${process.versions.node}.`);
} finally {
  await server.remove();
}
