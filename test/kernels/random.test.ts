// The seeded generator. All seeds are fixed, so that what holds once holds always.
import { describe, expect, it } from 'vitest';
import { shuffles } from '../../examples/shuffle.js';
import { Block } from '../../src/wasm/memory.js';
import { kernels } from '../testingKernels.js';
import { checkGuards, expectSameBits, output, SIZES } from './tester.js';

function generator(seed: bigint): Block<BigUint64Array<ArrayBuffer>> {
  const state = new Block<BigUint64Array<ArrayBuffer>>(BigUint64Array, 1);
  state.view[0] = seed;
  return state;
}

/** SplitMix64 in BigInt, as its authors give it. */
function splitMix(seed: bigint): () => bigint {
  const mask = (1n << 64n) - 1n;
  let state = seed;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return z ^ (z >> 31n);
  };
}

/** The first four moments: mean, variance, skewness, excess kurtosis. */
function moments(values: Float32Array): [number, number, number, number] {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const central = (k: number) => values.reduce((sum, x) => sum + (x - mean) ** k, 0) / values.length;
  const variance = central(2);
  return [mean, variance, central(3) / variance ** 1.5, central(4) / variance ** 2 - 3];
}

it('nextUniform is SplitMix64, its upper 53 bits over 2^53', () => {
  for (const seed of [0n, 1n, 0xdeadbeefn, (1n << 53n) - 1n]) {
    const state = generator(seed);
    const reference = splitMix(seed);
    for (let i = 0; i < 100; i++) expect(kernels().nextUniform(state.ptr)).toBe(Number(reference() >> 11n) / 2 ** 53);
    state.dispose();
  }
});

describe('shuffle_u32', () => {
  const shuffled = (n: number, seed: bigint) => {
    const [order, state] = [output(n), generator(seed)];
    kernels().shuffle_u32(order.ptr, n, state.ptr);
    state.dispose();
    return order.words;
  };

  it.each(SIZES)('gives a permutation of %i samples', (n) => {
    expect([...shuffled(n, 3n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
  });

  it.each(SIZES)('gives the orders of examples/shuffle.ts, of %i samples', (n) => {
    const [order, state, orders] = [output(n), generator(5n), shuffles(n, 5)];
    for (let epoch = 0; epoch < 3; epoch++) {
      kernels().shuffle_u32(order.ptr, n, state.ptr);
      expect(order.words).toEqual(orders.next().value);
    }
    state.dispose();
  });

  // Some sixty of a million numbers are drawn again.
  it.each([1_000_000, 1_000_001])('gives the orders of examples/shuffle.ts, of %i samples', (n) => {
    const [order, state] = [new Block<Uint32Array<ArrayBuffer>>(Uint32Array, n), generator(6n)];
    kernels().shuffle_u32(order.ptr, n, state.ptr);
    const expected = shuffles(n, 6).next().value;
    expect(order.view.findIndex((sample, place) => sample !== expected[place])).toBe(-1);
    order.dispose();
    state.dispose();
  });

  it('gives the same for a seed, another for another, and another the next time', () => {
    expect(shuffled(100, 1n)).toEqual(shuffled(100, 1n));
    expect(shuffled(100, 1n)).not.toEqual(shuffled(100, 2n));
    const [first, second, state] = [output(100), output(100), generator(1n)];
    kernels().shuffle_u32(first.ptr, 100, state.ptr);
    kernels().shuffle_u32(second.ptr, 100, state.ptr);
    expect(second.words).not.toEqual(first.words);
    state.dispose();
  });

  it('gives each of the 120 orders of five equally often', () => {
    const [order, state] = [output(5), generator(42n)];
    const counts = new Map<string, number>();
    const trials = 120 * 200;
    for (let i = 0; i < trials; i++) {
      kernels().shuffle_u32(order.ptr, 5, state.ptr);
      const key = order.words.join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    state.dispose();
    expect(counts.size).toBe(120);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    // 119 degrees of freedom: within four deviations of 119.
    expect(Math.abs(chiSquare - 119)).toBeLessThan(4 * Math.sqrt(2 * 119));
  });

  it('puts each of 50 samples at each place equally often', () => {
    const n = 50;
    const [order, state] = [output(n), generator(7n)];
    const counts = new Float64Array(n * n);
    const trials = 10_000;
    for (let i = 0; i < trials; i++) {
      kernels().shuffle_u32(order.ptr, n, state.ptr);
      order.words.forEach((sample, place) => {
        counts[place * n + sample]!++;
      });
    }
    state.dispose();
    const expected = trials / n;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    const freedom = (n - 1) ** 2;
    expect(Math.abs(chiSquare - freedom)).toBeLessThan(4 * Math.sqrt(2 * freedom));
  });
});

describe('uniform_f32 and normal_f32', () => {
  const drawn = (kernel: 'uniform_f32' | 'normal_f32', n: number, a: number, b: number, seed = 1n) => {
    const [out, state] = [output(n), generator(seed)];
    kernels()[kernel](out.ptr, n, a, b, state.ptr);
    state.dispose();
    return out.floats;
  };

  it.each(['uniform_f32', 'normal_f32'] as const)('%s fills every size, the first numbers being the same', (kernel) => {
    const longest = drawn(kernel, 1000, -1, 2);
    for (const n of SIZES) {
      expectSameBits(drawn(kernel, n, -1, 2), longest.slice(0, n), `n = ${n}`);
      checkGuards();
    }
  });

  it.each(['uniform_f32', 'normal_f32'] as const)('%s goes on where it stopped, and differs by seed', (kernel) => {
    const [a, b, state] = [output(10), output(10), generator(1n)];
    kernels()[kernel](a.ptr, 10, 0, 1, state.ptr);
    kernels()[kernel](b.ptr, 10, 0, 1, state.ptr);
    state.dispose();
    expectSameBits(Float32Array.of(...a.floats, ...b.floats), drawn(kernel, 20, 0, 1), 'two halves');
    expect(drawn(kernel, 20, 0, 1, 2n)).not.toEqual(drawn(kernel, 20, 0, 1));
  });

  it('uniform_f32 has the moments of a uniform distribution', () => {
    const values = drawn('uniform_f32', 200_000, -2, 4);
    expect(values.every((x) => x >= -2 && x <= 4)).toBe(true);
    const [mean, variance, skewness, kurtosis] = moments(values);
    expect(mean).toBeCloseTo(1, 1.7);
    expect(variance).toBeCloseTo(3, 1.3);
    expect(skewness).toBeCloseTo(0, 1.7);
    expect(kurtosis).toBeCloseTo(-1.2, 1.7);
  });

  it('normal_f32 has the moments of a normal distribution', () => {
    const values = drawn('normal_f32', 200_000, 3, 0.5);
    const [mean, variance, skewness, kurtosis] = moments(values);
    expect(mean).toBeCloseTo(3, 2);
    expect(variance).toBeCloseTo(0.25, 2);
    expect(skewness).toBeCloseTo(0, 1.5);
    expect(kurtosis).toBeCloseTo(0, 1.3);
    const within = (deviations: number) =>
      values.reduce((count, x) => count + Number(Math.abs(x - 3) < 0.5 * deviations), 0) / values.length;
    expect(within(1)).toBeCloseTo(0.6827, 2);
    expect(within(2)).toBeCloseTo(0.9545, 2);
  });

  it('give a constant for no spread', () => {
    expect(drawn('uniform_f32', 5, 0.25, 0.25)).toEqual(new Float32Array(5).fill(0.25));
    expect(drawn('normal_f32', 5, 0.25, 0)).toEqual(new Float32Array(5).fill(0.25));
  });
});
