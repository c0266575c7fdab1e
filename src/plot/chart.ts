// A chart: title, legend, two axes with grid lines, and what is drawn between them.
import { heading } from './heading.js';
import { draw, type Point, type Series } from './marks.js';
import type { AxesOptions } from './options.js';
import { extent, format, makeScale, type Scale, type ScaleName } from './scale.js';
import { END, GAP, LINE, MIDDLE, px, shorten, svg, text, textWidth } from './svg.js';

/** The box between the axes: its size in pixels, and the axes. Places in it are pixels from its upper left corner. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly x: Scale;
  readonly y: Scale;
}

/** A chart's parts. Options that the caller gave come first. */
export interface Chart {
  readonly title: string;
  readonly description: string;
  /** Height of the box between the axes in a picture 480 pixels wide, in pixels; with `rows` in any. */
  readonly height: number;
  readonly series?: readonly Series[];
  /** If set, the x axis ends where the data do and not at round numbers. */
  readonly tight?: boolean;
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
  const { series = [], columns, rows, behind = () => '' } = chart;
  const { width, xRange, yRange, xScale, yScale, title = chart.title, description = chart.description } = options;
  const all = (i: 0 | 1) => series.flatMap(({ points }) => points.map((point) => point[i]));
  const [head, bottom] = heading(title, width, rows || series.length > 1 ? series : []);
  // The y axis's name stands above it, where it needs no turning and takes no width.
  const top = bottom + LINE + GAP;
  // Names along the x axis that are too long to stand side by side are turned by 60 degrees.
  const longest = Math.max(0, ...(columns ?? []).map(textWidth));
  const turn = longest * (columns?.length ?? 0) > 0.6 * width ? Math.min(longest, 0.3 * width) : 0;
  const outside = top + 2 * LINE + GAP + 0.87 * turn;
  const height = Math.max(
    options.height ? options.height - outside : chart.height * (rows ? 1 : Math.sqrt(width / 480)),
    80,
  );
  const y = rows
    ? nameScale(rows)
    : makeScale(yScale, yRange ?? extent(all(1), yScale), Math.ceil(height / 50), !yRange);
  const names = y.ticks.map(({ label }) => shorten(label, 0.4 * width));
  const left = 2 * GAP + Math.max(0, ...names.map(textWidth));
  const wide = width - left - 4 * GAP;
  const xEnds = xRange ?? extent(all(0), xScale);
  const tick = Math.max(50, ...xEnds.map((end) => textWidth(format(end)))) + 4 * GAP;
  const x = columns
    ? nameScale(columns)
    : makeScale(xScale, xEnds, Math.max(2, Math.round(wide / tick)), !xRange && !chart.tight);

  const xOf = (value: number) => wide * x.at(value);
  const yOf = (value: number) => height * (rows ? y.at(value) : 1 - y.at(value));
  const floor = top + height;
  let [grid, labels] = ['', ''];
  for (const [i, { value }] of y.ticks.entries()) {
    const at = top + yOf(value);
    if (!rows) grid += `M${px(left)} ${px(at)}h${px(wide)}`;
    labels += text(left - GAP, at + 5, names[i]!, END);
  }
  for (const { value, label } of x.ticks) {
    const at = left + xOf(value);
    if (!columns) grid += `M${px(at)} ${px(floor)}v${rows ? px(-height) : 5}`;
    labels += turn
      ? text(0, 0, shorten(label, turn), `${END} transform="translate(${px(at + 5)} ${px(floor + 16)})rotate(-60)"`)
      : text(at, floor + LINE, label, MIDDLE);
  }
  labels += text(GAP, top - GAP - 5, shorten(nameOf(options.yLabel, yScale), width));
  labels += text(
    left + wide / 2,
    floor + 2 * LINE + 0.87 * turn,
    shorten(nameOf(options.xLabel, xScale), wide),
    MIDDLE,
  );
  const inside = series.map((one) => draw({ ...one, points: one.points.map(([a, b]): Point => [xOf(a), yOf(b)]) }));
  const [w, h] = [px(wide + 2 * BLEED), px(height + 2 * BLEED)];
  return svg(
    title,
    description,
    width,
    height + outside,
    `${head}<path class="grid" d="${grid}"/><g class="muted">${labels}</g>` +
      `<svg x="${px(left - BLEED)}" y="${px(top - BLEED)}" width="${w}" height="${h}" viewBox="-${BLEED} -${BLEED} ${w} ${h}">` +
      `${behind({ width: wide, height, x, y })}${inside.join('')}</svg>`,
  );
}

const nameOf = (label: string, scale: ScaleName | undefined): string =>
  scale === 'log' ? `${label} (log scale)` : label;

/** An axis of names, each in the middle of an equal part; of many, every second, third, ... */
const nameScale = (names: readonly string[]): Scale => ({
  ticks: names
    .map((label, value) => ({ value, label }))
    .filter(({ value }) => value % Math.ceil(names.length / 16) === 0),
  range: [0, names.length],
  at: (value) => (value + 0.5) / names.length,
});
