import { func, nonNegativeInt, readOptions, refuse, unchecked } from '../validate.js';
import { drawChart, type Frame } from './chart.js';
import type { Point } from './marks.js';
import { classNames, labels, numbers, type PlotOptions, plotTable } from './options.js';
import { extent, format } from './scale.js';
import { path, px } from './svg.js';

/** A classifier of points: a model with two inputs, or anything with the same names. */
export interface Classifier {
  /** Number of input features: 2. */
  readonly inputs: number;
  /** The class index of each of some rows (x, y, x, y, ...). */
  predictClass(features: Float32Array): ArrayLike<number>;
}

/** Points and their classes: a dataset with two features, or plain data with the same names. */
export interface LabelledPoints {
  /** Rows (x, y, x, y, ...). */
  readonly features: { readonly data: ArrayLike<number> };
  /** A class index per row. */
  readonly targets: { readonly data: ArrayLike<number> };
  /** Names of the classes. */
  readonly classes?: readonly string[] | undefined;
}

/** Options of {@link decisionBoundary}. */
export interface DecisionBoundaryOptions extends PlotOptions {
  /** Name of the x axis with its unit. Default: `'x'`. */
  readonly xLabel?: string | undefined;
  /** Name of the y axis with its unit. Default: `'y'`. */
  readonly yLabel?: string | undefined;
  /** Names of the classes. Default: those of the data, else their indices. */
  readonly classes?: readonly string[] | undefined;
}

/** Side of a cell of the background, in pixels. */
const CELL = 3;

/**
 * Draws the points of a dataset with two features, and behind them, in lighter colours, the class that a model predicts for each place.
 *
 * @param model - a classifier with two inputs
 * @param data - the points and their classes
 * @param options - title, size, names of axes and classes
 * @returns the picture as SVG text
 * @throws TypeError for the wrong kind of argument; RangeError for a model without exactly two inputs, or data that do not fit
 * @example
 * ```ts
 * import { dataset, softmaxRegression } from 'adamas';
 * import { decisionBoundary } from 'adamas/plot';
 * const data = dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 1, 1]);
 * const svg = decisionBoundary(softmaxRegression({ inputs: 2, classes: 2, init: 'zeros' }), data);
 * console.log(/<title>(.*?)<.title>/.exec(svg)![1]); // Decision boundary: 4 samples of 2 classes, 50% predicted right
 * ```
 */
export function decisionBoundary(
  model: Classifier,
  data: LabelledPoints,
  options: DecisionBoundaryOptions = {},
): string {
  const call = 'decisionBoundary';
  const { classes, ...read } = readOptions(call, options, {
    ...plotTable,
    ...labels,
    classes: [unchecked, undefined],
  });
  func(`${call}: model.predictClass`, Object(model).predictClass);
  if (model.inputs !== 2) refuse(RangeError, `${call}: model.inputs`, 'be 2', model.inputs);
  // Copies: predicting may detach a dataset's own views.
  const targets = numbers(`${call}: data.targets`, data?.targets?.data);
  const n = targets.length;
  const features = numbers(`${call}: data.features`, data?.features?.data, 2 * n);
  const seen = numbers(`${call}: predicted classes`, model.predictClass(Float32Array.from(features)), n);

  for (const [i, label] of targets.entries()) nonNegativeInt(`${call}: data.targets[${i}]`, label);
  const names = classNames(`${call}: classes`, classes ?? data.classes, extent([...targets, ...seen])[1] + 1);
  const right = targets.filter((label, i) => label === seen[i]).length;
  const title = `Decision boundary: ${n} samples of ${names.length} classes, ${format((100 * right) / n)}% predicted right`;
  return drawChart(
    {
      title,
      description: `${title}. Points over the predicted class of each place.`,
      height: 300,
      series: names.map((name, k) => ({
        name,
        points: targets.flatMap((label, i): Point[] => (label === k ? [[features[2 * i]!, features[2 * i + 1]!]] : [])),
        k,
        mark: 'points',
      })),
      behind: (frame) => background(model, frame),
    },
    read,
  );
}

/** The predicted class of each cell: a path per class, of strokes along rows of cells. */
function background(model: Classifier, { width, height, xOf, yOf }: Frame): string {
  const [columns, rows] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
  const [w, h] = [width / columns, height / rows];
  const paths: string[] = [];
  for (let row = 0; row < rows; row++) {
    const middle = (row + 0.5) * h;
    const middles = Float32Array.from({ length: 2 * columns }, (_, i) =>
      i % 2 ? valueAt(yOf, middle) : valueAt(xOf, ((i + 1) * w) / 2),
    );
    const classes = model.predictClass(middles);
    for (let from = 0, to = 0; from < columns; from = to) {
      const k = classes[from]!;
      while (to < columns && classes[to] === k) to++;
      // Half a pixel over the edges, so that no light shines through between two.
      paths[k] = `${paths[k] ?? ''}M${px(from * w)} ${px(middle)}h${px((to - from) * w + 0.5)}`;
    }
  }
  return `<g opacity=".25" stroke-linecap="butt">${paths.map((d, k) => path(k, d, h + 0.5)).join('')}</g>`;
}

/** The value at a place on a linear axis. */
const valueAt = (placeOf: (value: number) => number, place: number): number =>
  (place - placeOf(0)) / (placeOf(1) - placeOf(0));
