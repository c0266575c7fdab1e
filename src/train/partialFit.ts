import type { Batches, BatchMaker } from '../nn/batches.js';
import type { Model } from '../nn/model.js';
import type { PartialCheckpoint } from './checkpoint.js';
import { type CheckpointOptions, runInPlaces } from './checkpointPlaces.js';
import type { TrainingOptions } from './fitOptions.js';
import type { Every } from './keeper.js';
import { runPartialFit } from './partialLoop.js';
import type { PlaceLike } from './place.js';

/** Progress of a running {@link partialFit}. */
export interface PartialFitProgress {
  /** Steps taken so far. */
  readonly steps: number;
  /** Rows seen so far. */
  readonly samples: number;
  /** Steps left out so far, with `skipNonFinite`. */
  readonly skipped: number;
  /** The mean loss over the rows of this step, before it was taken. */
  readonly loss: number;
  /** The 2-norm of all gradients together in this step, before clipping. */
  readonly gradNorm: number;
  /** Rows a wall-clock second, waiting for batches included. */
  readonly samplesPerSecond: number;
}

/** Options of {@link partialFit}. A `scheduler` steps after every step. */
export interface PartialFitOptions extends TrainingOptions {
  /** Passes over the data, each with the batches that a function gives for it. Default 1. */
  readonly epochs?: number | undefined;
  /** Called after every step, one that is left out too; return `false` to stop. A promise is awaited. */
  readonly onProgress?: // biome-ignore lint/suspicious/noConfusingVoidType: a callback may return nothing
  ((progress: PartialFitProgress) => boolean | void | PromiseLike<boolean | void>) | undefined;
  /** Name of the data, for checkpoints, which know it by nothing else. With it `batches` is a function `(start, epoch) => batches`. */
  readonly id?: string | undefined;
  /** Keeps checkpoints in a file or another place, and a last one when it is aborted; see {@link CheckpointOptions}. */
  readonly checkpoint?: CheckpointOptions | undefined;
  /** Called with a checkpoint every `checkpointEvery`. A promise is awaited. */
  readonly onCheckpoint?: ((checkpoint: PartialCheckpoint) => void | PromiseLike<void>) | undefined;
  /** Steps, or seconds, from one call of `onCheckpoint` to the next. Default 30 seconds. */
  readonly checkpointEvery?: Every | undefined;
  /**
   * A checkpoint of a `partialFit` of the same model, data and options, which this one goes on from, to the bit; or its place or path, where it
   * begins anew if nothing is there yet.
   */
  readonly resume?: PartialCheckpoint | PlaceLike | undefined;
  /** Names of what may differ from the fit of the checkpoint, such as `'lr'` or `'data'`; see {@link FitOptions}. */
  readonly override?: readonly string[] | undefined;
}

/** The part of a result that every {@link partialFit} gives. */
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

/**
 * Trains a model on batches as they come, for data that does not fit in memory: one optimizer step a batch, with the bits of `lossAndGrad`
 * and `step`.
 *
 * The next batch is asked for once the last has been used, so that what is in memory is one batch. The host gets its turn every 10 ms or so,
 * also when the batches never wait for anything. However it ends, the iterator's `return()` is called, which runs a generator's `finally`. A
 * `Dataset` that was a batch stays its owner's: in a generator, `yield` it within `using`.
 *
 * @param model - what is trained; busy until it ends, as with {@link fit}
 * @param batches - an iterable or async iterable of batches; or a function that gives one for each epoch from 0, as in
 *   `(epoch) => csvBatches(path, schema, { shuffleWindow: 10_000, seed: epoch })`. With an `id` it is `(start, epoch) => batches`: those of a pass
 *   from batch `start` of it on, so that a checkpoint can be resumed
 * @param options - see {@link PartialFitOptions}
 * @returns how it ended: see {@link PartialFitResult}
 * @throws TypeError or RangeError for a wrong argument or batch (by its index); BusyError; UseAfterDisposeError; OutOfMemoryError; and
 *   whatever the iterable or a callback throws. The model is then as the last completed step left it, and usable.
 * @example
 * ```ts
 * import { linear, partialFit, SGD, sequential } from 'adamas';
 * async function* batches() {
 *   for (let i = 0; i < 500; i++) {
 *     const x = Float32Array.from([0, 1, 2, 3], (k) => k + (i % 5) / 5);
 *     yield { features: x, targets: x.map((value) => 2 * value + 1) };
 *   }
 * }
 * const model = sequential(linear(1, 1, { seed: 1 }));
 * const optimizer = new SGD(model.parameters(), { lr: 0.1 });
 * const { status, steps } = await partialFit(model, batches(), { loss: 'halfSquaredError', optimizer });
 * console.log(status, steps, model.predict(new Float32Array([4]))[0]!.toFixed(2)); // completed 500 9.00
 * ```
 */
export function partialFit(
  model: Model,
  batches: Batches | BatchMaker,
  options: PartialFitOptions,
): Promise<PartialFitResult> {
  return runInPlaces<PartialFitOptions, PartialCheckpoint, PartialFitResult>('partialFit', options, (opened, keeper) =>
    runPartialFit('partialFit', model, batches, opened, keeper),
  );
}
