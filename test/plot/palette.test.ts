// Colours of series stand out from the page, and from each other for people who are colour-blind.
import { expect, it } from 'vitest';
import { COLORS, HUES } from '../../src/plot/svg.js';

type Rgb = readonly [number, number, number];

const linear = (hex: string): Rgb => {
  const full = hex.length === 4 ? hex.replace(/\w/g, '$&$&') : hex;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(full.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return [r!, g!, b!];
};
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
/** Contrast ratio of WCAG 2. */
const contrast = (a: string, b: string): number => {
  const [dark, light] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
};

type Matrix = readonly [Rgb, Rgb, Rgb];
const times = (m: Matrix, v: Rgb): Rgb => m.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as never;

/** Full colour blindness: Machado, Oliveira and Fernandes 2009, table of severity 1. */
const sights: Record<string, Matrix> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Björn Ottosson's Oklab, in which distances are close to those that people see. */
const oklab = (v: Rgb): Rgb => {
  const inside = v.map((c) => Math.min(1, Math.max(0, c))) as never;
  const lms = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    inside,
  ).map(Math.cbrt) as never;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    lms,
  );
};
const distance = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

it.each(Object.entries(COLORS))('%s: contrast', (_, colors) => {
  const [page, ink, muted, , ...series] = colors.split(' ') as [string, string, string, string, ...string[]];
  expect(series).toHaveLength(HUES);
  expect(contrast(ink, page)).toBeGreaterThan(12);
  expect(contrast(muted, page)).toBeGreaterThan(4.5);
  for (const color of series) expect(contrast(color, page), color).toBeGreaterThan(3);
});

it.each(Object.entries(COLORS))('%s: told apart by everybody', (_, colors) => {
  const series = colors.split(' ').slice(4);
  for (const [sight, matrix] of Object.entries(sights)) {
    for (const [i, a] of series.entries()) {
      for (const b of series.slice(0, i)) {
        // The palette of Okabe and Ito comes to 0.076 here.
        expect(
          distance(oklab(times(matrix, linear(a))), oklab(times(matrix, linear(b)))),
          `${sight}: ${a} ${b}`,
        ).toBeGreaterThan(0.1);
      }
    }
  }
});
