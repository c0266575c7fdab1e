// What the page draws of a network: no kernels here.

/** Cells of the painted boundary along a side, and the half width of the square that it covers. */
export const CELLS = 96;
export const REACH = 1.15;

type Color = readonly [red: number, green: number, blue: number];

/** Colours of the classes and of the page, for the boundary's picture. */
export interface Palette {
  readonly page: Color;
  readonly classes: readonly Color[];
}

/** Paints the cells: the colour of the likeliest class, the paler the less sure. Row 0 of the cells is the lowest, of the picture the highest. */
export function paintCells(cells: Uint8Array, { page, classes }: Palette, image: Uint8ClampedArray): void {
  for (let j = 0; j < CELLS; j++) {
    for (let i = 0; i < CELLS; i++) {
      const from = 2 * ((CELLS - 1 - j) * CELLS + i);
      const color = classes[cells[from]!]!;
      const strength = 0.08 + (0.6 * cells[from + 1]!) / 255;
      const to = 4 * (j * CELLS + i);
      for (let c = 0; c < 3; c++) image[to + c] = page[c]! + strength * (color[c]! - page[c]!);
      image[to + 3] = 255;
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
    for (let c = 0; c < 3; c++) image[4 * i + c] = palette.page[c]! + strength * (color[c]! - palette.page[c]!);
    image[4 * i + 3] = 255;
  }
}

/** The 2-norm of an array. */
export const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
