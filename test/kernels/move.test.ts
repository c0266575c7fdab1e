// Kernels that move words without computing: every bit must arrive, NaNs' payloads included.
import { describe, expect, it } from 'vitest';
import { kernels } from '../testingKernels.js';
import { noise } from '../train/byHand.js';
import { checkGuards, given, output, SHAPES } from './tester.js';

/** Words of any bits, many of them NaNs and subnormal numbers. */
function anyWords(length: number, seed: number): Uint32Array {
  const random = noise(seed);
  const special = [0x7fc00001, 0xffc12345, 0x7f800000, 0x80000000, 1, 0x807fffff];
  return Uint32Array.from({ length }, (_, i) => (i % 3 === 0 ? special[i % special.length]! : random() * 2 ** 31));
}

describe('gather_f32', () => {
  it('gathers rows by any order, for every shape', () => {
    for (const [N, D, B] of SHAPES) {
      if (N === 0 && B > 0) continue;
      const rows = anyWords(N * D, N + D);
      const random = noise(B);
      const order = Uint32Array.from({ length: B }, (_, i) => (i === 0 ? N - 1 : ((random() + 1) / 2) * N));
      const out = output(B * D);
      kernels().gather_f32(out.ptr, given(rows).ptr, given(order).ptr, B, D);
      const expected = [...order].flatMap((row) => [...rows.subarray(row * D, (row + 1) * D)]);
      expect([...out.words], `[N, D, B] = [${N}, ${D}, ${B}]`).toEqual(expected);
      checkGuards();
    }
  });
});

describe('transpose_f32', () => {
  it('writes each column, and nothing between them', () => {
    for (const [N, D, extra] of SHAPES) {
      const stride = N + extra;
      const rows = anyWords(N * D, N + D);
      const out = output(D * stride);
      const untouched = out.words[0];
      kernels().transpose_f32(out.ptr, given(rows).ptr, N, D, stride);
      const expected = Array.from({ length: D * stride }, (_, k) => {
        const [j, i] = [Math.floor(k / stride), k % stride];
        return i < N ? rows[i * D + j] : untouched;
      });
      expect([...out.words], `[N, D, stride] = [${N}, ${D}, ${stride}]`).toEqual(expected);
      checkGuards();
    }
  });
});

describe('keep and restore', () => {
  /** A table of rows p, 0, n, s0 (assembly/optim/row.ts). */
  const table = (rows: readonly (readonly [number, number, number])[]) =>
    given(Uint32Array.from(rows.flatMap(([p, n, s0]) => [p, 0, n, s0, 0, 0, 0, 0])));

  it.each([0, 1, 3, 4, 5, 8, 17, 130])('copy %i numbers there and back', (n) => {
    const values = Float32Array.from({ length: n }, (_, i) => i - 0.5);
    const others = values.map((x) => -x);
    const [p, q] = [given(values), given(others)];
    const copies = [output(n), output(n)];
    const rows = table([
      [p.ptr, n, copies[0]!.ptr],
      [q.ptr, n, copies[1]!.ptr],
    ]);
    expect(kernels().snapshot(rows.ptr, 2)).toBe(1);
    expect([copies[0]!.floats, copies[1]!.floats]).toEqual([values, others]);
    const target = output(n);
    const back = table([[target.ptr, n, copies[1]!.ptr]]);
    kernels().restore(back.ptr, 1);
    expect(target.floats).toEqual(others);
  });

  it('keep copies nothing when any number of any row is not finite', () => {
    const [good, bad] = [given([1, 2, 3]), given([1, 2, 3, 4, Number.NaN])];
    const copies = [given([7, 7, 7]), given([7, 7, 7, 7, 7])];
    const rows = table([
      [good.ptr, 3, copies[0]!.ptr],
      [bad.ptr, 5, copies[1]!.ptr],
    ]);
    expect(kernels().snapshot(rows.ptr, 2)).toBe(0);
    for (const copy of copies) expect(copy.floats.every((x) => x === 7)).toBe(true);
  });

  it('take an empty table', () => {
    const rows = table([]);
    expect(kernels().snapshot(rows.ptr, 0)).toBe(1);
    kernels().restore(rows.ptr, 0);
  });
});
