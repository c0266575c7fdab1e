// batchNorm against a float64 reference and differences of it, its running statistics, and in a fit.
import { describe, expect, it } from 'vitest';
import { Adam, batchNorm, dataset, fitSync, linear, memoryUsage, relu, SGD, sequential } from '../../src/index.js';
import { checkGuards, Guarded } from '../kernels/tester.js';
import { kernels } from '../testingKernels.js';
import {
  dot,
  expectClose,
  expectFitEqualsSteps,
  expectNoLeak,
  numbers,
  samples,
  slopes,
  stateOf,
  WIDTHS,
} from './layers.js';

/** The mean and the sum of squared distances to it, of each column. */
function moments(x: ArrayLike<number>, U: number): { mean: number[]; squares: number[] } {
  const mean = Array<number>(U).fill(0);
  const squares = Array<number>(U).fill(0);
  for (let i = 0; i < x.length; i++) mean[i % U]! += (x[i]! * U) / x.length;
  for (let i = 0; i < x.length; i++) squares[i % U]! += (x[i]! - mean[i % U]!) ** 2;
  return { mean, squares };
}

/** y = (x - mean) / sqrt(variance + eps) * w + b, column by column */
function reference(x: ArrayLike<number>, w: ArrayLike<number>, b: ArrayLike<number>, U: number, eps: number): number[] {
  const { mean, squares } = moments(x, U);
  const B = x.length / U;
  return Array.from(x, (v, i) => {
    const j = i % U;
    return ((v - mean[j]!) / Math.sqrt(squares[j]! / B + eps)) * w[j]! + b[j]!;
  });
}

describe.each(WIDTHS)('batchNorm over %i columns', (U) => {
  it.each([2, 3, 9])('follows the equation and its differences for %i rows, and writes only what is its own', (B) => {
    const { batchNorm_f32, batchNormBackward_f32 } = kernels();
    const values = { x: numbers(B * U, 1), w: numbers(U, 2, 1, 1), b: numbers(U, 3), mean: numbers(U, 4) };
    const variance = numbers(U, 5, 0.5, 1);
    const dyValues = numbers(B * U, 6);
    const [x, w, b, dy] = [values.x, values.w, values.b, dyValues].map((array) => new Guarded(array));
    const [runningMean, runningVar] = [values.mean, variance].map((array) => new Guarded(array));
    const [y, dx] = [B * U, B * U].map((n) => new Guarded(new Float32Array(n)));
    const stats = new Guarded(new Float32Array(12 * Math.ceil(U / 4)));
    const [dw, db] = [numbers(U, 5), numbers(U, 6)].map((array) => new Guarded(array));
    const forward = (training: number) =>
      batchNorm_f32(
        ...[y!.ptr, stats.ptr, x!.ptr, w!.ptr, b!.ptr, runningMean!.ptr, runningVar!.ptr],
        ...[B, U, training, 1e-2, 0.3],
      );
    forward(0);
    const fixed = Array.from(values.x, (v, i) => {
      const j = i % U;
      return ((v - values.mean[j]!) / Math.sqrt(variance[j]! + 1e-2)) * values.w[j]! + values.b[j]!;
    });
    expectClose(y!.floats, fixed, 4e-7, 2);
    expect(runningMean!.floats).toEqual(values.mean);
    expect(runningVar!.floats).toEqual(variance);

    forward(1);
    expectClose(y!.floats, reference(values.x, values.w, values.b, U, 1e-2), 4e-7, 4);
    const { mean, squares } = moments(values.x, U);
    expectClose(runningMean!.floats, mean.map((m, j) => 0.3 * m + 0.7 * values.mean[j]!), 6e-8); // biome-ignore format: one line
    expectClose(runningVar!.floats, squares.map((s, j) => (0.3 * s) / (B - 1) + 0.7 * variance[j]!), 2e-7); // biome-ignore format: one line

    const loss = (x: ArrayLike<number>, w: ArrayLike<number>, b: ArrayLike<number>) =>
      dot(reference(x, w, b, U, 1e-2), dyValues);
    const expected = {
      dx: slopes((x) => loss(x, values.w, values.b), values.x),
      dw: slopes((w) => loss(values.x, w, values.b), values.w),
      db: slopes((b) => loss(values.x, values.w, b), values.b),
    };
    const backward = (accumulate: number, out: number) =>
      batchNormBackward_f32(dw!.ptr, db!.ptr, out, dy!.ptr, x!.ptr, w!.ptr, stats.ptr, B, U, accumulate);
    backward(0, dx!.ptr);
    expectClose(dw!.floats, expected.dw, 2e-6, 2);
    expectClose(db!.floats, expected.db, 2e-6, 2);
    expectClose(dx!.floats, expected.dx, 2e-5, 4);
    backward(1, dy!.ptr);
    expectClose(dw!.floats, expected.dw.map((g) => 2 * g), 2e-6, 4); // biome-ignore format: one line
    expect(dy!.words).toEqual(dx!.words);
    checkGuards();
  });
});

