import type { PartialCheckpoint } from './checkpoint.js';
import type { CheckpointOptions } from './checkpointPlaces.js';
import type { TrainingOptions } from './fitOptions.js';
import type { Every } from './keeper.js';
import type { PlaceLike } from './place.js';

/** Progress of a running {@link partialFit}. */
export interface PartialFitProgress {
  /** Steps taken so far. */
  readonly steps: number;
  /** Rows seen so far. */
  readonly samples: number;
  /** Steps skipped so far, with `skipNonFinite`. */
  readonly skipped: number;
  /** The mean loss over the rows of this step, before it was taken. */
  readonly loss: number;
  /** The 2-norm of all gradients together in this step, before clipping. */
  readonly gradNorm: number;
  /** Rows per wall-clock second, waiting for batches included. */
  readonly samplesPerSecond: number;
}

/** Options of {@link partialFit}. A `scheduler` steps after every step. */
export interface PartialFitOptions extends TrainingOptions {
  /** Passes over the data, each with the batches that a function gives for it. Default 1. */
  readonly epochs?: number | undefined;
  /** Called after every step, skipped ones too; return `false` to stop. A promise is awaited. */
  readonly onProgress?: // biome-ignore lint/suspicious/noConfusingVoidType: a callback may return nothing
  ((progress: PartialFitProgress) => boolean | void | PromiseLike<boolean | void>) | undefined;
  /** Name by which checkpoints identify the data. With it `batches` is a function `(start, epoch) => batches`. */
  readonly id?: string | undefined;
  /** Keeps checkpoints in a file or another place, and a last one when it is aborted; see {@link CheckpointOptions}. */
  readonly checkpoint?: CheckpointOptions | undefined;
  /** Called with a checkpoint every `checkpointEvery`. A promise is awaited. */
  readonly onCheckpoint?: ((checkpoint: PartialCheckpoint) => void | PromiseLike<void>) | undefined;
  /** Steps, or seconds, from one call of `onCheckpoint` to the next. Default 30 seconds. */
  readonly checkpointEvery?: Every | undefined;
  /**
   * A checkpoint of a `partialFit` of the same model, data and options, from which this one continues bit for bit; or its place or path: where
   * nothing is there yet, it starts from the beginning.
   */
  readonly resume?: PartialCheckpoint | PlaceLike | undefined;
  /** Names of what may differ from the fit of the checkpoint, such as `'lr'` or `'data'`; see {@link FitOptions}. */
  readonly override?: readonly string[] | undefined;
}

/** The part of a result that does not depend on how the {@link partialFit} ended. */
interface PartialFitSummary extends Pick<PartialFitProgress, 'steps' | 'samples' | 'skipped'> {
  /** The mean over the rows of all steps taken, of their losses before the step: numerators and denominators are added up in float64. NaN of none. */
  readonly loss: number;
}

/**
 * Result of a {@link partialFit}, which may end as a fit does, see {@link FitResult}. A diverged model is as the last completed step left
 * it: no earlier parameters are kept.
 */
export type PartialFitResult =
  | (PartialFitSummary & { readonly status: 'completed' | 'aborted' | 'stopped' })
  | (PartialFitSummary & { readonly status: 'diverged'; readonly divergedAt: number });
