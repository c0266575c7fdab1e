import { OutOfMemoryError } from '../errors.js';
import { type Batches, inPasses, readBatch, Source } from '../nn/batches.js';
import { Training } from '../nn/lossAndGrad.js';
import type { Model } from '../nn/model.js';
import { checkClassNames } from '../nn/network.js';
import { disposeWith, Pass, ResourceStack } from '../resources.js';
import { kernels } from '../wasm/kernels.js';
import { context } from '../wasm/opList.js';
import { TURN_MS, yieldToHost } from '../yieldToHost.js';
import type { TrainingOptions } from './fitOptions.js';
import { usedBy } from './parts.js';
import { resolveTrainingOptions } from './resolveOptions.js';
import { StepOps } from './stepOps.js';
import { ABORTED, unlessAborted } from './unlessAborted.js';

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
 *   `(epoch) => csvBatches(path, schema, { shuffleWindow: 10_000, seed: epoch })`
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
export async function partialFit(
  model: Model,
  batches: Batches | ((epoch: number) => Batches),
  options: PartialFitOptions,
): Promise<PartialFitResult> {
  const name = 'partialFit';
  const checked = resolveTrainingOptions(name, model, options);
  const { loss, optimizer, scheduler, average, signal, accumulate, skipNonFinite, onProgress, epochs = 1 } = checked;
  loss.check?.(model.outputs);
  const source = new Source(`${name}: batches`, inPasses(name, batches, epochs));
  const resources = new ResourceStack();
  const { use } = resources;
  // It is forgotten when a batch never comes.
  disposeWith(source, resources);
  let steps = 0;
  try {
    use(new Pass(name, [model, ...model.state, optimizer], usedBy(checked, model)));
    const training = use(new Training());
    let stepper = use(new StepOps(checked, 1));
    const { ptr } = use(context());
    const start = performance.now();
    let turn = start;
    let [samples, skipped, gathered] = [0, 0, 0];
    /** Numerator and denominator of this step's mean loss, and of that over all steps. */
    let [stepLoss, stepWeight, totalLoss, totalWeight] = [0, 0, 0, 0];
    const ended = (status: 'completed' | 'aborted' | 'stopped'): PartialFitResult => ({
      status,
      ...{ steps, samples, skipped, loss: totalLoss / totalWeight },
    });

    const close = async (result: PartialFitResult): Promise<PartialFitResult> => {
      await source.close();
      return result;
    };

    /** Takes a step by the gradients gathered. Returns how the fit ended, if it did. */
    const step = async (): Promise<PartialFitResult | undefined> => {
      if (!stepper.holds()) stepper = use(new StepOps(checked, 1));
      stepper.plan.fill(0, 1);
      stepper.prepare(name);
      const applied =
        Number.isFinite(stepLoss) &&
        Boolean(kernels().step(ptr, stepper.list.ptr, stepper.end, Math.fround(1 / gathered)));
      if (applied) {
        stepper.advance(1);
        steps++;
        totalLoss += stepLoss;
        totalWeight += stepWeight;
        scheduler?.step();
      } else if (skipNonFinite) skipped++;
      else return { ...ended('completed'), status: 'diverged', divergedAt: steps + 1 };
      const progress = onProgress && {
        ...{ steps, samples, skipped, loss: stepLoss / stepWeight },
        gradNorm: Number.isFinite(stepLoss) ? stepper.gradNorm(ptr) : Number.NaN,
        samplesPerSecond: samples / ((performance.now() - start) / 1000),
      };
      gathered = stepLoss = stepWeight = 0;
      const given = progress && onProgress(progress);
      // Without a promise it does not wait: a turn of the microtasks would take as long as a small step.
      const answer = typeof Object(given).then === 'function' ? await unlessAborted(given as never, signal) : given;
      if (answer === ABORTED) return ended('aborted');
      return answer === false ? ended('stopped') : undefined;
    };

    for (let index = 0; ; index++) {
      if (signal?.aborted) return await close(ended('aborted'));
      const next = await unlessAborted(source.next(), signal);
      if (next === ABORTED) return await close(ended('aborted'));
      if (next.done) return (gathered > 0 && (await step())) || ended('completed');
      const label = `${name}: batch ${index}`;
      const { features, targets, weights, classes } = readBatch(label, next.value);
      checkClassNames(label, loss, model.classes, classes);
      const given = { accumulate: gathered > 0, ...(weights !== undefined && { weights }) };
      training.lossAndGrad(label, model, loss, features, targets, given);
      average?.track(model);
      model.adopt(checked.spec, classes);
      const [sum, weight] = training.lossSums;
      gathered++;
      samples += training.rows;
      stepLoss += sum;
      stepWeight += weight;
      const end = gathered === accumulate ? await step() : undefined;
      if (end) return await close(end);
      if (performance.now() - turn >= TURN_MS) {
        await yieldToHost();
        turn = performance.now();
      }
    }
  } catch (error) {
    // What is thrown first is what comes out.
    await source.close().catch(() => {});
    throw OutOfMemoryError.after(steps, error);
  } finally {
    resources.dispose();
  }
}
