// Curves, in the terminal and as an SVG.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { plot } from 'asciichart';
import * as echarts from 'echarts';

/** A named line through points (x, y), x ascending. */
export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

/** What the axes are called; where the y axis begins and ends, and how far apart its ticks are. */
export interface Axes {
  readonly x: string;
  readonly y: string;
  readonly yRange: readonly [number, number];
  readonly yStep: number;
}

/** The colours of curves and classes. */
export const COLORS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b'];

/** The curve drawn in characters, its x axis `columns` wide. */
export function terminalPlot({ points }: Curve, { x, y }: Axes, columns = 61): string {
  const first = points[0]![0];
  const last = points.at(-1)![0];
  const heights = Array.from({ length: columns }, (_, i) =>
    heightAt(points, first + ((last - first) * i) / (columns - 1)),
  );
  const lines = plot(heights, { height: 12, format: (value) => value.toFixed(3).padStart(7) });
  const ends = `${first}${String(last).padStart(columns - String(first).length)}`;
  return `${y.padStart(7)}\n${lines}\n${' '.repeat(9)}${ends} ${x}`;
}

/** The curve's height at x, between its points on a straight line. */
function heightAt(points: Curve['points'], x: number): number {
  const i = Math.max(
    1,
    points.findIndex((point) => point[0] >= x),
  );
  const [[x0, y0], [x1, y1]] = [points[i - 1]!, points[i]!];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/** Writes the curves as `name`.svg to the folder ADAMAS_OUT, by default out/; returns where, from the current folder. */
export function svgPlot(name: string, curves: readonly Curve[], { x, y, yRange, yStep }: Axes): string {
  const [min, max] = yRange;
  const ticks = multiples(yStep, min, max);
  const digits = String(yStep).split('.')[1]?.length ?? 0;
  const axis = {
    type: 'value',
    nameLocation: 'middle',
    nameTextStyle: { fontSize: 14 },
    axisLine: { show: true, onZero: false },
  } as const;
  const legend = curves.length > 1;
  return saveSvg(name, legend ? 660 : 560, {
    legend: {
      show: legend,
      orient: 'vertical',
      left: 548,
      top: 20,
      icon: 'rect',
      itemHeight: 3,
      textStyle: { fontSize: 13 },
    },
    grid: { left: 76, right: legend ? 124 : 24, top: 20, bottom: 56, outerBoundsMode: 'none' },
    xAxis: { ...axis, name: x, nameGap: 28, max: curves[0]!.points.at(-1)![0] },
    yAxis: {
      ...axis,
      name: y,
      nameGap: 50,
      min,
      max,
      axisTick: { customValues: ticks },
      axisLabel: { customValues: ticks, formatter: (value: number) => value.toFixed(digits) },
    },
    series: curves.map((curve) => ({ type: 'line', name: curve.name, data: curve.points, showSymbol: false })),
  });
}

/** Writes a chart, 400 pixels high, as `name`.svg to the folder ADAMAS_OUT, by default out/; returns where, from the current folder. */
export function saveSvg(name: string, width: number, option: echarts.EChartsCoreOption): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height: 400 });
  chart.setOption({ animation: false, backgroundColor: '#fff', color: COLORS, ...option });
  const folder = process.env.ADAMAS_OUT ?? 'out';
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.svg`);
  writeFileSync(file, chart.renderToSVGString());
  chart.dispose();
  return relative('.', file);
}

/** The multiples of `step` from min to max. */
function multiples(step: number, min: number, max: number): number[] {
  const slack = 1e-9;
  const first = Math.ceil(min / step - slack);
  const last = Math.floor(max / step + slack);
  return Array.from({ length: last - first + 1 }, (_, i) => Math.min((first + i) * step, max));
}
