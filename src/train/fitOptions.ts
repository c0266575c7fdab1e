import type { Dataset } from '../data/dataset.js';
import type { AbortSignalLike } from '../hostTypes.js';
import type { LossSpec } from '../nn/losses.js';
import type { WeightAverage } from '../optim/average.js';
import type { LBFGS } from '../optim/lbfgs.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { LRScheduler } from '../optim/schedules/schedule.js';
import type { Checkpoint } from './checkpoint.js';
import type { CheckpointOptions } from './checkpointPlaces.js';
import type { EarlyStopping } from './earlyStopping.js';
import type { HistoryRow, MetricName, Progress } from './fitResult.js';
import type { Every } from './keeper.js';
import type { PlaceLike } from './place.js';

/** Options that {@link fit} and {@link partialFit} share. */
export interface TrainingOptions {
  /** The loss to minimise. Default: the model's own `loss`. A model that has none takes this one. */
  readonly loss?: LossSpec | undefined;
  /** Minimises the loss; made for (some of) the model's parameters. A second fit with the same optimizer continues where the first ended. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever its options are
  readonly optimizer: Optimizer<any>;
  /** A schedule, such as a OneCycleLR, that changes the optimizer's options during the fit. */
  readonly scheduler?: LRScheduler | undefined;
  /** Batches whose mean gradient makes one optimizer step; at the end of an epoch it may be fewer. Default 1. */
  readonly accumulate?: number | undefined;
  /** The largest 2-norm that all gradients of a step together may have; see {@link clipGradNorm}. */
  readonly clipGradNorm?: number | undefined;
  /** The largest |g| that an element of a gradient may have; see {@link clipGradValue}. */
  readonly clipGradValue?: number | undefined;
  /**
   * Skip a step whose loss or gradient is not finite, instead of ending the fit as diverged: parameters, state and step count stay as
   * they are. An evaluated loss that is not finite is then recorded, and the fit continues while all parameters are finite. Default false.
   */
  readonly skipNonFinite?: boolean | undefined;
  /** An average of (some of) the model's parameters, updated after every step: the same as calling its `update()` there. */
  readonly average?: WeightAverage | undefined;
  /** Aborts the fit at the next step boundary that it sees, or while it waits for a callback. */
  readonly signal?: AbortSignalLike | undefined;
}

/** Optimizer of a {@link fit}. */
// biome-ignore lint/suspicious/noExplicitAny: whatever its options are
export type FitOptimizer = Optimizer<any> | LBFGS;

