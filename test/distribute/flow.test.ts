// Rounds of `federated` as flows of BullMQ.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FlowProducer, Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { bullmq, type FederatedOptions, federated, local } from '../../src/distribute.js';
import { linear, sequential } from '../../src/index.js';
import { queueTest } from './queueTest.js';
import { freePort, hasRedis, Program, RedisServer, startWorker } from './redis.js';

const dist = (name: string) => JSON.stringify(new URL(`../../dist/${name}.js`, import.meta.url).href);
/** A job that adds to a weight: the model's bytes tell which clients a round had. It writes down each of its runs. */
const jobIn = (folder: string) => `
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { fromBytes, toBytes } from ${dist('io')};
const folder = ${JSON.stringify(`${folder}/`)};
const waitFor = async (file) => {
  while (!existsSync(folder + file)) await new Promise((resolve) => setTimeout(resolve, 20));
};
export default async ({ model: bytes, params: { by, fault }, client, round }) => {
  appendFileSync(folder + 'runs', client + round + ' ');
  if (fault === 'throws' || (fault === 'throws in 1' && round === 1)) throw new RangeError('no data today');
  if (fault === 'is full once' && !existsSync(folder + 'full')) {
    writeFileSync(folder + 'full', '');
    throw new Error("OOM command not allowed when used memory > 'maxmemory'.");
  }
  if (fault === 'waits' && round === 1) await waitFor('go');
  const { model } = fromBytes(bytes);
  model.parameters()[0].data[0] += by;
  const trained = toBytes(model);
  model.dispose();
  return { model: trained, samples: 10 * by };
};`;
const client = (name: string, by: number, fault?: string) => ({ name, params: { by, fault } });
const [a, b, c] = [client('a', 1), client('b', 2, 'waits'), client('c', 3)];

let server: RedisServer;
let job: string;
const programs: Program[] = [];
beforeAll(async () => {
  if (!hasRedis) return;
  server = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always']);
  job = server.module('client', jobIn(server.folder));
});
afterAll(() => server?.remove());
afterEach(async () => {
  await Promise.all(programs.splice(0).map((one) => one.end('SIGKILL')));
  if (!server) return;
  server.cli('flushall');
  for (const file of ['runs', 'go', 'full']) rmSync(join(server.folder, file), { force: true });
});

const start = async (...names: string[]) => {
  const started = names.map((name) =>
    startWorker(server.url, ['--name', name, '--allow', `client=${job}`, '--lock', '2']),
  );
  programs.push(...(await Promise.all(started)));
};
const train = (options: Partial<FederatedOptions> = {}) =>
  federated({
    ...{
      model: sequential(linear(2, 1, { seed: 1 })),
      job: pathToFileURL(job),
      clients: [a, b, c],
      rounds: 2,
      seed: 1,
    },
    ...{ runner: bullmq({ connection: server.url }), ...options },
  });
const path = (file: string) => join(server.folder, file);
/** The jobs that were run, each as its client and round, sorted. */
const runs = () => readFileSync(path('runs'), 'utf8').trim().split(' ').sort();
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
};
/** Waits until these jobs were begun. */
const begun = (...names: string[]) =>
  until(() => existsSync(path('runs')) && names.every((name) => runs().includes(name)));
/** The model of these clients trained in this process: one that is away in round 1 fails there. */
async function modelOf(clients: readonly { name: string; params: { by: number } }[], away = ''): Promise<Uint8Array> {
  const same = clients.map(({ name, params: { by } }) => client(name, by, name === away ? 'throws in 1' : undefined));
  const { model } = await train({ clients: same, runner: local({ workers: 1 }) });
  rmSync(path('runs'));
  return model;
}
/** Waits until a client's job has ended, and is in its queue. */
const ended = (name: string) => until(() => server.cli('zcard', `bull:adamas-${name}:completed`).trim() === '1');
/** Jobs that are in Redis. */
const keys = () =>
  server
    .cli('keys', '*')
    .split('\n')
    .filter((key) => /:t[0-9a-f]{40}/.test(key));

