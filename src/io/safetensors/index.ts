import { show } from '../../validate.js';
import { FormatError } from '../formatError.js';
import { buildSafetensors, type TensorLike } from './build.js';
import { type Dtype, toFloat32 } from './dtypes.js';
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
  /** The file's own texts by name. */
  readonly metadata: Record<string, string>;
  /** The tensors that were not float32, in the order of the file's header. */
  readonly converted: readonly ConvertedTensor[];
}

/** The bytes given, or those of an ArrayBuffer; throws TypeError for anything else. */
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
  return buildSafetensors('writeSafetensors', tensors, metadata);
}
