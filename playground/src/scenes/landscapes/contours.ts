// Contour lines of a landscape by marching squares, and its shades.
import type { Landscape, Point } from './functions.js';

/** Values of a landscape on a grid of `size` by `size` points, row by row from the lowest y. */
export interface Grid {
  readonly size: number;
  readonly values: Float64Array;
  readonly min: number;
  readonly max: number;
}

export function sample({ value, x, y }: Landscape, size: number): Grid {
  const values = new Float64Array(size * size);
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const z = value(at(x, i / (size - 1)), at(y, j / (size - 1)));
      values[j * size + i] = z;
      min = Math.min(min, z);
      max = Math.max(max, z);
    }
  }
  return { size, values, min, max };
}

/** The place in a range by its share, 0 to 1. */
export const at = ([low, high]: Point, share: number): number => low + share * (high - low);

/** The share, 0 to 1, of a place in a range. */
export const share = ([low, high]: Point, place: number): number => (place - low) / (high - low);

/** Height above the lowest point on a scale on which valleys and slopes both show: 0 at the minimum, 1 at the highest point. */
export const height = ({ min, max }: Grid, z: number): number =>
  Math.log1p((STRETCH * (z - min)) / (max - min)) / Math.log1p(STRETCH);

/** The value at a height. */
const valueAt = ({ min, max }: Grid, h: number): number =>
  min + ((max - min) * Math.expm1(h * Math.log1p(STRETCH))) / STRETCH;

/** Sets how much more room the scale gives to the valleys than to the slopes. */
const STRETCH = 5000;

/** `count` levels between the lowest point and the highest, evenly spaced in height. */
export const levels = (grid: Grid, count: number): number[] =>
  Array.from({ length: count }, (_, i) => valueAt(grid, (i + 0.5) / count));

/** Segments of a contour line: x1, y1, x2, y2 each, in shares of the rectangle, y upwards. */
export function contour({ size, values }: Grid, level: number): number[] {
  const segments: number[] = [];
  for (let j = 0; j + 1 < size; j++) {
    for (let i = 0; i + 1 < size; i++) {
      const first = j * size + i;
      // Corners in turn, anticlockwise from the lower left.
      const z = [values[first]!, values[first + 1]!, values[first + size + 1]!, values[first + size]!];
      const crossings: number[] = [];
      for (let edge = 0; edge < 4; edge++) {
        const [a, b] = [z[edge]!, z[(edge + 1) % 4]!];
        if (a < level === b < level) continue;
        const t = (level - a) / (b - a);
        const [dx, dy] = [
          [t, 0],
          [1, t],
          [1 - t, 1],
          [0, 1 - t],
        ][edge]!;
        crossings.push((i + dx!) / (size - 1), (j + dy!) / (size - 1));
      }
      segments.push(...crossings);
    }
  }
  return segments;
}
