// trainTable: from rows to a model that predicts in the target's own units, by both kinds of models and for both kinds of targets.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseCsv } from '../../src/datasets.js';
import { linear, memoryUsage, mlp, normalization, type Progress, sequential, targetScaling } from '../../src/index.js';
import { type TableModel, trainTable } from '../../src/tabular.js';
import { fit as workerFit } from '../../src/worker.js';
import { aborted, cars, csvOf, iris, memoryPlace, temporaryFolder } from './tables.js';

const folder = temporaryFolder();

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a target of numbers', () => {
  it.each(['linear', 'mlp'] as const)(
    'is predicted in its own units by a %s model, and scored on held-out rows',
    async (model) => {
      using one = await trainTable(cars, { target: 'price', model });
      expect(one.classes).toBeUndefined();
      expect(one.scores!.rows).toBe(60);
      expect(one.heldOut.length).toBe(60);
      expect(one.scores!.r2).toBeGreaterThan(0.98);
      const row = cars[one.heldOut[0]!]!;
      expect(Math.abs((one.predict(row) as number) - (row.price as number))).toBeLessThan(2500);
      const held = one.heldOut.map((i) => cars[i]!);
      const errors = one.predict(held).map((price, i) => Math.abs((price as number) - (held[i]!.price as number)));
      expect(one.scores!.mae).toBeCloseTo(errors.reduce((sum, error) => sum + error, 0) / 60, 2);
      expect(await one.evaluate(held)).toEqual(one.scores);
      expect(() => one.predictProba(row)).toThrow('predictProba: the target must be of classes, got numbers');
    },
  );

  it('of several columns gives an array a row', async () => {
    using one = await trainTable(cars, { target: ['price', 'power'], model: 'linear' });
    expect(one.schema.features).not.toContain('power');
    const predicted = one.predict(cars[3]!) as number[];
    expect(predicted.length).toBe(2);
    expect(one.predict(cars.slice(0, 2)).map((row) => (row as number[]).length)).toEqual([2, 2]);
  });

  it('by the linear model is what the normal equations of a ridge give', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({ x: i, y: 5 * i + ((i * 7) % 11) - 100 }));
    using one = await trainTable(rows, { target: 'y', model: 'linear', weightDecay: 3, holdOut: 0 });
    const mean = (of: (row: (typeof rows)[0]) => number) => rows.reduce((sum, row) => sum + of(row), 0) / 30;
    const [x, y] = [mean((row) => row.x), mean((row) => row.y)];
    const deviation = Math.sqrt(mean((row) => (row.x - x) ** 2));
    // Ridge of x scaled to deviation 1: w = sum(z y) / (sum(z^2) + alpha), with sum(z^2) = 30.
    const w = (30 * mean((row) => ((row.x - x) / deviation) * (row.y - y))) / (30 + 3);
    for (const at of [0, 10, 50]) {
      expect(one.predict({ x: at })).toBeCloseTo(y + (w * (at - x)) / deviation, 3);
    }
    expect(one.scores).toBeUndefined();
    expect(one.heldOut).toEqual([]);
  });

  it('that does not vary is predicted', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({ x: i, y: 7 }));
    using one = await trainTable(rows, { target: 'y', model: 'linear' });
    expect(one.predict({ x: 3 })).toBeCloseTo(7, 4);
  });
});

describe('a target of classes', () => {
  it.each(['linear', 'mlp'] as const)('is predicted by name by a %s model', async (model) => {
    using one = await trainTable(iris(), { target: 'species', model });
    expect(one.classes).toEqual(['setosa', 'versicolor', 'virginica']);
    expect(one.scores!.rows).toBe(30);
    expect(one.scores!.accuracy).toBeGreaterThan(0.9);
    expect(one.scores!.confusion!.flat().reduce((sum, count) => sum + count, 0)).toBe(30);
    // The same share of each class is held out.
    expect(one.scores!.confusion!.map((row) => row.reduce((sum, count) => sum + count, 0))).toEqual([10, 10, 10]);
    const rows = iris().slice(0, 3);
    expect(one.predict(rows)).toEqual(['setosa', 'setosa', 'setosa']);
    const [first] = one.predictProba(rows);
    expect(first!.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    expect(one.predictProba(rows[0]!)).toEqual(first);
    expect(one.predict([])).toEqual([]);
    expect(one.predictProba([])).toEqual([]);
  });

  it('of numbers is one where its column is read so', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({ x: i, passed: Number(i > 30) }));
    using one = await trainTable(rows, { target: 'passed', model: 'linear', columns: { passed: 'category' } });
    expect(one.predict([{ x: 0 }, { x: 59 }])).toEqual(['0', '1']);
  });
});

