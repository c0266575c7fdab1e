import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { local, type Runner, StudyError, type SweepOptions, sweep } from '../../src/distribute.js';
import { lossCurve } from '../../src/plot.js';

const at = mkdtempSync(join(tmpdir(), 'adamas-sweep-'));
afterAll(() => rmSync(at, { recursive: true }));

let modules = 0;
/** A job module that calculates. */
function job(body: string): URL {
  const path = join(at, `job${modules++}.mjs`);
  writeFileSync(
    path,
    `export default async ({ params, seed, fold, budget, report, checkpoint, signal }) => { ${body} }`,
  );
  return pathToFileURL(path);
}
const parabola = job(
  'return { value: (params.x - 2) ** 2 + seed / 100 + (fold ?? 0) / 1000, model: new Uint8Array([params.x, seed]), losses: [3, 2, params.x] };',
);
const space = { x: [0, 1, 2, 3, 4], y: ['a', 'b'] };

/** The local runner, whose outcomes come in another order. */
const shuffled = (seed: number): Runner => ({
  async *run(job, tasks, options) {
    const all = [];
    for await (const outcome of local({ workers: 2 }).run<never>(job, tasks, options)) all.push(outcome);
    yield* all.sort(
      (a, b) =>
        ((a.key.length * 31 + a.key.charCodeAt(15) * seed) % 7) -
        ((b.key.length * 31 + b.key.charCodeAt(15) * seed) % 7),
    );
  },
});