it('keeps running statistics as torch does, by its names, and predicts by them', () => {
  using model = sequential(batchNorm(3, { momentum: 0.25 }));
  const { running_mean, running_var, num_batches_tracked } = model.layers[0]!.buffers!;
  expect([...running_mean!.data, ...running_var!.data, ...num_batches_tracked!.data]).toEqual([0, 0, 0, 1, 1, 1, 0]);
  let mean = [0, 0, 0];
  let variance = [1, 1, 1];
  for (const seed of [1, 2, 3]) {
    const x = numbers(3 * 5, seed, 2, 1);
    model.lossAndGrad('mse', x, x);
    const batch = moments(x, 3);
    mean = mean.map((m, j) => 0.75 * m + 0.25 * batch.mean[j]!);
    variance = variance.map((v, j) => 0.75 * v + (0.25 * batch.squares[j]!) / 4);
  }
  expectClose(running_mean!.data, mean, 2e-7);
  expectClose(running_var!.data, variance, 2e-7);
  expect(num_batches_tracked!.data[0]).toBe(3);
  expect(num_batches_tracked!.shape).toEqual([]);
  const state = stateOf(model);
  const x = numbers(3, 9);
  expectClose(model.predict(x), Array.from(x, (v, j) => (v - mean[j]!) / Math.sqrt(variance[j]! + 1e-5)), 1e-6); // biome-ignore format: one line
  expect(stateOf(model)).toEqual(state);
});

it.each([true, false])(
  'trains in a fit as by lossAndGrad and step (affine: %s), and frees all of it',
  async (affine) => {
    using data = samples(5, 2);
    await expectNoLeak(() =>
      expectFitEqualsSteps(
        () =>
          sequential(
            batchNorm(5, { affine }),
            linear(5, 7, { seed: 1 }),
            batchNorm(7, { affine }),
            relu(),
            linear(7, 2, { seed: 2 }),
          ),
        { data },
      ),
    );
  },
);

it('brings back the running statistics with the parameters when a fit diverges', () => {
  using data = samples(3, 1);
  using model = sequential(batchNorm(3), linear(3, 1, { seed: 1 }));
  using optimizer = new SGD(model.parameters(), { lr: 1e38 });
  const before = stateOf(model);
  const result = fitSync(model, data, { loss: 'mse', optimizer, epochs: 3, batchSize: 15 });
  expect(result.status).toBe('diverged');
  expect(stateOf(model)).toEqual(before);
});

it('does not train on a batch of one row, and says so before it starts', () => {
  using model = sequential(linear(2, 3, { seed: 1 }), batchNorm(3));
  using optimizer = new Adam(model.parameters());
  using data = dataset([[1, 2], [3, 4], [5, 6]], [[1, 2, 3], [1, 2, 3], [1, 2, 3]]); // biome-ignore format: one line
  const state = stateOf(model);
  const message = 'batchNorm(3) must train on batches of more than one row, got a batch of 1';
  const one = () => model.lossAndGrad('mse', new Float32Array(2), [1, 2, 3]);
  expect(one).toThrow(RangeError);
  expect(one).toThrow(`lossAndGrad: ${message}`);
  const fitting =
    (batchSize: number, dropLast = false) =>
    () =>
      fitSync(model, data, { loss: 'mse', optimizer, batchSize, dropLast });
  expect(fitting(1)).toThrow(`fitSync: ${message}`);
  expect(fitting(2)).toThrow(
    'fitSync: batchNorm(3) must train on batches of more than one row, got a last batch of 1, as 3 samples by 2 leave: set dropLast, or another batchSize',
  );
  expect(stateOf(model)).toEqual(state);
  expect(fitting(2, true)().status).toBe('completed');
  expect(fitting(3)().status).toBe('completed');
  expect(model.predict(new Float32Array(2)).length).toBe(3);
});

it('rejects bad arguments', () => {
  const before = memoryUsage();
  expect(() => batchNorm(1.5)).toThrow('batchNorm: n must be a positive whole number, got 1.5');
  expect(() => batchNorm(3, { momentum: 2 })).toThrow('batchNorm: momentum must be in [0, 1], got 2');
  expect(() => batchNorm(3, { eps: Number.NaN })).toThrow(
    'batchNorm: eps must be a finite number of at least 0, got NaN',
  );
  expect(memoryUsage()).toBe(before);
});
