import { describe, expect, it } from 'vitest';
import { kernels } from '../testingKernels.js';
import { checkGuards, expectSameBits, given, ordinary, output } from './tester.js';

/** c = start + op(a) op(b), every product and every sum rounded to float32, in the order of k. */
function product(
  start: (i: number, j: number) => number,
  a: (i: number, k: number) => number,
  b: (k: number, j: number) => number,
  [M, N, K]: readonly [number, number, number],
): Float32Array {
  const c = new Float32Array(M * N);
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) {
      let sum = start(i, j);
      for (let k = 0; k < K; k++) sum = Math.fround(sum + Math.fround(a(i, k) * b(k, j)));
      c[i * N + j] = sum;
    }
  }
  return c;
}

const ODD = [0, 1, 2, 3, 4, 5, 8, 17, 31];
const CUBE = ODD.flatMap((M) => ODD.flatMap((N) => ODD.map((K) => [M, N, K] as const)));
/** More than a block along each axis, and operands that are packed. */
const LARGE = [
  [65, 65, 65],
  [66, 34, 515],
  [130, 70, 259],
  [3, 300, 513],
  [300, 1, 270],
  [9, 33, 600],
] as const;

describe.each([
  ['a b', false, false],
  ['a b^T', false, true],
  ['a^T b', true, false],
  ['a^T b^T', true, true],
])('gemm_f32: %s', (_, transA, transB) => {
  /** Compares bias + op(a) op(b) with the plain loop. */
  function expectPlain(a: Float32Array, b: Float32Array, bias: Float32Array, size: readonly [number, number, number]) {
    const [M, N, K] = size;
    const c = output(M * N);
    const workspace = output(kernels().gemmWorkspace(M, N, K) / 4);
    const flags = [Number(transA), Number(transB), 0];
    kernels().gemm_f32(c.ptr, given(a).ptr, given(b).ptr, given(bias).ptr, workspace.ptr, ...size, ...flags);
    const expected = product(
      (_, j) => bias[j]!,
      (i, k) => a[transA ? k * M + i : i * K + k]!,
      (k, j) => b[transB ? j * K + k : k * N + j]!,
      size,
    );
    expectSameBits(c.floats, expected, `[M, N, K] = [${size}]`);
    checkGuards();
  }

  it.each(['zeros', 'a bias', 'c itself'])(
    'has the bits of the plain loop, starting from %s',
    (from) => {
      for (const size of [...CUBE, ...LARGE]) {
        const [M, N, K] = size;
        const [a, b, bias, before] = [ordinary(M * K, 1), ordinary(K * N, 2), ordinary(N, 3), ordinary(M * N, 4)];
        const accumulates = from === 'c itself';
        const c = accumulates ? given(before) : output(M * N);
        const workspace = output(kernels().gemmWorkspace(M, N, K) / 4);
        kernels().gemm_f32(
          c.ptr,
          given(a).ptr,
          given(b).ptr,
          from === 'a bias' ? given(bias).ptr : 0,
          workspace.ptr,
          ...size,
          Number(transA),
          Number(transB),
          Number(accumulates),
        );
        const expected = product(
          (i, j) => (accumulates ? before[i * N + j]! : from === 'a bias' ? bias[j]! : 0),
          (i, k) => (transA ? a[k * M + i]! : a[i * K + k]!),
          (k, j) => (transB ? b[j * K + k]! : b[k * N + j]!),
          size,
        );
        expectSameBits(c.floats, expected, `[M, N, K] = [${size}]`);
        checkGuards();
      }
    },
    60_000,
  );

  it.each([
    ['', 1],
    [', also from biases of -0', -0],
    [', unless a factor is infinite', Number.POSITIVE_INFINITY],
    [', unless a factor is NaN', Number.NaN],
  ])(
    'leaves zeros out%s',
    (_, odd) => {
      for (const size of [...LARGE, [64, 48, 100], [33, 40, 36]] as const) {
        const [M, N, K] = size;
        for (const blank of ['a', 'b']) {
          const [a, b, bias] = [ordinary(M * K, 1), ordinary(K * N, 2), ordinary(N, 3)];
          // Two of three columns of a, or rows of b, are 0; some others are -0, and all of some rows of a.
          const zero = (k: number) => (k % 3 === 1 ? undefined : k % 30 === 0 ? -0 : 0);
          const at = (i: number, k: number) => (transA ? k * M + i : i * K + k);
          const bt = (k: number, j: number) => (transB ? j * K + k : k * N + j);
          for (let k = 0; k < K; k++) {
            if (blank === 'a') for (let i = 0; i < M; i++) a[at(i, k)] = i % 32 > 15 ? 0 : (zero(k) ?? a[at(i, k)]!);
            else for (let j = 0; j < N; j++) b[bt(k, j)] = zero(k) ?? b[bt(k, j)]!;
          }
          if (Object.is(odd, -0)) bias.fill(-0);
          else if (odd !== 1) {
            if (blank === 'a') b[bt(3, 5 % N)] = odd;
            else a[at(5 % M, 3)] = odd;
          }
          expectPlain(a, b, bias, size);
        }
      }
    },
    60_000,
  );

  it.each([
    ['', 1],
    [', unless a factor is infinite', Number.POSITIVE_INFINITY],
    [', unless a factor is NaN', Number.NaN],
  ])('leaves out zeros of single rows of a, each at places of its own%s', (_, odd) => {
    for (const size of [
      ...LARGE,
      [96, 64, 128],
      [200, 64, 300],
      [130, 37, 63],
      [40, 33, 600],
      [40, 32, 3],
      [20, 300, 140],
    ] as const) {
      const [M, N, K] = size;
      const [a, b] = [ordinary(M * K, 1), ordinary(K * N, 2)];
      const at = (i: number, k: number) => (transA ? k * M + i : i * K + k);
      for (let i = 0; i < M; i++)
        for (let k = 0; k < K; k++) {
          const draw = (7 * i + 13 * k + ((i * k) >> 2)) % 5;
          if (i % 9 === 2 || draw < 2) a[at(i, k)] = draw === 0 ? -0 : 0;
        }
      if (odd !== 1) b[transB ? (N - 1) * K + 1 : N + N - 1] = odd;
      expectPlain(a, b, new Float32Array(N), size);
    }
  });

  it.each([
    ['', 1],
    [', unless a factor is infinite', Number.POSITIVE_INFINITY],
    [', unless a factor is NaN', Number.NaN],
  ])('leaves out neighbours in a row of b that are all 0%s', (_, odd) => {
    for (const size of [...LARGE, [128, 784, 64], [16, 32, 9], [17, 35, 40], [30, 33, 65]] as const) {
      const [M, N, K] = size;
      const [a, b, bias] = [ordinary(M * K, 1), ordinary(K * N, 2), ordinary(N, 3)];
      for (let k = 0; k < K; k++)
        for (let j = 0; j < N; j++) {
          const draw = (5 * k + 3 * (j >> 2) + ((k * j) >> 5)) % 7;
          if (draw < 4) b[transB ? j * K + k : k * N + j] = draw === 0 ? -0 : 0;
        }
      if (odd !== 1) a[transA ? (K - 1) * M + M - 1 : M * K - 1] = odd;
      expectPlain(a, b, bias, size);
    }
  });

  it('takes NaN and infinities to the outputs that they meet alone', () => {
    const [M, N, K] = [6, 18, 5];
    const a = ordinary(M * K, 1);
    a[transA ? 2 * M + 4 : 4 * K + 2] = Number.NaN;
    const c = output(M * N);
    const workspace = output(kernels().gemmWorkspace(M, N, K) / 4);
    const flags = [Number(transA), Number(transB), 0];
    kernels().gemm_f32(c.ptr, given(a).ptr, given(ordinary(K * N, 2)).ptr, 0, workspace.ptr, M, N, K, ...flags);
    expect([...c.floats].map(Number.isNaN)).toEqual(Array.from({ length: M * N }, (_, i) => Math.floor(i / N) === 4));
  });
});

it('says the bytes of a workspace also where they pass 2^31 and 2^32', () => {
  const { gemmWorkspace, denseWorkspace } = kernels();
  for (const exponent of [20, 25, 26, 27, 30]) {
    expect(gemmWorkspace(2, 2, 2 ** exponent)).toBe(2 ** (exponent + 6));
    expect(denseWorkspace(8, 2 ** exponent, 2)).toBeGreaterThanOrEqual(2 ** (exponent + 6));
  }
});
