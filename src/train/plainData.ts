import { show } from '../validate.js';

/**
 * A copy of plain data whose arrays share nothing with it: checkpoints are copied so, and what goes to a worker.
 *
 * @throws TypeError that names the path of a value which is not plain data, or which contains itself
 */
export function plainCopy<T>(path: string, value: T): T {
  return copy(path, value, []) as T;
}

function copy(path: string, value: unknown, parents: readonly unknown[]): unknown {
  // A copy of the elements: a view would bring along its whole buffer, which may be Wasm memory.
  if (ArrayBuffer.isView(value) && Symbol.iterator in value) return (value as Float32Array).slice();
  if (parents.includes(value)) throw new TypeError(`${path} must be plain data, got a value that contains itself`);
  const copyOf = (key: string, one: unknown) => copy(path + key, one, [...parents, value]);
  if (Array.isArray(value)) return Array.from(value, (one, i) => copyOf(`[${i}]`, one));
  if (typeof value === 'object' && value !== null) {
    const prototype = Object.getPrototypeOf(value);
    // An object of another realm is plain as well.
    if (prototype === null || Object.getPrototypeOf(prototype) === null) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copyOf(`.${key}`, one)]));
    }
  } else if (typeof value !== 'function' && typeof value !== 'symbol') return value;
  throw new TypeError(`${path} must be plain data, got ${show(value)}`);
}
