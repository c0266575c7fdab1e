import type { Dataset } from '../data/dataset.js';
import { RandomGenerator } from '../generator.js';
import { assertUndisposed, Evaluator } from '../nn/evaluate.js';
import { Metrics } from '../nn/metrics.js';
import type { Model } from '../nn/model.js';
import type { Optimizer } from '../optim/optimizer.js';
import { ResourceStack } from '../resources.js';
import { disposeWith } from '../wasm/memory.js';
import { type Checkpoint, load, statesOf } from './checkpoint.js';
import { EarlyStopper } from './earlyStopping.js';
import type { FitOptions, FitScheduler } from './options.js';
import { readFitOptions, readOrder, validationKey } from './readOptions.js';
import type { FitResult, HistoryRow, Monitored } from './result.js';
import { StepOps } from './stepOps.js';
import { Trainer } from './trainer.js';
import { validationSplit } from './validationSplit.js';

/** Steps whose scalars are computed ahead, at most. */
const STEPS_AHEAD = 512;

/** A fit as it runs: it yields after every slice, and yields a promise to be given what that comes to. */
type Slices<Result> = Generator<PromiseLike<unknown> | undefined, Result, unknown>;

/** What a callback gave, or what its promise comes to. */
function* settled<T>(given: T | PromiseLike<T>): Slices<T> {
  return typeof Object(given).then === 'function' ? ((yield given as PromiseLike<T>) as T) : (given as T);
}

