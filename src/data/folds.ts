import { randperm } from '../random.js';
import { disposeOnError } from '../resources.js';
import {
  boolean,
  checkInt,
  checkNumber,
  fail,
  type OptionTable,
  readOptions,
  refuse,
  seedNumber,
} from '../validate.js';
import { Dataset } from './dataset.js';

/** Options of {@link stratifiedSplit}. */
export interface SplitOptions {
  /** Seed of the shuffle. Default 0. */
  readonly seed?: number | undefined;
}

/** Options of {@link kFolds}. */
export interface FoldOptions extends SplitOptions {
  /** Each fold gets the same part of each class, as near as can be; the targets must be classes. Default false. */
  readonly stratify?: boolean | undefined;
}

const SPLIT = { seed: [seedNumber, 0] } as const satisfies OptionTable<SplitOptions>;
const FOLDS = { ...SPLIT, stratify: [boolean, false] } as const satisfies OptionTable<FoldOptions>;

/**
 * Splits samples at random into two datasets with copies of them, in which each class has the same part as near as can be.
 *
 * @param data - samples whose targets are class indices [N], or one-hot rows [N, K] of 0 and 1
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
  const { seed } = readOptions(call, options, SPLIT);
  const parts: [number[], number[]] = [[], []];
  for (const { name, members } of shuffledClasses(call, data, seed)) {
    const first = Math.round(members.length * fraction);
    if (first === 0 || first === members.length) {
      const got = `${fraction} of ${members.length} of class ${name}`;
      fail(RangeError, `${call}: fraction`, 'leave samples of each class in both parts', got);
    }
    for (const [i, row] of members.entries()) parts[i < first ? 0 : 1].push(row);
  }
  return pair(data, joined([parts[0]]), joined([parts[1]]));
}

/**
 * Cross-validation: splits samples at random into k parts of about the same size, and gives for each of them in turn a dataset of all the others,
 * to train on, and one of it alone, to validate on. The datasets are copies, which the caller disposes; each pair is made on demand.
 *
 * @param data - N samples
 * @param k - number of parts, from 2 to N
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
  if (k > data.length) fail(RangeError, 'kFolds: k', `be at most the ${data.length} samples`, k);
  const { seed, stratify } = readOptions('kFolds', options, FOLDS);
  const classes = stratify
    ? shuffledClasses('kFolds', data, seed)
    : [{ name: '', members: randperm(data.length, { seed }) }];
  for (const { name, members } of classes) {
    if (members.length < k) {
      fail(RangeError, 'kFolds: each class', `have at least k = ${k} samples`, `${members.length} of class ${name}`);
    }
  }
  // Dealt out one by one, class after class, so that the folds differ by one sample at most.
  const folds = Array.from({ length: k }, (): number[] => []);
  let next = 0;
  for (const { members } of classes) for (const row of members) folds[next++ % k]!.push(row);
  return pairs(data, folds);
}

function* pairs(data: Dataset, folds: readonly (readonly number[])[]): Generator<[Dataset, Dataset], void> {
  for (const validation of folds) {
    yield pair(data, joined(folds.filter((fold) => fold !== validation)), joined([validation]));
  }
}

function checkData(call: string, data: unknown): asserts data is Dataset {
  if (!(data instanceof Dataset)) refuse(TypeError, `${call}: data`, 'be a dataset', data);
  // Throws if it is disposed.
  void data.features.data;
}

/** The samples of a class, and its name in errors. */
interface ClassMembers {
  readonly name: string;
  readonly members: ArrayLike<number> & Iterable<number> & { entries(): Iterable<[number, number]> };
}

/** The samples of each class in random order, by class index. */
function shuffledClasses(call: string, data: Dataset, seed: number): ClassMembers[] {
  const order = randperm(data.length, { seed });
  // The view of the targets comes after the last allocation.
  const classOf = classReader(call, data);
  const classes = new Map<number, number[]>();
  for (const row of order) {
    const value = classOf(row);
    const members = classes.get(value);
    if (members) members.push(row);
    else classes.set(value, [row]);
  }
  if (classes.size === 1) fail(RangeError, `${call}: data`, 'have several classes', 'one class only');
  const ascending = [...classes].sort(([a], [b]) => a - b);
  return ascending.map(([value, members]) => ({ name: data.classes?.[value] ?? String(value), members }));
}

/** Reads the class of a sample: its index, or the place of the 1 in its one-hot row. */
function classReader(call: string, { targets, length }: Dataset): (row: number) => number {
  const values = targets.data;
  const width = targets.size / length;
  return (row) => {
    let index = values[row * width]!;
    if (width > 1) {
      const oneHot = values.subarray(row * width, (row + 1) * width);
      index = oneHot.indexOf(1);
      if (index < 0 || oneHot.some((value, k) => value !== 0 && k !== index)) {
        refuse(RangeError, `${call}: data`, 'have one class per sample (targets [N], or one-hot rows)', targets.shape);
      }
    }
    if (!Number.isInteger(index) || index < 0) {
      fail(RangeError, `${call}: targets`, 'be class indices', `${index} in row ${row}`);
    }
    return index;
  };
}

/** The indices of several lists, one after another. */
function joined(lists: readonly (readonly number[])[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/** Two datasets with copies of these samples. */
function pair(data: Dataset, first: Uint32Array, second: Uint32Array): [Dataset, Dataset] {
  return disposeOnError((use) => [use(data.copyOf(first)), data.copyOf(second)]);
}
