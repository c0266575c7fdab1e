import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import {
  type BullMQOptions,
  bullmq,
  federated,
  type Outcome,
  QueueError,
  type RunOptions,
  type Task,
} from '../../src/distribute.js';
import { linear, relu, sequential } from '../../src/index.js';
import { queueTest } from './queueTest.js';
import { freePort, hasRedis, type Program, RedisServer, startWorker } from './redis.js';

let server: RedisServer;
let job: string;
const programs: Program[] = [];
const JOB = `export default async ({ x, what, report, checkpoint, signal }) => {
  if (what === 'throw') throw new RangeError('not ' + x);
  if (what === 'loop') while (true);
  if (what === 'exit') process.exit(3);
  if (what === 'report') { report({ x }); await new Promise((r) => setTimeout(r, 300)); }
  if (what === 'stop') {
    const kept = await checkpoint.read();
    if (kept) return [...kept];
    report('begun');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await checkpoint.write(new Uint8Array([x, 7]));
    throw new Error('stopped');
  }
  return what === 'long' ? { x, bytes: new Uint8Array(300_000).fill(x) } : { x, y: x * x, nan: NaN, floats: new Float32Array([x, -0]) };
};`;

beforeAll(async () => {
  if (!hasRedis) return;
  server = await RedisServer.start();
  job = server.module('job', JOB);
});
afterAll(() => server?.remove());
afterEach(async () => {
  await Promise.all(programs.splice(0).map((one) => one.end('SIGKILL')));
  server?.cli('flushall');
});

const worker = async (...args: string[]): Promise<Program> => {
  const program = await startWorker(server.url, ['--allow', `job=${job}`, ...args]);
  programs.push(program);
  return program;
};
const tasks = (n: number, what?: string): Task[] =>
  Array.from({ length: n }, (_, x) => ({ key: String(x), input: { x, what } }));

async function run(
  all: readonly Task[],
  options: Partial<BullMQOptions> = {},
  runOptions?: RunOptions,
): Promise<Record<string, unknown>> {
  const outcomes: Record<string, unknown> = {};
  const of: AsyncIterable<Outcome<unknown>> = bullmq({ connection: server.url, ...options }).run(
    pathToFileURL(job),
    all,
    runOptions,
  );
  for await (const { key, result, error } of of) {
    expect(outcomes).not.toHaveProperty(key);
    outcomes[key] = error ?? result;
  }
  return outcomes;
}

