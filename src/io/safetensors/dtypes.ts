/** The array type of each element type that has one. The names are those of the format's README, section "Format". */
const ARRAYS = {
  U8: Uint8Array,
  I8: Int8Array,
  U16: Uint16Array,
  I16: Int16Array,
  U32: Uint32Array,
  I32: Int32Array,
  F32: Float32Array,
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
} as const;

/** The element types that are read, including those without an array type of their own. */
const TYPES = { ...ARRAYS, BOOL: Uint8Array, F16: Uint16Array, BF16: Uint16Array } as const;

/** The name of an element type. */
export type Dtype = keyof typeof TYPES;
/** An array of numbers that a file can hold. */
export type Numbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | BigUint64Array
  | BigInt64Array
  | Float64Array;

/** Names of the element types that are read. */
export const DTYPES = Object.keys(TYPES);

/** Bytes per element. */
export function bytesOf(dtype: Dtype): number {
  return TYPES[dtype].BYTES_PER_ELEMENT;
}

const DTYPE_BY_ARRAY: ReadonlyMap<string, Dtype> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries(ARRAYS).map(([dtype, { name }]) => [name, dtype as Dtype]),
);

/** The element type of an array, by its tag, so that one of another realm counts as well; undefined for anything else. */
export function dtypeOf(data: unknown): Dtype | undefined {
  return DTYPE_BY_ARRAY.get(Object.prototype.toString.call(data).slice(8, -1));
}

/**
 * The elements as they are in the file, F16, BF16 and BOOL as words of their size. They are copied, to an offset that an array can have.
 * Every engine with WebAssembly is little-endian, like the file.
 */
export function elementsOf(dtype: Dtype, bytes: Uint8Array): Numbers {
  return new TYPES[dtype](bytes.slice().buffer as ArrayBuffer);
}

/**
 * A half-precision number (IEEE 754, binary16): sign, 5 bits of exponent with bias 15, 10 bits of fraction.
 */
function fromHalf(half: number): number {
  const sign = half >> 15 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/**
 * A 64-bit integer rounded once to float32. Its 11 low bits become one sticky bit, so that the step through float64 is exact.
 */
function roundOnce(value: bigint): number {
  const beyond = value > 2n ** 53n || value < -(2n ** 53n);
  return Math.fround(Number(beyond ? ((value >> 11n) << 11n) | (value & 2047n ? 2048n : 0n) : value));
}

/** Numbers as float32. */
export interface Converted {
  readonly data: Float32Array;
  /** Numbers that float32 cannot hold exactly, which were rounded to the nearest that it can. */
  readonly rounded: number;
}

/** The numbers of a tensor as float32; undefined for a BOOL that is neither 0 nor 1. */
export function toFloat32(dtype: Dtype, bytes: Uint8Array): Converted | undefined {
  const elements = elementsOf(dtype, bytes);
  if (elements instanceof Float32Array) return { data: elements, rounded: 0 };
  if (dtype === 'BOOL' && bytes.some((byte) => byte > 1)) return undefined;
  // The upper half of a float32.
  if (dtype === 'BF16') {
    const words = Uint32Array.from(elements as Uint16Array, (half) => half << 16);
    return { data: new Float32Array(words.buffer), rounded: 0 };
  }
  const data = new Float32Array(elements.length);
  let rounded = 0;
  for (let i = 0; i < data.length; i++) {
    const element = elements[i]!;
    const value = dtype === 'F16' ? fromHalf(element as number) : element;
    data[i] = typeof value === 'bigint' ? roundOnce(value) : value;
    // A number and a BigInt are compared by value; a NaN was not rounded.
    // biome-ignore lint/suspicious/noDoubleEquals: a BigInt is never strictly equal to a number
    if (data[i] != value && !Number.isNaN(data[i])) rounded++;
  }
  return { data, rounded };
}
