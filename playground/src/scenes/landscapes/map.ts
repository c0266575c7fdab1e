// The paths over the map.
import type { Theme } from '../../ui/theme.js';
import { at, share } from './contours.js';
import { LANDSCAPES, type Landscape, type LandscapeName, type Point } from './functions.js';
import type { Path } from './paths.js';

/** Dashes of the lines whose colours come again. */
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3]];

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

export function drawPaths(
  context: CanvasRenderingContext2D,
  name: LandscapeName,
  paths: readonly Path[],
  { time, start, width, theme }: { time: number; start: Point; width: number; theme: Theme },
): void {
  const landscape = LANDSCAPES[name];
  context.lineJoin = 'round';
  for (const minimum of landscape.minima) drawCross(context, toMap(landscape, minimum, width), theme.text);
  for (const [k, path] of paths.entries()) {
    const line = lineOf(landscape, path, lastStep(path, time), width);
    context.setLineDash([]);
    context.lineWidth = 4.5;
    context.strokeStyle = theme.page;
    context.stroke(line);
    context.setLineDash(DASHES[Math.floor(k / theme.series.length) % DASHES.length]! as number[]);
    context.lineWidth = 2.25;
    context.strokeStyle = theme.series[k % theme.series.length]!;
    context.stroke(line);
    context.setLineDash([]);
  }
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

/** A path up to a step. Points that are nearer than a pixel to the last that was drawn are left out: most are, at the end of a path. */
function lineOf(landscape: Landscape, { points }: Path, last: number, width: number): Path2D {
  const line = new Path2D();
  let [lastX, lastY] = [Number.POSITIVE_INFINITY, 0];
  for (let t = 0; t <= last; t++) {
    const [x, y] = toMap(landscape, [points[2 * t]!, points[2 * t + 1]!], width);
    if (!Number.isFinite(x + y) || Math.abs(x) + Math.abs(y) > 1e5) break;
    if (t < last && Math.abs(x - lastX) + Math.abs(y - lastY) < 1) continue;
    line.lineTo(x, y);
    [lastX, lastY] = [x, y];
  }
  return line;
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
