import { fail, nonNegativeInt, refuse, show } from './validate.js';

/** Element types that a state dict may hold, by torch's names. */
const KINDS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
} as const;

/** Bytes that are turned into text at once. */
const CHUNK = 8192;

/**
 * A state dict as data that JSON keeps bit for bit: a typed array becomes `{ dtype, data }`, a tensor `{ shape, data }` becomes
 * `{ dtype, shape, data }`, with its bytes, little-endian, in base64; Infinity, NaN and -0 become `{ dtype: 'number', data }`.
 *
 * @param dict - from a `stateDict()`: that of a model, an optimizer, a schedule, an average
 * @throws TypeError for an array of a kind that no state dict holds
 * @example
 * ```ts
 * import { decodeStateDict, encodeStateDict, linear, sequential } from 'adamas';
 * const model = sequential(linear(1, 1, { init: 'zeros' }));
 * const json = JSON.stringify(encodeStateDict(model.stateDict()));
 * console.log(json); // {"0.weight":{"dtype":"float32","shape":[1,1],"data":"AAAAAA=="},"0.bias":{"dtype":"float32","shape":[1],"data":"AAAAAA=="}}
 * model.loadStateDict(decodeStateDict(JSON.parse(json)));
 * ```
 */
export function encodeStateDict(dict: object): object {
  expectDict('encodeStateDict: dict', dict);
  return encode(dict, 'encodeStateDict: dict', []) as object;
}

function expectDict(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) {
    refuse(TypeError, name, 'be a state dict', value);
  }
}

/** Throws unless an object is an array or plain, of this realm or another, and not one of its holders. */
function expectPlain(value: object, path: string, holders: readonly object[]): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!isPlain) refuse(TypeError, path, 'be plain data', value);
  if (holders.includes(value)) fail(TypeError, path, 'not hold itself', 'a cycle');
}

function encode(value: unknown, path: string, holders: readonly object[]): unknown {
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { dtype: 'number', data: value === 0 ? '-0' : String(value) };
  }
  if (/^(function|symbol|bigint)$/.test(typeof value)) refuse(TypeError, path, 'be plain data', value);
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    // By its tag, so that one of another realm counts as well.
    const tag = (value as Uint8Array)[Symbol.toStringTag];
    const dtype = Object.entries(KINDS).find(([, Kind]) => Kind.name === tag)?.[0];
    if (dtype === undefined) refuse(TypeError, path, `be of ${Object.keys(KINDS)}`, value);
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    let text = '';
    for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
    return { dtype, data: btoa(text) };
  }
  expectPlain(value, path, holders);
  const within = [...holders, value];
  if (Array.isArray(value)) return value.map((item, i) => encode(item, `${path}[${i}]`, within));
  const { shape, data } = value as { shape?: unknown; data?: unknown };
  if (Array.isArray(shape) && ArrayBuffer.isView(data)) {
    const { dtype, data: text } = encode(data, path, within) as { dtype: string; data: string };
    return { dtype, shape: [...shape], data: text };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item, `${path}.${key}`, within)]));
}

/**
 * The reverse of {@link encodeStateDict}: what a `loadStateDict()` takes. It also reads torch's tensors in that form.
 *
 * @param encoded - parsed JSON
 * @returns the dict, which shares nothing with `encoded`
 * @throws TypeError or RangeError for a dict that is no object, data that is not base64, or a shape that is not made of whole numbers
 */
export function decodeStateDict<Dict extends object>(encoded: object): Dict {
  expectDict('decodeStateDict: encoded', encoded);
  return decode(encoded, 'decodeStateDict: encoded', []) as Dict;
}

function decode(value: unknown, path: string, holders: readonly object[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return value;
  expectPlain(value, path, holders);
  const within = [...holders, value];
  if (Array.isArray(value)) return value.map((item, i) => decode(item, `${path}[${i}]`, within));
  const { dtype, shape, data } = value as { dtype?: unknown; shape?: unknown; data?: unknown };
  if (typeof dtype !== 'string') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, decode(item, `${path}.${key}`, within)]),
    );
  }
  if (dtype === 'number') return decodeNumber(data, `${path}.data`);
  const Kind = Object.entries(KINDS).find(([name]) => name === dtype)?.[1];
  if (Kind === undefined) {
    refuse(RangeError, `${path}.dtype`, `be one of ${Object.keys(KINDS).join(', ')}`, dtype);
  }
  const size = shape === undefined ? undefined : sizeOf(shape, `${path}.shape`);
  const bytes = bytesOf(data);
  if (bytes === undefined || bytes.length % Kind.BYTES_PER_ELEMENT > 0) {
    const Class = typeof data === 'string' ? RangeError : TypeError;
    fail(Class, `${path}.data`, `be base64 of ${dtype} numbers`, bytes ? `${bytes.length} bytes` : show(data));
  }
  const numbers = new Kind(bytes.buffer);
  if (size === undefined) return numbers;
  if (numbers.length !== size) {
    refuse(RangeError, `${path}.data`, `hold ${size} numbers for shape ${show(shape)}`, numbers.length);
  }
  return { shape: [...(shape as number[])], data: numbers };
}

/** Number of elements of a shape: an array of whole numbers. */
function sizeOf(shape: unknown, path: string): number {
  if (!Array.isArray(shape)) refuse(TypeError, path, 'be an array of whole numbers', shape);
  let size = 1;
  for (const [i, length] of shape.entries()) {
    nonNegativeInt(`${path}[${i}]`, length);
    size *= length;
  }
  return size;
}

/** A number that JSON does not have, from its text. */
function decodeNumber(text: unknown, path: string): number {
  const numbers = { Infinity, '-Infinity': -Infinity, NaN: Number.NaN, '-0': -0 };
  const names = Object.keys(numbers);
  if (typeof text !== 'string') refuse(TypeError, path, `be one of ${names.join(', ')}`, text);
  if (!names.includes(text)) refuse(RangeError, path, `be one of ${names.join(', ')}`, text);
  return numbers[text as keyof typeof numbers];
}

/** The bytes of base64 text, padded as btoa does; undefined for anything else. */
function bytesOf(text: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof text !== 'string' || text.length % 4 > 0 || !/^[\w+/]*={0,2}$/.test(text) || text.includes('_'))
    return undefined;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
