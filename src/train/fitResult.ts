/** Measures that a fit may take besides the loss; see {@link Evaluation}. */
export type MetricName = 'accuracy' | 'r2' | 'mae';

/** Quantities that early stopping may watch: keys of a {@link HistoryRow}. */
export type Monitored =
  | 'loss'
  | 'validationLoss'
  | MetricName
  | 'validationAccuracy'
  | 'validationR2'
  | 'validationMae';

/** One epoch of a fit. Counts are those of the whole fit so far; `console.table(history)` shows all of them. */
export interface HistoryRow extends Readonly<Partial<Record<Exclude<Monitored, 'loss'>, number>>> {
  /** Index of the epoch, from 0. */
  readonly epoch: number;
  /** Steps taken so far. */
  readonly steps: number;
  /**
   * The mean training loss over the batches of the epoch, each before its step, in training mode. With `logEvery` the last evaluated one;
   * training metrics are then of the same evaluation, else of one at the end of the epoch.
   */
  readonly loss: number;
  /** The first group's lr in the last step of the epoch. */
  readonly lr: number;
  /** The 2-norm of all gradients together in the last step, before clipping. */
  readonly gradNorm: number;
  /** Steps left out so far, with `skipNonFinite`. */
  readonly skipped: number;
  /** Wall-clock seconds that the epoch took, evaluations included. */
  readonly seconds: number;
}

/** The part of a result that does not depend on how the fit ended. */
interface FitSummary {
  /**
   * The mean training loss of each epoch: the numerators of its batches' means, added up, over their denominators. Each batch counts as it was
   * before its step, in training mode; steps left out by `skipNonFinite` do not count. With `logEvery`, evaluations over the whole training set
   * in their place: the first before training, then one after every `logEvery` samples. In float64, over float32 predictions.
   */
  readonly losses: number[];
  /** One row for each completed epoch. */
  readonly history: HistoryRow[];
  /** With `earlyStopping`: the epoch, from 0, with the best value of what is monitored; undefined when it was always NaN. */
  readonly bestEpoch?: number;
  /** Optimizer steps in all, including those before the checkpoint that the fit resumed. */
  readonly steps: number;
  /** Steps left out, with `skipNonFinite`. */
  readonly skipped: number;
  /** Wall-clock seconds per epoch, evaluations included. */
  readonly secondsPerEpoch: number;
}

/**
 * Result of a fit. Its `status` says how it ended.
 *
 * - `completed`: all epochs were run.
 * - `aborted`: the `signal` was aborted; the model is as the last completed step left it.
 * - `stopped`: `earlyStopping` ended it, or a callback returned false; then the model is as the last completed step left it.
 * - `diverged`: the loss or a gradient became NaN or infinite at step `divergedAt` of this fit, counted from 1. That step was not applied,
 *   and the parameters are those of the last evaluation with a finite loss, of the last epoch's end, or of the beginning.
 *
 * With `earlyStopping` a model whose fit is completed or stopped early has the best parameters again, unless `restoreBest` is false.
 */
export type FitResult =
  | (FitSummary & { readonly status: 'completed' | 'aborted' | 'stopped' })
  | (FitSummary & { readonly status: 'diverged'; readonly divergedAt: number });

/** Progress of a running fit. */
export interface Progress {
  /** The epoch that is running, from 0. */
  readonly epoch: number;
  /** Epochs in all. */
  readonly epochs: number;
  /** Steps taken so far, including those before the checkpoint that the fit resumed. */
  readonly steps: number;
  /** Steps in all. */
  readonly totalSteps: number;
  /** The losses recorded so far; see {@link FitResult}. */
  readonly losses: readonly number[];
  /** Training samples per wall-clock second, evaluations included; 0 before the first. */
  readonly samplesPerSecond: number;
  /** Seconds that the remaining epochs will take at this rate; Infinity before the first sample. */
  readonly secondsLeft: number;
  /** The 2-norm of all gradients together in the last step, before clipping; NaN before the first. */
  readonly gradNorm: number;
  /** Steps left out so far, with `skipNonFinite`. */
  readonly skipped: number;
}
