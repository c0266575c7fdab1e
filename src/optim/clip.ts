import { UseAfterDisposeError } from '../errors.js';
import { disposeAfter } from '../resources.js';
import { Parameter } from '../tensor.js';
import { atLeastZero, boolean, fail, numberCheck, readOptions, refuse } from '../validate.js';
import { kernels } from '../wasm/kernels.js';
import type { Words } from '../wasm/memory.js';
import { writeTable } from './rowTable.js';
import { type NormType, orderOf } from './stepPlan.js';

/** Options of {@link clipGradNorm}. */
export interface ClipGradNormOptions {
  /** Norm that is clipped: 1, 2 or Infinity. Default 2. */
  readonly normType?: NormType | undefined;
  /** Throw, and leave the gradients, when the norm is not finite. Default false. */
  readonly errorIfNonfinite?: boolean | undefined;
}

/**
 * Scales the gradients of some parameters, taken together, so that their norm is at most `maxNorm`:
 *
 *     g = g min(1, maxNorm / (norm + 1e-6))
 *
 * as torch.nn.utils.clip_grad_norm_ does. The norm is a sum in float64 whose order depends on the shapes alone. A fit, or a step with
 * `clipGradNorm`, does the same without a pass over the gradients.
 *
 * @param params - the parameters, or one
 * @param maxNorm - the largest norm they may have, at least 0
 * @param options - see {@link ClipGradNormOptions}
 * @returns the norm before
 * @throws TypeError or RangeError for a wrong argument, or for a norm that is not finite if so asked; UseAfterDisposeError
 * @example
 * ```ts
 * import { clipGradNorm, parameter } from 'adamas';
 * const w = parameter([0, 0]);
 * w.grad.set([3, 4]);
 * console.log(clipGradNorm([w], 1), w.grad[0]!.toFixed(3)); // 5 0.600
 * ```
 */
export function clipGradNorm(
  params: Parameter | readonly Parameter[],
  maxNorm: number,
  options: ClipGradNormOptions = {},
): number {
  atLeastZero('clipGradNorm: maxNorm', maxNorm);
  const { normType, errorIfNonfinite } = readOptions('clipGradNorm', options, {
    normType: [normTypeCheck, 2],
    errorIfNonfinite: [boolean, false],
  });
  return withTable('clipGradNorm', params, (table, rows) => {
    const { gradNorm, clipCoefficient, scaleGrads } = kernels();
    const norm = gradNorm(table.ptr, rows, orderOf(normType));
    if (errorIfNonfinite && !Number.isFinite(norm)) {
      refuse(RangeError, 'clipGradNorm: the norm of the gradients', 'be finite', norm);
    }
    // Rounded as a step's or a fit's, so that all give the same bits.
    const coefficient = clipCoefficient(norm, Math.fround(maxNorm));
    if (coefficient !== 1) scaleGrads(table.ptr, rows, coefficient);
    return norm;
  });
}

/**
 * Clamps every element of the gradients to [-value, value], as torch.nn.utils.clip_grad_value_ does.
 *
 * @param params - the parameters, or one
 * @param value - the bound, at least 0
 * @throws TypeError or RangeError for a wrong argument; UseAfterDisposeError
 * @example
 * ```ts
 * import { clipGradValue, parameter } from 'adamas';
 * const w = parameter([0, 0]);
 * w.grad.set([3, -0.5]);
 * clipGradValue([w], 1);
 * console.log(w.grad); // Float32Array(2) [ 1, -0.5 ]
 * ```
 */
export function clipGradValue(params: Parameter | readonly Parameter[], value: number): void {
  atLeastZero('clipGradValue: value', value);
  withTable('clipGradValue', params, (table, rows) => kernels().clampGrads(table.ptr, rows, value));
}

/** One of the norms there are. */
export const normTypeCheck = numberCheck('1, 2 or Infinity', (x) => x === 1 || x === 2 || x === Infinity);

/** Calls `body` with a table of these parameters in Wasm memory. */
function withTable<T>(
  name: string,
  params: Parameter | readonly Parameter[],
  body: (table: Words, rows: number) => T,
): T {
  const list: readonly unknown[] = params instanceof Parameter ? [params] : params;
  if (!Array.isArray(list)) refuse(TypeError, `${name}: params`, 'be an array of parameters', params);
  const seen = new Set<Parameter>();
  // Not by map, which passes over holes.
  const rows = Array.from(list, (param: unknown, i) => {
    if (!(param instanceof Parameter)) refuse(TypeError, `${name}: params[${i}]`, 'be a Parameter', param);
    if (param.disposed) throw new UseAfterDisposeError(`${name}: params[${i}]`);
    if (seen.has(param)) fail(RangeError, `${name}: params[${i}]`, 'be a parameter not given before', 'one twice');
    seen.add(param);
    return { p: param.block.ptr, g: param.gradBlock.ptr, n: param.size };
  });
  return disposeAfter((use) => body(use(writeTable(rows)), rows.length));
}
