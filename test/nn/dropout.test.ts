// dropout: its statistics, its generator's state, what prediction leaves out, and a fit.
import { describe, expect, it } from 'vitest';
import { RandomGenerator } from '../../src/generator.js';
import { dropout, linear, memoryUsage, relu, sequential } from '../../src/index.js';
import { checkGuards, given, output, SIZES } from '../kernels/tester.js';
import { kernels } from '../testingKernels.js';
import { expectFitEqualsSteps, expectNoLeak, numbers, samples, stateOf } from './layers.js';

const MASK = 2n ** 64n - 1n;
const GAMMA = 0x9e3779b97f4a7c15n;

/** The 64 bits that SplitMix64 draws as the k-th from this seed, counted from 1. */
function draw(seed: bigint, k: number): bigint {
  let z = (seed + BigInt(k) * GAMMA) & MASK;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return z ^ (z >> 31n);
}

/** True for each of the elements 0 to n - 1 that is kept: four of them share two draws, of 32 bits each, the lower ones first. */
function kept(n: number, seed: bigint, threshold: number): boolean[] {
  return Array.from({ length: n }, (_, i) => {
    const bits = draw(seed, 2 * (i >> 2) + ((i >> 1) & 1) + 1) >> (i & 1 ? 32n : 0n);
    return Number(bits & 0xffffffffn) >= threshold;
  });
}

/** Output of the kernel for x, and the state it leaves. */
function run(x: Float32Array, seed: number, p: number) {
  const random = new RandomGenerator(seed);
  const [input, y, again] = [given(x), output(x.length), output(x.length)];
  const constants = [x.length, Math.floor(p * 2 ** 32), Math.fround(1 / (1 - p)), random.ptr];
  kernels().dropout_f32(y.ptr, input.ptr, ...constants, 0);
  const state = random.state;
  kernels().dropout_f32(again.ptr, input.ptr, ...constants, 1);
  expect(random.state, 'making the draws again leaves the state').toBe(state);
  expect(again.words).toEqual(y.words);
  random.dispose();
  return { y: y.floats, state };
}

describe.each(SIZES)('over %i elements', (n) => {
  it('keeps and scales what the generator says, twice the same, and writes only what is its own', () => {
    const x = numbers(n, 1, 1, 3);
    const keep = kept(n, 7n, Math.floor(0.3 * 2 ** 32));
    const { y, state } = run(x, 7, 0.3);
    expect([...y]).toEqual(Array.from(x, (v, i) => Math.fround(v * (keep[i] ? Math.fround(1 / 0.7) : 0))));
    expect(state).toBe((7n + BigInt(2 * Math.ceil(n / 4)) * GAMMA) & MASK);
    checkGuards();
  });
});

it.each([0, 0.1, 0.5, 0.9, 1 - 2 ** -40])('leaves out about as many as p = %d says, and keeps the mean', (p) => {
  const n = 200_000;
  const { y } = run(new Float32Array(n).fill(1), 3, p);
  const zeros = y.filter((v) => v === 0).length;
  // Five standard deviations.
  expect(Math.abs(zeros - n * p)).toBeLessThanOrEqual(5 * Math.sqrt(n * p * (1 - p)));
  expect(new Set(y).size).toBeLessThanOrEqual(2);
  if (p > 0.99) return;
  const mean = y.reduce((sum, v) => sum + v, 0) / n;
  expect(Math.abs(mean - 1)).toBeLessThanOrEqual(5 * Math.sqrt(p / (1 - p) / n));
});

it('leaves out each element independently of its neighbours', () => {
  const n = 100_000;
  const { y } = run(new Float32Array(n).fill(1), 5, 0.5);
  for (const lag of [1, 2, 3, 4, 64]) {
    let same = 0;
    for (let i = lag; i < n; i++) same += Number(y[i] === y[i - lag]);
    expect(Math.abs(same / (n - lag) - 0.5), `lag ${lag}`).toBeLessThan(5 / (2 * Math.sqrt(n)));
  }
});

it('passes NaN and infinities on where it keeps them, and NaN where it does not', () => {
  const x = Float32Array.from({ length: 64 }, (_, i) => (i % 2 ? Number.NaN : Infinity));
  const { y } = run(x, 1, 0.5);
  expect([...y].every((v) => Number.isNaN(v) || v === Infinity)).toBe(true);
});

it('is off in prediction, which does not move its generator', () => {
  using model = sequential(linear(3, 8, { seed: 1 }), dropout(0.5, { seed: 2 }));
  using plain = sequential(linear(3, 8, { seed: 1 }));
  const x = numbers(15, 1);
  const state = stateOf(model);
  expect(model.predict(x)).toEqual(plain.predict(x));
  expect(stateOf(model)).toEqual(state);
  model.lossAndGrad('mse', x, new Float32Array(40));
  expect(stateOf(model)).not.toEqual(state);
  expect(model.predict(x)).toEqual(plain.predict(x));
});

it('gives the gradient of what it kept', () => {
  using model = sequential(linear(4, 6, { seed: 1 }), dropout(0.4, { seed: 9 }));
  const [weight, bias] = model.parameters();
  weight!.data.fill(0);
  bias!.set([1, 2, 3, 4, 5, 6]);
  const rows = 5;
  // The sum of y^2 / 2 has the gradient y, and each y is b times the mask.
  const loss = model.lossAndGrad('halfSquaredError', new Float32Array(4 * rows), new Float32Array(6 * rows));
  const keep = kept(6 * rows, 9n, Math.floor(0.4 * 2 ** 32));
  const sums = new Float64Array(6);
  keep.forEach((is, i) => {
    sums[i % 6]! += is ? 1 / 0.6 ** 2 : 0;
  });
  bias!.grad.forEach((g, j) => {
    expect(Math.abs(g - (sums[j]! * (j + 1)) / (6 * rows))).toBeLessThan(1e-6);
  });
  expect(loss).toBeCloseTo(sums.reduce((sum, s, j) => sum + (s * (j + 1) ** 2) / 2, 0) / (6 * rows), 5);
});

it('trains in a fit as by lossAndGrad and step, with the generator in the same state, and frees all of it', async () => {
  using data = samples(5, 2);
  await expectNoLeak(() =>
    expectFitEqualsSteps(
      () =>
        sequential(
          dropout(0.2, { seed: 3 }),
          linear(5, 7, { seed: 1 }),
          relu(),
          dropout(0.5, { seed: 4 }),
          linear(7, 2, { seed: 2 }),
        ),
      { data },
    ),
  );
});

it('rejects bad arguments', () => {
  const before = memoryUsage();
  for (const p of [1, -0.1, Number.NaN]) expect(() => dropout(p)).toThrow(`dropout: p must be in [0, 1), got ${p}`);
  expect(() => dropout('a half' as never)).toThrow(TypeError);
  expect(() => dropout(0.5, { seed: -1 })).toThrow('dropout: seed must be a whole number');
  expect(() => sequential(dropout())).toThrow('sequential: layers must fix the number of inputs');
  expect(memoryUsage() - before).toBeLessThanOrEqual(16);
});
