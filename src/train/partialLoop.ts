import { OutOfMemoryError } from '../errors.js';
import { type Batches, type BatchMaker, inPasses, readBatch, Source } from '../nn/batches.js';
import { Training } from '../nn/lossAndGrad.js';
import type { Model } from '../nn/model.js';
import { checkClassNames } from '../nn/network.js';
import { disposeWith, Pass, ResourceStack } from '../resources.js';
import { isPromise } from '../validate.js';
import { kernels } from '../wasm/kernels.js';
import { context } from '../wasm/opList.js';
import { TURN_MS, yieldToHost } from '../yieldToHost.js';
import type { PartialCheckpoint, PartialCounts } from './checkpoint.js';
import type { Opened } from './checkpointPlaces.js';
import { captureState, type FitParts, loadState } from './fitState.js';
import { type Keeper, KeeperClock } from './keeper.js';
import type { PartialFitOptions, PartialFitResult } from './partialFitOptions.js';
import { type ResolvedPartialOptions, resolvePartialOptions } from './partialOptions.js';
import { usedBy } from './parts.js';
import { GroupOptions } from './settings.js';
import { StepOps } from './stepOps.js';
import { ABORTED, unlessAborted } from './unlessAborted.js';

/** Ending of a `partialFit`. */
type Status = 'completed' | 'aborted' | 'stopped' | 'diverged';

/** Runs a `partialFit` whose checkpoint has been read, and frees its memory however it ends. */
export async function runPartialFit(
  call: string,
  model: Model,
  batches: Batches | BatchMaker,
  options: Opened<PartialFitOptions, PartialCheckpoint>,
  keeper: Keeper<PartialCheckpoint> | undefined,
): Promise<PartialFitResult> {
  const resolved = resolvePartialOptions(call, model, options, keeper !== undefined);
  const resources = new ResourceStack();
  let loop: PartialLoop | undefined;
  let source: Source | undefined;
  try {
    const counts = countsOf(resolved.resume);
    const given = inPasses(call, batches, resolved.epochs, counts, resolved.id !== undefined);
    source = new Source(`${call}: batches`, given);
    // Frees the memory of a run that waits for a batch that never comes, once it is garbage-collected.
    disposeWith(source, resources);
    loop = new PartialLoop(call, model, source, resolved, counts, keeper, resources);
    return await loop.run();
  } catch (error) {
    // The first error is the one that the caller gets.
    await source?.close().catch(() => {});
    throw OutOfMemoryError.after(loop?.steps ?? 0, error);
  } finally {
    resources.dispose();
  }
}

function countsOf(resume: PartialCheckpoint | undefined): PartialCounts {
  const { epoch = 0, batch = 0, batches = 0, steps = 0, samples = 0, skipped = 0 } = resume ?? {};
  const { lossSum = 0, lossWeight = 0 } = resume ?? {};
  return { epoch, batch, batches, steps, samples, skipped, lossSum, lossWeight };
}

/** One `partialFit`: its batches, what it trains, and its counts. */
class PartialLoop {
  readonly #call: string;
  readonly #model: Model;
  readonly #source: Source;
  readonly #options: ResolvedPartialOptions;
  readonly #counts: PartialCounts;
  readonly #keeper: Keeper<PartialCheckpoint> | undefined;
  readonly #clock: KeeperClock | undefined;
  readonly #groups: GroupOptions;
  readonly #use: ResourceStack['use'];
  readonly #parts: FitParts;
  readonly #training: Training;
  readonly #context: number;
  #stepOps: StepOps;
  readonly #start = performance.now();
  /** Samples before this fit, when it resumes another. */
  readonly #before: number;
  /** Batches of the step that is under way, and numerator and denominator of their mean loss. */
  #gathered = 0;
  #stepLoss = 0;
  #stepWeight = 0;

