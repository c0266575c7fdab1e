import type { Dataset } from '../data/dataset.js';
import type { Model } from '../nn/model.js';
import { ignoreRejection } from '../validate.js';
import { TURN_MS, yieldToHost } from '../yieldToHost.js';
import type { Checkpoint } from './checkpoint.js';
import { runInPlaces } from './checkpointPlaces.js';
import { runFit } from './fitLoop.js';
import type { FitOptions } from './fitOptions.js';
import type { FitResult } from './fitResult.js';
import type { Keeper } from './keeper.js';
import { UNLIMITED } from './trainer.js';
import { unlessAborted } from './unlessAborted.js';

/** Length of one slice of a turn, in milliseconds. */
const SLICE_MS = 5;

/** Passes of a row in the first slice of `fit`, before their duration is known. */
const FIRST_WORK = 100;

/**
 * Trains a model. Control returns to the event loop about every 10 ms.
 *
 * While it runs, `predict` uses the weights reached so far; a second fit, a step, a dispose of the model or the optimizer throw BusyError.
 * The result is bit for bit that of {@link fitSync}.
 *
 * @param model - the model to train
 * @param data - the training data
 * @param options - see {@link FitOptions}
 * @returns the losses and how training ended: see {@link FitResult}
 * @throws TypeError or RangeError for a wrong argument; BusyError; UseAfterDisposeError; OutOfMemoryError; and whatever a callback throws.
 *   The model is then as the last completed step left it, and usable.
 * @example
 * ```ts
 * import { Adam, dataset, fit, linear, sequential } from 'adamas';
 * const data = dataset([[0], [1], [2], [3]], [1, 3, 5, 7]); // y = 2 x + 1
 * const model = sequential(linear(1, 1, { seed: 1 }));
 * const optimizer = new Adam(model.parameters(), { lr: 0.1 });
 * const { status } = await fit(model, data, { loss: 'halfSquaredError', optimizer, epochs: 500, batchSize: 4 });
 * console.log(status, model.predict(new Float32Array([4]))[0]!.toFixed(2)); // completed 9.00
 * ```
 */
export async function fit(model: Model, data: Dataset, options: FitOptions): Promise<FitResult> {
  return runInPlaces<FitOptions, Checkpoint, FitResult>('fit', options, (opened, keeper) =>
    runInTurns(model, data, opened, keeper),
  );
}

/** Runs a fit slice by slice, and yields to the event loop between them. */
export async function runInTurns(
  model: Model,
  data: Dataset,
  options: FitOptions,
  keeper: Keeper<Checkpoint> | undefined,
): Promise<FitResult> {
  const budget = { work: FIRST_WORK };
  const { signal } = Object(options) as FitOptions;
  const slices = runFit('fit', model, data, options, budget, keeper);
  let turn = performance.now();
  let answer: unknown;
  for (;;) {
    const start = performance.now();
    const { done, value } = slices.next(answer);
    if (done) return value;
    if (value !== undefined) {
      try {
        answer = await (value.lasting ? value.promise : unlessAborted(value.promise, signal));
      } catch (error) {
        slices.throw(error);
      }
      continue;
    }
    const now = performance.now();
    const scale = SLICE_MS / Math.max(now - start, 0.1);
    budget.work = Math.max(1, Math.min(UNLIMITED, Math.round(budget.work * Math.min(scale, 4))));
    // Yield up to half a slice early; with slow batches a late yield overshoots badly.
    if (now - turn + (now - start) / 2 >= TURN_MS) {
      await yieldToHost();
      turn = performance.now();
    }
  }
}

/**
 * Trains a model like {@link fit}, with the same result bit for bit, but without yielding to the event loop: it returns when training has ended.
 *
 * @param model - the model to train
 * @param data - the training data
 * @param options - see {@link FitOptions}
 * @returns the losses and how training ended: see {@link FitResult}
 * @throws TypeError or RangeError for a wrong argument; BusyError; UseAfterDisposeError; OutOfMemoryError; and whatever a callback throws
 * @example
 * ```ts
 * import { Adam, fitSync, linear, sequential } from 'adamas';
 * import { airfoil } from 'adamas/datasets';
 * const data = airfoil();
 * const model = sequential(linear(5, 1, { init: { normal: { std: 0.01 } }, seed: 1 }));
 * const optimizer = new Adam(model.parameters(), { lr: 0.01 });
 * const { losses } = fitSync(model, data, { loss: 'halfSquaredError', optimizer, epochs: 2, batchSize: 10, logEvery: 100 });
 * console.log(losses.length, losses.at(-1)!.toFixed(2)); // 31 0.24
 * ```
 */
export function fitSync(model: Model, data: Dataset, options: FitOptions): FitResult {
  const slices = runFit('fitSync', model, data, options, { work: UNLIMITED });
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
    if (value === undefined) continue;
    ignoreRejection(value.promise);
    slices.throw(new TypeError('fitSync: a callback must not return a promise, got one: use fit, which awaits it'));
  }
}
