import type { Dataset } from '../data/dataset.js';
import { warnOfNotes } from '../data/notes.js';
import { OutOfMemoryError } from '../errors.js';
import { RandomGenerator } from '../generator.js';
import { assertUndisposed, Evaluator } from '../nn/evaluate.js';
import { Metrics } from '../nn/metrics.js';
import type { Model } from '../nn/model.js';
import type { LBFGS } from '../optim/lbfgs.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { LRScheduler } from '../optim/schedules/schedule.js';
import { disposeWith, Pass, ResourceStack } from '../resources.js';
import type { Checkpoint } from './checkpoint.js';
import { EarlyStopper } from './earlyStopping.js';
import type { FitOptions } from './fitOptions.js';
import type { FitResult, HistoryRow, Monitored } from './fitResult.js';
import { captureState, type FitParts, loadState } from './fitState.js';
import { usedBy } from './parts.js';
import { plainCopy } from './plainData.js';
import type { ResolvedFitOptions } from './resolvedOptions.js';
import { checkOrder, isFullBatch, resolveFitOptions, validationKey } from './resolveOptions.js';
import { GroupOptions, settingsOf } from './resume.js';
import { StepOps } from './stepOps.js';
import { Trainer } from './trainer.js';
import { ABORTED } from './unlessAborted.js';
import { updateBatchNorm } from './updateBatchNorm.js';
import { type Samples, validationSplit } from './validationSplit.js';

/** Steps whose per-step scalars are computed in advance, at most. */
const STEPS_AHEAD = 512;

/** Work of one slice, in passes of a row through the model; the driver adjusts it between slices. */
export interface SliceBudget {
  work: number;
}

/** A running fit: yields `undefined` after a slice, or a promise whose value the driver passes back. */
export type Slices<Result> = Generator<PromiseLike<unknown> | undefined, Result, unknown>;

/** Runs a fit in slices of about `budget.work`, and frees its memory however it ends. */
export function* runFit(
  call: string,
  model: Model,
  data: Dataset,
  options: FitOptions,
  budget: SliceBudget,
): Slices<FitResult> {
  const resolved = resolveFitOptions(call, model, data, options);
  warnOfNotes(call, data);
  const resources = new ResourceStack();
  let loop: FitLoop | undefined;
  try {
    loop = new FitLoop(call, model, data, resolved, budget, resources);
    // A callback's promise that never settles leaves the fit to the garbage collector.
    disposeWith(loop, resources);
    return yield* loop.run();
  } catch (error) {
    throw OutOfMemoryError.after(loop?.steps ?? 0, error);
  } finally {
    resources.dispose();
  }
}

/** One fit: its data, what it trains, and its place in the run. Its methods follow the course of a fit from top to bottom. */
class FitLoop {
  readonly #call: string;
  readonly #model: Model;
  #settings: Readonly<Record<string, string>> | undefined;
  readonly #options: ResolvedFitOptions;
  readonly #budget: SliceBudget;
  readonly #random: RandomGenerator;
  readonly #parts: FitParts;
  readonly #training: Samples;
  readonly #validation: Samples | undefined;
  readonly #groups: GroupOptions;
  /** The steps of an optimizer that goes by batches. */
  #stepOps: StepOps | undefined;
  /** Takes over what is made in the course of the fit. */
  readonly #use: ResourceStack['use'];
  /** The error that the schedule threw after the steps that were prepared last. */
  #scheduleError: { readonly error: unknown } | undefined;
  readonly #trainer: Trainer;
  readonly #trainingMetrics: Metrics | undefined;
  readonly #validator: Evaluator | undefined;
  readonly #validationMetrics: Metrics | undefined;
  readonly #earlyStopper: EarlyStopper | undefined;

