import { func, nonNegativeInt, readOptions, string, unchecked } from '../validate.js';
import { drawChart, type Frame } from './chart.js';
import { type Point, radiusFor } from './marks.js';
import { must } from './must.js';
import { checkNumbers, classNames, type PlotOptions, plotTable } from './options.js';
import { format } from './scale.js';
import { inColor, px } from './svg.js';

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
 * @throws TypeError for the wrong kind of argument; RangeError for a model that has not two inputs, or data that do not fit
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
    xLabel: [string, 'x'],
    yLabel: [string, 'y'],
    classes: [unchecked, undefined],
  });
  func(`${call}: model.predictClass`, Object(model).predictClass);
  must(model.inputs === 2, RangeError, `${call}: model.inputs`, 'be 2', model.inputs);
  const targets = copied(`${call}: data.targets`, data?.targets?.data);
  const n = targets.length;
  const features = copied(`${call}: data.features`, data?.features?.data, 2 * n);
  const seen = copied(`${call}: predicted classes`, model.predictClass(features), n);

  let [count, right] = [0, 0];
  const points = Array.from(targets, (label, i): Point => {
    nonNegativeInt(`${call}: data.targets[${i}]`, label);
    count = Math.max(count, label + 1, seen[i]! + 1);
    right += Number(label === seen[i]);
    return [features[2 * i]!, features[2 * i + 1]!];
  });
  const names = classNames(`${call}: classes`, classes ?? data.classes, count);
  const title = `Decision boundary: ${n} samples of ${names.length} classes, ${format((100 * right) / n)}% predicted right`;
  return drawChart(
    {
      title,
      description: `${title}. Points over the class that the model predicts for each place.`,
      height: 300,
      series: names.map((name, k) => ({
        name,
        points: points.filter((_, i) => targets[i] === k),
        k,
        mark: 'points',
        radius: radiusFor(n),
      })),
      behind: (frame) => background(model, frame),
    },
    read,
  );
}

/** A copy of numbers, checked: predicting may detach a dataset's own views. */
function copied(name: string, values: unknown, length?: number): Float32Array {
  checkNumbers(name, values, length);
  return Float32Array.from(values);
}

/** The predicted class of each cell: a path per class, of strokes along rows of cells. */
function background(model: Classifier, { width, height, x, y }: Frame): string {
  const [columns, rows] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
  const middles = Float32Array.from({ length: 2 * columns * rows }, (_, i) => {
    const cell = i >> 1;
    return i % 2 === 0
      ? x.range[0] + ((x.range[1] - x.range[0]) * ((cell % columns) + 0.5)) / columns
      : y.range[1] - ((y.range[1] - y.range[0]) * (Math.floor(cell / columns) + 0.5)) / rows;
  });
  const classes = model.predictClass(middles);
  const [w, h] = [width / columns, height / rows];
  const paths: string[] = [];
  for (let row = 0; row < rows; row++) {
    for (let from = 0, to = 0; from < columns; from = to) {
      const k = classes[row * columns + from]!;
      while (to < columns && classes[row * columns + to] === k) to++;
      // Half a pixel over the edges, so that no light shines through between two.
      paths[k] = `${paths[k] ?? ''}M${px(from * w)} ${px((row + 0.5) * h)}h${px((to - from) * w + 0.5)}`;
    }
  }
  const strokes = paths.map((d, k) => `<path${inColor(k, 'stroke')} d="${d}"/>`).join('');
  return `<g opacity=".25" stroke-width="${px(h + 0.5)}">${strokes}</g>`;
}
