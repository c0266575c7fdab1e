// Drawing of a network's boundary and weights, without any kernel.
import { type Color, rgb, type Theme } from '../../ui/theme.js';

/** Cells of the painted boundary along a side, and the half width of the square that it covers. */
export const CELLS = 96;
export const REACH = 1.15;

/** Colours of the classes and of the page, for the boundary's picture. */
export interface Palette {
  readonly page: Color;
  readonly classes: readonly Color[];
}

const palettes = new WeakMap<Theme, Palette>();

export function paletteOf(theme: Theme): Palette {
  let palette = palettes.get(theme);
  if (palette === undefined) {
    palette = { page: rgb(theme.page), classes: theme.series.map(rgb) };
    palettes.set(theme, palette);
  }
  return palette;
}

/** Pixels of a palette by class and certainty, 256 per class; computed once per palette. */
const shades = new WeakMap<Palette, Uint32Array>();

function shadesOf(palette: Palette): Uint32Array {
  let table = shades.get(palette);
  if (table === undefined) {
    table = new Uint32Array(256 * palette.classes.length);
    const bytes = new Uint8ClampedArray(table.buffer);
    for (let i = 0; i < table.length; i++) {
      const strength = 0.08 + (0.6 * (i % 256)) / 255;
      mix(bytes, 4 * i, palette.page, palette.classes[Math.floor(i / 256)]!, strength);
    }
    shades.set(palette, table);
  }
  return table;
}

/** Writes a pixel: a share of a colour, mixed with the page's. */
function mix(bytes: Uint8ClampedArray, at: number, page: Color, color: Color, share: number): void {
  for (let c = 0; c < 3; c++) bytes[at + c] = page[c]! + share * (color[c]! - page[c]!);
  bytes[at + 3] = 255;
}

/** Paints the cells: the colour of the likeliest class, paler where the network is less certain. Row 0 of the cells is the lowest, of the picture the highest. */
export function paintCells(cells: Uint8Array, palette: Palette, image: Uint8ClampedArray): void {
  const table = shadesOf(palette);
  const pixels = new Uint32Array(image.buffer);
  for (let j = 0; j < CELLS; j++) {
    for (let i = 0; i < CELLS; i++) {
      const from = 2 * ((CELLS - 1 - j) * CELLS + i);
      pixels[j * CELLS + i] = table[256 * cells[from]! + cells[from + 1]!]!;
    }
  }
}

/** Paints a matrix: the page's colour at 0, one colour for positive and another for negative values, strongest at the largest size. */
export function paintMatrix(values: Float32Array, palette: Palette, image: Uint8ClampedArray): void {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  for (const [i, value] of values.entries()) {
    const color = palette.classes[value < 0 ? 1 : 0]!;
    const strength = largest === 0 ? 0 : Math.abs(value) / largest;
    mix(image, 4 * i, palette.page, color, strength);
  }
}

/** The 2-norm of an array. */
export const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