describe('a round of federated over a queue', () => {
  queueTest(
    'is a flow with a job in the queue of each client, and leaves none of them',
    async () => {
      const model = await modelOf([a, b, c]);
      await start('a', 'b', 'c');
      const training = train();
      await begun('a1', 'b1', 'c1');
      await ended('c');
      const id = server.cli('zrange', 'bull:adamas~rounds:waiting-children', '0', '-1').trim();
      const flows = new FlowProducer({ connection: { url: server.url } });
      const { job: round, children } = await flows.getFlow({ queueName: 'adamas~rounds', id });
      expect(await round.getState()).toBe('waiting-children');
      const states = await Promise.all(children!.map(async ({ job }) => [job.queueName, await job.getState()]));
      expect(Object.fromEntries(states)).toEqual({
        'adamas-a': 'completed',
        'adamas-b': 'active',
        'adamas-c': 'completed',
      });
      await flows.close();
      writeFileSync(path('go'), '');
      expect((await training).model).toEqual(model);
      expect(keys()).toEqual([]);
      expect(runs()).toEqual(['a0', 'a1', 'b0', 'b1', 'c0', 'c1']);
    },
    60_000,
  );

  queueTest(
    'goes on without a client that stays away, and takes its job back',
    async () => {
      await start('a', 'c');
      const { rounds, model } = await train({ timeout: 2 });
      expect(rounds.map(({ leftOut }) => leftOut)).toEqual(
        [0, 1].map(() => [{ name: 'b', reason: 'stayed away: no answer within 2 s' }]),
      );
      expect(keys()).toEqual([]);
      rmSync(path('runs'));
      expect(model).toEqual(await modelOf([a, c]));
    },
    60_000,
  );

  queueTest(
    'does not count a client whose job runs at the deadline and ends later',
    async () => {
      const expected = await modelOf([a, b, c], 'b');
      await start('a', 'b', 'c');
      const late: string[] = [];
      const { rounds, model } = await train({
        rounds: 2,
        timeout: 3,
        onRound({ round }) {
          if (round === 1) late.push(...keys());
        },
      });
      expect(rounds[1]!.leftOut).toEqual([{ name: 'b', reason: 'stayed away: no answer within 3 s' }]);
      expect(model).toEqual(expected);
      // The worker still has its job, with its lock; its answer is nobody's.
      expect(late.filter((key) => !key.startsWith('bull:adamas-b:'))).toEqual([]);
      writeFileSync(path('go'), '');
      await ended('b');
      expect(keys()).toHaveLength(1);
      expect(server.cli('keys', 'bull:adamas~rounds:t*').trim()).toBe('');
    },
    60_000,
  );

  queueTest(
    'leaves out a client that fails, once, and one that does not allow the module',
    async () => {
      await start('a', 'c');
      programs.push(await startWorker(server.url, ['--name', 'b', '--allow', `other=${job}`]));
      const { rounds } = await train({ clients: [a, b, client('c', 3, 'throws')], rounds: 1 });
      const [[first, second]] = rounds.map(({ leftOut }) => leftOut) as [{ name: string; reason: string }[]];
      expect(first!.reason).toMatch(/^failed: TypeError: the worker on .* does not allow the module "client"/);
      expect(second).toEqual({ name: 'c', reason: 'failed: RangeError: no data today' });
      expect(rounds[0]!.clients).toEqual([{ name: 'a', samples: 10 }]);
      expect(runs()).toEqual(['a0', 'c0']);
      expect(keys()).toEqual([]);
    },
    60_000,
  );

  queueTest(
    'gives a job out again that failed as the server was full, and no other',
    async () => {
      const model = await modelOf([a, b, c]);
      await start('a', 'b', 'c');
      const clients = [a, client('b', 2, 'is full once'), c];
      expect((await train({ clients })).model).toEqual(model);
      expect(runs()).toEqual(['a0', 'a1', 'b0', 'b0', 'b1', 'c0', 'c1']);
      expect(keys()).toEqual([]);
    },
    60_000,
  );

  queueTest(
    'goes on where a process was that was killed in a round',
    async () => {
      const model = await modelOf([a, b, c]);
      await start('a', 'b', 'c');
      const caller = server.module(
        'caller',
        `import { writeFileSync } from 'node:fs';
       import { linear, sequential } from ${dist('index')};
       import { bullmq, federated } from ${dist('distribute')};
       const { model } = await federated({
         model: sequential(linear(2, 1, { seed: 1 })), job: ${JSON.stringify(pathToFileURL(job).href)},
         clients: ${JSON.stringify([a, b, c])}, rounds: 2, seed: 1, runner: bullmq({ connection: ${JSON.stringify(server.url)} }),
       });
       writeFileSync(${JSON.stringify(path('model'))}, model);`,
      );
      const first = new Program([process.execPath, caller]);
      programs.push(first);
      await begun('a1', 'b1', 'c1');
      await ended('c');
      await first.end('SIGKILL');
      const second = new Program([process.execPath, caller]);
      programs.push(second);
      await until(() => runs().filter((run) => run === 'a0').length === 2);
      writeFileSync(path('go'), '');
      expect(await second.ended).toBe(0);
      expect(new Uint8Array(readFileSync(path('model')))).toEqual(model);
      expect(runs()).toEqual(['a0', 'a0', 'a1', 'b0', 'b0', 'b1', 'c0', 'c0', 'c1']);
      expect(keys()).toEqual([]);
    },
    60_000,
  );

  queueTest(
    'outlasts workers that are killed, a Redis that is, and jobs that are lost',
    async () => {
      const model = await modelOf([a, b, c]);
      await start('a', 'b', 'c');
      const training = train();
      await begun('a1', 'b1', 'c1');
      await Promise.all(programs.splice(0).map((one) => one.end('SIGKILL')));
      await server.stop('SIGKILL');
      await server.start();
      await start('a', 'b', 'c');
      await until(() => runs().filter((run) => run === 'b1').length === 2);
      server.cli('flushall');
      writeFileSync(path('go'), '');
      expect((await training).model).toEqual(model);
      expect(keys().filter((key) => !key.startsWith('bull:adamas-b:'))).toEqual([]);
    },
    120_000,
  );

  queueTest(
    'waits for room where the server is full, and says so where there is none in time',
    async () => {
      const model = await modelOf([a, b, c]);
      writeFileSync(path('go'), '');
      await start('a', 'b', 'c');
      const full = (bytes: string) => server.cli('config', 'set', 'maxmemory', bytes);
      const cut: number[] = [];
      const training = train({
        onRound({ round }) {
          if (round > 0) return;
          full('100000');
          setTimeout(() => cut.push(full('0').length), 2000);
        },
      });
      expect((await training).model).toEqual(model);
      expect(cut).toHaveLength(1);
      full('100000');
      const error = await train({ timeout: 1, rounds: 1 }).catch((error: Error) => error);
      full('0');
      expect(String(error)).toMatch(/a: failed: QueueError: bullmq: the memory of the Redis server is full/);
      expect(keys()).toEqual([]);
    },
    60_000,
  );

  queueTest(
    'gives the same bytes to two that ask for the same at once',
    async () => {
      const model = await modelOf([a, c]);
      await start('a', 'c');
      const both = await Promise.all([1, 2].map(() => train({ clients: [a, c] })));
      expect(both.map((one) => one.model)).toEqual([model, model]);
      expect(keys()).toEqual([]);
    },
    60_000,
  );

  queueTest(
    'says that no server answers, that the password is wrong, and what does not fit',
    async () => {
      const at = (url: string) => train({ runner: bullmq({ connection: url }) });
      await expect(at(`redis://127.0.0.1:${await freePort()}`)).rejects.toThrow(
        /^bullmq: no Redis server answers at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/,
      );
      server.cli('config', 'set', 'requirepass', 'secret');
      const wrong = await at(server.url.replace('//', '//:wrong@')).catch((error: Error) => error);
      server.cli('-a', 'secret', 'config', 'set', 'requirepass', '');
      expect(String(wrong)).toMatch(/refuses the user or password/);
      const small = bullmq({ connection: server.url, inline: 10 });
      await expect(train({ runner: small })).rejects.toThrow(
        /a: failed: RangeError: bullmq: the input of task "a, round 0" holds \d+ bytes, and at most 10 travel/,
      );
      expect(keys()).toEqual([]);
    },
    60_000,
  );

  queueTest(
    'takes everything back on abort',
    async () => {
      await start('a', 'c');
      const controller = new AbortController();
      const training = train({ signal: controller.signal });
      Promise.all([ended('a'), ended('c')]).then(() => controller.abort(new Error('enough')));
      await expect(training).rejects.toThrow('enough');
      expect(keys()).toEqual([]);
      const queue = new Queue('adamas-b', { connection: { url: server.url } });
      expect(await queue.getJobCountByTypes('wait')).toBe(0);
      await queue.close();
    },
    60_000,
  );
});
