import { type Dataset, dataset } from '../../src/index.js';
import { noise } from './byHand.js';

/** y = x0 - 2 x1 + 0.5 x2 + 1, a little noisy. */
export function samples(n: number): Dataset {
  const random = noise(n);
  const rows = Array.from({ length: n }, () => [random(), random(), random()]);
  return dataset(
    rows,
    rows.map(([a, b, c]) => a! - 2 * b! + 0.5 * c! + 1 + 0.01 * random()),
  );
}

/** The indices 0 to n - 1. */
export const inOrder = (n: number) => Uint32Array.from({ length: n }, (_, i) => i);
