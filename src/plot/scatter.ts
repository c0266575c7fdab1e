import { readOptions, unchecked } from '../validate.js';
import { drawChart } from './chart.js';
import type { Point, Series } from './marks.js';
import { type AxesOptions, axesTable, entriesOf, numbers } from './options.js';

/** Points (x, y) by the name of their series. */
export type PointsByName = Readonly<Record<string, readonly Point[]>>;

/** Options of {@link scatter}. */
export interface ScatterOptions extends AxesOptions {
  /** Lines over the points by name, as of a fitted function. Default: none. */
  readonly lines?: PointsByName | undefined;
}

/**
 * Draws points of one or more series, each with its own colour and marker.
 *
 * @param points - points (x, y), or an object of them whose keys name the series; those that are not finite are left out
 * @param options - title, axes, size, and lines over the points
 * @returns the picture as SVG text
 * @throws TypeError for the wrong kind of data or option; RangeError for a wrong value
 * @example
 * ```ts
 * import { scatter } from 'adamas/plot';
 * const svg = scatter({ measured: [[0, 0.1], [1, 0.9], [2, 2.2]] }, { lines: { fitted: [[0, 0], [2, 2]] }, xLabel: 'time [s]' });
 * console.log(/<title>(.*?)<.title>/.exec(svg)![1]); // y by time [s], 3 points
 * ```
 */
export function scatter(points: readonly Point[] | PointsByName, options: ScatterOptions = {}): string {
  const { lines, ...read } = readOptions('scatter', options, { ...axesTable, lines: [unchecked, undefined] });
  const dots = seriesOf('points', Array.isArray(points) ? { points } : points, 0);
  const title = `${read.yLabel} by ${read.xLabel}, ${dots.flatMap((one) => one.points).length} points`;
  return drawChart(
    {
      title,
      description: `Scatter plot of ${title}`,
      height: 270,
      series: lines === undefined ? dots : [...dots, ...seriesOf('lines', lines, dots.length)],
    },
    read,
  );
}

/** Series of points by name, checked, from colour `first` on. */
function seriesOf(mark: 'points' | 'lines', series: unknown, first: number): Series[] {
  return entriesOf(`scatter: ${mark}`, series).map(([name, points], k) => {
    const path = `scatter: ${mark}.${name}`;
    const list = entriesOf(path, points).map(([i, point]) => numbers(`${path}[${i}]`, point, 2) as unknown as Point);
    return { name, points: list, k: first + k, mark };
  });
}
