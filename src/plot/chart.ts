// A chart: title, legend, two axes with grid lines, and what is drawn between them.
import { heading } from './heading.js';
import { draw, type Series } from './marks.js';
import type { AxesOptions } from './options.js';
import { extent, makeScale, type Scale, type ScaleName } from './scale.js';
import { END, GAP, LINE, MIDDLE, px, shorten, svg, text, textWidth } from './svg.js';

/** The box between the axes: its size, and the places of values in it, all in pixels from its upper left corner. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly xOf: (x: number) => number;
  readonly yOf: (y: number) => number;
}

/** A chart's parts. Options that the caller gave come first. */
interface Chart {
  readonly title: string;
  readonly description: string;
  /** Height of the box between the axes in a picture 480 pixels wide, in pixels; with `rows` in any. */
  readonly height: number;
  readonly series: readonly Series[];
  /** Names in place of numbers along the x axis, from the left. */
  readonly columns?: readonly string[];
  /** Names in place of numbers along the y axis, from the top. */
  readonly rows?: readonly string[];
  /** Draws what lies behind the series. */
  readonly behind?: (frame: Frame) => string;
}

/** Options as read, with the labels filled in. */
export type Labelled = AxesOptions & { readonly width: number; readonly xLabel: string; readonly yLabel: string };

/** Room for lines and points on the very edge of the box. */
const BLEED = 5;

/** The whole picture as SVG. */
export function drawChart(chart: Chart, options: Labelled): string {
  const { series, columns = [], rows, behind } = chart;
  const { width, xRange, yRange, xScale, yScale, title = chart.title, description = chart.description } = options;
  const dataOf = (i: 0 | 1) => series.flatMap(({ points }) => points.map((point) => point[i]));
  const [head, bottom] = heading(title, width, rows || series.length > 1 ? series : []);
  // The y axis's name stands above it, where it needs no turning and takes no width.
  const top = bottom + LINE + GAP;
  // Names along the x axis that are too long to stand side by side are turned by 60 degrees.
  const longest = longestOf(columns);
  const turned = longest * columns.length > 0.6 * width ? 0.87 * longest : 0;
  const outside = top + 2 * LINE + GAP + turned;
  const height = Math.max(
    options.height ? options.height - outside : chart.height * (rows ? 1 : Math.sqrt(width / 480)),
    80,
  );
  const y = rows
    ? nameScale(rows, height)
    : makeScale(yScale, yRange ?? extent(dataOf(1), yScale), Math.ceil(height / 50), !yRange);
  const left = 2 * GAP + longestOf(y.ticks.map(({ label }) => label));
  const wide = width - left - 4 * GAP;
  const x = columns.length
    ? nameScale(columns, wide)
    : makeScale(xScale, xRange ?? extent(dataOf(0), xScale), 1 + Math.round(wide / 100), xRange && false);

  const xOf = (value: number) => wide * x.at(value);
  const yOf = (value: number) => height * (rows ? y.at(value) : 1 - y.at(value));
  const floor = top + height;
  let [grid, labels] = ['', ''];
  for (const { value, label } of y.ticks) {
    const at = top + yOf(value);
    if (!rows) grid += `M${px(left)} ${px(at)}h${px(wide)}`;
    labels += text(left - GAP, at + 5, label, END);
  }
  for (const { value, label } of x.ticks) {
    const at = left + xOf(value);
    if (!columns.length) grid += `M${px(at)} ${px(floor)}v${rows ? px(-height) : 5}`;
    const turn = `${END} transform="rotate(-60 ${px(at)} ${px(floor + LINE)})"`;
    labels += text(at, floor + LINE, label, turned ? turn : MIDDLE);
  }
  labels += text(GAP, top - GAP - 5, shorten(nameOf(options.yLabel, yScale), width));
  labels += text(left + wide / 2, height + outside - GAP, shorten(nameOf(options.xLabel, xScale), wide), MIDDLE);
  const inside = series.map((one) =>
    draw(
      one,
      one.points.map(([a, b]) => [xOf(a), yOf(b)]),
    ),
  );
  return svg(
    title,
    description,
    width,
    height + outside,
    `${head}<path class="grid" d="${grid}"/><g class="muted">${labels}</g>` +
      `<svg x="${px(left - BLEED)}" y="${px(top - BLEED)}" width="${px(wide + 2 * BLEED)}" height="${px(height + 2 * BLEED)}">` +
      `<g transform="translate(${BLEED} ${BLEED})">${behind?.({ width: wide, height, xOf, yOf }) ?? ''}${inside.join('')}</g></svg>`,
  );
}

const longestOf = (labels: readonly string[]): number => Math.max(0, ...labels.map(textWidth));

const nameOf = (label: string, scale: ScaleName | undefined): string =>
  scale === 'log' ? `${label} (log scale)` : label;

/** An axis of names, each in the middle of an equal part; where they have no room, every second, third, ... */
const nameScale = (names: readonly string[], length: number): Scale => ({
  ticks: names
    .map((label, value) => ({ value, label }))
    .filter(({ value }) => value % Math.ceil((names.length * LINE) / length) === 0),
  at: (value) => (value + 0.5) / names.length,
});
