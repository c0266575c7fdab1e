import type { Metrics } from '../nn/metrics.js';
import type { MetricValues } from './checkpoint.js';
import type { FitResult, HistoryRow, Monitored, Progress } from './fitResult.js';
import type { ResolvedFitOptions } from './resolvedOptions.js';
import { validationKey } from './resolveOptions.js';
import type { Steps } from './steps.js';

/** Ending of a fit. */
export interface End {
  readonly status: FitResult['status'];
  readonly divergedAt?: number;
}

/** History, progress and result of a fit. */
export class FitRecord {
  readonly history: HistoryRow[];
  /** Epochs completed. */
  epoch: number;
  readonly #options: ResolvedFitOptions;
  readonly #steps: Steps;
  readonly #training: Metrics | undefined;
  readonly #validation: Metrics | undefined;
  /** Steps and samples before this fit, when it resumes an earlier one. */
  readonly #before: { readonly steps: number; readonly samples: number };
  readonly #start = performance.now();
  #epochStart = this.#start;

  constructor(
    options: ResolvedFitOptions,
    steps: Steps,
    training: Metrics | undefined,
    validation: Metrics | undefined,
  ) {
    const { resume, epochSamples } = options;
    this.#options = options;
    this.#steps = steps;
    this.#training = training;
    this.#validation = validation;
    this.history = (resume?.history ?? []).map((row) => ({ ...row }));
    this.epoch = resume?.epoch ?? 0;
    const samples = this.epoch * epochSamples + (resume?.position?.seen ?? 0);
    this.#before = { steps: steps.taken, samples };
  }

  startEpoch(): void {
    this.#epochStart = performance.now();
  }

  /** Metrics of the last evaluation. A resumed fit that has evaluated nothing yet has those of the checkpoint. */
  get metrics(): MetricValues | undefined {
    const { resume } = this.#options;
    return this.#training?.complete ? this.#training.result() : (resume?.position?.metrics ?? this.history.at(-1));
  }

  /** Records the end of an epoch. */
  endEpoch(validationLoss: number | undefined): HistoryRow {
    const training = this.metrics;
    const validation = this.#validation?.result();
    const measured: Partial<Record<Monitored, number>> = {};
    if (validationLoss !== undefined) measured.validationLoss = validationLoss;
    for (const metric of this.#options.metrics) {
      measured[metric] = training![metric]!;
      if (validation) measured[validationKey(metric)] = validation[metric];
    }
    const row = {
      epoch: this.epoch,
      steps: this.#steps.taken,
      loss: this.#steps.losses.at(-1)!,
      ...measured,
      lr: this.#options.optimizer.paramGroups[0]!.lr,
      gradNorm: this.#steps.gradNorm,
      skipped: this.#steps.skipped,
      seconds: (performance.now() - this.#epochStart) / 1000,
    };
    this.history.push(row);
    this.epoch++;
    return row;
  }

  /** Progress, where `seen` samples of the epoch have been seen. */
  progress(seen: number): Progress {
    const { epochs, epochSamples } = this.#options;
    const { taken, losses, gradNorm, skipped, perEpoch } = this.#steps;
    const samples = this.epoch * epochSamples + seen - this.#before.samples;
    const seconds = (performance.now() - this.#start) / 1000;
    const left = epochs * epochSamples - this.#before.samples - samples;
    return {
      epoch: this.epoch,
      epochs,
      steps: taken,
      totalSteps: epochs * perEpoch,
      losses,
      samplesPerSecond: samples === 0 ? 0 : samples / seconds,
      secondsLeft: samples === 0 ? Infinity : (seconds / samples) * left,
      gradNorm,
      skipped,
    };
  }

  /** The result of a fit that ended so. */
  result({ status, divergedAt }: End, bestEpoch: number | undefined): FitResult {
    const { taken: steps, losses, skipped, perEpoch } = this.#steps;
    const epochs = (steps - this.#before.steps) / perEpoch;
    const secondsPerEpoch = (performance.now() - this.#start) / 1000 / Math.max(1, epochs);
    const result = { status, losses, history: this.history, steps, skipped, secondsPerEpoch };
    if (divergedAt !== undefined) Object.assign(result, { divergedAt });
    if (bestEpoch !== undefined) Object.assign(result, { bestEpoch });
    return result as FitResult;
  }
}
