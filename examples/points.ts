// Points of several classes or kinds, as an SVG.
import type { CustomSeriesRenderItem } from 'echarts';
import { COLORS, saveSvg } from './plot.js';

/** Points of one kind. */
export interface Points {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

/** What the axes are called, and where they begin and end. */
export interface Frame {
  readonly x: string;
  readonly y: string;
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
}

/** Says of which kind each of some points (x, y, x, y, ...) is. */
export type Decide = (points: Float32Array) => ArrayLike<number>;

/** Cells of the background, each way. */
const CELLS = 120;

/** Writes the points as `name`.svg, each kind in its colour, and behind them, in a lighter one, where `decide` sees it; returns where. */
export function svgPoints(name: string, kinds: readonly Points[], frame: Frame, decide?: Decide): string {
  const axis = (label: string, [min, max]: readonly [number, number], gap: number) => ({
    type: 'value',
    name: label,
    nameLocation: 'middle',
    nameGap: gap,
    nameTextStyle: { fontSize: 14 },
    axisLine: { show: true, onZero: false },
    splitLine: { show: false },
    min,
    max,
  });
  return saveSvg(name, 660, {
    legend: {
      orient: 'vertical',
      left: 548,
      top: 20,
      data: kinds.map((kind) => kind.name),
      textStyle: { fontSize: 13 },
    },
    grid: { left: 76, right: 124, top: 20, bottom: 56, outerBoundsMode: 'none' },
    xAxis: axis(frame.x, frame.xRange, 28),
    yAxis: axis(frame.y, frame.yRange, 50),
    series: [
      ...(decide ? [{ type: 'custom', silent: true, renderItem, data: runs(frame, decide) }] : []),
      ...kinds.map((kind, k) => ({
        type: 'scatter',
        name: kind.name,
        data: kind.points,
        symbolSize: 5,
        itemStyle: { color: COLORS[k], borderColor: '#fff', borderWidth: 0.5 },
      })),
    ],
  });
}

/** A run of cells as a rectangle. */
const renderItem: CustomSeriesRenderItem = (_, api) => {
  const [left, top] = api.coord([api.value(0), api.value(3)]) as [number, number];
  const [right, bottom] = api.coord([api.value(2), api.value(1)]) as [number, number];
  const fill = lighter(COLORS[Number(api.value(4))]!);
  // Half a pixel over the edge, so that no light shines through between two.
  const shape = { x: left, y: top, width: right - left + 0.5, height: bottom - top + 0.5 };
  return { type: 'rect', shape, style: { fill } };
};

/** A colour like #1f77b4, a quarter of it in white. */
function lighter(color: string): string {
  const parts = [1, 3, 5].map((at) => Math.round(192 + Number.parseInt(color.slice(at, at + 2), 16) / 4));
  return `rgb(${parts.join()})`;
}

/** The cells, in runs of the same kind along x: left, bottom, right, top, kind. */
function runs({ xRange, yRange }: Frame, decide: Decide): number[][] {
  const at = ([min, max]: readonly [number, number], cell: number) => min + ((max - min) * cell) / CELLS;
  const middles = new Float32Array(2 * CELLS * CELLS);
  for (let i = 0; i < CELLS * CELLS; i++) {
    middles[2 * i] = at(xRange, (i % CELLS) + 0.5);
    middles[2 * i + 1] = at(yRange, Math.floor(i / CELLS) + 0.5);
  }
  const kinds = decide(middles);
  const list: number[][] = [];
  for (let row = 0; row < CELLS; row++) {
    for (let from = 0, to = 0; from < CELLS; from = to) {
      const kind = kinds[row * CELLS + from]!;
      while (to < CELLS && kinds[row * CELLS + to] === kind) to++;
      list.push([at(xRange, from), at(yRange, row), at(xRange, to), at(yRange, row + 1), kind]);
    }
  }
  return list;
}

/** The points of each class, from features (x, y, x, y, ...) and class indices. */
export function byClass(features: Float32Array, classes: ArrayLike<number>, names: readonly string[]): Points[] {
  return names.map((name, k) => ({
    name,
    points: Array.from({ length: classes.length }, (_, i) => i)
      .filter((i) => classes[i] === k)
      .map((i) => [features[2 * i]!, features[2 * i + 1]!] as const),
  }));
}
