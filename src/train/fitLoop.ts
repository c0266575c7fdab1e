import type { Dataset } from '../data/dataset.js';
import { warnOfNotes } from '../data/notes.js';
import { OutOfMemoryError } from '../errors.js';
import { RandomGenerator } from '../generator.js';
import { assertUndisposed, Evaluator } from '../nn/evaluate.js';
import { Metrics } from '../nn/metrics.js';
import type { Model } from '../nn/model.js';
import { disposeWith, Pass, ResourceStack, unregister } from '../resources.js';
import { isPromise } from '../validate.js';
import type { Checkpoint } from './checkpoint.js';
import { EarlyStopper } from './earlyStopping.js';
import type { FitOptions } from './fitOptions.js';
import { type End, FitRecord } from './fitRecord.js';
import type { FitResult } from './fitResult.js';
import { captureState, type FitParts, loadState } from './fitState.js';
import { type Keeper, KeeperClock } from './keeper.js';
import { usedBy } from './parts.js';
import type { ResolvedFitOptions } from './resolvedOptions.js';
import { checkOrder, resolveFitOptions } from './resolveOptions.js';
import { GroupOptions, settingsOf } from './settings.js';
import { Steps } from './steps.js';
import { ABORTED } from './unlessAborted.js';
import { type Samples, validationSplit } from './validationSplit.js';

/** Work of one slice, in passes of a row through the model; the driver adjusts it between slices. */
interface SliceBudget {
  work: number;
}

/** A promise that a fit awaits. If it is `lasting`, an abort does not end the wait. */
interface Wait {
  readonly promise: PromiseLike<unknown>;
  readonly lasting: boolean;
}

/** A running fit: yields `undefined` after a slice, or a promise whose value the driver passes back. */
type Slices<Result> = Generator<Wait | undefined, Result, unknown>;

const ABORT: End = { status: 'aborted' };
const STOP: End = { status: 'stopped' };

/** Runs a fit in slices of about `budget.work`, and frees its memory however it ends. */
export function* runFit(
  call: string,
  model: Model,
  data: Dataset,
  options: FitOptions,
  budget: SliceBudget,
  keeper?: Keeper<Checkpoint>,
): Slices<FitResult> {
  const resolved = resolveFitOptions(call, model, data, options);
  warnOfNotes(call, data);
  const resources = new ResourceStack();
  let loop: FitLoop | undefined;
  try {
    loop = new FitLoop(call, model, data, resolved, budget, resources, keeper);
    return yield* loop.run();
  } catch (error) {
    throw OutOfMemoryError.after(loop?.steps ?? 0, error);
  } finally {
    resources.dispose();
  }
}

/** One fit: its data, the parts it trains, and its progress. The methods stand in the order in which a fit runs them. */
class FitLoop {
  readonly #call: string;
  readonly #model: Model;
  readonly #options: ResolvedFitOptions;
  readonly #budget: SliceBudget;
  readonly #resources: ResourceStack;
  readonly #keeper: Keeper<Checkpoint> | undefined;
  readonly #clock: KeeperClock | undefined;
  readonly #settings: Readonly<Record<string, string>> | undefined;
  readonly #groups: GroupOptions | undefined;
  readonly #random: RandomGenerator;
  readonly #parts: FitParts;
  readonly #training: Samples;
  readonly #validation: Samples | undefined;
  readonly #steps: Steps;
  readonly #validator: Evaluator | undefined;
  readonly #earlyStopper: EarlyStopper | undefined;
  readonly #record: FitRecord;
  #pass: Pass | undefined;
  /** State of the shuffle's generator before the epoch that is under way; undefined between two epochs. */
  #shuffleState: bigint | undefined;

