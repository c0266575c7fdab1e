import type { Metrics } from '../nn/metrics.js';
import type { Model } from '../nn/model.js';
import type { LBFGS } from '../optim/lbfgs.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { LRScheduler } from '../optim/schedules/schedule.js';
import type { ResourceStack } from '../resources.js';
import { plainCopy } from './plainData.js';
import type { ResolvedFitOptions } from './resolvedOptions.js';
import { isFullBatch } from './resolveOptions.js';
import { StepOps } from './stepOps.js';
import { Trainer, UNLIMITED } from './trainer.js';
import type { Samples } from './validationSplit.js';

/** Steps whose per-step scalars are computed in advance, at most. */
const STEPS_AHEAD = 512;

/** The steps of a fit, with its schedule: those of the loop in Wasm, or iterations of LBFGS. */
export class Steps {
  readonly trainer: Trainer;
  readonly perEpoch: number;
  /** Losses recorded so far. Like all counts here, those before a checkpoint that the fit resumed are among them. */
  readonly losses: number[];
  /** Steps taken so far. */
  taken: number;
  readonly #call: string;
  readonly #use: ResourceStack['use'];
  readonly #options: ResolvedFitOptions;
  /** The op list of a step; undefined for LBFGS. */
  #stepOps: StepOps | undefined;
  /** The error that the schedule threw after the steps that were prepared last. */
  #scheduleError: { readonly error: unknown } | undefined;

  constructor(
    call: string,
    use: ResourceStack['use'],
    model: Model,
    training: Samples,
    options: ResolvedFitOptions,
    metrics: Metrics | undefined,
  ) {
    this.#call = call;
    this.#use = use;
    this.#options = options;
    const { optimizer, batchSize, accumulate, epochSamples, resume } = options;
    this.losses = [...(resume?.losses ?? [])];
    this.taken = resume?.steps ?? 0;
    this.perEpoch = Math.ceil(epochSamples / (batchSize * accumulate));
    if (!isFullBatch(optimizer)) this.#stepOps = this.#newOps(optimizer, Math.min(STEPS_AHEAD, this.perEpoch));
    this.trainer = use(new Trainer({ model, training, options, stepOps: this.#stepOps, metrics }));
  }

  /** Steps left out so far. */
  get skipped(): number {
    return (this.#options.resume?.skipped ?? 0) + this.trainer.skipped;
  }

  /** The norm of the gradients of the last step; NaN before the first. */
  get gradNorm(): number {
    const { resume } = this.#options;
    const before = (resume?.steps ?? 0) + (resume?.skipped ?? 0);
    return this.taken + this.skipped > before ? this.trainer.gradNorm : (resume?.position?.gradNorm ?? Number.NaN);
  }

  /**
   * Takes steps, or continues an evaluation, for about `work` passes of a row. Returns the step at which the fit has diverged, counted from 1;
   * an evaluation that is not finite counts for the last.
   */
  run(work: number): number | undefined {
    const { optimizer } = this.#options;
    const { trainer } = this;
    if (!isFullBatch(optimizer)) this.#takeSteps(optimizer, work, STEPS_AHEAD);
    else if (trainer.evaluating) trainer.run(0, work);
    else if (trainer.samplesLeft > 0 && !this.#iterate(optimizer)) return this.taken + 1;
    return this.#outcome();
  }

  /** Completes a step of which some batches have been accumulated. Returns what `run` does. */
  complete(): number | undefined {
    if (this.trainer.midStep) this.#takeSteps(this.#options.optimizer as Optimizer, UNLIMITED, 1);
    return this.#outcome();
  }

  #outcome(): number | undefined {
    const { trainer } = this;
    trainer.takeLosses(this.losses);
    if (this.#scheduleError) throw this.#scheduleError.error;
    if (trainer.stopped === 0) return undefined;
    return trainer.stopped === 1 ? this.taken + 1 : this.taken;
  }

  #newOps(optimizer: Optimizer, capacity: number): StepOps {
    return this.#use(new StepOps({ ...this.#options, optimizer }, capacity));
  }

  /** Runs the loop in Wasm. */
  #takeSteps(optimizer: Optimizer, work: number, most: number): void {
    const { scheduler, scheduleEvery } = this.#options;
    const { trainer } = this;
    let stepOps = this.#stepOps!;
    if (!stepOps.holds()) {
      stepOps = this.#stepOps = this.#newOps(optimizer, stepOps.plan.capacity);
      trainer.stepOps = stepOps;
    }
    const perStep = scheduleEvery === 'step' ? scheduler : undefined;
    const rewind = perStep && scheduleRewind(optimizer, perStep);
    const ahead = this.#prepare(stepOps, perStep, work, most);
    stepOps.prepare(this.#call);
    const taken = trainer.run(ahead, work);
    stepOps.advance(taken);
    if (taken < ahead) {
      rewind?.(taken);
      this.#scheduleError = undefined;
    }
    if (trainer.thrown) throw trainer.thrown.error;
    this.taken += taken;
  }

  /**
   * Computes the scalars of the next steps, as many as fit the work, and steps the schedule after each. It ends early where the schedule throws,
   * or changes options so that the next step needs other state. Returns how many steps there are.
   */
  #prepare(stepOps: StepOps, perStep: LRScheduler | undefined, work: number, most: number): number {
    const { plan } = stepOps;
    const samplesPerStep = this.#options.batchSize * this.#options.accumulate;
    const ahead = Math.min(
      plan.capacity,
      most,
      Math.ceil(this.trainer.samplesLeft / samplesPerStep),
      // A step passes each row forward, backward and into the gradients.
      Math.ceil(work / (3 * samplesPerStep)),
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

  /** Takes one iteration over all rows. Returns whether loss and gradient were finite. */
  #iterate(optimizer: LBFGS): boolean {
    const { average, scheduler, scheduleEvery } = this.#options;
    if (!this.trainer.iterate(optimizer)) return false;
    this.taken++;
    average?.update();
    if (scheduleEvery === 'step') scheduler?.step();
    return true;
  }
}

/** Saves the state of a schedule. The function that it returns restores that state, and then takes this number of steps again. */
function scheduleRewind(optimizer: Optimizer, scheduler: LRScheduler): (steps: number) => void {
  const state = plainCopy('scheduler.stateDict()', scheduler.stateDict());
  const options = optimizer.paramGroups.map((group) => ({ ...group }));
  return (steps) => {
    scheduler.loadStateDict(state);
    for (const [g, group] of optimizer.paramGroups.entries()) Object.assign(group, options[g]);
    for (let i = 0; i < steps; i++) scheduler.step();
  };
}
