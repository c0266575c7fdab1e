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
  expect(thin(data, 4)).toEqual(data);
  expect(thin([[], []], 4)).toEqual([[], []]);
});

it('has null where a curve is shorter than the others', () => {
  const data = [[0, 1, 2, 3, 4], [5, 1, 9, 4, 4], [7]];
  expect(thin(data, 3)).toEqual([data[0], data[1], [7, null, null, null, null]]);
  expect(thin(data, 2)[2]).toEqual([7, 7, null, null]);
});
