import { readOptions, unchecked } from '../validate.js';
import { drawChart } from './chart.js';
import { type Point, radiusFor, type Series } from './marks.js';
import { type AxesOptions, axesTable, checkNumbers, entriesOf } from './options.js';

/** Points (x, y) by the name of their series. */
export type PointsByName = Readonly<Record<string, readonly Point[]>>;

/** Options of {@link scatter}. */
export interface ScatterOptions extends AxesOptions {
  /** Lines over the points by name, as of a fitted function. Default: none. */
  readonly lines?: PointsByName | undefined;
}

/**
 * Draws points of one or more series, each in a colour and with a sign of its own.
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
  const call = 'scatter';
  const { lines, ...read } = readOptions(call, options, { ...axesTable, lines: [unchecked, undefined] });
  const dots = seriesOf('points', Array.isArray(points) ? { points } : points);
  const count = dots.reduce((sum, [, one]) => sum + one.length, 0);
  const { xLabel = 'x', yLabel = 'y' } = read;
  return drawChart(
    {
      title: `${yLabel} by ${xLabel}, ${count} points`,
      description: `Scatter plot of ${yLabel} by ${xLabel}`,
      height: 270,
      series: [
        ...dots.map(([name, points], k): Series => ({ name, points, k, mark: 'points', radius: radiusFor(count) })),
        ...(lines === undefined ? [] : seriesOf('lines', lines)).map(
          ([name, points], k): Series => ({ name, points, k: dots.length + k, mark: 'line' }),
        ),
      ],
    },
    { ...read, xLabel, yLabel },
  );
}

/** Names and points, checked. */
function seriesOf(label: string, series: unknown): [string, readonly Point[]][] {
  return entriesOf(`scatter: ${label}`, series).map(([name, points]) => {
    const list = entriesOf(`scatter: ${label}.${name}`, points);
    for (const [i, point] of list) checkNumbers(`scatter: ${label}.${name}[${i}]`, point, 2);
    return [name, list.map(([, point]) => point as Point)];
  });
}
