import { fail, refuse, show } from './validate.js';

/** The kinds of numbers that a state dict may hold, by torch's names. */
const KINDS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
} as const;

/** Numbers whose text btoa takes at once. */
const CHUNK = 8192;

/**
 * A state dict as data that `JSON.stringify` keeps to the bit: a typed array becomes `{ dtype, data }`, a tensor `{ shape, data }` becomes
 * `{ dtype, shape, data }`, with its bytes, little-endian, in base64; Infinity, NaN and -0 become `{ dtype: 'number', data }`.
 *
 * @param dict - what a `stateDict()` gave: that of a model, an optimizer, a schedule, an average
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
  return encode(dict, 'encodeStateDict: dict') as object;
}

function encode(value: unknown, path: string): unknown {
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { dtype: 'number', data: value === 0 ? '-0' : String(value) };
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, i) => encode(item, `${path}[${i}]`));
  if (ArrayBuffer.isView(value)) {
    const dtype = Object.entries(KINDS).find(([, Kind]) => value instanceof Kind)?.[0];
    if (dtype === undefined) refuse(TypeError, path, `be of ${Object.keys(KINDS)}`, value);
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    let text = '';
    for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
    return { dtype, data: btoa(text) };
  }
  const { shape, data } = value as { shape?: unknown; data?: unknown };
  if (Array.isArray(shape) && ArrayBuffer.isView(data)) {
    const { dtype, data: text } = encode(data, path) as { dtype: string; data: string };
    return { dtype, shape: [...shape], data: text };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item, `${path}.${key}`)]));
}

/**
 * The reverse of {@link encodeStateDict}: what a `loadStateDict()` takes. It also reads torch's tensors in that form.
 *
 * @param encoded - parsed JSON
 * @throws TypeError or RangeError for an array that cannot be read
 */
export function decodeStateDict<Dict extends object>(encoded: object): Dict {
  return decode(encoded, 'decodeStateDict: encoded') as Dict;
}

function decode(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, i) => decode(item, `${path}[${i}]`));
  const { dtype, shape, data } = value as { dtype?: unknown; shape?: unknown; data?: unknown };
  if (typeof dtype !== 'string') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item, `${path}.${key}`)]));
  }
  if (dtype === 'number') return Number(data);
  const Kind = Object.entries(KINDS).find(([name]) => name === dtype)?.[1];
  if (Kind === undefined) {
    refuse(RangeError, `${path}.dtype`, `be one of ${Object.keys(KINDS).join(', ')}`, dtype);
  }
  const bytes = bytesOf(data);
  const size = Array.isArray(shape) ? shape.reduce((product, length) => product * length, 1) : undefined;
  if (bytes === undefined || bytes.length % Kind.BYTES_PER_ELEMENT > 0) {
    fail(RangeError, `${path}.data`, `be base64 of ${dtype} numbers`, bytes ? `${bytes.length} bytes` : show(data));
  }
  const numbers = new Kind(bytes.buffer);
  if (size === undefined) return numbers;
  if (numbers.length !== size) {
    refuse(RangeError, `${path}.data`, `hold ${size} numbers for shape ${show(shape)}`, numbers.length);
  }
  return { shape, data: numbers };
}

/** The bytes of some base64; undefined if it is none. */
function bytesOf(text: unknown): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text as string), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
