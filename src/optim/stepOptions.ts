import { atLeastZero, boolean, checkNumber, checkOptions } from '../validate.js';
import { normTypeCheck } from './clip.js';
import type { NormType } from './stepPlan.js';

/** Options of a step. */
export interface StepOptions {
  /** What every gradient is multiplied by: 1 / k for a mean over k batches, or what undoes a loss scale. Default 1. */
  readonly gradScale?: number;
  /**
   * The largest norm that all gradients together may have, once scaled; as {@link clipGradNorm}, but they stay as they are. The step has the
   * bits of clipping in place and stepping; with a gradScale, of scaling in place too where that is a power of two (else it rounds once less).
   */
  readonly clipGradNorm?: number;
  /** Which norm that is. Default 2. */
  readonly normType?: NormType;
  /** Leave out the step when a gradient is not finite: parameters, state and step count stay as they are. Default false. */
  readonly skipNonFinite?: boolean;
}

/** What a step tells. */
export interface StepReport {
  /** Whether it was left out, because a gradient is not finite. */
  readonly skipped: boolean;
  /** The norm of all gradients before they were clipped; undefined if `clipGradNorm` was not asked for. */
  readonly gradNorm: number | undefined;
}

/** Of a step's list: where the last words of its first op, the inspection, are, and how many bytes that takes. */
export const INSPECTION = 4;
export const AFTER_INSPECTION = 32;

export const NO_OPTIONS: StepOptions = {};

export function checkStepOptions(name: string, options: StepOptions): void {
  checkOptions(`${name}: step`, options, ['gradScale', 'clipGradNorm', 'normType', 'skipNonFinite']);
  const { gradScale = 1, clipGradNorm = 1, normType = 2, skipNonFinite = false } = options;
  checkNumber(`${name}: gradScale`, gradScale, 'a finite float32', (x) => Number.isFinite(Math.fround(x)));
  atLeastZero(`${name}: clipGradNorm`, clipGradNorm);
  normTypeCheck(`${name}: normType`, normType);
  boolean(`${name}: skipNonFinite`, skipNonFinite);
}
