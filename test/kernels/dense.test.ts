import { describe, expect, it } from 'vitest';
import { dense, denseBiasGradient, denseInputGradient, denseWeightGradient, type Sums } from '../reference/dense.js';
import { kernels } from '../testingKernels.js';
import {
  checkGuards,
  expectSameBits,
  expectWithin,
  type Guarded,
  given,
  ordinary,
  output,
  ROUNDING,
  SHAPES,
} from './tester.js';

/** A sum of n products, each rounded, has at most n + 1 roundings on the way of any term. */
function expectSums(actual: Guarded, { values, magnitudes }: Sums, n: number, what: string): void {
  expectWithin(actual.floats, values, (i) => (n + 2) * ROUNDING * magnitudes[i]! + 1e-44, what);
}

/** A workspace of just the size that is asked for. */
const scratch = (B: number, D: number, U: number) => output(kernels().denseWorkspace(B, D, U) / 4).ptr;

function runDense(x: Float32Array, w: Float32Array, b: Float32Array | undefined, B: number, D: number, U: number) {
  const y = output(B * U);
  kernels().dense_f32(y.ptr, given(x).ptr, given(w).ptr, b ? given(b).ptr : 0, scratch(B, D, U), B, D, U);
  return y;
}

/** x[N, D] as columns, each `stride` numbers long. What lies past the last row is unspecified: here NaN. */
function columns(x: Float32Array, N: number, D: number, stride: number): Float32Array {
  const out = new Float32Array(D * stride).fill(Number.NaN);
  for (let i = 0; i < N; i++) for (let j = 0; j < D; j++) out[j * stride + i] = x[i * D + j]!;
  return out;
}

function runColumns(x: Float32Array, w: Float32Array, b: Float32Array | undefined, B: number, D: number, U: number) {
  const stride = (B + 15) & ~15;
  const y = output(B * U);
  kernels().denseColumns_f32(
    y.ptr,
    given(columns(x, B, D, stride)).ptr,
    stride,
    given(w).ptr,
    b ? given(b).ptr : 0,
    output(B).ptr,
    B,
    D,
    U,
  );
  return y;
}

describe('dense_f32 and denseColumns_f32', () => {
  it.each([
    ['with a bias', true],
    ['without', false],
  ])('%s: y = x w^T + b for every shape, and both give the same bits', (_, hasBias) => {
    for (const [B, D, U] of SHAPES) {
      const x = ordinary(B * D, 1);
      const w = ordinary(U * D, 2);
      const b = hasBias ? ordinary(U, 3) : undefined;
      const what = `[B, D, U] = [${B}, ${D}, ${U}]`;
      const y = runDense(x, w, b, B, D, U);
      expectSums(y, dense(x, w, b, B, D, U), D, what);
      expectSameBits(runColumns(x, w, b, B, D, U).floats, y.floats, `columns, ${what}`);
      checkGuards();
    }
  });

  it('gives a row the same bits in every batch, at every place', () => {
    const [N, D, U] = [37, 13, 6];
    const [x, w, b] = [ordinary(N * D, 1), ordinary(U * D, 2), ordinary(U, 3)];
    const whole = runDense(x, w, b, N, D, U).floats;
    for (let B = 1; B <= 9; B++) {
      for (let start = 0; start + B <= N; start++) {
        const rows = x.slice(start * D, (start + B) * D);
        const expected = whole.slice(start * U, (start + B) * U);
        expectSameBits(runDense(rows, w, b, B, D, U).floats, expected, `rows ${start} to ${start + B}`);
        expectSameBits(runColumns(rows, w, b, B, D, U).floats, expected, `columns ${start} to ${start + B}`);
        checkGuards();
      }
    }
  });

  it('takes NaN and infinities to the outputs of their row alone', () => {
    const [B, D, U] = [7, 5, 3];
    for (const [bad, isBad] of [
      [Number.NaN, Number.isNaN],
      [Infinity, (y: number) => Math.abs(y) === Infinity],
      [-Infinity, (y: number) => Math.abs(y) === Infinity],
    ] as const) {
      const x = ordinary(B * D, 1);
      x[3 * D + 2] = bad;
      for (const run of [runDense, runColumns]) {
        const y = run(x, ordinary(U * D, 2), ordinary(U, 3), B, D, U).floats;
        y.forEach((value, i) => {
          expect(Math.floor(i / U) === 3 ? isBad(value) : Number.isFinite(value), `${bad}, y[${i}] = ${value}`).toBe(
            true,
          );
        });
      }
    }
  });

  it('keeps subnormal numbers', () => {
    const x = new Float32Array([1e-40, 2e-45, -3e-39, 1e-42, 0]);
    const w = new Float32Array([1, 1, 1, 1, 1]);
    const sum = [...x].reduce((total, value) => total + value, 0);
    for (const run of [runDense, runColumns]) expect(run(x, w, undefined, 1, 5, 1).floats[0]).toBe(Math.fround(sum));
  });

  it('keeps the sign of a zero that has no bias to hide it', () => {
    const y = runDense(new Float32Array([0]), new Float32Array([-1]), new Float32Array([-0]), 1, 1, 1);
    expect(y.floats[0]).toBe(-0);
  });
});

