import { describe, expect, it } from 'vitest';
import { kernels } from '../testingKernels.js';
import { noise } from '../train/byHand.js';
import { expectSameBits, expectWithin, given, output, ROUNDING } from './tester.js';

function softmax(x: ArrayLike<number>, B: number, K: number, inPlace = false): Float32Array {
  const input = given(x);
  const y = inPlace ? input : output(B * K);
  kernels().softmax_f32(y.ptr, input.ptr, B, K);
  return y.floats;
}

/** In float64. */
function reference(x: ArrayLike<number>, K: number): Float64Array {
  const y = Float64Array.from(x);
  for (let at = 0; at < y.length; at += K) {
    const row = y.subarray(at, at + K);
    const most = Math.max(...row);
    const sum = row.reduce((total, v) => total + Math.exp(v - most), 0);
    row.forEach((v, k) => {
      row[k] = Math.exp(v - most) / sum;
    });
  }
  return y;
}

describe('softmax_f32', () => {
  it.each([
    [0, 3],
    [3, 0],
    [1, 1],
    [2, 2],
    [3, 3],
    [5, 4],
    [3, 5],
    [7, 10],
    [33, 17],
    [2, 67],
    [4, 1001],
  ])('[%i, %i]', (B, K) => {
    const random = noise(B + K);
    const x = Float32Array.from({ length: B * K }, () => 15 * random());
    const y = softmax(x, B, K);
    const expected = reference(x, K || 1);
    // The difference from the row's maximum is rounded: that relative error times the difference comes out of exp.
    expectWithin(y, expected, (i) => (4 - Math.log(expected[i]!)) * ROUNDING * 2 * expected[i]!, 'y');
    expectSameBits(softmax(x, B, K, true), y, 'in place');
    for (let r = 0; r < B; r++) {
      const [from, to] = [r * K, (r + 1) * K];
      expectSameBits(softmax(x.slice(from, to), 1, K), y.slice(from, to), `row ${r} alone`);
      if (K > 0) expect(Math.abs(y.subarray(from, to).reduce((sum, v) => sum + v, 0) - 1)).toBeLessThan(1e-6);
    }
  });

  it('is stable for 1e4 and for -infinity', () => {
    const x = [1e4, 1e4, -1e4, 1e4 - 2, 0, -Infinity, 0, -Infinity];
    const expected = reference(x, 4);
    expectWithin(softmax(x, 2, 4), expected, (i) => 3e-7 * expected[i]!, 'y');
  });

  it('gives NaN for a row with a NaN or an infinity, and for no other', () => {
    for (const K of [1, 3, 4, 6]) {
      for (const bad of [Number.NaN, Infinity]) {
        const x = new Float32Array(3 * K);
        x[2 * K - 1] = bad;
        const y = softmax(x, 3, K);
        expect(y[2 * K - 1]).toBeNaN();
        expect([...y.subarray(0, K), ...y.subarray(2 * K)].every(Number.isFinite)).toBe(true);
      }
    }
  });
});

it.each([1, 2, 3, 4, 5, 6, 7, 8, 10, 15, 63, 64, 65])('of %i classes: a row has the same bits at every place', (K) => {
  const random = noise(K);
  for (const B of [4, 7, 9]) {
    const x = Float32Array.from({ length: B * K }, () => 9 * random());
    x[K] = Number.NaN;
    x[2 * K] = -0;
    const rows = Array.from({ length: B }, (_, r) => x.slice(r * K, (r + 1) * K));
    const alone = Float32Array.from(rows.flatMap((row) => [...softmax(row, 1, K)]));
    expectSameBits(softmax(x, B, K), alone, `${B} rows`);
    expectSameBits(softmax(x, B, K, true), alone, `${B} rows in place`);
  }
});
