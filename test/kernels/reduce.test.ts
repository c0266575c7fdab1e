import { describe, expect, it } from 'vitest';
import { halfSquaredError, halfSquaredErrorGradient } from '../reference/halfSquaredError.js';
import { kernels } from '../testingKernels.js';
import { expectSameBits, expectWithin, given, ordinary, output, ROUNDING, SIZES } from './tester.js';

/** Terms that one lane adds up in float32 before they go to float64. */
const LANE_TERMS = 16;

describe('sum_f32', () => {
  it.each(SIZES)('adds %i numbers', (n) => {
    const x = ordinary(n);
    const [sum, magnitude] = [0, 0].map((_, k) => x.reduce((total, v) => total + (k ? Math.abs(v) : v), 0));
    const actual = kernels().sum_f32(given(x).ptr, n);
    expectWithin([actual], [sum!], () => (LANE_TERMS + 2) * ROUNDING * magnitude!, 'the sum');
  });

  it('adds nothing but the padding of nothing', () => {
    expect(kernels().sum_f32(given([]).ptr, 0)).toBe(0);
  });

  it('does not lose small numbers after a million', () => {
    const n = 1_000_003;
    expect(kernels().sum_f32(given(new Float32Array(n).fill(0.1)).ptr, n)).toBeCloseTo(Math.fround(0.1) * n, 1);
  });

  it.each(SIZES.filter((n) => n > 0))('shows a NaN or an infinity at any place of %i', (n) => {
    for (const at of new Set([0, n >> 1, n - 1])) {
      const x = ordinary(n);
      x[at] = Number.NaN;
      expect(kernels().sum_f32(given(x).ptr, n)).toBeNaN();
      x[at] = -Infinity;
      expect(kernels().sum_f32(given(x).ptr, n)).toBe(-Infinity);
    }
  });

  it('keeps subnormal numbers', () => {
    const x = new Float32Array([1e-45, 1e-45, 1e-40, 0, 1e-45]);
    expect(kernels().sum_f32(given(x).ptr, 5)).toBe(x.reduce((total, v) => total + v, 0));
  });
});

describe('allFinite_f32', () => {
  it.each(SIZES)('sees a NaN or an infinity at each place of %i, and none in the padding', (n) => {
    const x = ordinary(n);
    const { allFinite_f32 } = kernels();
    expect(allFinite_f32(given(x).ptr, n)).toBe(1);
    for (let at = 0; at < n; at++) {
      for (const bad of [Number.NaN, Infinity, -Infinity]) {
        const spoilt = x.slice();
        spoilt[at] = bad;
        const block = given(spoilt);
        if (allFinite_f32(block.ptr, n) !== 0) expect.fail(`${bad} at ${at} of ${n} was not seen`);
        if (at === n - 1 && allFinite_f32(block.ptr, n - 1) !== 1) expect.fail(`${bad} after ${n - 1} was seen`);
      }
    }
  });

  it('takes the largest, the smallest and the subnormal numbers for finite', () => {
    const x = new Float32Array([
      3.4028234663852886e38, -3.4028234663852886e38, 1e-45, -1e-45, 1.1754943508222875e-38, -0,
    ]);
    expect(kernels().allFinite_f32(given(x).ptr, x.length)).toBe(1);
  });

  it('sees NaNs of any sign and payload', () => {
    for (const word of [0x7f800001, 0x7fffffff, 0xff800001, 0xffffffff]) {
      expect(kernels().allFinite_f32(given(Uint32Array.of(word)).ptr, 1)).toBe(0);
    }
  });
});

describe('halfSquaredError_f32', () => {
  it.each(SIZES)('gives the sum over %i elements, and its gradient', (n) => {
    const [prediction, target] = [ordinary(n, 1), ordinary(n, 2)];
    const scale = Math.fround(1 / Math.max(n, 1));
    const expected = halfSquaredError(prediction, target);
    const inputs = [given(prediction), given(target)];
    const [p, t] = inputs.map(({ ptr }) => ptr) as [number, number];
    const bound = () => (LANE_TERMS + 6) * ROUNDING * expected;

    const gradient = output(n);
    expectWithin([kernels().halfSquaredError_f32(gradient.ptr, p, t, n, scale)], [expected], bound, 'the loss');
    const expectedGradient = halfSquaredErrorGradient(prediction, target, scale);
    expectWithin(
      gradient.floats,
      expectedGradient,
      (i) => 2 * ROUNDING * Math.abs(expectedGradient[i]!) + 1e-44,
      'the gradient',
    );
    inputs.forEach((input, i) => {
      expectSameBits(input.floats, [prediction, target][i]!, 'an input');
    });
    expectWithin([kernels().halfSquaredError_f32(0, p, t, n, scale)], [expected], bound, 'the loss alone');

    const inPlace = given(prediction);
    kernels().halfSquaredError_f32(inPlace.ptr, inPlace.ptr, t, n, scale);
    expectSameBits(inPlace.floats, gradient.floats, 'the gradient in place');
  });

  it('shows NaN and infinities, in the loss and at their place in the gradient', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      for (const n of [1, 5, 8, 67]) {
        const prediction = ordinary(n, 1);
        prediction[n - 1] = bad;
        const gradient = output(n);
        const loss = kernels().halfSquaredError_f32(
          gradient.ptr,
          given(prediction).ptr,
          given(ordinary(n, 2)).ptr,
          n,
          1,
        );
        expect(Number.isFinite(loss)).toBe(false);
        expect(gradient.floats[n - 1]).toBe(bad);
        expect(gradient.floats.subarray(0, n - 1).every(Number.isFinite)).toBe(true);
      }
    }
  });

  it('keeps a subnormal error in the gradient', () => {
    const gradient = output(1);
    kernels().halfSquaredError_f32(gradient.ptr, given([3e-45]).ptr, given([1e-45]).ptr, 1, 1);
    expect(gradient.floats[0]).toBe(Math.fround(Math.fround(3e-45) - Math.fround(1e-45)));
    expect(gradient.floats[0]).toBeGreaterThan(0);
  });
});
