import type { Dataset } from '../data/dataset.js';
import { Held } from '../lifetime.js';
import { assertUndisposed } from '../nn/evaluate.js';
import type { Model } from '../nn/model.js';
import type { Optimizer } from '../optim/optimizer.js';
import { Random } from '../random.js';
import { Loop, UNLIMITED } from './loop.js';
import { type FitOptions, type FitScheduler, readOptions, readOrder } from './options.js';
import type { FitResult } from './result.js';

/** Steps whose scalars are computed ahead, at most. */
const STEPS_AHEAD = 512;

/** How long `fit` runs before the host gets its turn, and how long one slice of that takes, in milliseconds. */
const TURN_MS = 10;
const SLICE_MS = 5;

/** Passes of a row in the first slice of `fit`, before it is known how long they take. */
const FIRST_WORK = 1000;

/**
 * Trains a model, in slices of about 10 ms between which the host gets its turn.
 *
 * While it runs, `predict` sees the weights of the last slice; a second fit, a step, a dispose of the model or the optimizer throw BusyError.
 * The result is the same, to the last bit, as {@link fitSync}'s.
 *
 * @param model - what is trained
 * @param data - what it is trained on
 * @param options - see {@link FitOptions}
 * @returns how it ended: see {@link FitResult}
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
  const budget = { work: FIRST_WORK };
  const slices = run('fit', model, data, options, budget);
  let turn = performance.now();
  let answer: unknown;
  for (;;) {
    const start = performance.now();
    const { done, value } = slices.next(answer);
    if (done) return value;
    if (value !== undefined) {
      try {
        answer = await value;
      } catch (error) {
        slices.throw(error);
      }
      continue;
    }
    const now = performance.now();
    const scale = SLICE_MS / Math.max(now - start, 0.1);
    budget.work = Math.max(1, Math.min(UNLIMITED, Math.round(budget.work * Math.min(scale, 4))));
    if (now - turn >= TURN_MS) {
      await nextTask();
      turn = performance.now();
    }
  }
}

/**
 * Trains a model and returns when it has ended. The same as {@link fit}, to the last bit, without giving the host its turn.
 *
 * @param model - what is trained
 * @param data - what it is trained on
 * @param options - see {@link FitOptions}
 * @returns how it ended: see {@link FitResult}
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
  const slices = run('fitSync', model, data, options, { work: UNLIMITED });
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
    if (value !== undefined) slices.throw(new TypeError('fitSync: callbacks must not give promises (fit awaits them)'));
  }
}

/** A fit as it runs: it yields after every slice, and yields a promise to be given what that comes to. */
type Slices<Result> = Generator<PromiseLike<unknown> | undefined, Result, unknown>;

/** What a callback gave, or what its promise comes to. */
function* settled<T>(given: T | PromiseLike<T>): Slices<T> {
  return typeof Object(given).then === 'function' ? ((yield given as PromiseLike<T>) as T) : (given as T);
}

/** The fit itself, in slices of about `budget.work` passes of a row. */
function* run(
  name: string,
  model: Model,
  data: Dataset,
  options: FitOptions,
  budget: { readonly work: number },
): Slices<FitResult> {
  const { optimizer, epochs, batchSize, accumulate, scheduler, onProgress, signal, ...checked } = readOptions(
    name,
    model,
    data,
    options,
  );
  const held = new Held();
  const { hold } = held;
  const start = performance.now();
  model.busy = true;
  optimizer.busy = true;
  try {
    const { layers, inputs, outputs } = model;
    const N = data.length;
    const samplesPerStep = batchSize * accumulate;
    const stepsPerEpoch = Math.ceil(N / samplesPerStep);
    const perStep = checked.scheduleEvery === 'step' ? scheduler : undefined;
    const plan = hold(optimizer.planSteps(Math.min(STEPS_AHEAD, stepsPerEpoch)));
    const parameters = model.parameters();
    const loop = hold(
      new Loop({ ...checked, layers, parameters, inputs, outputs, data, steps: plan, batchSize, accumulate }),
    );
    const random = hold(new Random(checked.seed));
    model.loss = options.loss ?? model.loss;
    const losses: number[] = [];
    let steps = 0;
    let epoch = 0;

    const summary = () => ({
      losses,
      steps,
      skipped: loop.skipped,
      secondsPerEpoch: (performance.now() - start) / 1000 / Math.max(1, steps / stepsPerEpoch),
    });
    const diverged = (divergedAt: number): FitResult => {
      loop.restore();
      return { status: 'diverged', divergedAt, ...summary() };
    };

    /** Slices until the epoch, or the evaluation under way, has ended. Returns how the fit ended, if it did. */
    function* slices(): Slices<FitResult | undefined> {
      while (loop.samplesLeft > 0 || loop.evaluating) {
        if (signal?.aborted) return { status: 'aborted', ...summary() };
        const { work } = budget;
        const ahead = Math.min(
          plan.capacity,
          Math.ceil(loop.samplesLeft / samplesPerStep),
          Math.ceil(work / (3 * samplesPerStep)),
        );
        const rewind = perStep && remember(optimizer, perStep);
        if (perStep === undefined) plan.fill(0, ahead);
        else {
          for (let i = 0; i < ahead; i++) {
            plan.fill(i, i + 1);
            perStep.step();
          }
        }
        // A callback may have disposed some, or the host in its turn.
        assertUndisposed(model, data);
        const taken = loop.run(ahead, work);
        plan.advance(taken);
        if (taken < ahead) rewind?.(taken);
        if (loop.thrown) throw loop.thrown.error;
        steps += taken;
        losses.push(...loop.takeLosses());
        if (loop.stopped !== undefined) return diverged(loop.stopped === 'step' ? steps + 1 : steps);
        const progress = { epoch, epochs, steps, totalSteps: epochs * stepsPerEpoch, losses };
        if (onProgress?.(progress) === false) return { status: 'stopped', ...summary() };
        yield undefined;
      }
      assertUndisposed(model, data);
      return loop.keep() ? undefined : diverged(steps);
    }

    loop.startEvaluation();
    let ended = yield* slices();
    for (; ended === undefined && epoch < epochs; epoch++) {
      if (checked.sampleOrder) loop.startEpoch(readOrder(name, yield* settled(checked.sampleOrder(epoch)), N));
      else if (checked.shuffle) loop.startEpoch(random.ptr);
      else loop.startEpoch(Uint32Array.from({ length: N }, (_, i) => i));
      ended = yield* slices();
      if (ended === undefined && perStep === undefined) scheduler?.step(losses.at(-1));
    }
    return ended ?? { status: 'completed', ...summary() };
  } finally {
    held.dispose();
    optimizer.busy = false;
    model.busy = false;
  }
}

/** Notes where a schedule is; what it gives brings the schedule and the optimizer's options back there, and then on by some steps. */
function remember(optimizer: Optimizer, scheduler: FitScheduler): (steps: number) => void {
  const state = structuredClone(scheduler.stateDict());
  const options = optimizer.paramGroups.map((group) => ({ ...group }));
  return (steps) => {
    scheduler.loadStateDict(state);
    for (const [g, group] of optimizer.paramGroups.entries()) Object.assign(group, options[g]);
    for (let i = 0; i < steps; i++) scheduler.step();
  };
}

/** Resolves once the host has had its turn. */
function nextTask(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  if (setImmediate) return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
