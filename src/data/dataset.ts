import { shuffled } from '../generator.js';
import { Disposable, disposeAfter, disposeOnError } from '../resources.js';
import type { Rows } from '../rows.js';
import { Tensor, tensor } from '../tensor.js';
import { checkNumber, fail, readOptions, refuse, seedNumber, show } from '../validate.js';
import { kernels } from '../wasm/kernels.js';
import { floats } from '../wasm/memory.js';
import { standardizeColumns } from './standardize.js';

/**
 * N samples: features [N, D] and targets [N] or [N, K]. Made by {@link dataset}.
 */
export class Dataset extends Disposable {
  /** [N, D] */
  declare readonly features: Tensor;
  /** [N] or [N, K] */
  declare readonly targets: Tensor;

  /** @internal */
  constructor(features: Tensor, targets: Tensor) {
    super();
    this.features = features;
    this.targets = targets;
  }

  /** N, the number of samples. */
  get length(): number {
    return this.features.shape[0]!;
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
  split(fraction: number, options: { readonly seed?: number } = {}): [Dataset, Dataset] {
    this.assertUsable();
    checkNumber('split: fraction', fraction, 'between 0 and 1', (x) => x > 0 && x < 1);
    const { seed } = readOptions('split', options, { seed: [seedNumber, 0] });
    const { first, second } = this.divide('split: fraction', fraction, seed);
    return [first, second];
  }

  /** @internal Two datasets as by `split`, and of which samples the first and then the second are. */
  divide(label: string, fraction: number, seed: number): { first: Dataset; second: Dataset; order: Uint32Array } {
    const count = heldOut(label, this.length, fraction);
    return disposeAfter((scratch) => {
      const order = shuffled(scratch, this.length, seed);
      return disposeOnError((use) => {
        const first = use(this.#take(order.ptr, count));
        const second = this.#take(order.ptr + 4 * count, this.length - count);
        return { first, second, order: order.view.slice() };
      });
    });
  }

  /** A dataset with copies of the samples that the `count` words at `order` name. */
  #take(order: number, count: number): Dataset {
    return disposeOnError((use) => {
      const [features, targets] = [this.features, this.targets].map((source) => {
        const width = source.size / this.length;
        const block = use(floats(count * width));
        kernels().gather_f32(block.ptr, source.block.ptr, order, count, width);
        return new Tensor([count, ...source.shape.slice(1)], block);
      }) as [Tensor, Tensor];
      return new Dataset(features, targets);
    });
  }

  /**
   * A dataset whose features each have mean 0 and (population) standard deviation 1; the targets are copied as they are.
   *
   * @throws RangeError when a feature is constant; OutOfMemoryError
   * @example
   * ```ts
   * import { dataset } from 'adamas';
   * console.log(dataset([[1], [3]], [0, 0]).standardize().features.data); // Float32Array(2) [ -1, 1 ]
   * ```
   */
  standardize(): Dataset {
    this.assertUsable();
    const [count, width] = this.features.shape as [number, number];
    const values = standardizeColumns('standardize: features', Float64Array.from(this.features.data), count, width);
    return disposeOnError(
      (use) =>
        new Dataset(use(tensor(values, this.features.shape)), tensor(this.targets.data.slice(), this.targets.shape)),
    );
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

/** How many of N samples a fraction is; throws when that, or what is left, is none. */
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
 * @param targets - a tensor [N] or [N, K], N numbers, or N rows of K numbers. Tensors become the dataset's own: disposing it disposes them
 * @throws TypeError for the wrong kind; RangeError for no samples, unequal numbers of rows, ragged rows, or a number that is not finite
 * @example
 * ```ts
 * import { dataset } from 'adamas';
 * const data = dataset([[0, 1], [2, 3], [4, 5]], [1, 2, 3]);
 * console.log(data.length, data.features.shape, data.targets.shape); // 3 [ 3, 2 ] [ 3 ]
 * ```
 */
export function dataset(features: Rows, targets: Rows): Dataset {
  const x = readRows('dataset: features', features);
  const y = readRows('dataset: targets', targets);
  if (x.shape[0] === 0) fail(RangeError, 'dataset: features', 'hold at least one sample', 'none');
  if (x.shape.length !== 2 || x.shape[1] === 0) {
    refuse(RangeError, 'dataset: features', 'have shape [samples, features]', x.shape);
  }
  if (y.shape.length > 2 || y.shape.length === 0) {
    refuse(RangeError, 'dataset: targets', 'have shape [samples] or [samples, outputs]', y.shape);
  }
  if (x.shape[0] !== y.shape[0]) {
    fail(RangeError, 'dataset: targets', `have ${x.shape[0]} rows like features`, y.shape[0]);
  }
  return disposeOnError((use) => {
    const made = [x, y].map(({ values, shape }) => (values instanceof Tensor ? values : use(tensor(values, shape))));
    return new Dataset(made[0]!, made[1]!);
  });
}

/** The numbers and shape of rows, checked to be finite. */
function readRows(name: string, rows: Rows): { values: Tensor | Float32Array; shape: readonly number[] } {
  const read = rows instanceof Tensor ? { values: rows, shape: rows.shape } : fromArrays(name, rows);
  const data = read.values instanceof Tensor ? read.values.data : read.values;
  const width = read.shape.slice(1).reduce((product, length) => product * length, 1);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    fail(
      RangeError,
      name,
      'be finite float32 numbers',
      `${data[bad]} in row ${Math.floor(bad / width)}, column ${bad % width}`,
    );
  }
  return read;
}

function fromArrays(name: string, rows: Exclude<Rows, Tensor>): { values: Float32Array; shape: number[] } {
  if (typeof rows !== 'object' || !Number.isSafeInteger(Object(rows).length)) {
    refuse(TypeError, name, 'be a Tensor or an array of numbers or rows', rows);
  }
  if (ArrayBuffer.isView(rows)) return { values: Float32Array.from(rows as ArrayLike<number>), shape: [rows.length] };
  const nested = rows.length > 0 && typeof rows[0] === 'object';
  const list = Array.from<number | ArrayLike<number>>(rows);
  const width = nested ? Object(rows[0]).length : 1;
  list.forEach((row, i) => {
    const values = nested ? Array.from<unknown>(Object(row)) : [row];
    if (values.length !== width)
      fail(RangeError, name, `have ${width} numbers in each row`, `${values.length} in row ${i}`);
    const bad = values.findIndex((value) => typeof value !== 'number');
    if (bad >= 0) fail(TypeError, name, 'be numbers', `${show(values[bad])} in row ${i}, column ${bad}`);
  });
  const values = Float32Array.from(
    list.flatMap((row) => (nested ? Array.from(row as ArrayLike<number>) : [row as number])),
  );
  return { values, shape: nested ? [list.length, width] : [list.length] };
}
