import { shuffled } from '../generator.js';
import { Disposable, disposeAfter, disposeOnError } from '../resources.js';
import { type RowReader, type Rows, readRows } from '../rows.js';
import { Tensor } from '../tensor.js';
import { checkNumber, fail, isArrayLike, readOptions, refuse, seedNumber, show } from '../validate.js';
import { floats, words } from '../wasm/memory.js';
import { modelKernels } from '../wasm/modelKernels.js';
import { sortClasses } from './classes.js';
import { columnMoments, type Moments } from './moments.js';

/** Targets: numbers or rows of them, class indices, one-hot rows of 0 and 1, booleans, or the names of classes. */
export type TargetRows = Rows | readonly string[] | readonly boolean[];

/** Facts about samples that a dataset carries along. */
export interface DatasetInfo {
  readonly classes?: readonly string[] | undefined;
  /** @internal Remarks on the data, printed when training starts. */
  readonly notes?: readonly string[] | undefined;
}

/**
 * N samples: features [N, D] and targets [N] or [N, K]. Made by {@link dataset}.
 */
export class Dataset extends Disposable {
  /** [N, D] */
  declare readonly features: Tensor;
  /** [N] or [N, K] */
  declare readonly targets: Tensor;
  /** The names of the classes by their indices, if the targets were names or booleans; undefined otherwise. */
  declare readonly classes: readonly string[] | undefined;
  /** @internal */
  declare readonly notes: readonly string[];

  /** @internal */
  constructor(features: Tensor, targets: Tensor, { classes, notes = [] }: DatasetInfo = {}) {
    super();
    this.features = features;
    this.targets = targets;
    this.classes = classes;
    this.notes = notes;
  }

  /** N, the number of samples. */
  get length(): number {
    return this.features.shape[0]!;
  }

  /**
   * Copies samples into a dataset of their own.
   *
   * @param indices - the indices of the samples, each in [0, N), in the order of the result; an index may occur several times
   * @throws TypeError or RangeError for wrong or no indices; OutOfMemoryError; UseAfterDisposeError
   * @example
   * ```ts
   * import { dataset } from 'adamas';
   * const data = dataset([[1], [2], [3]], [4, 5, 6]);
   * console.log(data.take([2, 0]).targets.data); // Float32Array(2) [ 6, 4 ]
   * ```
   */
  take(indices: ArrayLike<number>): Dataset {
    this.assertUsable();
    if (!isArrayLike(indices)) refuse(TypeError, 'take: indices', 'be an array of indices', indices);
    const { length } = indices;
    if (length === 0) fail(RangeError, 'take: indices', 'name at least one sample', 'none');
    const order = new Uint32Array(length);
    const inRange = (index: number) => Number.isInteger(index) && index >= 0 && index < this.length;
    for (let i = 0; i < length; i++) {
      const index = indices[i]!;
      if (!inRange(index)) {
        checkNumber(`take: indices[${i}]`, index, `a whole number in [0, ${this.length})`, inRange);
      }
      order[i] = index;
    }
    return this.copyOf(order);
  }

  /** @internal Copies of the samples of these indices, which are not checked. */
  copyOf(indices: Uint32Array): Dataset {
    return disposeAfter((scratch) => {
      const block = scratch(words(indices.length));
      block.view.set(indices);
      return this.#gather(block.ptr, indices.length);
    });
  }

  /**
   * Splits the samples at random into two datasets with copies of them: the first gets `fraction` of them, rounded to a whole number.
   *
   * @param fraction - in (0, 1)
   * @param options - `seed` of the shuffle; 0 by default
   * @throws TypeError or RangeError for a wrong fraction or seed, or when one part would be empty; OutOfMemoryError
   * @example
   * ```ts
   * import { dataset } from 'adamas';
   * const data = dataset([[1], [2], [3], [4]], [1, 2, 3, 4]);
   * const [training, held] = data.split(0.75, { seed: 1 });
   * console.log(training.length, held.length); // 3 1
   * ```
   */
  split(fraction: number, options: { readonly seed?: number | undefined } = {}): [Dataset, Dataset] {
    this.assertUsable();
    checkNumber('split: fraction', fraction, 'between 0 and 1', (x) => x > 0 && x < 1);
    const { seed } = readOptions('split', options, { seed: [seedNumber, 0] });
    const { first, second } = this.divide('split: fraction', fraction, seed);
    return [first, second];
  }

