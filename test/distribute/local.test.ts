import { describe, expect, it } from 'vitest';
import { JobTimeoutError, local, type Outcome, type RunOptions, type Task } from '../../src/distribute.js';

const job = (body: string) =>
  `data:text/javascript,${encodeURIComponent(`export default async ({ x, signal, report, checkpoint }) => { ${body} }`)}`;
const later = job('await new Promise((done) => setTimeout(done, 5 * (10 - x))); return x * x;');
const tasks = (n: number): Task[] => Array.from({ length: n }, (_, x) => ({ key: String(x), input: { x } }));

async function collect(of: AsyncIterable<Outcome<unknown>>): Promise<Record<string, unknown>> {
  const outcomes: Record<string, unknown> = {};
  for await (const { key, result, error } of of) {
    expect(outcomes).not.toHaveProperty(key);
    outcomes[key] = error ?? result;
  }
  return outcomes;
}
const run = (body: string, n: number, options?: RunOptions) =>
  collect(local({ workers: 2 }).run(job(body), tasks(n), options));

describe('local', () => {
  it.each([1, 2, 5, 20])('gives each task its outcome on %i workers', async (workers) => {
    const squares = Object.fromEntries(tasks(10).map(({ key }) => [key, Number(key) ** 2]));
    expect(await collect(local({ workers }).run(later, tasks(10)))).toEqual(squares);
  });

  it('runs nothing for no tasks', async () => {
    expect(await collect(local().run(later, []))).toEqual({});
  });

  it('gives as outcomes what a job throws, a module that is not there, a worker that ends, and a result that cannot be copied', async () => {
    const outcomes = await run('if (x === 3) throw new RangeError("not 3"); return x;', 5);
    expect(outcomes).toEqual({
      0: 0,
      1: 1,
      2: 2,
      3: expect.objectContaining({ name: 'RangeError', message: 'not 3' }),
      4: 4,
    });
    const missing = await collect(local({ workers: 1 }).run('file:///no/such/job.mjs', tasks(1)));
    expect(String(missing[0])).toMatch(/job\.mjs/);
    const [ended, next] = Object.values(await run('if (x === 0) process.exit(7); return x', 2));
    expect(String(ended)).toContain('exit code 7');
    expect(next).toBe(1);
    expect(String((await run('return () => {}', 1))[0])).toMatch(/could not be cloned/);
    expect(String((await collect(local().run('data:text/javascript,export const x = 1', tasks(1))))[0])).toMatch(
      /default export/,
    );
    expect(String((await collect(local().run(later, [{ key: 'a', input: { x: () => 1 } }]))).a)).toMatch(
      /could not be cloned/,
    );
  });

  it('ends a job after its timeout, and runs the others', async () => {
    const outcomes = await run('while (x === 1); return x', 4, { timeout: 3 });
    expect(outcomes).toEqual({ 0: 0, 1: expect.any(JobTimeoutError), 2: 2, 3: 3 });
  });

  it('gives an error to each task without an outcome by its deadline, which those that wait for a thread have still before them', async () => {
    const outcomes = await run('while (x === 0 || x === 1); return x', 4, { deadline: 2 });
    for (const key of ['0', '1']) expect(String(outcomes[key])).toMatch(/deadline of 2 s/);
    expect(outcomes).toMatchObject({ 2: 2, 3: 3 });
    expect(await run('if (x === 0) await new Promise(() => {}); return x', 3, { deadline: 5 })).toMatchObject({
      1: 1,
      2: 2,
    });
  });

  it('takes no more tasks than it has room for, from any source, and closes the source', async () => {
    let [taken, closed] = [0, false];
    async function* source() {
      try {
        for (let x = 0; ; x++) {
          taken++;
          yield { key: String(x), input: { x } };
        }
      } finally {
        closed = true;
      }
    }
    for await (const { key } of local({ workers: 2 }).run(job('return x'), source())) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (key === '20') break;
    }
    expect(taken).toBeLessThan(32);
    expect(closed).toBe(true);
  });

  it('throws what the source of the tasks throws', async () => {
    function* source() {
      yield* tasks(2);
      throw new Error('no more rows');
    }
    await expect(collect(local({ workers: 2 }).run(later, source()))).rejects.toThrow('no more rows');
  });

  it('ends on abort, with a checkpoint from which the task goes on', async () => {
    const runner = local({ workers: 1 });
    const counts = job(`
      const kept = await checkpoint.read();
      if (kept) return ['went on', kept];
      report('begun');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await checkpoint.write(new Uint8Array([x, 7]));
      throw new Error('stopped');`);
    const controller = new AbortController();
    const aborted = collect(
      runner.run(counts, tasks(1), {
        signal: controller.signal,
        onProgress: (key, value) => controller.abort(new Error(`${key} has ${value}`)),
      }),
    );
    await expect(aborted).rejects.toThrow('0 has begun');
    expect(await collect(runner.run(counts, tasks(1)))).toEqual({ 0: ['went on', new Uint8Array([0, 7])] });
  });

  it('reports at most once a second, the latest', async () => {
    const heard: unknown[] = [];
    await run(
      'for (let i = 0; i < 150; i++) { report(i); await new Promise((r) => setTimeout(r, 10)); } await new Promise((r) => setTimeout(r, 800));',
      1,
      {
        onProgress: (_, value) => heard.push(value),
      },
    );
    expect(heard[0]).toBe(0);
    expect(heard.length).toBeLessThanOrEqual(3);
    expect(heard.at(-1)).toBe(149);
  });

  it('refuses wrong options', () => {
    expect(() => local({ workers: 0 })).toThrow('local: workers must be a positive whole number, got 0');
    expect(() => local().run(later, [], { timeout: -1 })).toThrow(
      'run: timeout must be a finite number above 0, got -1',
    );
    for (const name of ['timeout', 'deadline']) {
      expect(() => local().run(later, [], { [name]: 2_147_484 })).toThrow(`${name} must be at most 2147483 seconds`);
    }
    expect(() => local().run(later, [], { onprogress: () => {} } as never)).toThrow("did you mean 'onProgress'");
  });
});