/** Options of {@link fit} and {@link fitSync}. */
export interface FitOptions extends Omit<TrainingOptions, 'optimizer'> {
  /**
   * Minimises the loss; made for (some of) the model's parameters. A second fit with the same optimizer continues where the first ended.
   *
   * With {@link LBFGS} an epoch is one iteration, line search included, over all rows in their order, bit for bit as by `optimizer.step` and
   * `lossAndGrad`; its `maxIter` and `maxEval` are for calls of `step`. A `batchSize` below the number of rows is refused then, and so are
   * `accumulate`, `sampleOrder`, clipping and `skipNonFinite`.
   */
  readonly optimizer: FitOptimizer;
  /** Passes over the data. Default 1. */
  readonly epochs?: number | undefined;
  /** Samples per step. The last batch of an epoch may be smaller, and its loss is the mean over its own samples. Default 32; for LBFGS all. */
  readonly batchSize?: number | undefined;
  /** If true, each epoch goes through the samples in a new random order. Default true. */
  readonly shuffle?: boolean | undefined;
  /** Seed of the shuffle: the same seed gives the same bytes on every engine. Default 0. */
  readonly seed?: number | undefined;
  /**
   * Order of the samples in an epoch (counted from 0), in place of the shuffle: as many indices as there are samples. `fit` awaits a promise
   * of them; `fitSync` refuses one.
   */
  readonly sampleOrder?: ((epoch: number) => Uint32Array | PromiseLike<Uint32Array>) | undefined;
  /**
   * Samples between two evaluations of the loss over the whole training set: after the first batch at which the samples seen in this
   * epoch pass a multiple of it. They are recorded in `losses`, of which the first is made before training; with Infinity it is the only one.
   * Default: no evaluations. The loss of an epoch is then the running mean over its batches, each before its step.
   */
  readonly logEvery?: number | undefined;
  /**
   * Interval of the schedule's steps: every optimizer step, or every epoch. After an epoch its metric is the validation loss, or without validation
   * the epoch's loss (with `logEvery`, the last evaluated one). Default 'epoch'.
   */
  readonly scheduleEvery?: 'step' | 'epoch' | undefined;
  /** Factor of each sample's loss, in training and in the recorded losses; a mean still divides by the number of samples. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
  /**
   * Weight w of each class, for `crossEntropy`, or `binaryCrossEntropy` of one output: the loss of a batch, of an evaluation and of the
   * validation data is the weighted mean, the sum of w loss over the sum of w, as `weight` of torch's losses makes it. It is passed to the
   * loss, as in `{ crossEntropy: { classWeights } }`. `'balanced'`: N / (K * samples of the class in the data), as in scikit-learn.
   */
  readonly classWeights?: 'balanced' | ArrayLike<number> | undefined;
  /**
   * Validation data, evaluated after each epoch: a dataset, or the fraction of the data, in (0, 1), that is held out for that, chosen at random
   * by `seed`; its samples keep their weights.
   */
  readonly validation?: Dataset | number | undefined;
  /**
   * Unweighted measures besides the loss, taken after each epoch on the training data and the validation data, by a pass over all rows: `accuracy` for
   * cross-entropies, `r2` and `mae` for other losses.
   */
  readonly metrics?: readonly MetricName[] | undefined;
  /** Stops the fit before its last epoch once it no longer improves; see {@link EarlyStopping}. */
  readonly earlyStopping?: EarlyStopping | undefined;
  /** If true, the last batch of an epoch is left out when it is smaller than the others. Default false. */
  readonly dropLast?: boolean | undefined;
  /**
   * Called at the end of each epoch, once its schedule has stepped; return `false` to stop. `fit` awaits a promise; `fitSync` refuses one.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback may return nothing
  readonly onEpoch?: ((row: HistoryRow) => boolean | void | PromiseLike<boolean | void>) | undefined;
  /**
   * Keeps checkpoints in a file or another place, at the end of epochs or within them, and a last one when the fit is aborted. For `fit`, with
   * `adamas/io` imported; `fitSync` has `onCheckpoint`.
   */
  readonly checkpoint?: CheckpointOptions | undefined;
  /** Called with a checkpoint every `checkpointEvery`. `fit` awaits a promise; `fitSync` refuses one. */
  readonly onCheckpoint?: ((checkpoint: Checkpoint) => void | PromiseLike<void>) | undefined;
  /** Epochs, or seconds, from one call of `onCheckpoint` to the next. Default 1. */
  readonly checkpointEvery?: Every | undefined;
  /**
   * A checkpoint of a fit of the same model, data and options, from which this one continues: the result is bit for bit what that fit would have
   * given, in a new process too. Model, optimizer, schedule, average and generators take over their states. `fit` also takes the place,
   * or the path, of one; where nothing is there yet, it starts from the beginning.
   */
  readonly resume?: Checkpoint | PlaceLike | undefined;
  /**
   * Names of settings that may differ from the fit of the checkpoint: the values given now apply. They are options that determine the
   * result of the fit, such as `'batchSize'`; `'data'`; `'layers'`; options of the optimizer, such as `'lr'`; and `'scheduler'`, for the options of the
   * schedule. Anything else that differs is refused by name.
   */
  readonly override?: readonly string[] | undefined;
  /**
   * Called every 10 ms or so (by `fitSync` after every 512 steps and every epoch); return `false` to stop. `fit` awaits a promise; `fitSync`
   * refuses one.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback may return nothing
  readonly onProgress?: ((progress: Progress) => boolean | void | PromiseLike<boolean | void>) | undefined;
}
