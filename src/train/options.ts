import {
  checkBoolean,
  checkFunction,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkWeights,
  checkWhole,
  show,
} from '../check.js';
import { Dataset } from '../data/dataset.js';
import { checkData } from '../nn/evaluate.js';
import { type LossSpec, lossOf } from '../nn/losses.js';
import { Model } from '../nn/model.js';
import { Optimizer } from '../optim/optimizer.js';
import { seedOr } from '../random.js';
import type { Progress } from './result.js';

/** What a fit needs of a schedule; every schedule of this package has it. */
export interface FitScheduler {
  step(metric?: number): void;
  // biome-ignore lint/suspicious/noExplicitAny: whatever its state is
  stateDict(): any;
  // biome-ignore lint/suspicious/noExplicitAny: whatever its state is
  loadStateDict(state: any): void;
}

/** Options of {@link fit} and {@link fitSync}. */
export interface FitOptions {
  /** What is minimised. Default: the model's own `loss`, which this becomes. */
  readonly loss?: LossSpec;
  /** What minimises it; made for (some of) the model's parameters. A second fit with the same optimizer goes on where the first ended. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever its options are
  readonly optimizer: Optimizer<any>;
  /** Passes over the data. Default 1. */
  readonly epochs?: number;
  /** Samples a step. The last batch of an epoch may be smaller, and its loss is the mean over its own samples. Default 32. */
  readonly batchSize?: number;
  /** Whether each epoch goes through the samples in a new random order. Default true. */
  readonly shuffle?: boolean;
  /** Seed of the shuffle: the same seed gives the same bytes on every engine. Default 0. */
  readonly seed?: number;
  /**
   * The order of samples in an epoch (counted from 0), in place of the shuffle: as many indices as there are samples. `fit` awaits a promise
   * of them; `fitSync` refuses one.
   */
  readonly sampleOrder?: (epoch: number) => Uint32Array | PromiseLike<Uint32Array>;
  /**
   * Samples between two evaluations of the loss over the whole training set: after the first batch at which the samples seen in this
   * epoch pass a multiple of it. Default: once an epoch.
   */
  readonly logEvery?: number;
  /** Changes the optimizer's options as the fit goes on, such as a OneCycleLR. */
  readonly scheduler?: FitScheduler;
  /** When it steps: after every optimizer step, or after every epoch, with the last recorded loss as its metric. Default 'epoch'. */
  readonly scheduleEvery?: 'step' | 'epoch';
  /** Batches whose mean gradient makes one optimizer step; at the end of an epoch it may be fewer. Default 1. */
  readonly accumulate?: number;
  /** The largest 2-norm that all gradients of a step together may have; see {@link clipGradNorm}. */
  readonly clipGradNorm?: number;
  /** The largest |g| that an element of a gradient may have; see {@link clipGradValue}. */
  readonly clipGradValue?: number;
  /**
   * Leave out a step whose loss or gradient is not finite, instead of ending the fit as diverged: parameters, state and step count stay as
   * they are. Default false.
   */
  readonly skipNonFinite?: boolean;
  /** What each sample's loss is multiplied by, in training and in the recorded losses; a mean still divides by the number of samples. */
  readonly sampleWeights?: ArrayLike<number>;
  /** Called every 10 ms or so (by `fitSync` after every 512 steps and every epoch); return `false` to stop. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback may return nothing
  readonly onProgress?: (progress: Progress) => boolean | void;
  /** Aborts the fit at the next step boundary that it sees. */
  readonly signal?: AbortSignal;
}

const OPTIONS = [
  'loss',
  'optimizer',
  'epochs',
  'batchSize',
  'shuffle',
  'seed',
  'sampleOrder',
  'logEvery',
  'scheduler',
  'scheduleEvery',
  'accumulate',
  'clipGradNorm',
  'clipGradValue',
  'skipNonFinite',
  'sampleWeights',
  'onProgress',
  'signal',
] as const satisfies readonly (keyof FitOptions)[];