describe('denseBackward_f32', () => {
  it.each([
    ['overwriting', false],
    ['accumulating', true],
  ])('%s: dw = dy^T x, db = the column sums of dy, dx = dy w for every shape', (_, accumulate) => {
    for (const [B, D, U] of SHAPES) {
      const [x, w, dy] = [ordinary(B * D, 1), ordinary(U * D, 2), ordinary(B * U, 3)];
      const what = `[B, D, U] = [${B}, ${D}, ${U}]`;
      const before = accumulate ? [ordinary(U * D, 4), ordinary(U, 5)] : [new Float32Array(U * D), new Float32Array(U)];
      const dw = accumulate ? given(before[0]!) : output(U * D);
      const db = accumulate ? given(before[1]!) : output(U);
      const dx = output(B * D);
      const inputs = [given(dy), given(x), given(w)] as const;
      const pointers = inputs.map(({ ptr }) => ptr);
      kernels().denseBackward_f32(dw.ptr, db.ptr, dx.ptr, ...pointers, scratch(B, D, U), B, D, U, Number(accumulate));
      expectSums(dw, denseWeightGradient(before[0]!, dy, x, B, D, U), B, `dw, ${what}`);
      expectSums(db, denseBiasGradient(before[1]!, dy, B, U), B, `db, ${what}`);
      expectSums(dx, denseInputGradient(dy, w, B, D, U), U, `dx, ${what}`);
      inputs.forEach((input, i) => {
        expectSameBits(input.floats, [dy, x, w][i]!, `an input, ${what}`);
      });
      checkGuards();
    }
  });

  it('leaves out db and dx where they are 0', () => {
    const [B, D, U] = [5, 6, 3];
    const [x, w, dy] = [ordinary(B * D, 1), ordinary(U * D, 2), ordinary(B * U, 3)];
    const dw = output(U * D);
    kernels().denseBackward_f32(dw.ptr, 0, 0, given(dy).ptr, given(x).ptr, given(w).ptr, scratch(B, D, U), B, D, U, 0);
    expectSums(dw, denseWeightGradient(new Float32Array(U * D), dy, x, B, D, U), B, 'dw');
  });

  it('gives the dx of a row the same bits in every batch', () => {
    const [N, D, U] = [11, 9, 5];
    const [x, w, dy] = [ordinary(N * D, 1), ordinary(U * D, 2), ordinary(N * U, 3)];
    const run = (start: number, B: number) => {
      const [dw, dx] = [output(U * D), output(B * D)];
      const rows = [given(dy.slice(start * U, (start + B) * U)), given(x.slice(start * D, (start + B) * D)), given(w)];
      kernels().denseBackward_f32(dw.ptr, 0, dx.ptr, ...rows.map(({ ptr }) => ptr), scratch(B, D, U), B, D, U, 0);
      return dx.floats;
    };
    const whole = run(0, N);
    for (let B = 1; B < N; B++) {
      for (let start = 0; start + B <= N; start++) {
        expectSameBits(run(start, B), whole.slice(start * D, (start + B) * D), `rows ${start} to ${start + B}`);
      }
      checkGuards();
    }
  });

  it('takes a NaN of dy to its unit’s dw and db and its row’s dx alone', () => {
    const [B, D, U] = [6, 5, 4];
    const dy = ordinary(B * U, 3);
    dy[2 * U + 1] = Number.NaN;
    const [dw, db, dx] = [output(U * D), output(U), output(B * D)];
    const inputs = [given(dy), given(ordinary(B * D, 1)), given(ordinary(U * D, 2))].map(({ ptr }) => ptr);
    kernels().denseBackward_f32(dw.ptr, db.ptr, dx.ptr, ...inputs, scratch(B, D, U), B, D, U, 0);
    const nans = (values: Float32Array, width: number) =>
      [...values].flatMap((value, i) => (Number.isNaN(value) ? [Math.floor(i / width)] : []));
    expect(nans(dw.floats, D)).toEqual(Array(D).fill(1));
    expect(nans(db.floats, 1)).toEqual([1]);
    expect(nans(dx.floats, D)).toEqual(Array(D).fill(2));
  });
});
