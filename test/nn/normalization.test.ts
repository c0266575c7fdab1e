// normalization: moments of the training data, as buffers; its gradient; and a fit.
import { describe, expect, it, vi } from 'vitest';
import { dataset, linear, memoryUsage, normalization, sequential, tensor } from '../../src/index.js';
import { checkGuards, given, output } from '../kernels/tester.js';
import { kernels } from '../testingKernels.js';
import { expectClose, expectFitEqualsSteps, expectNoLeak, numbers, samples, WIDTHS } from './layers.js';

describe.each(WIDTHS)('over %i columns', (U) => {
  it.each([1, 2, 5])('is the rounded difference over the deviation for %i rows, in place too', (B) => {
    const [xs, means, deviations] = [numbers(B * U, 1, 5), numbers(U, 2), numbers(U, 3, 0.5, 1)];
    const [x, mean, std, y] = [given(xs), given(means), given(deviations), output(B * U)];
    const { normalization_f32 } = kernels();
    normalization_f32(y.ptr, x.ptr, mean.ptr, std.ptr, B, U);
    const expected = xs.map((v, i) => Math.fround(v - means[i % U]!) / deviations[i % U]!);
    expect(y.floats).toEqual(expected);
    normalization_f32(y.ptr, x.ptr, 0, std.ptr, B, U);
    expect(y.floats).toEqual(xs.map((v, i) => v / deviations[i % U]!));
    normalization_f32(x.ptr, x.ptr, mean.ptr, std.ptr, B, U);
    expect(x.floats).toEqual(expected);
    checkGuards();
  });
});

it('takes the means and population deviations of a dataset, and the same from a tensor or from numbers', () => {
  const x = numbers(30 * 3, 1, 4, 100);
  using data = dataset(tensor(x, [30, 3]), numbers(30, 2));
  const column = (j: number) => Array.from({ length: 30 }, (_, i) => x[3 * i + j]!);
  const mean = [0, 1, 2].map((j) => column(j).reduce((sum, v) => sum + v / 30, 0));
  const std = [0, 1, 2].map((j) => Math.sqrt(column(j).reduce((sum, v) => sum + (v - mean[j]!) ** 2 / 30, 0)));
  const models = [data, data.features, { mean, std }].map((from) => sequential(normalization(from)));
  for (const model of models) {
    expect(model.parameters()).toEqual([]);
    const { mean: means, std: deviations } = model.layers[0]!.buffers!;
    expectClose(means!.data, mean, 1e-7);
    expectClose(deviations!.data, std, 1e-7);
    expect(model.predict(data.features)).toEqual(models[0]!.predict(data.features));
  }
  expectClose(models[0]!.predict(data.features), Array.from(x, (v, i) => (v - mean[i % 3]!) / std[i % 3]!), 1e-5); // biome-ignore format: one line
  for (const model of models) model.dispose();
});

it('passes gradients on, divided by the deviations', () => {
  using model = sequential(linear(2, 2, { seed: 1 }), normalization({ mean: [1, -1], std: [2, 4] }));
  const [weight, bias] = model.parameters();
  weight!.data.fill(0);
  bias!.set([3, 3]);
  // y = [1, 1], whose half squared error has the gradient y / 2.
  expect(model.lossAndGrad('halfSquaredError', new Float32Array(2), [0, 0])).toBe(0.5);
  expect([...bias!.grad]).toEqual([0.25, 0.125]);
});

it('trains in a fit as by lossAndGrad and step, and frees all of it', async () => {
  using data = samples(5, 2);
  await expectNoLeak(() =>
    expectFitEqualsSteps(
      () =>
        sequential(
          normalization(data),
          linear(5, 7, { seed: 1 }),
          normalization({ mean: numbers(7, 1), std: numbers(7, 2, 0.5, 1) }),
          linear(7, 2, { seed: 2 }),
        ),
      { data },
    ),
  );
});

it('counts the deviation of a constant column as 1', () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  using constant = tensor([1, 5, 2, 5, 3, 5], [3, 2]);
  using model = sequential(normalization(constant), linear(2, 2, { init: 'zeros' }));
  expect(Array.from(model.stateDict()['0.std']!.data as Float32Array)[1]).toBe(1);
  expect(Array.from(model.stateDict()['0.mean']!.data as Float32Array)[1]).toBe(5);
});

it('rejects bad arguments', () => {
  const before = memoryUsage();
  const of = (data: unknown) => () => normalization(data as never);
  expect(of({ mean: [0, 0], std: [1, -1] })).toThrow(
    'normalization: std[1] must be a finite float32 number of at least 0, got -1',
  );
  expect(of({ mean: [0, Number.NaN], std: [1, 1] })).toThrow('normalization: mean[1] must be a finite float32 number');
  expect(of({ mean: [0], std: [1, 1] })).toThrow('normalization: mean and std must be of one length, got 1 and 2');
  expect(of({ mean: [], std: [] })).toThrow(TypeError);
  expect(of({ mean: [0] })).toThrow('normalization: std must be an array of numbers, one per column, got undefined');
  expect(of(undefined)).toThrow(TypeError);
  expect(of({ mean: [0], std: [1], eps: 1 })).toThrow('normalization: unknown option "eps"');
  expect(memoryUsage()).toBe(before);
});
