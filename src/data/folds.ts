import { Dataset, randperm } from '../index.js';
import { boolean, checkInt, checkNumber, checkOptions, show } from '../validate.js';
import { checkSeed, makeDataset } from './make.js';

/** Options of {@link stratifiedSplit}. */
export interface SplitOptions {
  /** Seed of the shuffle. Default 0. */
  readonly seed?: number;
}

/** Options of {@link kFolds}. */
export interface FoldOptions extends SplitOptions {
  /** Whether each fold has the same part of each class, as near as can be; the targets must be class indices. Default false. */
  readonly stratify?: boolean;
}

/**
 * Splits samples at random into two datasets with copies of them, in which each class has the same part as near as can be.
 *
 * @param data - samples whose targets [N] are class indices
 * @param fraction - the part of each class that the first dataset gets, in (0, 1), rounded to whole samples
 * @param options - see {@link SplitOptions}
 * @throws TypeError or RangeError for wrong arguments, targets that are no classes, one class only, or a class of which one part would have
 * no sample; UseAfterDisposeError; OutOfMemoryError
 * @example
 * ```ts
 * import { dataset } from 'adamas';
 * import { stratifiedSplit } from 'adamas/datasets';
 * const data = dataset([[1], [2], [3], [4], [5], [6]], [0, 0, 0, 0, 1, 1]);
 * const [training, held] = stratifiedSplit(data, 0.5, { seed: 1 });
 * console.log(Array.from(training.targets.data).sort(), held.length); // [ 0, 0, 1 ] 3
 * ```
 */
export function stratifiedSplit(data: Dataset, fraction: number, options: SplitOptions = {}): [Dataset, Dataset] {
  const call = 'stratifiedSplit';
  checkData(call, data);
  checkNumber(`${call}: fraction`, fraction, 'between 0 and 1', (x) => x > 0 && x < 1);
  checkOptions(call, options, ['seed']);
  const { seed = 0 } = options;
  checkSeed(call, seed);
  const parts: [number[], number[]] = [[], []];
  for (const [index, members] of shuffledClasses(call, data, seed).entries()) {
    const first = Math.round(members.length * fraction);
    if (first === 0 || first === members.length) {
      throw new RangeError(
        `${call}: fraction must leave samples of each class in both parts, got ${fraction} of ${members.length} of class ${index}`,
      );
    }
    parts[0].push(...members.slice(0, first));
    parts[1].push(...members.slice(first));
  }
  return pair(data, ...parts);
}

/**
 * Cross-validation: splits samples at random into k parts of about the same size, and gives for each of them in turn a dataset of all the others,
 * to train on, and one of it alone, to validate on. The datasets are copies, and the caller's own; each pair is made when it is asked for.
 *
 * @param data - N samples
 * @param k - how many parts, from 2 to N
 * @param options - see {@link FoldOptions}
 * @throws TypeError or RangeError for wrong arguments, and with `stratify` for targets that are no classes, one class only, or a class with
 * less than k samples; UseAfterDisposeError; OutOfMemoryError
 * @example
 * ```ts
 * import { dataset } from 'adamas';
 * import { kFolds } from 'adamas/datasets';
 * const data = dataset([[1], [2], [3], [4], [5]], [1, 2, 3, 4, 5]);
 * for (const [training, validation] of kFolds(data, 5)) {
 *   console.assert(training.length === 4 && validation.length === 1);
 *   training.dispose();
 *   validation.dispose();
 * }
 * ```
 */
export function kFolds(
  data: Dataset,
  k: number,
  options: FoldOptions = {},
): IterableIterator<[training: Dataset, validation: Dataset]> {
  checkData('kFolds', data);
  checkInt('kFolds: k', k, 2);
  if (k > data.length) throw new RangeError(`kFolds: k must be at most the ${data.length} samples, got ${k}`);
  checkOptions('kFolds', options, ['seed', 'stratify']);
  const { seed = 0, stratify = false } = options;
  checkSeed('kFolds', seed);
  boolean('kFolds: stratify', stratify);
  const classes = stratify ? shuffledClasses('kFolds', data, seed) : [randperm(data.length, { seed })];
  for (const [index, { length }] of classes.entries()) {
    if (length < k) {
      throw new RangeError(`kFolds: each class must have at least k = ${k} samples, got ${length} of class ${index}`);
    }
  }
  // Dealt out one by one, class after class, so that the folds differ by one sample at most.
  const folds = Array.from({ length: k }, (): number[] => []);
  let next = 0;
  for (const members of classes) for (const row of members) folds[next++ % k]!.push(row);
  return pairs(data, folds);
}

function* pairs(data: Dataset, folds: readonly (readonly number[])[]): Generator<[Dataset, Dataset], void> {
  for (const validation of folds) {
    yield pair(data, folds.filter((fold) => fold !== validation).flat(), validation);
  }
}

function checkData(call: string, data: unknown): asserts data is Dataset {
  if (!(data instanceof Dataset)) throw new TypeError(`${call}: data must be a dataset, got ${show(data)}`);
  // Throws if it is disposed.
  void data.features.data;
}

/** The samples of each class in random order, by class index. */
function shuffledClasses(call: string, data: Dataset, seed: number): number[][] {
  const { targets } = data;
  if (targets.size !== data.length) {
    throw new RangeError(`${call}: data must have one class a sample, got targets of shape ${show(targets.shape)}`);
  }
  const order = randperm(data.length, { seed });
  const classes = new Map<number, number[]>();
  const values = targets.data;
  for (const row of order) {
    const value = values[row]!;
    if (!Number.isInteger(value) || value < 0) {
      throw new RangeError(`${call}: targets must be class indices, got ${value} in row ${row}`);
    }
    const members = classes.get(value);
    if (members) members.push(row);
    else classes.set(value, [row]);
  }
  if (classes.size === 1) throw new RangeError(`${call}: data must have several classes, got one class only`);
  return [...classes.keys()].sort((a, b) => a - b).map((value) => classes.get(value)!);
}

/** Two datasets with copies of these samples. */
function pair(data: Dataset, first: readonly number[], second: readonly number[]): [Dataset, Dataset] {
  const one = take(data, first);
  try {
    return [one, take(data, second)];
  } catch (error) {
    one.dispose();
    throw error;
  }
}

/** A dataset with copies of the samples in these rows. */
function take(data: Dataset, rows: readonly number[]): Dataset {
  const { features, targets } = data;
  const outputs = targets.shape[1];
  return makeDataset(rows.length, features.shape[1]!, outputs, (x, y) => {
    copyRows(features.data, rows, x);
    copyRows(targets.data, rows, y);
  });
}

function copyRows(source: Float32Array, rows: readonly number[], out: Float32Array): void {
  const width = out.length / rows.length;
  for (let i = 0, at = 0; i < rows.length; i++) {
    const from = rows[i]! * width;
    for (let j = 0; j < width; j++) out[at++] = source[from + j]!;
  }
}
