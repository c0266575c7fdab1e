import { type Check, readOptions, refuse } from '../validate.js';
import { Dataset } from './dataset.js';

/** Number of classes that a description lists. */
const LISTED = 8;

/** Options of {@link describe}. */
export interface DescribeOptions {
  /** The names of the features; by default they are numbered from 0. */
  readonly features?: readonly string[] | undefined;
}

/**
 * A dataset as a table of plain text: the range and mean of each feature and target, and the number of samples of each class for targets
 * that are classes.
 *
 * @param data - the dataset
 * @param options - see {@link DescribeOptions}
 * @throws TypeError or RangeError for wrong arguments; UseAfterDisposeError
 * @example
 * ```ts
 * import { dataset } from 'adamas';
 * import { describe } from 'adamas/datasets';
 * const data = dataset([[1, 4], [2, 4], [3, 4]], [0, 1, 1]);
 * const lines = describe(data, { features: ['size', 'weight'] }).split('\n');
 * console.log(lines[0]); // 3 samples, 2 features
 * console.log(lines[1]); // size    1 to 3, mean 2
 * console.log(lines[2]); // weight  4, constant
 * console.log(lines[3]); // target  0 to 1, mean 0.6667; as classes: 0 1, 1 2
 * ```
 */
export function describe(data: Dataset, options: DescribeOptions = {}): string {
  if (!(data instanceof Dataset)) refuse(TypeError, 'describe: data', 'be a dataset', data);
  const [count, width] = data.features.shape as [number, number];
  const { features } = readOptions('describe', options, { features: [namesCheck(width), undefined] });
  const outputs = data.targets.size / count;
  const targets = columnRanges(data.targets.data, outputs);
  return `${count} samples, ${width} features\n${alignColumns([
    ...columnRanges(data.features.data, width).map((range, j) => [features?.[j] ?? `feature ${j}`, numberText(range)]),
    ...targets.map((range, j) => [
      outputs === 1 ? 'target' : `target ${j}`,
      numberText(range) + classText(data, outputs, j),
    ]),
  ])}`;
}

const namesCheck =
  (count: number): Check =>
  (name, value) => {
    if (!Array.isArray(value) || value.length !== count) refuse(RangeError, name, `be ${count} names`, value);
  };

/** The range and mean of a column. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** The ranges of all columns of values[N, width], in one pass. */
function columnRanges(values: Float32Array, width: number): Range[] {
  const min = new Float32Array(width).fill(Infinity);
  const max = new Float32Array(width).fill(-Infinity);
  const sum = new Float64Array(width);
  for (let at = 0; at < values.length; ) {
    for (let j = 0; j < width; j++, at++) {
      const value = values[at]!;
      if (value < min[j]!) min[j] = value;
      if (value > max[j]!) max[j] = value;
      sum[j]! += value;
    }
  }
  const count = values.length / width;
  return Array.from(sum, (total, j) => ({ min: min[j]!, max: max[j]!, mean: total / count }));
}

/** The number of samples of each class, if whole numbers from 0 on can be classes. */
function classText({ targets, classes }: Dataset, outputs: number, j: number): string {
  const counts: number[] = [];
  const values = targets.data;
  for (let at = j; at < values.length; at += outputs) {
    const value = values[at]!;
    if (!Number.isInteger(value) || value < 0 || value >= 100) return '';
    while (counts.length <= value) counts.push(0);
    counts[value]!++;
  }
  if (counts.length < 2 || counts.includes(0)) return '';
  const names = counts.map((_, k) => classes?.[k] ?? k);
  return `; as classes: ${categoryText(names, counts)}`;
}

/** The range and mean of some numbers. */
export function numberText({ min, max, mean }: Range): string {
  const short = (value: number) => String(Number(value.toPrecision(4)));
  return min === max ? `${short(min)}, constant` : `${short(min)} to ${short(max)}, mean ${short(mean)}`;
}

/** Classes, each with its count. */
export function categoryText(classes: readonly (string | number)[], counts: readonly number[]): string {
  const listed = classes.slice(0, LISTED).map((one, i) => `${String(one).replace(/\s+/g, ' ')} ${counts[i]}`);
  return classes.length > LISTED
    ? `${listed.join(', ')} and ${classes.length - LISTED} more classes`
    : listed.join(', ');
}

/** Lines of cells, each cell as wide as the widest of its column. */
export function alignColumns(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, j) => lines.reduce((width, line) => Math.max(width, line[j]!.length), 0));
  return lines
    .map((line) =>
      line
        .map((cell, j) => cell.padEnd(widths[j]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
