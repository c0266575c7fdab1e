import { UseAfterDisposeError } from '../errors.js';
import type { Parameter } from '../tensor.js';
import { fail, refuse } from '../validate.js';
import { Block } from '../wasm/memory.js';

/** By what it holds, which is of this copy of adamas: `instanceof` would bring the class along with every optimizer. */
export function isParameter(param: unknown): param is Parameter {
  return Object(param).gradBlock instanceof Block;
}

/** Throws unless these are parameters or arrays, at least one, none of them twice or among the `known`, which they are added to. */
export function checkParams(label: string, params: readonly unknown[], known: Set<unknown> = new Set()): void {
  if (params.length === 0) fail(RangeError, `${label}: params`, 'hold at least one parameter', 'none');
  params.forEach((param, i) => {
    const name = `${label}: params[${i}]`;
    if (!(isParameter(param) || param instanceof Float32Array)) {
      refuse(TypeError, name, 'be a Parameter or a Float32Array', param);
    }
    if (known.has(param)) fail(RangeError, name, 'be a parameter not given before', 'one twice');
    if (isParameter(param) && param.disposed) throw new UseAfterDisposeError(name);
    known.add(param);
  });
}
