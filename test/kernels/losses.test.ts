import { describe, expect, it } from 'vitest';
import { crossEntropy as crossEntropyReference, huber, meanTerm, type Term, terms } from '../reference/losses.js';
import { kernels } from '../testingKernels.js';
import { noise } from '../train/byHand.js';
import { checkGuards, expectSameBits, expectWithin, given, output, SIZES } from './tester.js';

/** Names of kernels over n elements with their scalar. halfSquaredError_f32 is in reduce.test.ts. */
const elementwise: readonly (readonly [string, string, Term, readonly number[]])[] = [
  ['mse', 'mse_f32', terms.mse, []],
  ['l1', 'l1_f32', terms.l1, []],
  ['huber', 'huber_f32', terms.huber, [1]],
  ['huber with delta 0.25', 'huber_f32', huber(0.25), [0.25]],
  ['binaryCrossEntropy', 'binaryCrossEntropy_f32', terms.binaryCrossEntropy, []],
];

interface How {
  readonly scale?: number;
  readonly weights?: Float32Array;
  readonly inPlace?: boolean;
  readonly noGradient?: boolean;
}

interface Result {
  readonly loss: number;
  readonly d: Float32Array;
}

/** Targets are 0, 1 and between for logits, of either sign for others. */
function samples(kernel: string, n: number): [Float32Array, Float32Array] {
  const random = noise(n + 3);
  const p = Float32Array.from({ length: n }, () => 3 * random());
  const soft = (u: number) => (u < -0.2 ? 0 : u < 0.6 ? 1 : u - 0.6);
  const t = Float32Array.from({ length: n }, () =>
    kernel === 'binaryCrossEntropy_f32' ? soft(random()) : 3 * random(),
  );
  return [p, t];
}

describe.each(elementwise)('%s', (_, kernel, term, scalars) => {
  function run(p: Float32Array, t: Float32Array, how: How = {}): Result {
    const { scale = 1, weights, inPlace, noGradient } = how;
    const [prediction, target] = [given(p), given(t)];
    const d = inPlace ? prediction : output(p.length);
    const w = weights ? given(weights).ptr : 0;
    const loss = kernels()[kernel](noGradient ? 0 : d.ptr, prediction.ptr, target.ptr, p.length, scale, w, ...scalars);
    if (!inPlace) expectSameBits(prediction.floats, p, 'the predictions');
    expectSameBits(target.floats, t, 'the targets');
    return { loss, d: d.floats };
  }

  /** The sum and the scaled gradient against float64, and all the ways to the same bits. */
  function check(p: Float32Array, t: Float32Array, scale: number, weights?: Float32Array) {
    const n = p.length;
    const what = `${n} elements`;
    const expected = meanTerm(term, p, t, n, weights);
    const result = run(p, t, { scale, weights: weights! });
    const sum = n === 0 ? 0 : expected.value * n;
    expectWithin([result.loss], [sum], () => 2e-6 * sum, what);
    const gradient = expected.gradient.map((g) => g * n * scale);
    // Only where a soft target meets sigmoid(p) does the slope cancel, to the rounding of sigmoid(p) itself.
    const soft = (i: number) => (t[i] === 0 || t[i] === 1 ? 0 : 1.2e-7 * scale);
    expectWithin(result.d, gradient, (i) => 1e-6 * Math.abs(gradient[i]!) + soft(i), what);
    const inPlace = run(p, t, { scale, weights: weights!, inPlace: true });
    expect(inPlace.loss).toBe(result.loss);
    expectSameBits(inPlace.d, result.d, 'in place');
    expect(run(p, t, { scale, weights: weights!, noGradient: true }).loss).toBe(result.loss);
    return result;
  }

  it.each(SIZES)('gives the sum over %i elements, and its gradient', (n) => {
    const [p, t] = samples(kernel, n);
    const scale = Math.fround(1 / Math.max(n, 1));
    const plain = check(p, t, scale);
    const ones = run(p, t, { scale, weights: new Float32Array(n).fill(1) });
    expect(ones.loss).toBe(plain.loss);
    expectSameBits(ones.d, plain.d, 'the gradient');
    checkGuards();
  });

  it.each(SIZES)('weighs %i elements', (n) => {
    const [p, t] = samples(kernel, n);
    const weights = Float32Array.from({ length: n }, (_, i) => (i % 4 === 3 ? 0 : 1 / (i + 1)));
    check(p, t, 0.25, weights);
    checkGuards();
  });

  it('has a reference whose derivative is that of finite differences', () => {
    const h = 1e-6;
    for (const [p, t] of [
      [0.3, 0],
      [-1.7, 1],
      [2.9, 0.5],
      [0.7, 0.2],
    ] as const) {
      expect(Math.abs((term.f(p + h, t) - term.f(p - h, t)) / (2 * h) - term.df(p, t))).toBeLessThan(1e-8);
    }
  });

  it('carries NaN and infinities into the sum, at any place', () => {
    for (const n of [1, 5, 8, 67]) {
      for (const at of [0, n - 1]) {
        for (const bad of [Number.NaN, Infinity, -Infinity]) {
          const p = new Float32Array(n).fill(0.5);
          p[at] = bad;
          const { loss, d } = run(p, new Float32Array(n).fill(0.5));
          expect(Number.isFinite(loss), `${bad} at ${at}`).toBe(false);
          expect(d.every((g, i) => i === at || Number.isFinite(g))).toBe(true);
        }
      }
    }
  });
});