describe('a source', () => {
  it('may be a file, a blob, pieces of text, rows, or rows that come', async () => {
    const text = csvOf(cars);
    const path = join(folder, 'cars.csv');
    writeFileSync(path, text);
    const options = { target: 'price', model: 'linear' } as const;
    async function* cursor() {
      yield cars.slice(0, 100);
      yield* cars.slice(100);
    }
    async function* pieces() {
      yield text.slice(0, 500);
      yield text.slice(500);
    }
    const predictions: unknown[] = [];
    for (const source of [path, new Blob([text]), [text], pieces(), cars, new Set(cars), cursor()]) {
      using one = await trainTable(source, options);
      predictions.push(one.predict(cars[7]!));
    }
    expect(new Set(predictions).size).toBe(1);
  });

  it('is read by the options of a table, in trainTable and evaluate', async () => {
    const text = `kind;size\n${Array.from({ length: 60 }, (_, i) => `${i % 2 ? 'a' : 'b'};${i % 2 ? 'n/a' : `1.${100 + i},5`}`).join('\n')}\n`;
    const columns = { size: { missingValues: ['n/a'] } };
    const options = { target: 'kind', delimiter: ';', decimal: ',', thousands: '.', missing: 'mean', columns } as const;
    using one = await trainTable([text], { ...options, model: 'linear' });
    expect(one.schema.columns).toMatchObject([{ kind: 'number', name: 'size', missing: 30 }]);
    expect((await one.evaluate([text])).rows).toBe(60);
  });

  it('of objects leaves rows out of an evaluation as out of training', async () => {
    const rows = [...cars, { ...cars[0]!, power: null }, { ...cars[1]!, price: null }];
    using one = await trainTable(rows, { target: 'price', model: 'linear', missing: 'drop' });
    expect(one.schema.rows).toBe(cars.length);
    expect((await one.evaluate(rows)).rows).toBe(cars.length);
  });
});

