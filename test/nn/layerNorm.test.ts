// layerNorm against a float64 reference and differences of it; in a model and a fit.
import { describe, expect, it } from 'vitest';
import { layerNorm, linear, memoryUsage, sequential } from '../../src/index.js';
import { checkGuards, Guarded } from '../kernels/tester.js';
import { kernels } from '../testingKernels.js';
import { dot, expectClose, expectFitEqualsSteps, expectNoLeak, numbers, samples, slopes, WIDTHS } from './layers.js';

/** y = (x - mean) / sqrt(variance + eps) * w + b, row by row */
function reference(x: ArrayLike<number>, w: ArrayLike<number>, b: ArrayLike<number>, U: number, eps: number): number[] {
  const y: number[] = [];
  for (let start = 0; start < x.length; start += U) {
    const row = Array.from({ length: U }, (_, j) => x[start + j]!);
    const mean = row.reduce((sum, v) => sum + v, 0) / U;
    const variance = row.reduce((sum, v) => sum + (v - mean) * (v - mean), 0) / U;
    y.push(...row.map((v, j) => ((v - mean) / Math.sqrt(variance + eps)) * w[j]! + b[j]!));
  }
  return y;
}

describe.each(WIDTHS)('layerNorm over %i numbers', (U) => {
  it.each([1, 2, 5])('follows the equation and its differences for %i rows, and writes only what is its own', (B) => {
    const { layerNorm_f32, layerNormBackward_f32 } = kernels();
    const values = { x: numbers(B * U, 1), w: numbers(U, 2, 1, 1), b: numbers(U, 3) };
    const dyValues = numbers(B * U, 4);
    const [x, w, b, dy] = [values.x, values.w, values.b, dyValues].map((array) => new Guarded(array));
    const [y, stats, dx] = [B * U, 4 * B, B * U].map((n) => new Guarded(new Float32Array(n)));
    const [dw, db] = [numbers(U, 5), numbers(U, 6)].map((array) => new Guarded(array));
    layerNorm_f32(y!.ptr, stats!.ptr, x!.ptr, w!.ptr, b!.ptr, B, U, 1e-3);
    expectClose(y!.floats, reference(values.x, values.w, values.b, U, 1e-3), 4e-7, 2);

    const loss = (x: ArrayLike<number>, w: ArrayLike<number>, b: ArrayLike<number>) =>
      dot(reference(x, w, b, U, 1e-3), dyValues);
    const expected = {
      dx: slopes((x) => loss(x, values.w, values.b), values.x),
      dw: slopes((w) => loss(values.x, w, values.b), values.w),
      db: slopes((b) => loss(values.x, values.w, b), values.b),
    };
    const backward = (accumulate: number, out: number) =>
      layerNormBackward_f32(dw!.ptr, db!.ptr, out, dy!.ptr, x!.ptr, w!.ptr, stats!.ptr, B, U, accumulate);
    backward(0, dx!.ptr);
    expectClose(dw!.floats, expected.dw, 2e-6, 2);
    expectClose(db!.floats, expected.db, 2e-6, 2);
    expectClose(dx!.floats, expected.dx, 2e-5, 2);
    backward(1, dy!.ptr);
    expectClose(dw!.floats, expected.dw.map((g) => 2 * g), 2e-6, 4); // biome-ignore format: one line
    expect(dy!.words).toEqual(dx!.words);
    checkGuards();
  });
});

it('keeps its digits far from zero, and has no parameters when not affine', () => {
  const x = numbers(3 * 31, 1, 1, 20000);
  using model = sequential(layerNorm(31, { affine: false }));
  expect(model.parameters()).toEqual([]);
  expectClose(model.predict(x), reference(x, Array(31).fill(1), Array(31).fill(0), 31, 1e-5), 1e-6, 1);
});

it('gives the bias for a constant row, and NaN for a row with one', () => {
  using model = sequential(layerNorm(5));
  model.parameters()[1]!.set([1, 2, 3, 4, 5]);
  const rows = [7, 7, 7, 7, 7, 1, Number.NaN, 3, 4, 5, 7, 7, 7, 7, 7];
  const y = [...model.predict(Float32Array.from(rows))];
  expect(y.slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
  expect(y.slice(5, 10).every(Number.isNaN)).toBe(true);
  expect(y.slice(10)).toEqual([1, 2, 3, 4, 5]);
});

it.each([true, false])(
  'trains in a fit as by lossAndGrad and step (affine: %s), and frees all of it',
  async (affine) => {
    using data = samples(5, 2);
    await expectNoLeak(() =>
      expectFitEqualsSteps(
        () =>
          sequential(
            layerNorm(5, { affine }),
            linear(5, 7, { seed: 1 }),
            layerNorm(7, { affine }),
            linear(7, 2, { seed: 2 }),
          ),
        { data },
      ),
    );
  },
);

it('rejects bad arguments', () => {
  const before = memoryUsage();
  expect(() => layerNorm(0)).toThrow('layerNorm: n must be a positive whole number, got 0');
  expect(() => layerNorm(3, { eps: -1 })).toThrow('layerNorm: eps must be a finite number of at least 0, got -1');
  expect(() => layerNorm(3, { affine: 1 as never })).toThrow('layerNorm: affine must be true or false, got 1');
  expect(() => layerNorm(3, { bias: false } as never)).toThrow('layerNorm: unknown option "bias"');
  expect(memoryUsage()).toBe(before);
});
