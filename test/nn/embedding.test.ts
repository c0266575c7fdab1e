// embedding: lookups, gradients in the order of the rows, indices that are none, and a fit.
import { describe, expect, it } from 'vitest';
import { Adam, dataset, embedding, fitSync, linear, memoryUsage, sequential, tensor } from '../../src/index.js';
import { checkGuards, given, output } from '../kernels/tester.js';
import { kernels } from '../testingKernels.js';
import { expectFitEqualsSteps, expectNoLeak, numbers, stateOf, WIDTHS } from './layers.js';

/** n class indices below count. */
function indices(n: number, count: number): Float32Array {
  return numbers(n, n + count).map((v) => Math.floor(((v + 1) / 2) * count));
}

describe.each(WIDTHS)('vectors of %i numbers', (U) => {
  it.each([1, 3, 7, 32])('are looked up and gather their gradients in order, for %i indices', (n) => {
    const count = 5;
    const [xs, ws, dys, before] = [indices(n, count), numbers(count * U, 1), numbers(n * U, 2), numbers(count * U, 3)];
    const [x, w, dy, dw] = [xs, ws, dys, before].map(given);
    const [y, words] = [output(n * U), output(n)];
    kernels().embedding_f32(y.ptr, words.ptr, x!.ptr, w!.ptr, n, count, U);
    expect([...words.words]).toEqual([...xs]);
    expect(y.floats).toEqual(Float32Array.from({ length: n * U }, (_, i) => ws[xs[Math.floor(i / U)]! * U + (i % U)]!));
    for (const [accumulate, expected] of [
      [1, before.slice()],
      [0, new Float32Array(count * U)],
    ] as const) {
      for (let i = 0; i < n * U; i++) expected[xs[Math.floor(i / U)]! * U + (i % U)]! += dys[i]!;
      kernels().embeddingBackward_f32(dw!.ptr, dy!.ptr, words.ptr, n, count, U, accumulate);
      expect(dw!.floats).toEqual(expected);
    }
    checkGuards();
  });
});

it('reads nothing outside of its table, whatever it is given', () => {
  const xs = [-1, 4, 1e30, Number.NaN, Infinity, -Infinity, 2.9, 2 ** 31, -0];
  const [x, w, y, words] = [given(xs), given([10, 11, 12, 13]), output(9), output(9)];
  kernels().embedding_f32(y.ptr, words.ptr, x.ptr, w.ptr, 9, 4, 1);
  expect([...y.floats]).toEqual([10, 13, 13, 10, 13, 10, 12, 13, 10]);
});

it('draws torch standard normal numbers, each seed its own', () => {
  const layers = [1, 1, 2].map((seed) => embedding(100, 30, { seed, inputs: 1 }));
  const [a, b, c] = layers.map((layer) => Object.values(layer.parameters)[0]!);
  expect(a!.shape).toEqual([100, 30]);
  expect(a!.data).toEqual(b!.data);
  expect(a!.data).not.toEqual(c!.data);
  const mean = a!.data.reduce((sum, v) => sum + v, 0) / 3000;
  const variance = a!.data.reduce((sum, v) => sum + v * v, 0) / 3000;
  expect(Math.abs(mean)).toBeLessThan(0.1);
  expect(Math.abs(variance - 1)).toBeLessThan(0.15);
  for (const layer of layers) sequential(layer).dispose();
});

it('takes as many indices a row as the next layer makes it', () => {
  using model = sequential(embedding(10, 4, { seed: 1 }), linear(12, 2, { seed: 1 }));
  expect([model.inputs, model.outputs]).toEqual([3, 2]);
  expect(() => sequential(embedding(10, 4), linear(10, 2))).toThrow(
    'sequential: layers[1], linear(10, 2), must read whole vectors of embedding(10, 4) before it, got 10 inputs',
  );
  expect(() => sequential(embedding(10, 4))).toThrow('sequential: layers must fix the number of inputs');
  expect(() => sequential(embedding(10, 4, { inputs: 2 }), linear(12, 2))).toThrow('must read the 8 outputs before it');
  expect(() => sequential(linear(2, 2), embedding(10, 4))).toThrow(
    'sequential: embedding(10, 4) must be the first layer, got it as layers[1]',
  );
});

const BAD = [-1, 3, 0.5, Number.NaN, Infinity];

it.each(BAD)('refuses %d as an index before anything is computed', (bad) => {
  using model = sequential(embedding(3, 2, { seed: 1 }), linear(4, 1, { seed: 1 }));
  const state = stateOf(model);
  const x = Float32Array.of(0, 1, 2, bad);
  const message = (at: string) => `${at}[3] must be a class index, a whole number from 0 to 2, got ${bad}`;
  expect(() => model.predict(x)).toThrow(RangeError);
  expect(() => model.predict(x)).toThrow(message('predict: features'));
  using rows = tensor(x, [2, 2]);
  expect(() => model.predict(rows)).toThrow(message('predict: features'));
  expect(() => model.lossAndGrad('mse', x, [1, 2])).toThrow(message('lossAndGrad: features'));
  if (Number.isFinite(bad)) {
    using data = dataset([[0, 1], [2, bad]], [1, 2]); // biome-ignore format: one line
    using optimizer = new Adam(model.parameters());
    expect(() => fitSync(model, data, { loss: 'mse', optimizer })).toThrow(message('fitSync: data.features'));
  }
  expect(stateOf(model)).toEqual(state);
});

it('trains in a fit as by lossAndGrad and step, and frees all of it', async () => {
  const rows = Array.from({ length: 45 }, (_, i) => [...indices(3, 6 + (i % 3))].map((v) => v % 6));
  using data = dataset(
    rows,
    rows.map((row) => row[0]! - 0.5 * row[2]!),
  );
  await expectNoLeak(() =>
    expectFitEqualsSteps(() => sequential(embedding(6, 5, { seed: 1 }), linear(15, 1, { seed: 2 })), { data }),
  );
});

it('rejects bad arguments', () => {
  const before = memoryUsage();
  expect(() => embedding(0, 2)).toThrow('embedding: count must be a whole number from 1 to 16777216, got 0');
  expect(() => embedding(2 ** 25, 2)).toThrow(RangeError);
  expect(() => embedding(2, 0)).toThrow('embedding: size must be a positive whole number, got 0');
  expect(() => embedding(2, 2, { inputs: 0.5 })).toThrow('embedding: inputs must be a positive whole number');
  expect(() => embedding(2, 2, { init: 'ones' as never })).toThrow('embedding: init must be');
  expect(memoryUsage()).toBe(before);
});