/** The fit itself, in slices of about `budget.work` passes of a row. */
export function* run(
  name: string,
  model: Model,
  data: Dataset,
  options: FitOptions,
  budget: { readonly work: number },
): Slices<FitResult> {
  const checked = readFitOptions(name, model, data, options);
  const { optimizer, epochs, batchSize, accumulate, scheduler, onProgress, signal, average, resume } = checked;
  const resources = new ResourceStack();
  const { use } = resources;
  let undo: (() => void) | undefined;
  try {
    const random = use(new RandomGenerator(checked.seed));
    const parts = { model, optimizer, scheduler, average, random };
    // It is forgotten when a callback's promise never settles.
    disposeWith(parts, resources);
    const { training, validation } = validationSplit(name, use, data, checked);
    if (resume) undo = load(parts, resume);
    model.busy = true;
    optimizer.busy = true;

    const { metrics, epochSamples } = checked;
    const samplesPerStep = batchSize * accumulate;
    const stepsPerEpoch = Math.ceil(epochSamples / samplesPerStep);
    const perStep = checked.scheduleEvery === 'step' ? scheduler : undefined;
    const stepper = use(new StepOps(checked, Math.min(STEPS_AHEAD, stepsPerEpoch)));
    const { plan } = stepper;
    const metricsOf = ({ targets }: Dataset) =>
      metrics.length > 0 ? Metrics.of(checked.spec, model.outputs, targets) : undefined;
    const trained = metricsOf(training.data);
    const loop = use(new Trainer({ model, training, checked, stepper, metrics: trained }));
    const validated = validation && metricsOf(validation.data);
    const validator =
      validation && use(new Evaluator(model, checked.loss, validation.data, validation.weights, validated));
    const monitor =
      checked.earlyStopping && use(new EarlyStopper(checked.earlyStopping, model.tensors, resume?.earlyStopping));
    undo = undefined;
    model.loss = checked.spec;

    const start = performance.now();
    const {
      epoch: firstEpoch,
      steps: firstSteps,
      skipped: firstSkipped,
    } = resume ?? { epoch: 0, steps: 0, skipped: 0 };
    const losses = [...(resume?.losses ?? [])];
    const history = (resume?.history ?? []).map((row) => ({ ...row }));
    let steps = firstSteps;
    let epoch = firstEpoch;
    /** Epochs begun since the start. */
    let begun = 0;

    const skipped = () => firstSkipped + loop.skipped;
    const gradNorm = () => (steps + loop.skipped > firstSteps ? loop.gradNorm : Number.NaN);
    const summary = () => ({
      losses,
      history,
      ...(monitor?.bestEpoch !== undefined && { bestEpoch: monitor.bestEpoch }),
      steps,
      skipped: skipped(),
      secondsPerEpoch: (performance.now() - start) / 1000 / Math.max(1, (steps - firstSteps) / stepsPerEpoch),
    });
    const ended = (status: 'completed' | 'aborted' | 'stopped'): FitResult => ({ status, ...summary() });
    const diverged = (divergedAt: number): FitResult => {
      loop.restore();
      return { status: 'diverged', divergedAt, ...summary() };
    };
    /** Tells the progress; returns whether that stops the fit. */
    const report = (): boolean => {
      if (!onProgress) return false;
      const seen = begun === 0 ? 0 : begun * epochSamples - loop.samplesLeft;
      const seconds = (performance.now() - start) / 1000;
      const left = (epochs - firstEpoch) * epochSamples - seen;
      const progress = {
        ...{ epoch, epochs, steps, totalSteps: epochs * stepsPerEpoch, losses },
        samplesPerSecond: seen === 0 ? 0 : seen / seconds,
        secondsLeft: seen === 0 ? Infinity : (seconds / seen) * left,
        gradNorm: gradNorm(),
        skipped: skipped(),
      };
      return onProgress(progress) === false;
    };

    // One generator, as one inside it would have a map of its own that keeps all of a fit in memory until the next full collection.
    for (let beginning = !resume; beginning || (epoch < epochs && !monitor?.exhausted); ) {
      const epochStart = performance.now();
      if (beginning) loop.startEvaluation();
      else {
        const { sampleOrder } = checked;
        if (sampleOrder) {
          loop.startEpoch(readOrder(name, yield* settled(sampleOrder(epoch)), training.data.length));
        } else loop.startEpoch(checked.shuffle ? random.ptr : undefined);
        begun++;
      }
      // Until the epoch, or the evaluation before the first, has ended.
      while (loop.samplesLeft > 0 || loop.evaluating) {
        if (signal?.aborted) return ended('aborted');
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
        assertUndisposed(model, training.data);
        stepper.prepare(name);
        const taken = loop.run(ahead, work);
        stepper.advance(taken);
        if (taken < ahead) rewind?.(taken);
        if (loop.thrown) throw loop.thrown.error;
        steps += taken;
        loop.takeLosses(losses);
        if (loop.stopped > 0) return diverged(loop.stopped === 1 ? steps + 1 : steps);
        if (report()) return ended('stopped');
        yield undefined;
      }
      assertUndisposed(model, training.data);
      if (!loop.keep()) return diverged(steps);
      if (beginning) {
        beginning = false;
        continue;
      }
      let validationLoss: number | undefined;
      while (validation && validator && validationLoss === undefined) {
        if (signal?.aborted) return ended('aborted');
        assertUndisposed(model, validation.data);
        validationLoss = validator.run(budget.work);
        if (report()) return ended('stopped');
        yield undefined;
      }

      const loss = losses.at(-1)!;
      // Where this fit has evaluated nothing yet, the metrics are those before the checkpoint.
      const measures = losses.length > (resume?.losses.length ?? 0) ? trained?.result() : history.at(-1);
      const measured: Partial<Record<Monitored, number>> = {};
      if (validationLoss !== undefined) measured.validationLoss = validationLoss;
      for (const key of metrics) {
        measured[key] = measures![key];
        if (validated) measured[validationKey(key)] = validated.result()[key];
      }
      const row: HistoryRow = {
        epoch,
        steps,
        loss,
        ...measured,
        lr: optimizer.paramGroups[0]!.lr,
        gradNorm: gradNorm(),
        skipped: skipped(),
        seconds: (performance.now() - epochStart) / 1000,
      };
      history.push(row);
      monitor?.update(row);
      if (perStep === undefined) scheduler?.step(validationLoss ?? loss);
      const { onEpoch, onCheckpoint } = checked;
      const stops = onEpoch && (yield* settled(onEpoch({ ...row }))) === false;
      epoch++;
      if (onCheckpoint && epoch % checked.checkpointEvery === 0) {
        assertUndisposed(model, training.data);
        const checkpoint: Checkpoint = {
          ...{ epoch, steps, skipped: skipped(), losses: [...losses] },
          history: history.map((row) => ({ ...row })),
          ...statesOf(parts),
          ...(monitor && { earlyStopping: monitor.state() }),
        };
        yield* settled(onCheckpoint(checkpoint));
      }
      if (stops) return ended('stopped');
    }
    assertUndisposed(model, training.data);
    monitor?.restore();
    return ended(epoch < epochs ? 'stopped' : 'completed');
  } catch (error) {
    model.busy = optimizer.busy = false;
    undo?.();
    throw error;
  } finally {
    resources.dispose();
    model.busy = optimizer.busy = false;
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
