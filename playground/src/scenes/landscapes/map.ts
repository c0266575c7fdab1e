// Places on the map, and its marks.
import type { Theme } from '../../ui/theme.js';
import { at, share } from './contours.js';
import { LANDSCAPES, type Landscape, type LandscapeName, type Point } from './functions.js';
import type { Path } from './paths.js';

/** Place of a point on a map of this width, and back. */
export const toMap = ({ x, y }: Landscape, [px, py]: Point, width: number): Point => [
  share(x, px) * width,
  (1 - share(y, py)) * width,
];
export const fromMap = ({ x, y }: Landscape, [i, j]: Point, width: number): Point => [
  at(x, i / width),
  at(y, 1 - j / width),
];

/** The last step of a path that is shown at time t. */
export const lastStep = ({ values }: Path, t: number): number => Math.min(t, values.length - 1);

/** Draws the minima, each path's place at a time, and the start. */
export function drawMarks(
  context: CanvasRenderingContext2D,
  name: LandscapeName,
  paths: readonly Path[],
  { time, start, width, theme }: { time: number; start: Point; width: number; theme: Theme },
): void {
  const landscape = LANDSCAPES[name];
  for (const minimum of landscape.minima) drawCross(context, toMap(landscape, minimum, width), theme.text);
  for (const [k, path] of paths.entries()) {
    const last = lastStep(path, time);
    const [x, y] = toMap(landscape, [path.points[2 * last]!, path.points[2 * last + 1]!], width);
    if (!Number.isFinite(x + y)) continue;
    context.beginPath();
    context.arc(x, y, 5, 0, 2 * Math.PI);
    context.fillStyle = theme.series[k % theme.series.length]!;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = theme.page;
    context.stroke();
  }
  const [x, y] = toMap(landscape, start, width);
  context.beginPath();
  context.arc(x, y, 9, 0, 2 * Math.PI);
  context.lineWidth = 5;
  context.strokeStyle = theme.page;
  context.stroke();
  context.lineWidth = 2.5;
  context.strokeStyle = theme.text;
  context.stroke();
}

function drawCross(context: CanvasRenderingContext2D, [x, y]: Point, color: string): void {
  context.lineWidth = 2;
  context.strokeStyle = color;
  context.beginPath();
  context.moveTo(x - 5, y - 5);
  context.lineTo(x + 5, y + 5);
  context.moveTo(x + 5, y - 5);
  context.lineTo(x - 5, y + 5);
  context.stroke();
}