  /** @internal Two datasets as by `split`, and the indices of the samples of the first and then of the second. */
  divide(label: string, fraction: number, seed: number): { first: Dataset; second: Dataset; order: Uint32Array } {
    const count = heldOut(label, this.length, fraction);
    return disposeAfter((scratch) => {
      const order = shuffled(scratch, this.length, seed);
      return disposeOnError((use) => {
        const first = use(this.#gather(order.ptr, count));
        const second = this.#gather(order.ptr + 4 * count, this.length - count);
        return { first, second, order: order.view.slice() };
      });
    });
  }

  /** A dataset with copies of the samples that the `count` words at `order` name. */
  #gather(order: number, count: number): Dataset {
    return disposeOnError((use) => {
      const [features, targets] = [this.features, this.targets].map((source) => {
        // Throws if it was disposed by itself.
        void source.data;
        const width = source.size / this.length;
        const block = use(floats(count * width));
        modelKernels().gather_f32(block.ptr, source.block.ptr, order, count, width);
        return new Tensor([count, ...source.shape.slice(1)], block);
      }) as [Tensor, Tensor];
      return new Dataset(features, targets, this);
    });
  }

  /**
   * A dataset whose features each have mean 0 and (population) standard deviation 1; the targets are copied as they are. A feature that is
   * constant becomes 0: its deviation counts as 1.
   *
   * @param by - the data whose means and deviations are taken: the training data, to bring others to the same scale; or means and deviations.
   *   Default: the dataset itself
   * @throws TypeError or RangeError for data of another width; OutOfMemoryError; UseAfterDisposeError
   * @example
   * ```ts
   * import { dataset } from 'adamas';
   * const training = dataset([[1], [3]], [0, 0]);
   * console.log(training.standardize().features.data); // Float32Array(2) [ -1, 1 ]
   * console.log(dataset([[4]], [0]).standardize(training).features.data); // Float32Array(1) [ 2 ]
   * ```
   */
  standardize(by: Dataset | Moments = this): Dataset {
    this.assertUsable();
    const [count, width] = this.features.shape as [number, number];
    const { mean, std } = momentsOf('standardize: by', by);
    if (mean.length !== width || std.length !== width) {
      fail(RangeError, 'standardize: by', `have ${width} features`, mean.length);
    }
    return disposeOnError((use) => {
      const features = use(new Tensor(this.features.shape, floats(count * width)));
      const targets = use(new Tensor(this.targets.shape, floats(this.targets.size)));
      const x = this.features.data;
      const y = features.data;
      for (let i = 0, at = 0; i < count; i++) {
        for (let j = 0; j < width; j++, at++) y[at] = (x[at]! - mean[j]!) / (std[j] || 1);
      }
      targets.data.set(this.targets.data);
      return new Dataset(features, targets, this);
    });
  }

  /** @internal */
  protected override owned(): readonly Tensor[] {
    return [this.features, this.targets];
  }

  /** @internal */
  protected override release(): void {
    this.targets.dispose();
    this.features.dispose();
  }

  /** @internal */
  protected override describe(): string {
    return `A dataset of ${this.length} samples`;
  }
}

/** The means and deviations of a dataset's features, or those given. */
function momentsOf(name: string, by: Dataset | Moments): Moments {
  if (by instanceof Dataset) {
    const [count, width] = by.features.shape as [number, number];
    return columnMoments(by.features.data, count, width);
  }
  if (typeof Object(by).mean !== 'object' || typeof Object(by).std !== 'object') {
    refuse(TypeError, name, 'be a dataset, or { mean, std }', by);
  }
  return by;
}

/** The number of samples in a fraction of N; throws if it is 0 or N. */
export function heldOut(label: string, N: number, fraction: number): number {
  const count = Math.round(N * fraction);
  if (count === 0 || count === N) {
    fail(RangeError, label, 'leave samples in both parts', `${fraction} of ${N} samples`);
  }
  return count;
}

