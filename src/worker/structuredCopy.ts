import { show } from '../validate.js';

/** A copy of plain data whose arrays share nothing with it; throws, by its path, for what cannot go to a worker. */
export function plain<T>(path: string, value: T): T {
  return copy(path, value) as T;
}

function copy(path: string, value: unknown): unknown {
  // A copy of the elements: a view would bring along all of its buffer, and that may be Wasm memory.
  if (ArrayBuffer.isView(value)) return (value as Float32Array).slice();
  if (Array.isArray(value)) return value.map((one, i) => copy(`${path}[${i}]`, one));
  if (typeof value === 'object' && value !== null) {
    const prototype = Object.getPrototypeOf(value);
    // One from another realm is plain as well.
    if (prototype === null || Object.getPrototypeOf(prototype) === null) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copy(`${path}.${key}`, one)]));
    }
  } else if (typeof value !== 'function' && typeof value !== 'symbol') return value;
  throw new TypeError(`${path} must be plain data to go to a worker, got ${show(value)}`);
}

/** The memory of all arrays in some plain data, to be transferred with it. */
export function buffersIn(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  if (typeof value !== 'object' || value === null || (Array.isArray(value) && typeof value[0] === 'number')) return [];
  return Object.values(value).flatMap(buffersIn);
}
