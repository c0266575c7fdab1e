// Each kind of bad input to a sweep over a queue: a clear error, and nothing lost.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bullmq, local, QueueError, StudyError, type SweepOptions, sweep } from '../../src/distribute.js';
import { queueTest } from './queueTest.js';
import { freePort, hasRedis, Program, RedisServer, startWorker } from './redis.js';

const COMMAND = [process.execPath, fileURLToPath(new URL('../../dist/cli.js', import.meta.url))];
let server: RedisServer;
let at: string;
let job: string;
/** While this file exists the job fails as its text says for x = 2. */
let fault: string;
const programs: Program[] = [];

beforeAll(async () => {
  at = mkdtempSync(join(tmpdir(), 'adamas-bad-'));
  if (!hasRedis) return;
  server = await RedisServer.start();
  fault = join(server.folder, 'fault');
  job = server.module(
    'job',
    `import { existsSync, readFileSync } from 'node:fs';
     export default ({ params: { x }, seed }) => {
       const fault = x === 2 && existsSync(${JSON.stringify(fault)}) ? readFileSync(${JSON.stringify(fault)}, 'utf8') : '';
       if (fault === 'throws') throw new RangeError('the disk is full');
       if (fault === 'never ends') while (true);
       if (fault === 'returns text') return 'a value';
       if (fault === 'returns a function') return { value: () => 1 };
       return { value: fault === 'returns NaN' ? NaN : (x - 3) ** 2 + seed / 10, model: Uint8Array.of(x, seed) };
     };`,
  );
});
afterAll(async () => {
  await server?.remove();
  rmSync(at, { recursive: true });
});
afterEach(async () => {
  await Promise.all(programs.splice(0).map((one) => one.end('SIGKILL')));
  server?.cli('flushall');
});

const worker = async (path = job, name = 'job'): Promise<Program> => {
  const program = await startWorker(server.url, ['--allow', `${name}=${path}`, '--lock', '2']);
  programs.push(program);
  return program;
};
const place = (name: string) => join(at, `${name}.study`);
const options = (more: Partial<SweepOptions> = {}): SweepOptions => ({
  ...{ job: pathToFileURL(job), space: { x: [1, 2, 3, 4] }, seeds: 2, name: 'mine' },
  runner: bullmq({ connection: server.url }),
  ...more,
});
const failure = (of: Promise<unknown>): Promise<Error> =>
  of.then(
    () => expect.fail('it was not refused'),
    (error) => error,
  );
/** The keys of jobs that are still in the queue. */
const left = () => server.cli('keys', 'bull:adamas:t*').trim();

