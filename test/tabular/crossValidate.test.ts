import { describe, expect, it } from 'vitest';
import { blobs, kFolds, linearData } from '../../src/datasets.js';
import {
  Adam,
  dataset,
  fitSync,
  LBFGS,
  linearRegression,
  type Model,
  memoryUsage,
  softmaxRegression,
} from '../../src/index.js';
import { crossValidate } from '../../src/tabular.js';

const make = () => linearRegression({ inputs: 2, seed: 1 });
const options = (model: Model) => ({ optimizer: new Adam(model.parameters(), { lr: 0.1 }), epochs: 20 });

describe('crossValidate', () => {
  it('scores each fold as by hand, with mean and sample deviation, and disposes all it makes', async () => {
    using data = linearData(60, { weights: [2, -3], bias: 1, noise: 0.1, seed: 1 });
    const before = memoryUsage();
    const { scores, mean, std } = await crossValidate(data, 3, make, options, { seed: 5 });
    expect(memoryUsage()).toBe(before);
    const expected = Array.from(kFolds(data, 3, { seed: 5 }), ([training, validation]) => {
      const model = make();
      fitSync(model, training, options(model));
      return model.evaluate(validation);
    });
    expect(scores).toEqual(expected);
    const r2 = expected.map((one) => one.r2);
    const average = (r2[0]! + r2[1]! + r2[2]!) / 3;
    expect(mean.r2).toBeCloseTo(average, 12);
    expect(std.r2).toBeCloseTo(Math.sqrt(r2.reduce((sum, value) => sum + (value - average) ** 2, 0) / 2), 12);
    expect(Object.keys(mean).sort()).toEqual(['loss', 'mae', 'r2']);
  });

  it('takes classes, in equal parts on request, LBFGS, and the samples to scale by', async () => {
    using data = blobs(90, { centers: [[0, 0], [4, 0], [0, 4]], deviation: 0.5, seed: 1 }); // biome-ignore format: one line
    const seen: number[] = [];
    const { scores, mean } = await crossValidate(
      data,
      5,
      (training, fold) => {
        seen.push(fold, training.length);
        return softmaxRegression({ inputs: 2, classes: 3, normalize: training, seed: 1 });
      },
      (model) => ({ optimizer: new LBFGS(model.parameters(), { lineSearchFn: 'strong_wolfe' }), epochs: 10 }),
      { stratify: true },
    );
    expect(seen).toEqual([0, 72, 1, 72, 2, 72, 3, 72, 4, 72]);
    expect(scores.map(({ confusion }) => confusion!.map((row) => row.reduce((a, b) => a + b)))).toEqual(
      new Array(5).fill([6, 6, 6]),
    );
    expect(mean.accuracy).toBeGreaterThan(0.95);
  });

  it('refuses what it cannot use, and leaves nothing behind', async () => {
    using data = dataset([[1, 2], [3, 4], [5, 6], [7, 9]], [1, 2, 3, 4]); // biome-ignore format: one line
    const before = memoryUsage();
    const controller = new AbortController();
    controller.abort('enough');
    const cases: [Parameters<typeof crossValidate>, string][] = [
      [[data, 1, make, options], 'kFolds: k must be'],
      [[data, 5, make, options], 'kFolds: k must be at most the 4 samples, got 5'],
      [[[] as never, 2, make, options], 'kFolds: data must be a dataset'],
      [[data, 2, 3 as never, options], 'crossValidate: make must be a function, got 3'],
      [[data, 2, () => ({}) as never, options], 'crossValidate: make must give a model, got an object'],
      [[data, 2, make, { epochs: 1 } as never], 'crossValidate: fitOptions must be a function, got an object'],
      [[data, 2, make, () => undefined as never], 'fit: options must be an object, got undefined'],
      [[data, 2, make, (model) => ({ ...options(model), signal: controller.signal })], 'enough'],
      [
        [data, 2, make, (model) => ({ optimizer: new Adam(model.parameters(), { lr: 1e30 }), epochs: 50 })],
        'crossValidate: fold 0 must not diverge: try a lower lr',
      ],
    ];
    for (const [args, message] of cases) {
      const error = await crossValidate(...args).then(
        () => 'none',
        (error: unknown) => (error instanceof Error ? error.message : error),
      );
      expect(error).toContain(message);
    }
    expect(memoryUsage()).toBe(before);
  });
});
