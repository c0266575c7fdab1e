import { Dataset } from '../data/dataset.js';
import type { WeightAverage } from '../optim/average.js';
import { Pass } from '../resources.js';
import type { Tensor } from '../tensor.js';
import { positiveInt, readOptions, refuse } from '../validate.js';
import type { Layer } from './layer.js';
import { Model } from './model.js';

/** Options of {@link updateBatchNorm}. */
export interface UpdateBatchNormOptions {
  /** Rows a batch; a last batch of one row joins the one before. Default 256. */
  readonly batchSize?: number | undefined;
}

/** A batchNorm layer: its running statistics, and the share of a batch in them. */
interface Statistics {
  readonly running: readonly [mean: Tensor, variance: Tensor];
  readonly count: Tensor;
  readonly momentum: number;
}

/**
 * Recomputes the statistics of batchNorm for averaged weights, as torch.optim.swa_utils.update_bn does: the mean over all batches of the
 * mean and the unbiased variance of each. Weights and statistics of the model stay as they are; `swapIn()` of the average exchanges both.
 *
 * A `fit` with an `average` does this when it is completed or stopped, over its training data. For a model, in place of an average, the
 * statistics become those of its present weights. A layer whose momentum is 0 keeps its statistics.
 *
 * @param average - of the model, or of its parameters once a fit has trained that with it; or a model
 * @param data - rows of the training set, in an order that mixes its classes
 * @param options - see {@link UpdateBatchNormOptions}
 * @throws RangeError for an average that knows no model; BusyError; UseAfterDisposeError; OutOfMemoryError
 * @example
 * ```ts
 * import { batchNorm, dataset, linear, sequential, StochasticWeightAverage, updateBatchNorm } from 'adamas';
 * const model = sequential(linear(1, 1, { init: 'zeros' }), batchNorm(1));
 * const average = new StochasticWeightAverage(model);
 * model.parameters()[0]!.set([2]); // in place of training
 * average.update();
 * updateBatchNorm(average, dataset([[1], [2], [3]], [1, 2, 3]));
 * average.swapIn();
 * console.log(model.stateDict()['1.running_mean']!.data[0]!.toFixed(3)); // 4.000
 * ```
 */
export function updateBatchNorm(
  average: WeightAverage | Model,
  data: Dataset,
  options: UpdateBatchNormOptions = {},
): void {
  const { batchSize } = readOptions('updateBatchNorm', options, { batchSize: [positiveInt, 256] });
  const ofModel = average instanceof Model;
  if (!ofModel && typeof Object(average).swapIn !== 'function') {
    refuse(TypeError, 'updateBatchNorm: average', 'be an average of weights, or a model', average);
  }
  if (!(data instanceof Dataset)) refuse(TypeError, 'updateBatchNorm: data', 'be a dataset', data);
  const model = ofModel ? average : (average.model as Model | undefined);
  if (model === undefined) {
    throw new RangeError(
      'updateBatchNorm: average must be made of a model, as new StochasticWeightAverage(model), got one of parameters',
    );
  }
  const layers = model.layers.flatMap(statisticsOf);
  if (layers.length === 0) return;
  // Restored at the end, so that dropout of the next training continues as if this had not happened.
  const generators = model.layers.flatMap(({ generator }) =>
    generator ? [{ generator, state: generator.state }] : [],
  );
  const swaps = !ofModel && !average.swapped;
  const pass = new Pass('updateBatchNorm', [], [average]);
  if (swaps) average.swapIn();
  try {
    const batches = batchesOf(data, batchSize);
    const means = averageOverBatches(model, batches, layers);
    layers.forEach(({ running, count }, i) => {
      running.forEach(({ data }, k) => {
        data.set(means[i]![k]!);
      });
      count.data.fill(batches.length);
    });
  } finally {
    pass.dispose();
    if (swaps) average.swapOut();
    for (const { generator, state } of generators) generator.state = state;
  }
}

/** The mean over all batches of each layer's statistics. They are left as they were. */
function averageOverBatches(
  model: Model,
  batches: readonly Float32Array[],
  layers: readonly Statistics[],
): Float64Array[][] {
  const saved = layers.map(({ running, count }) => [...running, count].map(({ data }) => data.slice()));
  const means = layers.map(({ running }) => running.map(({ size }) => new Float64Array(size)));
  try {
    for (const [batch, rows] of batches.entries()) {
      // From 0 they become momentum times the batch's.
      for (const { running } of layers) for (const { data } of running) data.fill(0);
      model.forward(rows, { training: true }).dispose();
      layers.forEach(({ running, momentum }, i) => {
        running.forEach(({ data }, k) => {
          const mean = means[i]![k]!;
          data.forEach((value, j) => {
            mean[j]! += (value / momentum - mean[j]!) / (batch + 1);
          });
        });
      });
    }
  } finally {
    layers.forEach(({ running, count }, i) => {
      [...running, count].forEach(({ data }, k) => {
        data.set(saved[i]![k]!);
      });
    });
  }
  return means;
}

/** Copies of the rows, batch by batch. */
function batchesOf({ features, length }: Dataset, batchSize: number): Float32Array[] {
  const width = features.size / Math.max(length, 1);
  const batches: Float32Array[] = [];
  for (let start = 0, end: number; start < length; start = end) {
    end = Math.min(length, start + batchSize);
    if (length - end === 1) end = length;
    batches.push(features.data.slice(start * width, end * width));
  }
  return batches;
}

function statisticsOf({ buffers, recipe }: Layer): Statistics[] {
  if (recipe?.[0] !== 'batchNorm') return [];
  const { running_mean, running_var, num_batches_tracked } = buffers as Readonly<Record<string, Tensor>>;
  const { momentum } = recipe[2] as { readonly momentum: number };
  return momentum === 0 ? [] : [{ running: [running_mean!, running_var!], count: num_batches_tracked!, momentum }];
}
