import { UseAfterDisposeError } from '../errors.js';
import type { Parameter } from '../tensor.js';
import { fail, isFloat32Array, refuse } from '../validate.js';
import { Block } from '../wasm/memory.js';
import { isWasmView, KEPT_ARRAY } from '../wasm/views.js';
import { findOverlap } from './overlap.js';

/** Recognises a parameter by its blocks, which are of this copy of adamas: `instanceof` would bundle the class with every optimizer. */
export function isParameter(param: unknown): param is Parameter {
  return Object(param).gradBlock instanceof Block;
}

/**
 * Throws unless these are parameters or arrays of the user's own, at least one, none of them twice or among those `before`, and none that
 * shares memory with another.
 */
export function checkParams(
  label: string,
  params: readonly unknown[],
  before: readonly (Parameter | Float32Array)[] = [],
): asserts params is readonly (Parameter | Float32Array)[] {
  if (params.length === 0) fail(RangeError, `${label}: params`, 'hold at least one parameter', 'none');
  // By index: forEach would pass over holes.
  for (let i = 0; i < params.length; i++) {
    const param = params[i];
    const name = `${label}: params[${i}]`;
    if (isParameter(param)) {
      if (param.disposed) throw new UseAfterDisposeError(name);
    } else if (!isFloat32Array(param)) refuse(TypeError, name, 'be a Parameter or a Float32Array', param);
    else if (isWasmView(param)) refuse(RangeError, name, KEPT_ARRAY, param);
  }
  const all = params as readonly (Parameter | Float32Array)[];
  const twice = findOverlap([...before, ...all]);
  if (twice === undefined) return;
  const [index, same] = twice;
  const name = `${label}: params[${index - before.length}]`;
  if (same) fail(RangeError, name, 'be a parameter not given before', 'one twice');
  fail(RangeError, name, 'share no memory with another parameter', 'overlapping arrays');
}
