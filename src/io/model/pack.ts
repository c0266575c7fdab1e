// Plain data in a safetensors file: its texts and numbers as JSON, its typed arrays as tensors of the file.
import { show } from '../../validate.js';
import { FormatError } from '../formatError.js';
import type { Json, JsonObject } from '../json.js';
import type { TensorLike } from '../safetensors/build.js';
import { dtypeOf, elementsOf, type Numbers } from '../safetensors/dtypes.js';
import type { Entry } from '../safetensors/parse.js';

/** Deepest nesting that is written: well below what is read. */
const MAX_DEPTH = 60;

/**
 * Turns plain data into JSON. A typed array goes to `tensors` under its path, and leaves `{ $tensor: path }`; Infinity, NaN and -0 become
 * `{ $number: text }`, a BigInt `{ $bigint: text }`. Fields that are undefined are left out.
 *
 * @param path - name of the data in errors, and the beginning of its tensors' names
 * @throws TypeError or RangeError for functions, class instances, cycles, and the keys `__proto__` and `$...`
 */
export function pack(call: string, path: string, value: unknown, tensors: Record<string, TensorLike>, depth = 0): Json {
  if (depth > MAX_DEPTH) throw new RangeError(`${call}: ${path} must not nest deeper than ${MAX_DEPTH} levels`);
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'bigint':
      return { $bigint: String(value) };
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      return { $number: value === 0 ? '-0' : String(value) };
  }
  if (value === null) return null;
  if (dtypeOf(value) !== undefined) {
    const data = value as Numbers;
    // Two paths can be written alike: a key may have a dot in it.
    let key = path;
    while (Object.hasOwn(tensors, key)) key += '~';
    tensors[key] = { shape: [data.length], data };
    return { $tensor: key };
  }
  if (Array.isArray(value)) {
    // Array.from: a hole becomes undefined, which is refused.
    return Array.from(value, (one, i) => pack(call, `${path}.${i}`, one, tensors, depth + 1));
  }
  if (!isPlain(value)) throw new TypeError(`${call}: ${path} must be plain data, got ${show(value)}`);
  const fields: Record<string, Json> = {};
  for (const [key, one] of Object.entries(value)) {
    if (key === '__proto__' || key.startsWith('$')) {
      throw new RangeError(`${call}: ${path} must have other keys, got ${show(key)}`);
    }
    if (one !== undefined) fields[key] = pack(call, `${path}.${key}`, one, tensors, depth + 1);
  }
  return fields;
}

/** Tells object literals, of this realm or another, from instances of classes. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const SPECIAL: Readonly<Record<string, number>> = { Infinity, '-Infinity': -Infinity, NaN: Number.NaN, '-0': -0 };

/** The data that {@link pack} was given, copied out of the file. Removes the tensors that it uses from `unused`. */
export function unpack(path: string, json: Json, entries: ReadonlyMap<string, Entry>, unused: Set<string>): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((one: Json, i) => unpack(`${path}.${i}`, one, entries, unused));
  const fields = json as JsonObject;
  const [kind = '', ...more] = Object.keys(fields);
  if (!kind.startsWith('$')) {
    return Object.fromEntries(
      Object.entries(fields).map(([key, one]) => [key, unpack(`${path}.${key}`, one, entries, unused)]),
    );
  }
  const text = fields[kind];
  if (more.length === 0 && typeof text === 'string') {
    if (kind === '$number' && Object.hasOwn(SPECIAL, text)) return SPECIAL[text];
    if (kind === '$bigint' && /^-?\d{1,100}$/.test(text)) return BigInt(text);
    const entry = kind === '$tensor' ? entries.get(text) : undefined;
    if (entry !== undefined) {
      // Each tensor belongs to one place, or a small file could become large data.
      if (!unused.delete(text)) throw new FormatError(`${path}: the tensor ${show(text)} is used twice`);
      return elementsOf(entry.dtype, entry.bytes);
    }
  }
  throw new FormatError(`${path} cannot be read: ${show(kind)} of ${show(text)}`);
}
