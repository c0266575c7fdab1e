// The paths as lines on a canvas of their own. It is kept from frame to frame, so that a frame draws no more than what was added.
import type { Draw } from '../../ui/canvas.js';
import type { Theme } from '../../ui/theme.js';
import { LANDSCAPES, type Landscape, type LandscapeName, type Point } from './functions.js';
import { lastStep, toMap } from './map.js';
import type { Path } from './paths.js';

/** Dashes of the lines whose colours come again. */
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3]];

/** End of the line of a path as drawn: the step, where that is, and the line's length up to there. */
interface Drawn {
  step: number;
  point: Point | undefined;
  length: number;
}

/** Draws the lines up to a time, by what they are on the canvas already. */
export class Trails {
  #made: readonly unknown[] = [];
  #time = 0;
  #drawn: readonly Drawn[] = [];

  draw(
    [context, width, height, theme]: Parameters<Draw>,
    landscape: LandscapeName,
    paths: readonly Path[],
    time: number,
  ): void {
    const made = [landscape, paths, theme, width, context.canvas.width];
    if (time < this.#time || made.some((value, i) => value !== this.#made[i])) {
      context.clearRect(0, 0, width, height);
      this.#made = made;
      this.#drawn = paths.map(() => ({ step: -1, point: undefined, length: 0 }));
    }
    this.#time = time;
    for (const [k, path] of paths.entries()) {
      const drawn = this.#drawn[k]!;
      const offset = drawn.length;
      const line = lineOf(LANDSCAPES[landscape], path, drawn, lastStep(path, time), width);
      if (line) strokeLine(context, line, k, offset, theme);
    }
  }
}

/** The part of a path that is to be added, up to a step. Points that are nearer than a pixel to the last one are left out: most are, at the end of a path. */
function lineOf(landscape: Landscape, { points }: Path, drawn: Drawn, last: number, width: number): Path2D | undefined {
  let line: Path2D | undefined;
  for (; drawn.step < last; drawn.step++) {
    const t = drawn.step + 1;
    const [x, y] = toMap(landscape, [points[2 * t]!, points[2 * t + 1]!], width);
    if (!Number.isFinite(x + y) || Math.abs(x) + Math.abs(y) > 1e5) break;
    const [fromX, fromY] = drawn.point ?? [x, y];
    const length = Math.hypot(x - fromX, y - fromY);
    if (drawn.point && length < 1) continue;
    if (drawn.point) {
      if (line === undefined) {
        line = new Path2D();
        line.moveTo(fromX, fromY);
      }
      line.lineTo(x, y);
    }
    drawn.point = [x, y];
    drawn.length += length;
  }
  return line;
}

/** Strokes a part of the line of path k, `offset` pixels after its start, and below all lines a wider one in the colour of the page. */
function strokeLine(context: CanvasRenderingContext2D, line: Path2D, k: number, offset: number, theme: Theme): void {
  const dashes = DASHES[Math.floor(k / theme.series.length) % DASHES.length]!;
  context.lineJoin = 'round';
  // Parts of the line meet in a round corner.
  context.lineCap = dashes.length === 0 ? 'round' : 'butt';
  context.lineWidth = 2.25;
  context.strokeStyle = theme.series[k % theme.series.length]!;
  context.setLineDash(dashes as number[]);
  context.lineDashOffset = offset;
  context.stroke(line);
  context.globalCompositeOperation = 'destination-over';
  context.lineCap = 'round';
  context.lineWidth = 4.5;
  context.strokeStyle = theme.page;
  context.setLineDash([]);
  context.stroke(line);
  context.globalCompositeOperation = 'source-over';
}
