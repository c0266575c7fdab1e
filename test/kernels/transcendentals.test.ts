// The functions of assembly/simd over a dense sample of all float32 numbers; test/sweep/run.ts goes through all of them.
import { describe, expect, it } from 'vitest';
import { activations } from '../reference/activations.js';
import { compileTranscendentals, transcendentals } from '../sweep/transcendentals.js';
import { ulps } from '../sweep/ulp.js';
import { kernels } from '../testingKernels.js';
import { expectSameBits, given, output } from './tester.js';

const STRIDE = 997;
const CHUNK = 1 << 20;
const TINY = 2 ** -149;
/** To what the measured errors are rounded. */
const DIGITS = 6e-5;

const apply = await compileTranscendentals(CHUNK);
const values = (name: string, x: readonly number[]) => apply(name, Float32Array.from(x)).slice();

describe.each(transcendentals)('$name', ({ name, reference, max, at, domain }) => {
  it(`is within ${max} ulp on every ${STRIDE}th float32, subnormal numbers, infinities and NaNs among them`, () => {
    const patterns = new Uint32Array(CHUNK);
    const x = new Float32Array(patterns.buffer);
    let worst = 0;
    let worstAt = 0;
    for (let start = 0; start < 2 ** 32; start += CHUNK * STRIDE) {
      for (let i = 0; i < CHUNK; i++) patterns[i] = Math.min(start + i * STRIDE, 2 ** 32 - 1);
      const y = apply(name, x);
      for (let i = 0; i < CHUNK; i++) {
        if (!domain(x[i]!)) continue;
        const error = ulps(y[i]!, reference(x[i]!));
        if (error > worst) [worst, worstAt] = [error, x[i]!];
      }
    }
    expect(worst, `at ${worstAt}`).toBeLessThanOrEqual(max + DIGITS);
    expect(worst).toBeGreaterThan(0.5);
  });

  it('has its largest error where the sweep found it, and no larger', () => {
    const x = Math.fround(at);
    const error = ulps(values(name, [x])[0]!, reference(x));
    expect(Math.abs(error - max)).toBeLessThanOrEqual(DIGITS);
    expect(max).toBeLessThanOrEqual(name === 'sigmoid' ? 2.5 : 2);
  });

  it('gives a number the same bits in every lane', () => {
    for (const x of [0.3, -0.7, -12.5]) {
      for (let lane = 0; lane < 4; lane++) {
        const lanes = Float32Array.from({ length: 4 }, (_, i) => (i === lane ? x : -1));
        expect(apply(name, lanes)[lane]).toBe(values(name, [x, x, x, x])[0]);
      }
    }
  });
});

describe('ends and edges', () => {
  const { NaN: nan } = Number;
  it.each<[string, number[], number[]]>([
    ['exp', [0, -0, Infinity, -Infinity, nan, TINY, -TINY], [1, 1, Infinity, 0, nan, 1, 1]],
    ['exp', [88.72283172607422, 88.72283935546875, 3e38], [3.4027985e38, Infinity, Infinity]],
    ['exp', [-103.97, -104, -3e38], [TINY, 0, 0]],
    ['expm1Negative', [0, -Infinity, nan, -TINY, -3e38, -20, -1e-30], [0, -1, nan, -TINY, -1, -1, -1e-30]],
    ['log', [0, -0, 1, Infinity, nan], [-Infinity, -Infinity, 0, Infinity, nan]],
    ['log', [-1, -TINY, -Infinity, TINY], [nan, nan, nan, -149 * Math.LN2]],
    ['log1p', [0, -0, Infinity, -Infinity, nan], [0, -0, Infinity, nan, nan]],
    ['log1p', [-1, -1.0000001, TINY, -TINY, 1e-30], [-Infinity, nan, TINY, -TINY, 1e-30]],
    ['tanh', [0, -0, Infinity, -Infinity, nan, 9.02, -3e38, -TINY], [0, -0, 1, -1, nan, 1, -1, -TINY]],
    ['erf', [0, -0, Infinity, -Infinity, nan, 4, -3e38, TINY, -TINY], [0, -0, 1, -1, nan, 1, -1, TINY, -TINY]],
    ['sigmoid', [0, -0, Infinity, -Infinity, nan, 18, -3e38, -TINY], [0.5, 0.5, 1, 0, nan, 1, 0, 0.5]],
  ])('%s of %j', (name, x, expected) => {
    expectSameBits(values(name, x), Float32Array.from(expected), name);
  });
});

it('gelu keeps its digits where 1 + erf has none left', () => {
  const x = -6;
  const [input, y] = [given([x]), output(1)];
  kernels().gelu_f32(y.ptr, input.ptr, 1);
  expect(ulps(y.floats[0]!, activations.gelu.f(x))).toBeLessThan(6);
  expect(1 + values('erf', [x / Math.SQRT2])[0]!).toBe(0);
});

it('exp makes the operations of its source in their order: nothing is fused or reassociated', () => {
  const f = Math.fround;
  const coefficients = [0.00836626533, 0.0416674353, 0.166665465, 0.49999997];
  const replay = (x: number) => {
    const z = Math.max(Math.min(x, 89), -104);
    const n = f(f(f(z * f(1.44269502)) + 12582912) - 12582912);
    const r = f(f(z - f(n * f(0.693145751953125))) - f(n * f(1.42860677e-6)));
    const p = coefficients.reduce((sum, c) => f(f(sum * r) + f(c)), f(0.00138706772));
    const half = Math.floor(n / 2);
    return f(f(f(1 + f(r + f(f(r * r) * p))) * 2 ** half) * 2 ** (n - half));
  };
  const x = Float32Array.from({ length: 200003 }, (_, i) => -106 + i * 1.05e-3);
  expectSameBits(apply('exp', x).slice(), x.map(replay), 'exp');
});