  /** Loads a checkpoint's state and allocates everything; if that fails, the state before is restored. Only then the model gets loss and class names. */
  constructor(
    call: string,
    model: Model,
    data: Dataset,
    options: ResolvedFitOptions,
    budget: SliceBudget,
    resources: ResourceStack,
    keeper: Keeper<Checkpoint> | undefined,
  ) {
    const { use } = resources;
    this.#call = call;
    this.#resources = resources;
    this.#model = model;
    this.#options = options;
    this.#budget = budget;
    const { optimizer, scheduler, average, resume, onCheckpoint, checkpointEvery } = options;
    this.#keeper = keeper ?? (onCheckpoint && { every: checkpointEvery, keep: onCheckpoint, lasting: false });
    this.#clock = this.#keeper && new KeeperClock(this.#keeper.every);
    this.#random = use(new RandomGenerator(options.seed));
    this.#parts = { model, optimizer, scheduler, average, random: this.#random };
    const { training, validation } = validationSplit(call, use, data, options);
    this.#training = training;
    this.#validation = validation;
    this.#groups = this.#keeper && new GroupOptions(options);
    const undo = resume && loadState(`${call}: resume`, this.#parts, resume, options.override);
    try {
      const datasets = [data, training.data, ...(validation ? [validation.data] : [])];
      this.#pass = use(new Pass(call, [model, ...model.state, optimizer], usedBy(options, model, datasets)));
      const metrics = this.#metricsOf(training.data);
      this.#steps = new Steps(call, use, model, training, options, metrics);
      const validationMetrics = validation && this.#metricsOf(validation.data);
      this.#validator =
        validation && use(new Evaluator(model, options.loss, validation.data, validation.weights, validationMetrics));
      this.#earlyStopper =
        options.earlyStopping && use(new EarlyStopper(options.earlyStopping, model.tensors, resume?.earlyStopping));
      this.#record = new FitRecord(options, this.#steps, metrics, validationMetrics);
      if (this.#keeper) this.#settings = settingsOf(model, data, options);
      average?.track(model);
    } catch (error) {
      this.#pass?.dispose();
      undo?.();
      throw error;
    }
    model.adopt(options.spec, data.classes);
  }

  #metricsOf({ targets }: Dataset): Metrics | undefined {
    const { metrics, spec } = this.#options;
    return metrics.length > 0 ? Metrics.of(spec, this.#model.outputs, targets) : undefined;
  }

  /** Steps taken. */
  get steps(): number {
    return this.#steps.taken;
  }

  /** Runs all remaining epochs. */
  *run(): Slices<FitResult> {
    const { epochs, resume, logEvery } = this.#options;
    let position = resume?.position;
    let end: End | undefined;
    if (position === undefined && this.#steps.losses.length === 0) {
      if (logEvery !== undefined) this.#steps.trainer.startEvaluation();
      end = yield* this.#train();
    }
    while (!end && this.#record.epoch < epochs && !this.#earlyStopper?.exhausted) {
      end = (yield* this.#startEpoch()) ?? (yield* this.#train(position)) ?? (yield* this.#endEpoch());
      position = undefined;
    }
    if (end === ABORT && this.#keeper?.lasting) end = (yield* this.#keep()) ?? end;
    return this.#ended(end);
  }

  /** Sets the model's final parameters. Returns the result. */
  #ended(early: End | undefined): FitResult {
    const { epochs, average } = this.#options;
    const end: End = early ?? (this.#record.epoch < epochs ? STOP : { status: 'completed' });
    if (!early) {
      assertUndisposed(this.#model, this.#training.data);
      this.#earlyStopper?.restore();
    }
    if (end.status === 'diverged') this.#steps.trainer.restore();
    else if (end.status !== 'aborted' && average !== undefined && average.count > 0 && !average.swapped) {
      // Its passes train the model, which is busy until here.
      this.#pass?.dispose();
      const { updateStatistics } = this.#model.layers.find((layer) => layer.updateStatistics) ?? {};
      updateStatistics?.(average, this.#training.data);
    }
    return this.#record.result(end, this.#earlyStopper?.bestEpoch);
  }

  /** Sets the order of the next epoch's samples. Returns how the fit ended, if it did. */
  *#startEpoch(): Slices<End | undefined> {
    const { sampleOrder, shuffle } = this.#options;
    const { trainer } = this.#steps;
    this.#record.startEpoch();
    const { state } = this.#random;
    if (sampleOrder) {
      const order = yield* this.#settled(sampleOrder(this.#record.epoch));
      if (order === ABORTED) return ABORT;
      trainer.startEpoch(checkOrder(this.#call, order, this.#training.data.length));
    } else trainer.startEpoch(shuffle ? this.#random.ptr : undefined);
    this.#shuffleState = state;
    return undefined;
  }

  /** Runs slices, one at least, until the epoch, or the evaluation before the first, has ended. Returns how the fit ended, if it did. */
  *#train(from?: Checkpoint['position']): Slices<End | undefined> {
    const { trainer } = this.#steps;
    if (from) trainer.place = from;
    do {
      if (this.#options.signal?.aborted) return ABORT;
      // A callback, or other code that ran between two slices, may have disposed some of them.
      assertUndisposed(this.#model, this.#training.data);
      const end = diverged(this.#steps.run(this.#budget.work)) ?? (yield* this.#afterSlice());
      if (end) return end;
    } while (trainer.samplesLeft > 0 || trainer.evaluating);
    assertUndisposed(this.#model, this.#training.data);
    return trainer.snapshot() ? undefined : diverged(this.#steps.taken);
  }

  /** Validates, records the epoch, steps the schedule and calls the callbacks. Returns how the fit ended, if it did. */
  *#endEpoch(): Slices<End | undefined> {
    let validationLoss: number | undefined;
    while (this.#validator && validationLoss === undefined) {
      if (this.#options.signal?.aborted) return ABORT;
      assertUndisposed(this.#model, this.#validation!.data);
      validationLoss = this.#validator.run(this.#budget.work);
      const end = yield* this.#afterSlice();
      if (end) return end;
    }
    const { scheduler, scheduleEvery, onEpoch } = this.#options;
    const row = this.#record.endEpoch(validationLoss);
    this.#shuffleState = undefined;
    this.#earlyStopper?.update(row);
    if (scheduleEvery === 'epoch') scheduler?.step(validationLoss ?? row.loss);
    const given = onEpoch && (yield* this.#settled(onEpoch({ ...row })));
    if (given === ABORTED) return ABORT;
    const end = this.#clock?.due(this.#record.epoch) ? yield* this.#keep() : undefined;
    return end ?? (given === false ? STOP : undefined);
  }

  /** Runs between two slices: reports progress, keeps a checkpoint that is due, and lets the driver yield. Returns how the fit ended, if it did. */
  *#afterSlice(): Slices<End | undefined> {
    const { onProgress, epochSamples } = this.#options;
    const seen = this.#shuffleState === undefined ? 0 : epochSamples - this.#steps.trainer.samplesLeft;
    const given = onProgress && (yield* this.#settled(onProgress(this.#record.progress(seen))));
    if (given === ABORTED) return ABORT;
    if (given === false) return STOP;
    if (this.#clock?.due()) {
      const end = yield* this.#keep();
      if (end) return end;
    }
    yield undefined;
    return undefined;
  }

  /** Completes the current step and keeps a checkpoint. Returns how the fit ended, if it did. */
  *#keep(): Slices<End | undefined> {
    assertUndisposed(this.#model, this.#training.data);
    const end = diverged(this.#steps.complete());
    if (end) return end;
    const { lasting } = this.#keeper!;
    const answer = yield* this.#settled(this.#keeper!.keep(this.#checkpoint()), lasting);
    return answer === ABORTED ? ABORT : undefined;
  }

  #checkpoint(): Checkpoint {
    const { losses, taken: steps, skipped, gradNorm, trainer } = this.#steps;
    const { epoch, history, metrics } = this.#record;
    const state = captureState(this.#parts);
    const running = this.#shuffleState !== undefined;
    // The evaluation before the first epoch is repeated, with its metrics.
    const begun = running || epoch > 0;
    return {
      epoch,
      steps,
      skipped,
      losses: begun ? [...losses] : [],
      history: history.map((row) => ({ ...row })),
      ...state,
      // The order of the epoch is recomputed.
      ...(running && { generators: { ...state.generators, shuffle: `${this.#shuffleState}` } }),
      ...(running && { position: { ...trainer.place, gradNorm, metrics: this.#chosen(metrics) } }),
      ...(this.#earlyStopper && { earlyStopping: this.#earlyStopper.state() }),
      settings: { ...this.#settings! },
      groups: this.#groups!.texts(),
    };
  }

  /** Those of these metrics that the options name. */
  #chosen(metrics: FitRecord['metrics']): NonNullable<FitRecord['metrics']> {
    return Object.fromEntries(this.#options.metrics.map((name) => [name, metrics?.[name] ?? Number.NaN]));
  }

  /** The value of a callback, awaited by the driver where it is a promise; ABORTED where the signal was aborted meanwhile. */
  *#settled<T>(given: T | PromiseLike<T>, lasting = false): Slices<T | typeof ABORTED> {
    if (!isPromise(given)) return given;
    // A promise that never settles leaves the fit to the garbage collector.
    disposeWith(this, this.#resources);
    const value = yield { promise: given, lasting };
    unregister(this.#resources);
    return value as T;
  }
}

/** The end of a fit that has diverged at this step, if there is one. */
function diverged(divergedAt: number | undefined): End | undefined {
  return divergedAt === undefined ? undefined : { status: 'diverged', divergedAt };
}
