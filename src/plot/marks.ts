// Lines and points.
import { HUES, path, px } from './svg.js';

/** A place (x, y), in values or in pixels. */
export type Point = readonly [x: number, y: number];

/** A line or points of one colour; for bars, only their mark in the legend. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** Its place in the order of colours, dashes and markers. */
  readonly k: number;
  readonly mark: 'lines' | 'dashed' | 'points' | 'bars';
}

/** A series at points in pixels. Those that are not finite are left out, and make gaps in lines. */
export function draw({ k, mark }: Series, points: readonly Point[]): string {
  if (mark === 'points') return markers(points, k);
  // Lines whose colour comes again have long dashes.
  return path(k, line(points), mark === 'bars' ? 12 : 2, mark === 'dashed' ? '2 5' : k < HUES ? '' : '9 5');
}

/** The mark of a series in the legend, 16 pixels wide, with its middle at (x, y). */
export function swatch(series: Series, x: number, y: number): string {
  const half = series.mark === 'points' ? 0 : series.mark === 'bars' ? 2 : 8;
  return draw(series, [
    [x - half, y],
    [x + half, y],
  ]);
}

function line(points: readonly Point[]): string {
  let d = '';
  for (let from = 0, to = 0; from < points.length; from = to + 1) {
    for (to = from; to < points.length && shown(points[to]!); ) to++;
    const run = thin(points.slice(from, to)).map(([x, y]) => `${px(x)} ${px(y)}`);
    // A line of no length is a dot.
    if (run.length > 0) d += `M${run.join(' ')}${run.length === 1 ? 'h0' : ''}`;
  }
  return d;
}

const shown = ([x, y]: Point): boolean => Number.isFinite(x + y);

/** The lowest and highest point of each pixel column of a long line. */
function thin(run: readonly Point[]): readonly Point[] {
  if (run.length < 4000) return run;
  const columns: Point[][] = [];
  for (const point of run) {
    const column = Math.round(point[0]);
    const [low = point, high = point] = columns[column] ?? [];
    columns[column] = [point[1] < low[1] ? point : low, point[1] > high[1] ? point : high];
  }
  return columns.flat();
}

/** Markers after the first, which is a dot: a square, a triangle, a diamond, of radius 1 about the current point. */
const MARKERS = [
  [-1, -1, 2, 0, 0, 2, -2, 0],
  [0, -1.3, 1.3, 2.2, -2.6, 0],
  [0, -1.4, 1.4, 1.4, -1.4, 1.4, -1.4, -1.4],
];

/** Points as one path, smaller where there are many. Those that share a pixel are drawn once. */
function markers(points: readonly Point[], k: number): string {
  const radius = Math.max(1.5, 3.5 - points.length / 400);
  const marker = MARKERS[(k % 4) - 1];
  const rest = marker ? `m${marker.map((x) => px(x * radius)).join(' ')}z` : 'h0';
  const places = new Set(points.filter(shown).map(([x, y]) => `M${Math.round(px(x))} ${Math.round(px(y))}${rest}`));
  // A dot is a line of no length with round ends.
  return path(k, [...places].join(''), marker ? 0.6 * radius : 2 * radius);
}