/** The options with their defaults, all checked. */
export function readOptions(name: string, model: Model, data: Dataset, options: FitOptions) {
  if (!(model instanceof Model)) throw new TypeError(`${name}: model must be a model, got ${show(model)}`);
  if (!(data instanceof Dataset)) throw new TypeError(`${name}: data must be a dataset, got ${show(data)}`);
  checkOptions(name, options, OPTIONS);
  const { optimizer, epochs = 1, batchSize = 32, shuffle = true, seed = 0, sampleOrder, onProgress, signal } = options;
  const {
    scheduler,
    scheduleEvery = 'epoch',
    accumulate = 1,
    clipGradNorm,
    clipGradValue,
    skipNonFinite = false,
    sampleWeights,
  } = options;
  const loss = lossOf(`${name}: loss`, (options.loss ?? model.loss) as LossSpec);
  if (!(optimizer instanceof Optimizer)) {
    // By its shape: `instanceof LBFGS` would bring it along with every fit.
    if (Object(Object(optimizer).paramGroups?.[0]).lineSearchFn !== undefined) {
      throw new TypeError(
        `${name}: optimizer: LBFGS needs a closure: use optimizer.step(() => model.lossAndGrad(...)) or minimize`,
      );
    }
    throw new TypeError(`${name}: optimizer must be an optimizer, got ${show(optimizer)}`);
  }
  checkWhole(`${name}: epochs`, epochs, 0);
  checkWhole(`${name}: batchSize`, batchSize, 1);
  checkBoolean(`${name}: shuffle`, shuffle);
  seedOr(`${name}: seed`, seed);
  for (const method of scheduler === undefined ? [] : (['step', 'stateDict', 'loadStateDict'] as const)) {
    checkFunction(`${name}: scheduler.${method}`, Object(scheduler)[method]);
  }
  checkOneOf(`${name}: scheduleEvery`, scheduleEvery, ['step', 'epoch']);
  checkWhole(`${name}: accumulate`, accumulate, 1);
  for (const [option, value] of Object.entries({ clipGradNorm, clipGradValue })) {
    if (value !== undefined) checkNumber(`${name}: ${option}`, value, 'at least 0', (x) => x >= 0);
  }
  checkBoolean(`${name}: skipNonFinite`, skipNonFinite);
  if (sampleOrder !== undefined) checkFunction(`${name}: sampleOrder`, sampleOrder);
  if (onProgress !== undefined) checkFunction(`${name}: onProgress`, onProgress);
  if (signal !== undefined && typeof Object(signal).aborted !== 'boolean') {
    throw new TypeError(`${name}: signal must be an AbortSignal, got ${show(signal)}`);
  }
  const logEvery = options.logEvery ?? data.length;
  checkWhole(`${name}: logEvery`, logEvery, 1);
  model.assertIdle(name);
  optimizer.assertIdle(name);
  checkData(name, model, loss, data);
  for (const rows of [Math.min(batchSize, data.length), data.length % batchSize]) {
    if (rows > 0) for (const layer of model.layers) layer.checkBatch?.(name, rows);
  }
  if (sampleWeights !== undefined && Object(sampleWeights).length !== data.length) {
    throw new RangeError(
      `${name}: sampleWeights must hold ${data.length} numbers, one a sample, got ${show(sampleWeights)}`,
    );
  }
  if (sampleWeights !== undefined) checkWeights(`${name}: sampleWeights`, sampleWeights);
  return {
    ...{ loss, optimizer, epochs, batchSize, shuffle, seed, sampleOrder, logEvery, onProgress, signal },
    ...{ scheduler, scheduleEvery, accumulate, clipGradNorm, clipGradValue, skipNonFinite, sampleWeights },
  };
}

/** What `sampleOrder` gave for an epoch, checked. */
export function readOrder(name: string, order: unknown, length: number): Uint32Array {
  const label = `${name}: sampleOrder(epoch)`;
  if (!(order instanceof Uint32Array)) throw new TypeError(`${label} must give a Uint32Array, got ${show(order)}`);
  if (order.length !== length) throw new RangeError(`${label} must give ${length} indices, got ${order.length}`);
  const bad = order.findIndex((index) => index >= length);
  if (bad >= 0) throw new RangeError(`${label} must give indices below ${length}, got ${order[bad]} at ${bad}`);
  return order;
}
