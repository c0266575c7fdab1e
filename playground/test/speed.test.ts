import { expect, it } from 'vitest';
import * as bench from '../../bench/baseline/baseline.mjs';
import { epoch } from '../src/scenes/speed/baseline.js';
import { agree } from '../src/scenes/speed/job.js';
import { race } from '../src/scenes/speed/race.js';
import { adamasSide, plainSide, WORKS } from '../src/scenes/speed/works.js';

it.each(WORKS)('plain JavaScript computes what adamas does: %o', (work) => {
  const [ours, plain] = [adamasSide(work), plainSide(work)];
  expect(agree(plain.numbers, ours.numbers)).toBe(true);
  const other = Array.from(ours.numbers);
  other[other.length - 1]! += 1e-4;
  expect(agree(other, ours.numbers)).toBe(false);
  ours.dispose?.();
});

it('measures against the plain JavaScript of the benchmarks', () => {
  const [N, D] = [40, 3];
  const X = Float32Array.from({ length: N * D }, (_, i) => Math.sin(i));
  const y = Float32Array.from({ length: N }, (_, i) => Math.cos(i));
  const start = () => ({
    ...{ w: new Float32Array(D + 1), m: new Float32Array(D + 1), v: new Float32Array(D + 1) },
    ...{ grad: new Float32Array(D + 1), order: Uint32Array.from(y, (_, i) => i), s: { b1t: 1, b2t: 1 } },
  });
  const draws = () => {
    let i = 0;
    return () => (i++ % 7) / 7;
  };
  const [ours, theirs] = [start(), start()];
  const { w, m, v, s, order, grad } = theirs;
  const expected = bench.epoch(X, y, N, D, 7, 10, 0.01, w, m, v, s, order, grad, draws());
  expect(epoch({ X, y }, 7, 10, 0.01, ours, draws())).toEqual(expected);
  expect(ours).toEqual(theirs);
});

it('times nothing more once it is aborted', async () => {
  const ended = new AbortController();
  const side = { numbers: [], call: () => ended.abort() };
  expect(await race([side], ended.signal)).toBeUndefined();
});
