import { Dataset, readSamples, type SampleReader, type TargetRows } from '../data/dataset.js';
import type { Disposable } from '../resources.js';
import { type Rows, readRows } from '../rows.js';
import { Tensor } from '../tensor.js';
import { readOptions, refuse, unchecked } from '../validate.js';

/**
 * Data of a fit in a worker: a dataset, or the features and targets that `dataset` takes. With these the dataset is made in the worker alone,
 * and this thread's memory holds no copy of the numbers.
 *
 * @example
 * ```ts
 * import { Adam, linear, sequential } from 'adamas';
 * import { fit, type WorkerData } from 'adamas/worker';
 * const [N, D] = [100, 3];
 * const numbers = Float32Array.from({ length: N * D }, (_, i) => Math.sin(i));
 * const features = Array.from({ length: N }, (_, i) => numbers.subarray(i * D, (i + 1) * D)); // views: no number is copied
 * const data: WorkerData = { features, targets: features.map((row) => row[0]! + row[2]!) };
 * const model = sequential(linear(D, 1, { seed: 1 }));
 * const optimizer = new Adam(model.parameters(), { lr: 0.05 });
 * const { losses } = await fit(model, data, { loss: 'mse', optimizer, epochs: 100 });
 * console.log(losses.at(-1)! < 1e-3); // true
 * ```
 */
export type WorkerData =
  | Dataset
  | {
      /** N rows of D numbers, or a tensor [N, D]. */
      readonly features: Rows;
      /** N targets: see `dataset`. */
      readonly targets: TargetRows;
    };

/** Data whose shapes were checked, and whose numbers go to the worker piece by piece. */
export interface DataReader extends SampleReader {
  /** Everything that must not be disposed until all numbers have been read. */
  readonly used: readonly Disposable[];
  /** The argument in errors, where the worker is to check that numbers are finite: those of a dataset were checked. */
  readonly unchecked: string | undefined;
}

/**
 * Looks at data.
 *
 * @param name - the argument in errors
 * @throws TypeError or RangeError for what `dataset` would refuse by its shapes; UseAfterDisposeError
 */
export function readData(name: string, data: WorkerData): DataReader {
  if (data instanceof Dataset) {
    const { features, targets, classes } = data;
    const [x, y] = [readRows(`${name}.features`, features), readRows(`${name}.targets`, targets)];
    return { x, y, classes, used: [data, features, targets], unchecked: undefined };
  }
  // A table, or a dataset of another copy of the package, has more than these.
  if (!('features' in Object(data) || 'targets' in Object(data)) || 'dispose' in data) {
    refuse(TypeError, name, 'be a dataset, or { features, targets }', data);
  }
  const table = { features: [unchecked, undefined], targets: [unchecked, undefined] } as const;
  const { features, targets } = readOptions<Partial<typeof data>, typeof table>(name, data, table, '.');
  const samples = readSamples(`${name}.`, features as Rows, targets as TargetRows);
  return { ...samples, used: [features, targets].filter((one) => one instanceof Tensor), unchecked: name };
}