describe('training', () => {
  it('gives the same bytes for the same seed, and others for another', async () => {
    const bytes = [];
    for (const seed of [1, 1, 2]) {
      using one = await trainTable(cars, { target: 'price', epochs: 3, seed });
      bytes.push(await savedBytes(one));
    }
    expect(bytes[0]).toEqual(bytes[1]);
    expect(bytes[0]).not.toEqual(bytes[2]);
  });

  it('runs in a worker to the same bytes', async () => {
    for (const options of [{ epochs: 3 }, { model: 'linear' }] as const) {
      using here = await trainTable(cars, { target: 'price', ...options });
      using there = await trainTable(cars, { target: 'price', ...options, fit: workerFit });
      expect(await savedBytes(there)).toEqual(await savedBytes(here));
    }
  });

  it('takes a model of your own, and scales around it what it does not scale itself', async () => {
    const inputs = parseCsv(csvOf(cars), { target: 'price' }).features.length;
    const own = mlp({ inputs, hidden: [8], outputs: 1, activation: 'tanh', seed: 1 });
    using one = await trainTable(cars, { target: 'price', model: own, lr: 0.02 });
    expect(one.scores!.r2).toBeGreaterThan(0.95);
    expect(one.model.layers.slice(1, -1)).toEqual(own.layers);
    const layers = [
      normalization({ mean: new Array(inputs).fill(1), std: new Array(inputs).fill(2) }),
      linear(inputs, 1),
    ];
    const whole = sequential(...layers, targetScaling({ mean: [1], std: [2] }));
    using two = await trainTable(cars, { target: 'price', model: whole, epochs: 1 });
    expect(two.model.layers).toEqual(whole.layers);
  });

  it('takes every optimizer and schedule by its name', async () => {
    const { OPTIMIZERS, SCHEDULES } = await import('../../src/tabular/options.js');
    for (const optimizer of Object.keys(OPTIMIZERS) as (keyof typeof OPTIMIZERS)[]) {
      using one = await trainTable(cars, { target: 'price', optimizer, lr: 0.001, epochs: 2 });
      expect(one.history.length).toBe(2);
    }
    const lrs = new Map<string, number[]>();
    for (const schedule of Object.keys(SCHEDULES) as (keyof typeof SCHEDULES)[]) {
      using one = await trainTable(cars, { target: 'price', schedule, lr: 0.01, epochs: 3, weightDecay: 0 });
      lrs.set(
        schedule,
        one.history.map(({ lr }) => lr),
      );
    }
    expect(lrs.get('constant')).toEqual([0.01, 0.01, 0.01]);
    for (const schedule of ['cosine', 'linear', 'oneCycle']) expect(lrs.get(schedule)![2]).toBeLessThan(0.001);
  });

  it('stops early on rows of its own, and gets the best parameters back', async () => {
    using one = await trainTable(cars, {
      target: 'price',
      earlyStopping: { patience: 2 },
      lr: 0.05,
      schedule: 'constant',
    });
    expect(one.history.length).toBeLessThan(100);
    expect(one.history[0]!.validationLoss).toBeGreaterThan(0);
    using all = await trainTable(cars, { target: 'price', earlyStopping: false, validation: 0, epochs: 30 });
    expect(all.history.length).toBe(30);
    expect(all.history[0]!.validationLoss).toBeUndefined();
  });

  it('reports, and stops where a callback says so', async () => {
    const read: number[] = [];
    const progress: Progress[] = [];
    const epochs: number[] = [];
    using one = await trainTable(cars, {
      target: 'price',
      onRead: ({ rows }) => read.push(rows),
      onProgress: (one) => {
        progress.push(one);
      },
      onEpoch: ({ epoch }) => {
        epochs.push(epoch);
        return epoch < 3;
      },
    });
    expect(read.at(-1)).toBe(cars.length);
    expect(progress.length).toBeGreaterThan(0);
    expect(epochs).toEqual([0, 1, 2, 3]);
    expect(one.history.length).toBe(4);
    using solved = await trainTable(cars, { target: 'price', model: 'linear', onEpoch: () => false });
    expect(solved.history.length).toBe(1);
  });

  it.each(['linear', 'mlp'] as const)('goes on from a checkpoint to the same bytes with a %s model', async (model) => {
    const options = { target: 'price', model, epochs: 6 } as const;
    using whole = await trainTable(cars, options);
    const place = memoryPlace();
    const stop = { checkpoint: { place, every: 1 }, onEpoch: ({ epoch }: { readonly epoch: number }) => epoch < 2 };
    using _ = await trainTable(cars, { ...options, ...stop });
    using resumed = await trainTable(cars, { ...options, resume: place });
    expect(resumed.history.length).toBe(whole.history.length);
    expect(await savedBytes(resumed)).toEqual(await savedBytes(whole));
    await expect(trainTable(cars, { ...options, seed: 3, resume: place })).rejects.toThrow(RangeError);
  });

  it('is aborted while it reads and while it trains, and frees all it took', async () => {
    const before = memoryUsage();
    await expect(trainTable(cars, { target: 'price', signal: aborted('early') })).rejects.toBe('early');
    const controller = new AbortController();
    const training = trainTable(cars, {
      target: 'price',
      signal: controller.signal,
      onEpoch: ({ epoch }) => {
        if (epoch === 2) controller.abort('late');
      },
    });
    await expect(training).rejects.toBe('late');
    await expect(
      trainTable(cars, {
        target: 'price',
        onEpoch: () => {
          throw new Error('mine');
        },
      }),
    ).rejects.toThrow('mine');
    expect(memoryUsage()).toBe(before);
  });

  it('frees all but the model', async () => {
    const before = memoryUsage();
    const one = await trainTable(cars, { target: 'price', epochs: 2 });
    expect(memoryUsage()).toBeGreaterThan(before);
    one.dispose();
    expect(memoryUsage()).toBe(before);
    expect(() => one.predict(cars[0]!)).toThrow('was used after dispose()');
  });

  it('ignores a column that does not vary among the rows to train on, whatever it is in others', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ x: i, same: 5, y: 2 * i }));
    for (const model of ['linear', 'mlp'] as const) {
      using one = await trainTable(rows, { target: 'y', model, epochs: 20 });
      expect(one.predict({ x: 7, same: 1e6 })).toBe(one.predict({ x: 7, same: 5 }));
    }
  });
});

async function savedBytes(model: TableModel): Promise<Uint8Array | undefined> {
  const place = memoryPlace();
  await model.save(place);
  return place.read();
}
