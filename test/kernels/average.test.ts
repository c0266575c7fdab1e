// Averages of weights: the bits of torch.lerp and of a + (x - a) / n, computed here in float64 and rounded after each operation.
import { describe, expect, it } from 'vitest';
import { kernels } from '../testingKernels.js';
import { noise } from '../train/byHand.js';
import { checkGuards, given, SIZES } from './tester.js';

const { fround } = Math;
const random = noise(7);
const values = (n: number, scale: number) =>
  Float32Array.from({ length: n }, (_, i) => (i % 7 === 0 ? -0 : random() * scale));
/** A table of rows p, 0, n, s0 (assembly/optim/row.ts). */
const table = (rows: readonly (readonly [p: number, n: number, s0: number])[]) =>
  given(Uint32Array.from(rows.flatMap(([p, n, s0]) => [p, 0, n, s0, 0, 0, 0, 0])));

/** torch.lerp's two ways, and a mean. */
const ways: readonly [string, [number, number, number], (a: number, x: number) => number][] = [
  ['w = 0.25', [0, 0.25, 1], (a, x) => fround(a + fround(0.25 * fround(x - a)))],
  ['w = f(0.1)', [0, fround(0.1), 1], (a, x) => fround(a + fround(fround(0.1) * fround(x - a)))],
  ['w = f(0.9)', [1, -(1 - fround(0.9)), 1], (a, x) => fround(x - fround(fround(x - a) * fround(1 - fround(0.9))))],
  ['w = 1', [1, -0, 1], (a, x) => fround(x - fround(fround(x - a) * 0))],
  ['n = 3', [0, 1, 3], (a, x) => fround(a + fround(fround(x - a) / 3))],
];

describe.each(ways)('average_f32, %s', (_, scalars, expected) => {
  it('moves the averages and leaves the parameters, for every size', () => {
    for (const n of SIZES) {
      const [x, a] = [values(n, 100), values(n, 1)];
      const [p, s0] = [given(x), given(a)];
      const [q, t0] = [given([1, 2]), given([3, 4])];
      const rows = table([
        [p.ptr, n, s0.ptr],
        [q.ptr, 2, t0.ptr],
      ]);
      kernels().average_f32(rows.ptr, 2, ...scalars);
      expect(s0.floats, `n = ${n}`).toEqual(a.map((ai, i) => expected(ai, x[i]!)));
      expect(t0.floats).toEqual(Float32Array.of(expected(3, 1), expected(4, 2)));
      expect(p.floats).toEqual(x);
      checkGuards();
    }
  });
});

describe('swap_f32', () => {
  it('exchanges every word, whatever it means, for every size', () => {
    for (const n of SIZES) {
      const [x, a] = [0x7fc00001, 0xff812345].map((word) => Uint32Array.from({ length: n }, (_, i) => word ^ (i << 3)));
      const [p, s0] = [given(x!), given(a!)];
      kernels().swap_f32(table([[p.ptr, n, s0.ptr]]).ptr, 1);
      expect([...p.words], `n = ${n}`).toEqual([...a!]);
      expect([...s0.words]).toEqual([...x!]);
      checkGuards();
    }
  });

  it('does nothing for no rows', () => {
    kernels().swap_f32(0, 0);
    kernels().average_f32(0, 0, 0, 1, 1);
  });
});
