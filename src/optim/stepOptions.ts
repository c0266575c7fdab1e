import { atLeastZero, boolean, isFloat32Array, numberCheck, readOptions, refuse, unchecked } from '../validate.js';
import { normTypeCheck } from './clip.js';
import type { ParamState } from './paramState.js';
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
   * The largest norm that all gradients together may have, once scaled; as {@link clipGradNorm}, but they stay as they are. The step is bit
   * for bit that after clipping in place; with a gradScale, that after scaling in place too if it is a power of two (else it rounds once less).
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

/** Throws unless there is a gradient for each parameter, or null, and the user's arrays still have their lengths. */
export function checkGrads(name: string, grads: Gradients, paramStates: readonly ParamState[]): void {
  if (!Array.isArray(grads)) refuse(TypeError, `${name}: grads`, 'be an array of Float32Arrays or nulls', grads);
  const { length } = paramStates;
  if (grads.length !== length) {
    refuse(RangeError, `${name}: grads`, `hold ${length} gradients, one per parameter`, grads.length);
  }
  paramStates.forEach(({ size, array }, i) => {
    const grad: unknown = grads[i];
    if (grad !== null) {
      const label = `${name}: grads[${i}]`;
      if (!isFloat32Array(grad)) refuse(TypeError, label, 'be a Float32Array or null', grad);
      if (grad.length !== size) refuse(RangeError, label, `hold ${size} numbers like its parameter`, grad.length);
    }
    if (array && array.length !== size) {
      refuse(RangeError, `${name}: params[${i}]`, `still hold ${size} numbers`, array.length);
    }
  });
}