/**
 * Samples to train on.
 *
 * @param features - a tensor [N, D], or N rows of D numbers
 * @param targets - a tensor [N] or [N, K], N numbers, or N rows of K numbers. For classes: indices, one-hot rows of 0 and 1, booleans, or names,
 *   which become indices in ascending order and are kept as `classes`. Tensors become the dataset's own: disposing it disposes them
 * @throws TypeError for the wrong kind; RangeError for no samples, unequal numbers of rows, ragged rows, or a number that is not finite
 * @example
 * ```ts
 * import { dataset } from 'adamas';
 * const data = dataset([[0, 1], [2, 3], [4, 5]], [1, 2, 3]);
 * console.log(data.length, data.features.shape, data.targets.shape); // 3 [ 3, 2 ] [ 3 ]
 * const named = dataset([[0], [1], [2]], ['plum', 'fig', 'plum']);
 * console.log(named.classes, named.targets.data); // [ 'fig', 'plum' ] Float32Array(3) [ 1, 0, 1 ]
 * ```
 */
export function dataset(features: Rows, targets: TargetRows): Dataset {
  const { x, y, classes } = readSamples('dataset: ', features, targets);
  return disposeOnError((use) => {
    // A caller's tensor stays the caller's until the dataset exists.
    const tensorOf = (name: string, rows: RowReader, given: unknown) =>
      checkFinite(name, given instanceof Tensor ? given : use(copied(rows)), given);
    const first = tensorOf('dataset: features', x, features);
    return new Dataset(first, tensorOf('dataset: targets', y, targets), { classes });
  });
}

/** Samples whose shapes were checked, and whose numbers were not read yet. */
export interface SampleReader {
  /** Features [N, D]. */
  readonly x: RowReader;
  /** Targets [N] or [N, K]. */
  readonly y: RowReader;
  readonly classes: readonly string[] | undefined;
}

/** Looks at features and targets. Errors name them with `label` before. */
export function readSamples(label: string, features: Rows, targets: TargetRows): SampleReader {
  const [xName, yName] = [`${label}features`, `${label}targets`];
  const x = readRows(xName, features);
  const { rows: y, classes } = readTargets(yName, targets);
  if (x.shape[0] === 0) fail(RangeError, xName, 'hold at least one sample', 'none');
  if (x.shape.length !== 2 || x.shape[1] === 0) refuse(RangeError, xName, 'have shape [samples, features]', x.shape);
  if (y.shape.length > 2 || y.shape.length === 0) {
    refuse(RangeError, yName, 'have shape [samples] or [samples, outputs]', y.shape);
  }
  if (x.shape[0] !== y.shape[0]) fail(RangeError, yName, `have ${x.shape[0]} rows like features`, y.shape[0]);
  return { x, y, classes };
}

/** A tensor with copies of rows. */
function copied(rows: RowReader): Tensor {
  return disposeOnError((use) => {
    const tensor = use(new Tensor(rows.shape, floats(rows.size)));
    rows.copyTo(tensor.data);
    return tensor;
  });
}

/**
 * Throws unless all numbers of a tensor are finite.
 *
 * @param given - the numbers before they were rounded to float32
 */
export function checkFinite(name: string, tensor: Tensor, given: unknown): Tensor {
  const { data, shape, block } = tensor;
  if (modelKernels().allFinite_f32(block.ptr, data.length)) return tensor;
  const width = shape.slice(1).reduce((product, length) => product * length, 1);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  const [row, column] = [Math.floor(bad / width), bad % width];
  const { [row]: own, [bad]: flat } = Object(given);
  const value = given instanceof Tensor ? data[bad] : typeof own === 'object' ? own[column] : flat;
  fail(RangeError, name, 'be finite float32 numbers', `${value} in row ${row}, column ${column}`);
}

/** Targets as rows of numbers: names and booleans become class indices. */
function readTargets(name: string, targets: TargetRows): { rows: RowReader; classes?: readonly string[] } {
  const first = Array.isArray(targets) ? targets[0] : undefined;
  if (typeof first !== 'string' && typeof first !== 'boolean') return { rows: readRows(name, targets as Rows) };
  const names = targets as readonly (string | boolean)[];
  const odd = names.findIndex((one) => typeof one !== typeof first);
  if (odd >= 0) fail(TypeError, name, `be ${typeof first}s like the first`, `${show(names[odd])} in row ${odd}`);
  const classes = typeof first === 'boolean' ? ['false', 'true'] : sortClasses([...new Set(names as string[])]);
  const indices = new Map(classes.map((one, index) => [one, index]));
  return {
    rows: readRows(
      name,
      Float32Array.from(names, (one) => indices.get(String(one))!),
    ),
    classes,
  };
}
