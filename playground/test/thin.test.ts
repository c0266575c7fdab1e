import { expect, it } from 'vitest';
import { thin } from '../src/ui/thin.js';

it('keeps the least and the greatest value of each stretch, in their order', () => {
  const data = [
    [0, 1, 2, 3, 4, 5, 6],
    [5, 1, 9, 4, 4, 8, 2],
    [1, 2, 3, null, null, null, null],
  ];
  expect(thin(data, 2)).toEqual([
    [0, 3, 4, 6],
    [1, 9, 8, 2],
    [1, 3, null, null],
  ]);
  expect(thin(data, 4)).toBe(data);
  expect(thin([[], []], 4)).toEqual([[], []]);
});
