import type { Parameter } from '../tensor.js';
import { checkNumber, fail, isFloat32Array, refuse } from '../validate.js';
import { isWasmView, KEPT_ARRAY } from '../wasm/views.js';
import { findOverlap } from './overlap.js';

/** A parameter, or a user's own array with room for its gradient. */
export type Target = Pick<Parameter, 'data' | 'grad' | 'requiresGrad'>;

/** Reads the parameters of LBFGS. Throws TypeError or RangeError unless they are parameters or arrays, none of which share memory. */
export function readTargets(params: readonly unknown[]): Target[] {
  if (!Array.isArray(params) || params.length === 0) {
    const Kind = Array.isArray(params) ? RangeError : TypeError;
    refuse(Kind, 'LBFGS: params', 'be an array of at least one parameter', params);
  }
  const targets = Array.from(params as readonly unknown[], (param, i): Target => {
    if (isFloat32Array(param)) {
      if (isWasmView(param)) refuse(RangeError, `LBFGS: params[${i}]`, KEPT_ARRAY, param);
      return { data: param, grad: new Float32Array(param.length), requiresGrad: true };
    }
    // By its shape: `instanceof Parameter` would bring along the Wasm that a Parameter lives in.
    if (isFloat32Array(Object(param).grad)) return param as Parameter;
    return refuse(TypeError, `LBFGS: params[${i}]`, 'be a Parameter or a Float32Array', param);
  });
  const twice = findOverlap(params);
  if (twice?.[1] === true)
    fail(RangeError, `LBFGS: params[${twice[0]}]`, 'be a parameter not given before', 'one twice');
  if (twice) {
    fail(RangeError, `LBFGS: params[${twice[0]}]`, 'share no memory with another parameter', 'overlapping arrays');
  }
  return targets;
}

/** A copy of all parameters. */
export function valuesOf(targets: readonly Target[]): Float32Array[] {
  return targets.map(({ data, grad }, i) => {
    checkNumber(`LBFGS: the length of params[${i}]`, data.length, `${grad.length} as before`, (x) => x === grad.length);
    return data.slice();
  });
}

/** Puts the parameters at x + t d. */
export function moveTo(targets: readonly Target[], x: readonly Float32Array[], t: number, d: Float64Array): void {
  let start = 0;
  for (const [k, { data, requiresGrad }] of targets.entries()) {
    const from = x[k]!;
    // Not by 0 * d, which changes -0.
    if (requiresGrad) for (let i = 0; i < from.length; i++) data[i] = t === 0 ? from[i]! : from[i]! + t * d[start + i]!;
    start += from.length;
  }
}

/** Arrays to which the closure writes the gradients. */
export function gradsOf(targets: readonly Target[]): Float32Array[] {
  return targets.map(({ grad }) => grad);
}

/** A copy of all gradients, with zeros for frozen parameters. */
export function gradientOf(targets: readonly Target[]): Float64Array {
  const flat = new Float64Array(sizeOf(targets));
  let start = 0;
  for (const { grad, requiresGrad } of targets) {
    if (requiresGrad) flat.set(grad, start);
    start += grad.length;
  }
  return flat;
}

/** Number of elements of all parameters. */
export function sizeOf(targets: readonly Target[]): number {
  return targets.reduce((size, { grad }) => size + grad.length, 0);
}

/** Adds the gradient of the L2 penalty to every gradient. Returns the penalty. */
export function addDecay(targets: readonly Target[], weightDecay: number): number {
  let squares = 0;
  for (const { data, grad, requiresGrad } of targets) {
    if (!requiresGrad) continue;
    for (let i = 0; i < data.length; i++) {
      squares += data[i]! * data[i]!;
      grad[i]! += weightDecay * data[i]!;
    }
  }
  return (weightDecay / 2) * squares;
}

/** Fills gradients that are zeros with zeros of a sign, and returns true; false where some are not. */
export function markZeros(targets: readonly Target[], zero: number): boolean {
  const grads = gradsOf(targets);
  const areZero = grads.every((grad) => grad.every((value) => value === 0));
  if (areZero) for (const grad of grads) grad.fill(zero);
  return areZero;
}

/** True if every gradient is still zeros of that sign. */
export function areMarked(targets: readonly Target[], zero: number): boolean {
  return gradsOf(targets).every((grad) => grad.every((value) => Object.is(value, zero)));
}