describe('a sweep over a queue', () => {
  queueTest('says that the module is not allowed, and goes on once it is', async () => {
    const kept = place('list');
    await worker(job, 'another');
    const error = await failure(sweep(options({ place: kept })));
    expect(error).toBeInstanceOf(StudyError);
    expect(error.message).toMatch(
      /^sweep: 8 of 8 jobs failed; the others are kept, and the study continues from them\. x 1, seed 0: TypeError: the worker on .* does not allow the module "job": start it with --allow <name>=<path>$/,
    );
    expect(left()).toBe('');
    await worker();
    await programs.shift()!.end();
    expect(await sweep(options({ place: kept }))).toEqual(await sweep(options({ runner: local() })));
  });

  queueTest('says that the module has another SHA-256, and goes on once it has not', async () => {
    const kept = place('hash');
    await worker(server.module('changed', `${readFileSync(job, 'utf8')} // changed`));
    const error = await failure(sweep(options({ place: kept })));
    expect(error).toBeInstanceOf(StudyError);
    expect(error.message).toMatch(/another version of the module "job": its SHA-256 is [0-9a-f]{64}.*Copy the file/);
    await programs.shift()!.end();
    await worker();
    expect(await sweep(options({ place: kept }))).toEqual(await sweep(options({ runner: local() })));
  });

  for (const [kind, message] of [
    ['throws', 'RangeError: the disk is full'],
    ['returns NaN', 'the job returned the value NaN: return Infinity for a training that diverged'],
    ['returns text', 'the job must return { value: number }, got "a value"'],
    ['returns a function', 'could not be cloned'],
    ['never ends', 'JobTimeoutError: the job ran longer than 1.5 s and was ended'],
  ]) {
    queueTest(
      `keeps all others where a job ${kind}, and runs only those that lack after`,
      async () => {
        const kept = place(kind!);
        await worker();
        writeFileSync(fault, kind!);
        const error = await failure(sweep(options({ place: kept, timeout: 1.5 })));
        rmSync(fault);
        expect(error).toBeInstanceOf(StudyError);
        expect(error.message).toContain('sweep: 2 of 8 jobs failed; the others are kept');
        expect(error.message).toContain(`x 2, seed 0: `);
        expect(error.message).toContain(message);
        expect(left()).toBe('');
        const rows: unknown[] = [];
        const whole = await sweep(options({ place: kept, onRow: ({ params }) => rows.push(params.x) }));
        expect(rows).toEqual([2, 2]);
        expect(whole).toEqual(await sweep(options({ runner: local() })));
      },
      30_000,
    );
  }

  queueTest(
    'leaves the study as it is where no server answers, or it refuses the password',
    async () => {
      const kept = place('server');
      await sweep(options({ place: kept, space: { x: [1, 2, 3, 4] }, seeds: 1, runner: local() }));
      const bytes = readFileSync(kept);
      const port = await freePort();
      const none = `redis://:secret@127.0.0.1:${port}`;
      const away = await failure(sweep(options({ place: kept, runner: bullmq({ connection: none }) })));
      expect(away).toBeInstanceOf(QueueError);
      expect(away.message).toContain(`no Redis server answers at 127.0.0.1:${port} (ECONNREFUSED)`);
      server.cli('config', 'set', 'requirepass', 'secret');
      try {
        const wrong = server.url.replace('//', '//:wrong@');
        const refused = await failure(sweep(options({ place: kept, runner: bullmq({ connection: wrong }) })));
        expect(refused).toBeInstanceOf(QueueError);
        expect(refused.message).toMatch(/refuses the user or password of the connection \(WRONGPASS/);
        const command = new Program([...COMMAND, 'worker', '--allow', `job=${job}`], { REDIS_URL: wrong });
        expect(await command.ended).toBe(1);
        expect(command.printed).toMatch(/^adamas: the Redis server at .* refuses the user or password/);
        expect(command.printed).not.toContain('wrong@');
      } finally {
        server.cli('-a', 'secret', 'config', 'set', 'requirepass', '');
      }
      const command = new Program([...COMMAND, 'worker', '--allow', `job=${job}`], { REDIS_URL: none });
      expect(await command.ended).toBe(1);
      expect(command.printed).toContain(`no Redis server answers at 127.0.0.1:${port}`);
      expect(command.printed).not.toContain('secret');
      expect(readFileSync(kept)).toEqual(bytes);
      await worker();
      expect(await sweep(options({ place: kept }))).toEqual(await sweep(options({ runner: local() })));
    },
    30_000,
  );

  queueTest(
    'leaves a worker that ends on SIGTERM though its server is away',
    async () => {
      const away = await RedisServer.start();
      const program = await startWorker(away.url, ['--allow', `job=${job}`]);
      await away.remove();
      expect(await program.end()).toBe(0);
      expect(program.printed).toMatch(
        /the server does not answer: other workers take over the jobs .*\nstopped after 0 jobs/,
      );
    },
    30_000,
  );

  queueTest(
    'is not changed by poisoned messages, which fail one by one',
    async () => {
      const running = await worker();
      const queue = new Queue('adamas', { connection: { url: server.url } });
      const id = (n: number) => `t${String(n).padStart(40, '0')}`;
      const module = '0'.repeat(64);
      const ours = { text: '[{}]', files: [], module, inline: 0 };
      const poisons: [name: string, data: unknown, jobId: string][] = [
        ...['text', 17, null, [1], {}].map((data, n) => ['job', data, id(n)] as [string, unknown, string]),
        ['job', ours, '../../../escape'],
        ['job', { ...ours, text: 7 }, id(10)],
        ['job', { ...ours, text: '[' }, id(11)],
        ['job', { ...ours, text: '[["view",["constructor","AAAA"]]]' }, id(12)],
        ['job', { ...ours, text: '[{"__proto__":1},{"polluted":2},7]' }, id(13)],
        ['job', { ...ours, text: 'x'.repeat(20_000_000) }, id(14)],
        ['job', { ...ours, text: '['.repeat(100_000) }, id(15)],
        ['job', { ...ours, files: ['../../etc/passwd'] }, id(16)],
        ['job', { ...ours, files: 'all' }, id(17)],
        ['job', { ...ours, module: ['0'] }, id(18)],
        ['job', { ...ours, timeout: 'never' }, id(19)],
        ['job', { ...ours, timeout: 1e300 }, id(20)],
        ['job', { ...ours, inline: -1 }, id(21)],
        ['job', JSON.parse(`{"__proto__":{"text":"[{}]"}}`), id(22)],
        ['job', ours, id(23)],
        ['__proto__', ours, id(24)],
        ['\u001b[31mred', ours, id(25)],
      ];
      const added = [];
      for (const [name, data, jobId] of poisons) added.push(await queue.add(name, data, { jobId }));
      // Written by hand: an id without a job, and jobs whose fields are no JSON.
      server.cli('lpush', 'bull:adamas:wait', 'ghost');
      server.cli('hset', 'bull:adamas:broken', 'name', 'job', 'data', '{no', 'opts', '[no');
      server.cli('lpush', 'bull:adamas:wait', 'broken');
      const result = await sweep(options());
      expect(result).toEqual(await sweep(options({ runner: local() })));
      for (const { id } of added) {
        const one = await queue.getJob(id!);
        expect([id, await one!.getState()]).toEqual([id, 'failed']);
        expect(one!.failedReason).toMatch(
          /^FormatError: the message |^TypeError: the worker on .* (does not allow the module "(__proto__|\\u001b\[31mred)"|has another version)/,
        );
        expect(one!.failedReason!.length).toBeLessThan(400);
      }
      expect(running.printed).not.toContain('\u001b');
      expect(running.printed.length).toBeLessThan(20_000);
      await queue.close();
      expect(await running.end()).toBe(0);
    },
    60_000,
  );

  queueTest('takes no poisoned result', async () => {
    const queue = new Queue('adamas', { connection: { url: server.url } });
    const poisoned = sweep(options({ space: { x: [1] }, seeds: 1 }));
    let waiting = await queue.getJobs(['waiting']);
    while (waiting.length === 0) waiting = await queue.getJobs(['waiting']);
    const { Worker } = await import('bullmq');
    const hostile = new Worker('adamas', async () => ({ text: '[{"value":1,"model":2},7,"x"]', files: [] }), {
      connection: { url: server.url },
    });
    const error = await failure(poisoned);
    await hostile.close();
    await queue.close();
    expect(error).toBeInstanceOf(StudyError);
    expect(error.message).toContain("the job's model must be a Uint8Array");
  });

  queueTest('keeps apart two studies of one name with different spaces', async () => {
    await worker();
    const [kept, other] = [place('one'), place('two')];
    const spaces = [{ x: [1, 2] }, { x: [2, 3, 4] }];
    const [first, second] = await Promise.all([
      sweep(options({ place: kept, space: spaces[0]! })),
      sweep(options({ place: other, space: spaces[1]! })),
    ]);
    expect(first).toEqual(await sweep(options({ space: spaces[0]!, runner: local() })));
    expect(second).toEqual(await sweep(options({ space: spaces[1]!, runner: local() })));
    const bytes = readFileSync(kept);
    const error = await failure(sweep(options({ place: kept, space: spaces[1]! })));
    expect(error).toBeInstanceOf(StudyError);
    expect(error.message).toMatch(
      /^sweep: the study "mine" of that place has another space: give another place and name, or remove it$/,
    );
    expect(readFileSync(kept)).toEqual(bytes);
  });
});

describe('without bullmq installed', () => {
  it('names the packages and the command that installs them', async () => {
    // The package as built, where no node_modules is above it.
    const alone = join(at, 'alone');
    cpSync(new URL('../../dist', import.meta.url), join(alone, 'dist'), { recursive: true });
    cpSync(new URL('../../package.json', import.meta.url), join(alone, 'package.json'));
    const how = 'needs bullmq and ioredis, which are not installed: npm install bullmq ioredis';
    const run = async (args: string[]) => {
      const program = new Program([process.execPath, ...args], { REDIS_URL: 'redis://127.0.0.1:1' });
      return [await program.ended, program.printed];
    };
    const cli = join(alone, 'dist/cli.js');
    expect(await run([cli, 'worker', '--allow', 'compare'])).toEqual([1, `adamas: adamas worker ${how}\n`]);
    const iris = fileURLToPath(new URL('../../examples/data/iris.csv', import.meta.url));
    const [code, printed] = await run([cli, 'compare', iris, '--target', 'species', '--runner', 'bullmq']);
    expect(code).toBe(1);
    expect(printed).toContain(`adamas: bullmq ${how}`);
    const program = `
      import { bullmq, fitMany, local } from ${JSON.stringify(pathToFileURL(join(alone, 'dist/distribute.js')).href)};
      const job = 'data:text/javascript,export default ({ rows }) => Uint8Array.from(rows)';
      const options = { job, results: (key, bytes) => console.log(key, bytes) };
      await fitMany([{ key: 'a', rows: [1] }], { ...options, runner: local({ workers: 1 }) });
      await fitMany([{ key: 'a', rows: [1] }], { ...options, runner: bullmq({ connection: 'redis://127.0.0.1:1' }) })
        .catch((error) => console.log(String(error)));`;
    expect((await run(['--input-type=module', '-e', program]))[1]).toBe(
      `a Uint8Array(1) [ 1 ]\nQueueError: bullmq ${how}\n`,
    );
    expect(existsSync(join(alone, 'node_modules'))).toBe(false);
  }, 60_000);
});