  #pass: Pass | undefined;
  readonly #stepsPerEpoch: number;
  readonly #losses: number[];
  readonly #history: HistoryRow[];
  #epoch: number;
  #steps: number;
  /** Steps, skipped steps and losses before this fit, when it resumes an earlier one. */
  readonly #before: {
    readonly epoch: number;
    readonly steps: number;
    readonly skipped: number;
    readonly losses: number;
  };
  /** Epochs begun by this fit. */
  #begun = 0;
  readonly #start: number;
  #epochStart: number;

  /** Allocates everything first; a checkpoint's state is loaded, and loss and names given to the model, only when nothing can fail any more. */
  constructor(
    call: string,
    model: Model,
    data: Dataset,
    options: ResolvedFitOptions,
    budget: SliceBudget,
    { use }: ResourceStack,
  ) {
    this.#use = use;
    this.#call = call;
    this.#model = model;
    this.#options = options;
    this.#budget = budget;
    const { optimizer, scheduler, average, resume, batchSize, accumulate, epochSamples } = options;
    this.#random = use(new RandomGenerator(options.seed));
    this.#parts = { model, optimizer, scheduler, average, random: this.#random };
    const { training, validation } = validationSplit(call, use, data, options);
    this.#training = training;
    this.#validation = validation;
    this.#groups = new GroupOptions(options);
    this.#stepsPerEpoch = Math.ceil(epochSamples / (batchSize * accumulate));
    const undo = resume && this.#resume(resume);
    try {
      const datasets = [data, training.data, ...(validation ? [validation.data] : [])];
      this.#pass = use(new Pass(call, [model, ...model.state, optimizer], usedBy(options, model, datasets)));
      if (!isFullBatch(optimizer))
        this.#stepOps = use(new StepOps({ ...options, optimizer }, Math.min(STEPS_AHEAD, this.#stepsPerEpoch)));
      this.#trainingMetrics = this.#metricsOf(training.data);
      this.#trainer = use(
        new Trainer({ model, training, options, stepOps: this.#stepOps, metrics: this.#trainingMetrics }),
      );
      this.#validationMetrics = validation && this.#metricsOf(validation.data);
      this.#validator =
        validation &&
        use(new Evaluator(model, options.loss, validation.data, validation.weights, this.#validationMetrics));
      this.#earlyStopper =
        options.earlyStopping && use(new EarlyStopper(options.earlyStopping, model.tensors, resume?.earlyStopping));
      if (options.onCheckpoint) this.#settings = settingsOf(data, options);
      average?.track(model);
    } catch (error) {
      this.#pass?.dispose();
      undo?.();
      throw error;
    }
    model.adopt(options.spec, data.classes);

    this.#losses = [...(resume?.losses ?? [])];
    this.#history = (resume?.history ?? []).map((row) => ({ ...row }));
    this.#epoch = resume?.epoch ?? 0;
    this.#steps = resume?.steps ?? 0;
    this.#before = {
      epoch: this.#epoch,
      steps: this.#steps,
      skipped: resume?.skipped ?? 0,
      losses: this.#losses.length,
    };
    this.#start = this.#epochStart = performance.now();
  }

  /** Loads a checkpoint, apart from the optimizer's options that are overridden. Returns a function that goes back to the state before. */
  #resume(resume: Checkpoint): () => void {
    const { optimizer, override } = this.#options;
    const given: Record<string, unknown>[] = optimizer.paramGroups.map((group) => ({ ...group }));
    const undo = loadState(`${this.#call}: resume`, this.#parts, resume);
    const keys = override.includes('lr') ? [...override, 'initialLr'] : override;
    for (const [g, group] of optimizer.paramGroups.entries()) {
      for (const key of keys) if (key in group) Object.assign(group, { [key]: given[g]![key] ?? group[key as never] });
    }
    return undo;
  }

  /** The whole fit. */
  *run(): Slices<FitResult> {
    const { epochs, resume, logEvery } = this.#options;
    if (resume === undefined) {
      if (logEvery !== undefined) this.#trainer.startEvaluation();
      const end = yield* this.#train();
      if (end) return end;
    }
    while (this.#epoch < epochs && !this.#earlyStopper?.exhausted) {
      const end = (yield* this.#startEpoch()) ?? (yield* this.#train()) ?? (yield* this.#endEpoch());
      if (end) return end;
    }
    assertUndisposed(this.#model, this.#training.data);
    this.#earlyStopper?.restore();
    return this.#ended(this.#epoch < epochs ? 'stopped' : 'completed');
  }

  /** Sets the order of the next epoch's samples. Returns how the fit ended, if it did. */
  *#startEpoch(): Slices<FitResult | undefined> {
    const { sampleOrder, shuffle } = this.#options;
    this.#epochStart = performance.now();
    if (sampleOrder) {
      const order = yield* settled(sampleOrder(this.#epoch));
      if (order === ABORTED) return this.#ended('aborted');
      this.#trainer.startEpoch(checkOrder(this.#call, order, this.#training.data.length));
    } else this.#trainer.startEpoch(shuffle ? this.#random.ptr : undefined);
    this.#begun++;
    return undefined;
  }

  /** Runs slices, one at least, until the epoch, or the evaluation before the first, has ended. Returns how the fit ended, if it did. */
  *#train(): Slices<FitResult | undefined> {
    const trainer = this.#trainer;
    do {
      const end = this.#slice() ?? (yield* this.#report());
      if (end) return end;
      yield undefined;
    } while (trainer.samplesLeft > 0 || trainer.evaluating);
    assertUndisposed(this.#model, this.#training.data);
    return trainer.snapshot() ? undefined : this.#diverged(this.#steps);
  }

  /** Takes as many steps as the budget allows. */
  #slice(): FitResult | undefined {
    const { signal, optimizer } = this.#options;
    if (signal?.aborted) return this.#ended('aborted');
    const trainer = this.#trainer;
    // A callback, or other code in the host's turn, may have disposed some of them.
    assertUndisposed(this.#model, this.#training.data);
    if (!isFullBatch(optimizer)) this.#takeSteps(optimizer);
    else if (trainer.evaluating) trainer.run(0, this.#budget.work);
    else if (trainer.samplesLeft > 0 && !this.#iterate(optimizer)) return this.#diverged(this.#steps + 1);
    trainer.takeLosses(this.#losses);
    if (this.#scheduleError) throw this.#scheduleError.error;
    if (trainer.stopped > 0) return this.#diverged(trainer.stopped === 1 ? this.#steps + 1 : this.#steps);
    return undefined;
  }

  /** Runs the loop for as many steps as the budget allows. */
  #takeSteps(optimizer: Optimizer): void {
    const { scheduler, scheduleEvery } = this.#options;
    const trainer = this.#trainer;
    let stepOps = this.#stepOps!;
    if (!stepOps.holds()) {
      stepOps = this.#stepOps = this.#use(new StepOps({ ...this.#options, optimizer }, stepOps.plan.capacity));
      trainer.stepOps = stepOps;
    }
    const perStep = scheduleEvery === 'step' ? scheduler : undefined;
    const rewind = perStep && scheduleRewind(optimizer, perStep);
    const ahead = this.#fillSteps(stepOps, perStep);
    stepOps.prepare(this.#call);
    const taken = trainer.run(ahead, this.#budget.work);
    stepOps.advance(taken);
    if (taken < ahead) {
      rewind?.(taken);
      this.#scheduleError = undefined;
    }
    if (trainer.thrown) throw trainer.thrown.error;
    this.#steps += taken;
  }

  /** Takes one iteration over all rows, which may be evaluated after it. Returns whether loss and gradient were finite. */
  #iterate(optimizer: LBFGS): boolean {
    const { average, scheduler, scheduleEvery } = this.#options;
    if (!this.#trainer.iterate(optimizer)) return false;
    this.#steps++;
    average?.update();
    if (scheduleEvery === 'step') scheduler?.step();
    return true;
  }

  /**
   * Computes the scalars of the next steps, as many as fit the budget, and steps the schedule after each. It ends early where the schedule
   * throws, or changes options so that the next step needs other state. Returns how many steps there are.
   */
  #fillSteps(stepOps: StepOps, perStep: LRScheduler | undefined): number {
    const { plan } = stepOps;
    const samplesPerStep = this.#options.batchSize * this.#options.accumulate;
    const ahead = Math.min(
      plan.capacity,
      Math.ceil(this.#trainer.samplesLeft / samplesPerStep),
      // A step passes each row forward, backward and into the gradients.
      Math.ceil(this.#budget.work / (3 * samplesPerStep)),
    );
    if (perStep === undefined) {
      plan.fill(0, ahead);
      return ahead;
    }
    for (let i = 0; i < ahead; i++) {
      plan.fill(i, i + 1);
      try {
        perStep.step();
      } catch (error) {
        this.#scheduleError = { error };
        return i + 1;
      }
      if (!stepOps.holds()) return i + 1;
    }
    return ahead;
  }

  /** Validates, records the epoch, steps the schedule and calls the callbacks. Returns how the fit ended, if it did. */
  *#endEpoch(): Slices<FitResult | undefined> {
    let validationLoss: number | undefined;
    while (this.#validator && validationLoss === undefined) {
      if (this.#options.signal?.aborted) return this.#ended('aborted');
      assertUndisposed(this.#model, this.#validation!.data);
      validationLoss = this.#validator.run(this.#budget.work);
      const end = yield* this.#report();
      if (end) return end;
      yield undefined;
    }
    const row = this.#historyRow(validationLoss);
    this.#history.push(row);
    this.#earlyStopper?.update(row);
    const { scheduler, scheduleEvery, onEpoch, onCheckpoint, checkpointEvery } = this.#options;
    if (scheduleEvery === 'epoch') scheduler?.step(validationLoss ?? row.loss);
    const given = onEpoch && (yield* settled(onEpoch({ ...row })));
    if (given === ABORTED) return this.#ended('aborted');
    this.#epoch++;
    if (onCheckpoint && this.#epoch % checkpointEvery === 0) {
      assertUndisposed(this.#model, this.#training.data);
      if ((yield* settled(onCheckpoint(this.#checkpoint()))) === ABORTED) return this.#ended('aborted');
    }
    return given === false ? this.#ended('stopped') : undefined;
  }

  #checkpoint(): Checkpoint {
    return {
      epoch: this.#epoch,
      steps: this.#steps,
      skipped: this.#skipped,
      losses: [...this.#losses],
      history: this.#history.map((row) => ({ ...row })),
      ...captureState(this.#parts),
      ...(this.#earlyStopper && { earlyStopping: this.#earlyStopper.state() }),
      settings: { ...this.#settings! },
      groups: this.#groups.texts(),
    };
  }

  #historyRow(validationLoss: number | undefined): HistoryRow {
    // A resumed fit that has evaluated nothing yet still has the metrics of the checkpoint.
    const evaluated = this.#losses.length > this.#before.losses;
    const training = evaluated ? this.#trainingMetrics?.result() : this.#history.at(-1);
    const validation = this.#validationMetrics?.result();
    const measured: Partial<Record<Monitored, number>> = {};
    if (validationLoss !== undefined) measured.validationLoss = validationLoss;
    for (const metric of this.#options.metrics) {
      measured[metric] = training![metric];
      if (validation) measured[validationKey(metric)] = validation[metric];
    }
    return {
      epoch: this.#epoch,
      steps: this.#steps,
      loss: this.#losses.at(-1)!,
      ...measured,
      lr: this.#options.optimizer.paramGroups[0]!.lr,
      gradNorm: this.#gradNorm,
      skipped: this.#skipped,
      seconds: (performance.now() - this.#epochStart) / 1000,
    };
  }

  /** Calls `onProgress`. Returns how the fit ended, if it did. */
  *#report(): Slices<FitResult | undefined> {
    const { onProgress, epochs, epochSamples } = this.#options;
    if (!onProgress) return undefined;
    const seen = this.#begun === 0 ? 0 : this.#begun * epochSamples - this.#trainer.samplesLeft;
    const seconds = (performance.now() - this.#start) / 1000;
    const left = (epochs - this.#before.epoch) * epochSamples - seen;
    const progress = {
      epoch: this.#epoch,
      epochs,
      steps: this.#steps,
      totalSteps: epochs * this.#stepsPerEpoch,
      losses: this.#losses,
      samplesPerSecond: seen === 0 ? 0 : seen / seconds,
      secondsLeft: seen === 0 ? Infinity : (seconds / seen) * left,
      gradNorm: this.#gradNorm,
      skipped: this.#skipped,
    };
    const given = yield* settled(onProgress(progress));
    if (given === ABORTED) return this.#ended('aborted');
    return given === false ? this.#ended('stopped') : undefined;
  }

  /** Steps taken. */
  get steps(): number {
    return this.#steps;
  }

  get #skipped(): number {
    return this.#before.skipped + this.#trainer.skipped;
  }

  get #gradNorm(): number {
    return this.#steps + this.#trainer.skipped > this.#before.steps ? this.#trainer.gradNorm : Number.NaN;
  }

  #metricsOf({ targets }: Dataset): Metrics | undefined {
    const { metrics, spec } = this.#options;
    return metrics.length > 0 ? Metrics.of(spec, this.#model.outputs, targets) : undefined;
  }

  #ended(status: 'completed' | 'aborted' | 'stopped'): FitResult {
    const { average } = this.#options;
    if (status !== 'aborted' && average !== undefined && average.count > 0 && !average.swapped) {
      // Its passes train the model, which is busy until here.
      this.#pass?.dispose();
      updateBatchNorm(average, this.#training.data);
    }
    return { status, ...this.#summary() };
  }

  #diverged(divergedAt: number): FitResult {
    this.#trainer.restore();
    return { status: 'diverged', divergedAt, ...this.#summary() };
  }

  #summary() {
    const bestEpoch = this.#earlyStopper?.bestEpoch;
    const epochs = (this.#steps - this.#before.steps) / this.#stepsPerEpoch;
    return {
      losses: this.#losses,
      history: this.#history,
      ...(bestEpoch !== undefined && { bestEpoch }),
      steps: this.#steps,
      skipped: this.#skipped,
      secondsPerEpoch: (performance.now() - this.#start) / 1000 / Math.max(1, epochs),
    };
  }
}

/** The value of a callback, awaited by the driver where it is a promise; ABORTED where the signal was aborted meanwhile. */
function* settled<T>(given: T | PromiseLike<T>): Slices<T | typeof ABORTED> {
  return typeof Object(given).then === 'function' ? ((yield given as PromiseLike<T>) as T) : (given as T);
}

/** Notes the state of a schedule. The function it returns goes back there, and then takes some steps again. */
function scheduleRewind(optimizer: Optimizer, scheduler: LRScheduler): (steps: number) => void {
  const state = plainCopy('scheduler.stateDict()', scheduler.stateDict());
  const options = optimizer.paramGroups.map((group) => ({ ...group }));
  return (steps) => {
    scheduler.loadStateDict(state);
    for (const [g, group] of optimizer.paramGroups.entries()) Object.assign(group, options[g]);
    for (let i = 0; i < steps; i++) scheduler.step();
  };
}
