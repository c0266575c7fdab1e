// The map without paths, drawn in the worker: it takes too long for the page.
import { rgb } from '../../ui/theme.js';
import { contour, height, levels, sample } from './contours.js';
import { LANDSCAPES, type LandscapeName } from './functions.js';

/** A request: a square picture of a landscape. */
export interface GroundRequest {
  readonly landscape: LandscapeName;
  /** Pixels along a side, and pixels of the screen in one of CSS. */
  readonly size: number;
  readonly ratio: number;
  /** Colours of the heights, of the depths and of the contours. */
  readonly colors: readonly [page: string, deep: string, line: string];
}

/** Points of the grid along a side; contours of a map. */
const GRID = 161;
const CONTOURS = 18;

export function drawGround({ landscape, size, ratio, colors: [page, deep, line] }: GroundRequest): ImageBitmap {
  const grid = sample(LANDSCAPES[landscape], GRID);
  const shades = new OffscreenCanvas(GRID, GRID);
  const image = new ImageData(GRID, GRID);
  const [low, high] = [rgb(deep), rgb(page)];
  for (let j = 0; j < GRID; j++) {
    for (let i = 0; i < GRID; i++) {
      const strength = 0.55 * (1 - height(grid, grid.values[(GRID - 1 - j) * GRID + i]!));
      const to = 4 * (j * GRID + i);
      for (let c = 0; c < 3; c++) image.data[to + c] = high[c]! + strength * (low[c]! - high[c]!);
      image.data[to + 3] = 255;
    }
  }
  shades.getContext('2d')!.putImageData(image, 0, 0);
  const ground = new OffscreenCanvas(size, size);
  const context = ground.getContext('2d')!;
  context.drawImage(shades, 0, 0, size, size);
  context.scale(size, size);
  context.lineWidth = ratio / size;
  context.strokeStyle = line;
  context.globalAlpha = 0.55;
  context.beginPath();
  for (const level of levels(grid, CONTOURS)) {
    const segments = contour(grid, level);
    for (let s = 0; s < segments.length; s += 4) {
      context.moveTo(segments[s]!, 1 - segments[s + 1]!);
      context.lineTo(segments[s + 2]!, 1 - segments[s + 3]!);
    }
  }
  context.stroke();
  return ground.transferToImageBitmap();
}