it('l1 has slope 0 at 0, and huber is continuous at delta', () => {
  const d = output(3);
  kernels().l1_f32(d.ptr, given([1, 2, 3]).ptr, given([1, 3, 1]).ptr, 3, 1, 0);
  expect([...d.floats]).toEqual([0, -1, 1]);
  expect(kernels().huber_f32(d.ptr, given([1, -1, 3]).ptr, given([0, 0, 0]).ptr, 3, 1, 0, 1)).toBe(3.5);
  expect([...d.floats]).toEqual([1, -1, 1]);
});

it('binaryCrossEntropy is stable for logits of 1e4, and keeps the digits of a confident right answer', () => {
  const d = output(4);
  const run = (p: number[], t: number[]) =>
    kernels().binaryCrossEntropy_f32(d.ptr, given(p).ptr, given(t).ptr, p.length, 1, 0);
  expect(run([1e4, -1e4, 1e4, -1e4], [1, 0, 0, 1])).toBe(2e4);
  expect([...d.floats].map(Math.abs)).toEqual([0, 0, 1, 1]);
  expectWithin([run([30], [1]), d.floats[0]!], [Math.exp(-30), -Math.exp(-30)], () => 3e-7 * Math.exp(-30), 'at 30');
});

describe('crossEntropy', () => {
  interface Options extends How {
    readonly smoothing?: number;
    readonly classWeights?: Float32Array;
  }

  function run(z: ArrayLike<number>, y: Uint32Array, K: number, options: Options = {}): Result {
    const { scale = 1, smoothing = 0, classWeights, weights, inPlace, noGradient } = options;
    const logits = given(z);
    const d = inPlace ? logits : output(z.length);
    const [c, w] = [classWeights, weights].map((values) => (values ? given(values).ptr : 0)) as [number, number];
    const at = noGradient ? 0 : d.ptr;
    const loss = kernels().crossEntropy_f32(at, logits.ptr, given(y).ptr, y.length, K, scale, smoothing, c, w);
    if (!inPlace) expectSameBits(logits.floats, Float32Array.from(z), 'the logits');
    return { loss, d: d.floats };
  }

  it.each([1, 2, 3, 4, 5, 7, 10, 16, 63, 64, 65])('of %i classes: a row has the same bits at every place', (K) => {
    const random = noise(K);
    const B = 11;
    const z = Float32Array.from({ length: B * K }, () => 9 * random());
    const y = Uint32Array.from({ length: B }, (_, r) => (5 * r) % K);
    const positive = (length: number) => Float32Array.from({ length }, () => 1 + random());
    for (const classWeights of [undefined, positive(K)]) {
      for (const weights of [undefined, positive(B)]) {
        for (const smoothing of [0, 0.1]) {
          const options = { smoothing, scale: 1 / B, ...(classWeights && { classWeights }) };
          const alone = Array.from(y, (_, r) =>
            run(z.slice(r * K, (r + 1) * K), y.slice(r, r + 1), K, {
              ...options,
              ...(weights && { weights: weights.slice(r, r + 1) }),
            }),
          );
          for (const inPlace of [false, true]) {
            const { loss, d } = run(z, y, K, { ...options, inPlace, ...(weights && { weights }) });
            expect(loss).toBe(alone.reduce((sum, row) => sum + row.loss, 0));
            expectSameBits(d, Float32Array.from(alone.flatMap((row) => [...row.d])), 'the gradient');
          }
        }
      }
    }
  });

  /** The sum and the gradient of that times scale. */
  function reference(z: ArrayLike<number>, y: Uint32Array, K: number, options: Options = {}) {
    const { scale = 1, smoothing: labelSmoothing = 0, classWeights, weights } = options;
    const { value, gradient } = crossEntropyReference(
      z,
      y,
      K,
      { labelSmoothing, classWeights: classWeights! },
      weights,
    );
    const total = y.reduce((sum, k) => sum + (classWeights?.[k] ?? 1), 0);
    return { loss: value * total, d: gradient.map((g) => g * total * scale) };
  }

  const classes = [1, 2, 3, 4, 5, 7, 8, 10, 13, 16, 64, 67, 1000];
  it.each(classes)('gives the sum over batches of rows of %i classes, and its gradient', (K) => {
    for (const B of [0, 1, 2, 5, 33]) {
      const random = noise(B * 1009 + K);
      const z = Float32Array.from({ length: B * K }, () => 4 * random());
      const y = Uint32Array.from({ length: B }, () => Math.floor(((random() + 1) / 2) * K));
      const classWeights = Float32Array.from({ length: K }, () => 1.1 + random());
      const weights = Float32Array.from({ length: B }, (_, r) => (r === 1 ? 0 : 1 + random()));
      const all = { classWeights, weights, smoothing: 0.25, scale: 1 / 8 };
      for (const options of [{}, { smoothing: 0.1 }, { smoothing: 1 }, { classWeights }, { weights }, all]) {
        const result = run(z, y, K, options);
        const expected = B === 0 ? { loss: 0, d: [] } : reference(z, y, K, options);
        expectWithin([result.loss], [expected.loss], () => 3e-7 * expected.loss + 1e-9, `B = ${B}`);
        expectWithin(result.d, expected.d, (i) => 1e-6 * Math.abs(expected.d[i]!) + 6e-8, `B = ${B}`);
        expectSameBits(run(z, y, K, { ...options, inPlace: true }).d, result.d, 'in place');
        expect(run(z, y, K, { ...options, noGradient: true }).loss).toBe(result.loss);
      }
      checkGuards();
    }
  });

  it('has a reference whose gradient is that of finite differences', () => {
    const z = [0.3, -1.2, 2.2, 0.1];
    const options = { smoothing: 0.2, classWeights: Float32Array.of(0.5, 2, 1, 0.25) };
    const { d } = reference(z, Uint32Array.of(1), 4, options);
    z.forEach((value, k) => {
      const h = 1e-5;
      const [above, below] = [h, -h].map((by) => reference(z.with(k, value + by), Uint32Array.of(1), 4, options).loss);
      expect(Math.abs((above! - below!) / (2 * h) - d[k]!)).toBeLessThan(1e-9);
    });
  });

  it('is stable for logits of 1e4', () => {
    const z = [1e4, -1e4, 0, 1e4, 9999, -1e4, 1e4, 1e4, -1e4];
    for (const y of [Uint32Array.of(0, 0, 0), Uint32Array.of(1, 2, 2)]) {
      for (const smoothing of [0, 0.1]) {
        const result = run(z, y, 3, { smoothing });
        const expected = reference(z, y, 3, { smoothing });
        expectWithin([result.loss], [expected.loss], () => 3e-7 * expected.loss, 'the loss');
        expectWithin(result.d, expected.d, (i) => 1e-6 * Math.abs(expected.d[i]!) + 1e-37, 'the gradient');
      }
    }
  });

  it('keeps the digits of a confident right answer', () => {
    const { loss, d } = run([25, 0, 1, 2, 3], Uint32Array.of(0), 5);
    const rest = [0, 1, 2, 3].reduce((sum, logit) => sum + Math.exp(logit - 25), 0);
    // The loss of precision is the rounding of the row's sum, 1 + rest, in float64.
    expectWithin([loss, d[0]!], [Math.log1p(rest), -rest / (1 + rest)], () => 2e-7 * rest + 3e-16, 'both');
  });

  it('gives NaN for a row that holds one, at any place', () => {
    for (const K of [1, 3, 4, 5, 9]) {
      for (let k = 0; k < K; k++) {
        const z = new Float32Array(2 * K).fill(0.5);
        z[K + k] = Number.NaN;
        const { loss, d } = run(z, Uint32Array.of(0, 0), K);
        expect(loss).toBeNaN();
        expect(d.subarray(0, K).every(Number.isFinite)).toBe(true);
      }
    }
  });

  it('divides by the class weights of the targets', () => {
    expect(kernels().crossEntropyWeight_f32(given(Uint32Array.of(0, 2, 2)).ptr, 3, given([0.5, 8, 2]).ptr)).toBe(4.5);
    expect(kernels().crossEntropyWeight_f32(given(Uint32Array.of()).ptr, 0, given([1]).ptr)).toBe(0);
  });
});
