/** What every fit tells at its end. */
interface FitSummary {
  /**
   * The mean loss over the whole training set: first before training, then after every `logEvery` samples (or once an epoch).
   * In float64, over float32 predictions.
   */
  readonly losses: number[];
  /** Optimizer steps that this fit has taken. */
  readonly steps: number;
  /** Steps left out, with `skipNonFinite`. */
  readonly skipped: number;
  /** Wall-clock seconds an epoch, evaluations included. */
  readonly secondsPerEpoch: number;
}

/**
 * How a fit ended.
 *
 * - `completed`: all epochs were run.
 * - `aborted`: the `signal` was aborted; the model is as the last completed step left it.
 * - `stopped`: `onProgress` returned false; the model is as the last completed step left it.
 * - `diverged`: the loss or a gradient became NaN or infinite at step `divergedAt` of this fit, counted from 1. That step was not applied,
 *   and the parameters are those of the last evaluation with a finite loss, or of the beginning.
 */
export type FitResult =
  | (FitSummary & { readonly status: 'completed' | 'aborted' | 'stopped' })
  | (FitSummary & { readonly status: 'diverged'; readonly divergedAt: number });

/** Where a running fit is. */
export interface Progress {
  /** The epoch that is running, from 0. */
  readonly epoch: number;
  /** How many there will be. */
  readonly epochs: number;
  /** Steps taken so far by this fit. */
  readonly steps: number;
  /** How many there will be. */
  readonly totalSteps: number;
  /** The losses recorded so far; see {@link FitResult}. */
  readonly losses: readonly number[];
}
