// Drawing for the examples: curves in the terminal, and pictures as files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Point } from 'adamas/plot';
import { plot } from 'asciichart';

/** A curve drawn in characters, its x axis `columns` wide. Points are in ascending order of x. */
export function terminalPlot(points: readonly Point[], xLabel: string, yLabel: string, columns = 61): string {
  const first = points[0]![0];
  const last = points.at(-1)![0];
  const heights = Array.from({ length: columns }, (_, i) =>
    heightAt(points, first + ((last - first) * i) / (columns - 1)),
  );
  const lines = plot(heights, { height: 12, format: (value) => value.toFixed(3).padStart(7) });
  const ends = `${first}${String(last).padStart(columns - String(first).length)}`;
  return `${yLabel.padStart(7)}\n${lines}\n${' '.repeat(9)}${ends} ${xLabel}`;
}

/** The curve's height at x, between its points on a straight line. */
function heightAt(points: readonly Point[], x: number): number {
  const i = Math.max(
    1,
    points.findIndex((point) => point[0] >= x),
  );
  const [[x0, y0], [x1, y1]] = [points[i - 1]!, points[i]!];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/** Writes a picture as `name`.svg to the folder ADAMAS_OUT, by default out/, and returns the file's path from the current folder. */
export function saveSvg(name: string, svg: string): string {
  const folder = process.env.ADAMAS_OUT ?? 'out';
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.svg`);
  writeFileSync(file, svg);
  return relative('.', file);
}