  constructor(
    call: string,
    model: Model,
    source: Source,
    options: ResolvedPartialOptions,
    counts: PartialCounts,
    keeper: Keeper<PartialCheckpoint> | undefined,
    { use }: ResourceStack,
  ) {
    this.#call = call;
    this.#model = model;
    this.#source = source;
    this.#options = options;
    this.#counts = counts;
    this.#before = counts.samples;
    this.#use = use;
    const { optimizer, scheduler, average, onCheckpoint, checkpointEvery, resume } = options;
    this.#keeper = keeper ?? (onCheckpoint && { every: checkpointEvery, keep: onCheckpoint, lasting: false });
    this.#clock = this.#keeper && new KeeperClock(this.#keeper.every);
    this.#parts = { model, optimizer, scheduler, average };
    this.#groups = new GroupOptions(options);
    const undo = resume && loadState(`${call}: resume`, this.#parts, resume, options.override);
    try {
      use(new Pass(call, [model, ...model.state, optimizer], usedBy(options, model)));
      this.#training = use(new Training());
      this.#stepOps = use(new StepOps(options, 1));
      this.#context = use(context()).ptr;
      // Also where no batch is left: what was loaded belongs to the model's statistics.
      average?.track(model);
    } catch (error) {
      undo?.();
      throw error;
    }
  }

  /** Steps taken. */
  get steps(): number {
    return this.#counts.steps;
  }

  /** Runs the whole fit. */
  async run(): Promise<PartialFitResult> {
    const status = await this.#batches();
    const { steps, samples, skipped, lossSum, lossWeight } = this.#counts;
    const summary = { steps, samples, skipped, loss: lossSum / lossWeight };
    if (status === 'diverged') return { status, divergedAt: steps + 1, ...summary };
    return { status, ...summary };
  }

  /** Takes batches until they or the fit have ended. */
  async #batches(): Promise<Status> {
    const { signal, accumulate } = this.#options;
    let turn = performance.now();
    for (;;) {
      if (signal?.aborted && (this.#gathered === 0 || !this.#keeper?.lasting)) return this.#aborted();
      const next = await unlessAborted(this.#source.next(), signal);
      if (next === ABORTED) return this.#aborted();
      if (next.done) return (this.#gathered > 0 && (await this.#step())) || 'completed';
      this.#gather(next.value);
      const end = this.#gathered === accumulate ? await this.#step() : undefined;
      if (end === 'aborted') return this.#aborted();
      if (end) {
        await this.#close();
        return end;
      }
      if (performance.now() - turn >= TURN_MS) {
        await yieldToHost();
        turn = performance.now();
      }
    }
  }

  /** Adds the gradients of a batch to those of the step that is under way. */
  #gather(value: unknown): void {
    const { loss, spec } = this.#options;
    const label = `${this.#call}: batch ${this.#counts.batches}`;
    const { features, targets, weights, classes } = readBatch(label, value);
    checkClassNames(label, loss, this.#model.classes, classes);
    const given = { accumulate: this.#gathered > 0, ...(weights !== undefined && { weights }) };
    this.#training.lossAndGrad(label, this.#model, loss, features, targets, given);
    this.#model.adopt(spec, classes);
    const [sum, weight] = this.#training.lossSums;
    this.#stepLoss += sum;
    this.#stepWeight += weight;
    this.#gathered++;
    this.#counts.batch++;
    this.#counts.batches++;
    this.#counts.samples += this.#training.rows;
  }

  /** Takes a step by the gradients gathered. Returns how the fit ended, if it did. */
  async #step(): Promise<Status | undefined> {
    const { scheduler, skipNonFinite, onProgress, signal } = this.#options;
    const counts = this.#counts;
    if (!this.#stepOps.holds()) this.#stepOps = this.#use(new StepOps(this.#options, 1));
    const stepOps = this.#stepOps;
    stepOps.plan.fill(0, 1);
    stepOps.prepare(this.#call);
    const loss = this.#stepLoss;
    const scale = Math.fround(1 / this.#gathered);
    if (Number.isFinite(loss) && kernels().step(this.#context, stepOps.list.ptr, stepOps.end, scale)) {
      stepOps.advance(1);
      counts.steps++;
      counts.lossSum += loss;
      counts.lossWeight += this.#stepWeight;
      scheduler?.step();
    } else if (skipNonFinite) counts.skipped++;
    else return 'diverged';
    const progress = onProgress && {
      steps: counts.steps,
      samples: counts.samples,
      skipped: counts.skipped,
      loss: loss / this.#stepWeight,
      gradNorm: Number.isFinite(loss) ? stepOps.gradNorm(this.#context) : Number.NaN,
      samplesPerSecond: (counts.samples - this.#before) / ((performance.now() - this.#start) / 1000),
    };
    this.#gathered = this.#stepLoss = this.#stepWeight = 0;
    const given = progress && onProgress(progress);
    // Without a promise it does not wait: a turn of the microtasks would take as long as a small step.
    const answer = isPromise(given) ? await unlessAborted(given, signal) : given;
    if (answer === ABORTED) return 'aborted';
    if (this.#clock?.due(counts.steps) && (await this.#keep()) === ABORTED) return 'aborted';
    return answer === false ? 'stopped' : undefined;
  }

  /** Ends the batches, with a last checkpoint where no step is under way. */
  async #aborted(): Promise<Status> {
    if (this.#gathered === 0 && this.#keeper?.lasting) await this.#keep();
    await this.#close();
    return 'aborted';
  }

  /** Closes the iterator of the batches. If that never settles, a signal ends the wait. */
  async #close(): Promise<void> {
    await unlessAborted(this.#source.close(), this.#options.signal);
  }

  /** Passes a checkpoint to the keeper; ABORTED where the signal was aborted meanwhile. */
  #keep(): unknown {
    const { keep, lasting } = this.#keeper!;
    const given = keep({
      ...this.#counts,
      ...captureState(this.#parts),
      settings: { ...this.#options.settings! },
      groups: this.#groups.texts(),
    });
    return isPromise(given) && !lasting ? unlessAborted(given, this.#options.signal) : given;
  }
}
