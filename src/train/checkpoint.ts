import type { PassPlace } from '../nn/batches.js';
import type { ModelStateDict } from '../nn/stateDict.js';
import type { AverageStateDict } from '../optim/average.js';
import type { LBFGSStateDict } from '../optim/lbfgsState.js';
import type { OptimizerStateDict } from '../optim/stateDict.js';
import type { EarlyStoppingState } from './earlyStopping.js';
import type { HistoryRow, MetricName } from './fitResult.js';

/** The state of all parts: plain data that shares nothing with them. A checkpoint holds it, and a worker is sent it and sends it back. */
export interface FitState {
  readonly model: ModelStateDict;
  readonly optimizer: OptimizerStateDict | LBFGSStateDict;
  /** The schedule's `stateDict()`, if there is a schedule. */
  readonly scheduler?: unknown;
  readonly average?: AverageStateDict;
  /** State of the shuffle's generator and of each layer's: 64 bits each, as a decimal number. */
  readonly generators: { readonly shuffle?: string; readonly layers: readonly string[] };
}

/** The options of each group of an optimizer as texts: at the start of the fit, and at the checkpoint. */
export type GroupTexts = readonly Readonly<Record<string, readonly [start: string, now: string]>>[];

/** Settings of the fit that a checkpoint belongs to. */
interface FitSettings {
  /**
   * Settings that determine the result of the fit bit for bit, as texts: the layers, the optimizer's class, a digest of 128 bits of features,
   * targets and weights, and options such as `batchSize`. A fit that resumes must have the same, apart from those that its `override` names.
   */
  readonly settings: Readonly<Record<string, string>>;
  readonly groups: GroupTexts;
}

/** The values of some metrics. */
export type MetricValues = Partial<Record<MetricName, number>>;

/** A place of the loop in an epoch, between two steps. */
export interface LoopPlace {
  /** Samples of the epoch that steps have seen. */
  readonly seen: number;
  /** True if an evaluation is under way, which starts again from here. */
  readonly evaluating: boolean;
  /** Numerator and denominator of the mean loss over the steps of the epoch so far. */
  readonly lossSum: number;
  readonly lossWeight: number;
  /** Parameters and buffers that a diverging fit restores. */
  readonly kept: readonly Float32Array[];
}

/** A place in an epoch between two steps. */
export interface EpochPlace extends LoopPlace {
  /** Norm of the gradients of the last step. */
  readonly gradNorm: number;
  /** Metrics of the last evaluation. */
  readonly metrics: MetricValues;
}

/**
 * A fit at the end of an epoch, or between two steps: plain data that shares nothing with the fit, for `structuredClone`, or as JSON by {@link encodeStateDict}.
 * The option `resume` continues from it.
 */
export interface Checkpoint extends FitState, FitSettings {
  /** Epochs completed. */
  readonly epoch: number;
  /** Place in the epoch that is under way; missing between two epochs. */
  readonly position?: EpochPlace;
  readonly steps: number;
  readonly skipped: number;
  readonly losses: readonly number[];
  readonly history: readonly HistoryRow[];
  readonly earlyStopping?: EarlyStoppingState;
}

/** A `partialFit` between two steps: plain data that shares nothing with it. */
export interface PartialCheckpoint extends FitState, FitSettings, Readonly<PartialCounts> {}

/** Counts of a `partialFit`. */
export interface PartialCounts extends PassPlace {
  /** Batches used, over all passes. */
  batches: number;
  steps: number;
  samples: number;
  skipped: number;
  /** Numerator and denominator of the mean loss over all steps. */
  lossSum: number;
  lossWeight: number;
}
