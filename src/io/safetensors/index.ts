import { show } from '../../validate.js';
import { FormatError } from '../formatError.js';
import { buildSafetensors, checkText, type TensorLike } from './build.js';
import { type Dtype, dtypeOf, toFloat32 } from './dtypes.js';
import { parseSafetensors } from './parse.js';

/** A tensor of a file, its numbers as float32. */
export interface FileTensor {
  /** The length of each axis, outermost first. */
  readonly shape: readonly number[];
  /** Its numbers in row-major order. */
  readonly data: Float32Array;
}

/** A tensor that was not float32 in the file. */
export interface ConvertedTensor {
  /** Its name in the file. */
  readonly key: string;
  /** Its type in the file. */
  readonly dtype: Dtype;
  /** Numbers that float32 cannot hold exactly; they were rounded to the nearest that it can. */
  readonly rounded: number;
}

/** Result of {@link readSafetensors}. */
export interface SafetensorsFile {
  /** The tensors by name: a state dict that `loadStateDict` takes. */
  readonly tensors: Record<string, FileTensor>;
  /** The file's metadata: texts by name. */
  readonly metadata: Record<string, string>;
  /** The tensors that were not float32, in the order of the file's header. */
  readonly converted: readonly ConvertedTensor[];
}

/** The bytes of a view or an ArrayBuffer; throws TypeError for anything else. */
export function checkBytes(label: string, bytes: unknown): Uint8Array {
  const kind = Object.prototype.toString.call(bytes).slice(8, -1);
  if (kind === 'ArrayBuffer') return new Uint8Array(bytes as ArrayBuffer);
  if (!ArrayBuffer.isView(bytes)) throw new TypeError(`${label} must be a Uint8Array, got ${show(bytes)}`);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads a safetensors file, as Python's `safetensors.torch.save_file` writes it.
 *
 * Tensors of F64, F16, BF16, of integers and of BOOL become float32, rounded to nearest where they must be; `converted` lists them. The file
 * may come from anywhere: all of it is checked before anything is copied.
 *
 * Source: https://github.com/huggingface/safetensors, README, section "Format".
 *
 * @param bytes - the whole file
 * @returns tensors, metadata, and a list of what was not float32
 * @throws TypeError for anything but bytes; FormatError for a file that is cut off, changed or no safetensors file
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from 'adamas/io';
 * const bytes = writeSafetensors({ scale: { shape: [2], data: new Float64Array([1, 0.1]) } }, { made: 'by hand' });
 * const { tensors, metadata, converted } = readSafetensors(bytes);
 * console.log(tensors.scale!.shape, metadata.made); // [ 2 ] by hand
 * console.log(converted); // [ { key: 'scale', dtype: 'F64', rounded: 1 } ]
 * ```
 */
export function readSafetensors(bytes: Uint8Array | ArrayBuffer): SafetensorsFile {
  const label = 'readSafetensors';
  const { entries, metadata } = parseSafetensors(label, checkBytes(`${label}: bytes`, bytes));
  const tensors: Record<string, FileTensor> = {};
  const converted: ConvertedTensor[] = [];
  for (const [key, { dtype, shape, bytes }] of entries) {
    const numbers = toFloat32(dtype, bytes);
    if (numbers === undefined) throw new FormatError(`${label}: ${key}: a BOOL must be 0 or 1`);
    const { data, rounded } = numbers;
    tensors[key] = { shape, data };
    if (dtype !== 'F32') converted.push({ key, dtype, rounded });
  }
  return { tensors, metadata: { ...metadata }, converted };
}

/**
 * Writes a safetensors file, as Python's `safetensors.torch.load_file` reads it. The same tensors give the same bytes.
 *
 * Source: https://github.com/huggingface/safetensors, README, section "Format".
 *
 * @param tensors - `{ shape, data }` by name: a model's `stateDict()`, or tensors. A Float32Array becomes F32, a Float64Array F64, a
 *   BigInt64Array I64, and so on
 * @param metadata - texts by name; none by default
 * @returns the whole file
 * @throws TypeError or RangeError for anything that such a file cannot hold
 * @example
 * ```ts
 * import { linear, sequential } from 'adamas';
 * import { writeSafetensors } from 'adamas/io';
 * const model = sequential(linear(2, 3));
 * console.log(writeSafetensors(model.stateDict()).length % 8); // 4
 * ```
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, TensorLike>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const label = 'writeSafetensors';
  for (const [name, given] of Object.entries({ tensors, metadata })) {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new TypeError(`${label}: ${name} must be an object, got ${show(given)}`);
    }
  }
  for (const [key, tensor] of Object.entries(tensors)) checkTensor(`${label}: tensors[${show(key)}]`, key, tensor);
  for (const [key, text] of Object.entries(metadata)) {
    checkText(`${label}: the name of a metadata`, key);
    checkText(`${label}: metadata.${key}`, text);
    if (key === '__proto__') throw new RangeError(`${label}: metadata must have other names, got "__proto__"`);
  }
  return buildSafetensors(label, tensors, metadata);
}

function checkTensor(path: string, key: string, tensor: TensorLike): void {
  checkText(path, key);
  if (key === '__metadata__' || key === '__proto__') throw new RangeError(`${path} must have another name`);
  const { shape, data } = Object(tensor) as Partial<TensorLike>;
  if (data === undefined || dtypeOf(data) === undefined || !Array.isArray(shape)) {
    throw new TypeError(`${path} must be { shape, data: a typed array of numbers }, got ${show(tensor)}`);
  }
  shape.forEach((axis: unknown, i) => {
    if (!Number.isSafeInteger(axis) || (axis as number) < 0) {
      throw new RangeError(`${path}.shape[${i}] must be a whole number of at least 0, got ${show(axis)}`);
    }
  });
  const size = shape.reduce<number>((product, axis) => product * axis, 1);
  if (size !== data.length) {
    throw new RangeError(`${path}.data must hold ${size} numbers for shape ${show(shape)}, got ${data.length}`);
  }
}