describe('bullmq', () => {
  queueTest('gives each task its outcome, as it is, and leaves no job in the queue', async () => {
    await worker('--concurrency', '2');
    const outcomes = await run(tasks(30), { ahead: 7 });
    expect(Object.keys(outcomes)).toHaveLength(30);
    for (let x = 0; x < 30; x++) {
      expect(outcomes[x]).toEqual({ x, y: x * x, nan: Number.NaN, floats: new Float32Array([x, -0]) });
    }
    expect(server.cli('keys', '*')).not.toMatch(/:t[0-9a-f]{40}/);
  });

  queueTest('gives as outcomes what a job throws, and jobs that end their thread or never end', async () => {
    await worker('--concurrency', '4', '--timeout', '1');
    const outcomes = await run([
      { key: 'throws', input: { x: 3, what: 'throw' } },
      { key: 'exits', input: { what: 'exit' } },
      { key: 'loops', input: { what: 'loop' } },
      { key: 'works', input: { x: 2 } },
    ]);
    expect(outcomes.throws).toMatchObject({ name: 'RangeError', message: 'not 3' });
    expect(String(outcomes.exits)).toContain('exit code 3');
    expect(outcomes.loops).toMatchObject({
      name: 'JobTimeoutError',
      message: 'the job ran longer than 1 s and was ended',
    });
    expect(outcomes.works).toMatchObject({ y: 4 });
    const short = await run([{ key: 'loops', input: { what: 'loop' } }], {}, { timeout: 0.3 });
    expect(String(short.loops)).toContain('0.3 s');
  });

  queueTest('refuses a module that is not allowed, and one of another version', async () => {
    const running = await worker();
    expect(String((await run(tasks(1), { name: 'other' }))[0])).toMatch(
      /does not allow the module "other": start it with --allow <name>=<path>/,
    );
    const other = server.module('other', `${JOB} // changed`);
    for await (const { error } of bullmq({ connection: server.url, name: 'job' }).run(pathToFileURL(other), tasks(1))) {
      expect(error!.message).toMatch(
        /has another version of the module "job": its SHA-256 is [0-9a-f]{64}, the job's [0-9a-f]{64}/,
      );
    }
    expect((await run(tasks(1)))[0]).toMatchObject({ y: 0 });
    expect(running.printed).toContain('does not allow the module');
  });

  queueTest('sends long arrays through a folder, and refuses them without one', async () => {
    const files = join(server.folder, 'files');
    mkdirSync(files, { recursive: true });
    const long = [{ key: 'long', input: { x: 5, what: 'long', bytes: new Uint8Array(400_000).fill(1) } }];
    expect(String((await run(long)).long)).toMatch(
      /holds 400000 bytes, and at most 262144 travel .* give the option `files`/,
    );
    const without = await worker();
    expect(String((await run([{ key: 'long', input: { x: 5, what: 'long' } }])).long)).toMatch(
      /the result of the job holds 300000 bytes/,
    );
    await without.end();
    await worker('--files', files);
    expect((await run(long, { files })).long).toEqual({ x: 5, bytes: new Uint8Array(300_000).fill(5) });
    const [one] = readdirSync(files);
    writeFileSync(join(files, one!), 'damaged');
    writeFileSync(join(files, readdirSync(files)[1]!), 'damaged');
    expect(String((await run(long, { files: { get: async () => undefined, put: async () => {} } })).long)).toMatch(
      /damaged/,
    );
  });

  queueTest('takes a result that is there already, and runs a task once for two that ask', async () => {
    const slow = run(tasks(3, 'report'));
    const other = run(tasks(3, 'report'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const running = await worker();
    expect(await other).toEqual(await slow);
    await running.end();
    expect(running.printed).toMatch(/stopped after 3 jobs/);
  });

  queueTest('reports progress', async () => {
    await worker();
    const heard: unknown[] = [];
    await run(tasks(2, 'report'), {}, { onProgress: (key, value) => heard.push([key, value]) });
    expect(heard).toEqual(
      expect.arrayContaining([
        ['0', { x: 0 }],
        ['1', { x: 1 }],
      ]),
    );
  });

  queueTest('puts jobs back on SIGTERM, with a checkpoint from which another worker goes on', async () => {
    const first = await worker();
    const outcomes = run(
      [{ key: 'a', input: { x: 9, what: 'stop' } }],
      {},
      { onProgress: () => first.child.kill('SIGTERM') },
    );
    expect(await first.ended).toBe(0);
    await worker();
    expect(await outcomes).toEqual({ a: [9, 7] });
    expect(server.cli('keys', '*checkpoint*').trim()).toBe('');
  });

  queueTest('leaves out a task at the deadline, and gives tasks to the worker of a name', async () => {
    await worker('--name', 'a');
    const named = (key: string): Task => ({ key, input: { x: 1 }, worker: key });
    const outcomes = await run([named('a'), named('b')], {}, { deadline: 2 });
    expect(outcomes.a).toMatchObject({ y: 1 });
    expect(String(outcomes.b)).toMatch(/no outcome within the deadline of 2 s/);
    expect(server.cli('llen', 'bull:adamas-b:wait').trim()).toBe('0');
  });

  queueTest('ends on abort', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 300);
    await expect(run(tasks(5), {}, { signal: controller.signal })).rejects.toThrow('enough');
    expect(server.cli('llen', 'bull:adamas:wait').trim()).toBe('0');
  });

  queueTest('says that no server answers, that the password is wrong, and what a connection is', async () => {
    const port = await freePort();
    await expect(run(tasks(1), { connection: `redis://127.0.0.1:${port}` })).rejects.toThrow(
      new QueueError(
        `bullmq: no Redis server answers at 127.0.0.1:${port} (ECONNREFUSED). Start one (redis-server), check the address, or use local()`,
      ),
    );
    server.cli('config', 'set', 'requirepass', 'secret');
    const wrong = server.url.replace('//', '//:wrong@');
    const error = await run(tasks(1), { connection: wrong }).catch((error) => error);
    server.cli('-a', 'secret', 'config', 'set', 'requirepass', '');
    expect(error).toBeInstanceOf(QueueError);
    expect(error.message).toMatch(/refuses the user or password/);
    expect(error.message).not.toContain(':wrong@');
    const plain = createServer((socket) => void socket.end('no TLS here\n')).listen(port, '127.0.0.1');
    await expect(run(tasks(1), { connection: `rediss://127.0.0.1:${port}` })).rejects.toThrow(
      /^bullmq: no TLS connection to the server at 127\.0\.0\.1:\d+ \(.*\): name the certificate of its CA in NODE_EXTRA_CA_CERTS/,
    );
    plain.close();
    expect(() => bullmq({ connection: 'localhost' })).toThrow(
      'bullmq: connection must begin with redis:// or rediss://',
    );
    expect(() => bullmq({} as never)).toThrow('bullmq: connection must be');
    expect(() => bullmq({ connection: 'redis://a', files: 3 as never })).toThrow(
      'bullmq: files must be a folder or an object with get and put',
    );
  });
});

describe('federated over workers with names', () => {
  queueTest(
    'gives the bytes of one process, and goes on without a worker that is not there',
    async () => {
      const path = new URL('../../examples/federated-client.js', import.meta.url);
      const clients = ['a', 'b', 'c'].map((name, part) => ({ name, params: { part, parts: 3, lr: 0.01 } }));
      const model = sequential(linear(5, 4, { seed: 1 }), relu(), linear(4, 1, { seed: 2 }));
      const options = { model, job: path, clients, strategy: 'fedAdam', rounds: 2, seed: 1 } as const;
      const here = await federated(options);
      for (const { name } of clients) {
        programs.push(
          await startWorker(server.url, ['--name', name, '--allow', `federated-client=${fileURLToPath(path)}`]),
        );
      }
      const runner = bullmq({ connection: server.url });
      expect(await federated({ ...options, runner })).toEqual(here);
      const away = [...clients, { name: 'away', params: { part: 0, parts: 3, lr: 0.01 } }];
      const { rounds, model: without } = await federated({ ...options, clients: away, runner, timeout: 8 });
      expect(rounds.map(({ leftOut }) => leftOut)).toEqual(
        new Array(2).fill([{ name: 'away', reason: 'stayed away: no answer within 8 s' }]),
      );
      expect(without).toEqual(here.model);
    },
    90_000,
  );
});
