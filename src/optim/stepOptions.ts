import { atLeastZero, boolean, numberCheck, readOptions, refuse, unchecked } from '../validate.js';
import { normTypeCheck } from './clip.js';
import type { NormType } from './stepPlan.js';

/** A gradient for each parameter in the order in which they were given; `null` leaves that one out of the step. */
export type Gradients = readonly (Float32Array | null)[];

/** Options of a step. */
export interface StepOptions {
  /** Gradients to step by, as `step(grads)` takes them. Default: each parameter's `grad`. */
  readonly grads?: Gradients | undefined;
  /** Factor of every gradient: 1 / k for a mean over k batches, or the inverse of a loss scale. Default 1. */
  readonly gradScale?: number | undefined;
  /**
   * The largest norm that all gradients together may have, once scaled; as {@link clipGradNorm}, but they stay as they are. The step has the
   * bits of clipping in place and stepping; with a gradScale, of scaling in place too where that is a power of two (else it rounds once less).
   */
  readonly clipGradNorm?: number | undefined;
  /** The norm that is clipped: 1, 2 or Infinity. Default 2. */
  readonly normType?: NormType | undefined;
  /** Skip the step when a gradient is not finite: parameters, state and step count stay as they are. Default false. */
  readonly skipNonFinite?: boolean | undefined;
}

/** Outcome of a step. */
export interface StepReport {
  /** Set if the step was skipped, because a gradient is not finite. */
  readonly skipped: boolean;
  /** Norm of all gradients before they were clipped; undefined without `clipGradNorm`. */
  readonly gradNorm: number | undefined;
}

const finiteFloat32 = /* @__PURE__ */ numberCheck('a finite float32', (x) => Number.isFinite(Math.fround(x)));

const TABLE = {
  grads: [unchecked, undefined],
  gradScale: [finiteFloat32, 1],
  clipGradNorm: [atLeastZero, undefined],
  normType: [normTypeCheck, 2],
  skipNonFinite: [boolean, false],
} as const;

const DEFAULTS = {
  grads: undefined,
  gradScale: 1,
  clipGradNorm: undefined,
  normType: 2 as NormType,
  skipNonFinite: false,
} as const;

/** A step's argument, gradients or options, as options with their defaults. */
export function readStepOptions(name: string, options: Gradients | StepOptions | undefined) {
  if (options === undefined) return DEFAULTS;
  if (Array.isArray(options)) return { ...DEFAULTS, grads: options as Gradients };
  const expected = 'be an array of gradients, Float32Arrays or nulls, or options { grads, ... }';
  if (typeof options === 'function')
    refuse(TypeError, `${name}: step`, `${expected}: only LBFGS takes a closure`, options);
  if (typeof options !== 'object' || options === null || ArrayBuffer.isView(options)) {
    refuse(TypeError, `${name}: grads`, expected, options);
  }
  return readOptions<StepOptions, typeof TABLE>(`${name}: step`, options as StepOptions, TABLE);
}
