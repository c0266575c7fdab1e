import { Dataset } from '../index.js';
import { checkOptions, show } from '../validate.js';

/** Classes of which a description lists no more. */
const LISTED = 8;

/** Options of {@link describe}. */
export interface DescribeOptions {
  /** The names of the features; by default they are numbered from 0. */
  readonly features?: readonly string[];
}

/**
 * What a dataset holds, as a table of plain text: the range and mean of each feature and target, and for targets that are classes how many
 * samples each class has.
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
  if (!(data instanceof Dataset)) throw new TypeError(`describe: data must be a dataset, got ${show(data)}`);
  checkOptions('describe', options, ['features']);
  const [count, width] = data.features.shape as [number, number];
  const { features: names = Array.from({ length: width }, (_, j) => `feature ${j}`) } = options;
  if (!Array.isArray(names) || names.length !== width) {
    throw new RangeError(`describe: features must be ${width} names, got ${show(names)}`);
  }
  const outputs = data.targets.size / count;
  const columns = (values: Float32Array, n: number) =>
    Array.from({ length: n }, (_, j) => values.filter((_, i) => i % n === j));
  return `${count} samples, ${width} features\n${alignColumns([
    ...columns(data.features.data, width).map((values, j) => [names[j]!, numberText(rangeOf(values))]),
    ...columns(data.targets.data, outputs).map((values, j) => [
      outputs === 1 ? 'target' : `target ${j}`,
      numberText(rangeOf(values)) + classText(values),
    ]),
  ])}`;
}

function rangeOf(values: Float32Array): { min: number; max: number; mean: number } {
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  return { min, max, mean: sum / values.length };
}

/** How many samples each class has, if whole numbers from 0 on can be classes. */
function classText(values: Float32Array): string {
  const counts: number[] = [];
  for (const value of values) {
    if (!Number.isInteger(value) || value < 0 || value >= 100) return '';
    while (counts.length <= value) counts.push(0);
    counts[value]!++;
  }
  return counts.length < 2 || counts.includes(0)
    ? ''
    : `; as classes: ${categoryText(
        counts.map((_, k) => k),
        counts,
      )}`;
}

/** The range and mean of some numbers. */
export function numberText({ min, max, mean }: { readonly min: number; readonly max: number; readonly mean: number }) {
  const short = (value: number) => String(Number(value.toPrecision(4)));
  return min === max ? `${short(min)}, constant` : `${short(min)} to ${short(max)}, mean ${short(mean)}`;
}

/** Classes, each with how many there are of it. */
export function categoryText(classes: readonly (string | number)[], counts: readonly number[]): string {
  const listed = classes.slice(0, LISTED).map((one, i) => `${String(one).replace(/\s+/g, ' ')} ${counts[i]}`);
  return classes.length > LISTED
    ? `${listed.join(', ')} and ${classes.length - LISTED} more classes`
    : listed.join(', ');
}

/** Lines of cells, each cell as wide as the widest of its column. */
export function alignColumns(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, j) => Math.max(...lines.map((line) => line[j]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, j) => cell.padEnd(widths[j]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