describe('sweep', () => {
  it('tries every combination with every seed and fold, and says which is best', async () => {
    const { table, best, curves } = await sweep({
      job: parabola,
      space,
      seeds: [5, 1],
      folds: 2,
      runner: local({ workers: 2 }),
    });
    expect(table).toHaveLength(40);
    expect(table.slice(0, 5)).toMatchObject([
      { params: { x: 0, y: 'a' }, seed: 5, fold: 0 },
      { params: { x: 0, y: 'a' }, seed: 5, fold: 1 },
      { params: { x: 0, y: 'a' }, seed: 1, fold: 0 },
      { params: { x: 0, y: 'a' }, seed: 1, fold: 1 },
      { params: { x: 0, y: 'b' }, seed: 5, fold: 0 },
    ]);
    expect(best).toMatchObject({
      params: { x: 2, y: 'a' },
      seed: 1,
      fold: 0,
      value: 0.01,
      model: new Uint8Array([2, 1]),
    });
    expect(best.mean).toBeCloseTo(0.0305, 12);
    expect(lossCurve(curves)).toContain('x 2, y b');
  });

  it('maximises where it is told to', async () => {
    const { best } = await sweep({ job: parabola, space: { x: [0, 1, 5] }, direction: 'maximize' });
    expect(best).toMatchObject({ params: { x: 5 }, value: 9 });
  });

  it('draws the same settings for the same seed, more of them beginning with the same', async () => {
    const options: SweepOptions = {
      job: job('return { value: params.lr };'),
      space: { lr: { min: 1e-4, max: 1, log: true }, units: { min: 4, max: 64, int: true }, kind: ['a', 'b'] },
      search: 'random',
      trials: 20,
    };
    const { table, best } = await sweep(options);
    const again = await sweep({ ...options, trials: 25, runner: shuffled(3) });
    expect(again.table.slice(0, 20)).toEqual(table);
    expect((await sweep({ ...options, seed: 1 })).table).not.toEqual(table);
    const lrs = table.map(({ params }) => params.lr as number);
    expect(Math.min(...lrs)).toBeGreaterThanOrEqual(1e-4);
    expect(lrs.filter((lr) => lr < 0.01).length).toBeGreaterThan(4);
    expect(table.every(({ params }) => Number.isInteger(params.units))).toBe(true);
    expect(best.value).toBe(Math.min(...lrs));
    const some = await sweep({ ...options, space, search: 'random', trials: 10, job: parabola });
    expect(new Set(some.table.map(({ params }) => JSON.stringify(params))).size).toBe(10);
  });

  it('halves in rungs whose choice does not depend on the order of the results', async () => {
    const options: SweepOptions = {
      job: job('return { value: Math.abs(params.x - 4.2) / budget, model: new Uint8Array([params.x, budget]) };'),
      space: { x: Array.from({ length: 9 }, (_, x) => x) },
      search: 'halving',
      budgets: [1, 3, 9],
    };
    const { table, best } = await sweep(options);
    expect(table.map(({ budget }) => budget)).toEqual([...Array(9).fill(1), ...Array(3).fill(3), 9]);
    expect(table.filter(({ budget }) => budget === 3).map(({ params }) => params.x)).toEqual([3, 4, 5]);
    expect(best).toMatchObject({ params: { x: 4 }, budget: 9, model: new Uint8Array([4, 9]) });
    for (const seed of [1, 2])
      expect(await sweep({ ...options, runner: shuffled(seed) })).toEqual({ table, best, curves: {} });
  });

  it('goes on with a study that is kept, and adds seeds', async () => {
    const place = join(at, 'kept.study');
    const log = join(at, 'log');
    writeFileSync(log, '');
    const counting = job(
      `(await import('node:fs')).appendFileSync(${JSON.stringify(log)}, 'x'); return { value: params.x === 3 && seed === 1 ? -9 : params.x, model: new Uint8Array([params.x, seed]) };`,
    );
    const runs = () => readFileSync(log, 'utf8').length;
    const options = { job: counting, space: { x: [3, 1, 2] }, place };
    const first = await sweep(options);
    expect([runs(), first.best.params]).toEqual([3, { x: 1 }]);
    expect(await sweep(options)).toEqual(first);
    expect(runs()).toBe(3);
    // The new leader's first model was dropped: its training is run again.
    const two = await sweep({ ...options, seeds: 2 });
    expect(two.best).toMatchObject({ params: { x: 3 }, seed: 1, model: new Uint8Array([3, 1]) });
    expect(two.best.mean).toBe(-3);
    expect(runs()).toBe(6);
  });

  it('refuses to go on with another space, search, job or name', async () => {
    const place = join(at, 'other.study');
    const options = { job: parabola, space: { x: [1, 2] }, place, name: 'mine' };
    await sweep(options);
    const bytes = readFileSync(place);
    const refused = (change: object) => expect(sweep({ ...options, ...change })).rejects;
    await refused({ space: { x: [1, 2, 3] } }).toThrow(
      /^sweep: the study "mine" of that place has another space: give another place and name/,
    );
    await refused({ name: 'yours' }).toThrow('is another study');
    await refused({ folds: 2 }).toThrow('another number of folds');
    await refused({ job: job('return { value: 1 }') }).toThrow('another version of the job module');
    expect(readFileSync(place)).toEqual(bytes);
    writeFileSync(place, bytes.subarray(0, 100));
    await refused({}).toThrow(/cannot be read/);
  });

  it('tells of jobs that fail after the others have ended, and keeps those', async () => {
    const place = join(at, 'failing.study');
    const failing = job(
      "if (params.x === 2) throw new RangeError('not 2'); if (params.x === 3) return { value: NaN }; return { value: params.x };",
    );
    const rows: unknown[] = [];
    const error = await sweep({
      job: failing,
      space: { x: [1, 2, 3, 4] },
      place,
      onRow: (row) => rows.push(row),
    }).catch((error) => error);
    expect(error).toBeInstanceOf(StudyError);
    expect(error.message).toBe(
      'sweep: 2 of 4 jobs failed; the others are kept, and the study continues from them. x 2, seed 0: RangeError: not 2',
    );
    expect(rows).toHaveLength(2);
    await expect(sweep({ job: failing, space: { x: [3] } })).rejects.toThrow(
      'returned the value NaN: return Infinity for a training that diverged',
    );
    await expect(sweep({ job: job('return 3'), space: { x: [3] } })).rejects.toThrow(
      'must return { value: number }, got 3',
    );
    await expect(sweep({ job: job('while (true);'), space: { x: [3] }, timeout: 0.3 })).rejects.toThrow(
      'ran longer than 0.3 s',
    );
    const diverged = await sweep({ job: job('return { value: params.x ? 1 : Infinity }'), space: { x: [0, 1] } });
    expect(diverged.best.params).toEqual({ x: 1 });
  });

  it('keeps on abort what is finished', async () => {
    const place = join(at, 'aborted.study');
    const controller = new AbortController();
    const options = { job: parabola, space: { x: [0, 1, 2, 3, 4, 5, 6, 7] }, place, runner: local({ workers: 1 }) };
    const aborted = sweep({
      ...options,
      signal: controller.signal,
      onRow: (_, done) => done === 3 && controller.abort(new Error('enough')),
    });
    await expect(aborted).rejects.toThrow('enough');
    const done: number[] = [];
    const whole = await sweep({ ...options, onRow: (_, n) => done.push(n) });
    expect(done[0]).toBeGreaterThan(3);
    expect(whole).toEqual(await sweep({ ...options, place: undefined }));
  });

  it('refuses wrong options', async () => {
    const refused = (options: object) => expect(sweep({ job: parabola, space, ...options } as SweepOptions)).rejects;
    await refused({ space: {} }).toThrow('sweep: space must have a parameter');
    await refused({ space: { lr: [] } }).toThrow('sweep: space.lr must have a value');
    await refused({ space: { lr: { min: 0, max: 1, log: true } }, search: 'random', trials: 2 }).toThrow(
      'sweep: space.lr.min must be a finite number above 0',
    );
    await refused({ space: { lr: { min: 0, max: 1 } } }).toThrow(
      "must be an array of values for search 'grid', got a range",
    );
    await refused({ search: 'random' }).toThrow('needs trials');
    await refused({ search: 'halving' }).toThrow('needs budgets');
    await refused({ search: 'halving', budgets: [3, 1] }).toThrow(
      'sweep: budgets[1] must be larger than the one before',
    );
    await refused({ search: 'random', trials: 11 }).toThrow('sweep: trials must be at most 10');
    await refused({ job: './train.js' }).toThrow('sweep: job must be a URL');
    await refused({ seeds: 0 }).toThrow('sweep: seeds must be a positive whole number');
    await refused({ tries: 3 }).toThrow("did you mean 'trials'");
    await refused({ place: 3 }).toThrow('place must be a path');
  });
});
