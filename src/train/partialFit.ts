import type { Batches, BatchMaker } from '../nn/batches.js';
import type { Model } from '../nn/model.js';
import type { PartialCheckpoint } from './checkpoint.js';
import { runInPlaces } from './checkpointPlaces.js';
import type { PartialFitOptions, PartialFitResult } from './partialFitOptions.js';
import { runPartialFit } from './partialLoop.js';

/**
 * Trains a model on batches as they come, for data that does not fit in memory: one optimizer step per batch, bit for bit as by
 * `lossAndGrad` and `step`.
 *
 * The next batch is requested only when the last has been used, so that one batch at a time is in memory. Control returns to the event loop about every
 * 10 ms, even when the batches never wait for anything. However it ends, the iterator's `return()` is called, which runs a generator's `finally`. A
 * `Dataset` that was a batch stays its owner's: in a generator, `yield` it within `using`.
 *
 * @param model - the model to train; busy until it ends, as with {@link fit}
 * @param batches - an iterable or async iterable of batches; or a function that gives one for each epoch from 0, as in
 *   `(epoch) => csvBatches(path, schema, { shuffleWindow: 10_000, seed: epoch })`. With an `id` it is `(start, epoch) => batches`: those of a pass
 *   from batch `start` of it on, so that a checkpoint can be resumed
 * @param options - see {@link PartialFitOptions}
 * @returns the mean loss and how training ended: see {@link PartialFitResult}
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
