// The container: https://github.com/huggingface/safetensors, README, section "Format".
import { show } from '../../validate.js';
import { bytesOf, dtypeOf, type Numbers } from './dtypes.js';
import { LENGTH_BYTES, MAX_HEADER } from './parse.js';

/** A tensor to write. */
export interface TensorLike {
  /** The length of each axis, outermost first. */
  readonly shape: readonly number[];
  /** Its numbers in row-major order; the kind of array decides the type in the file. */
  readonly data: Numbers;
}

/** Throws TypeError for anything but text, and for text with a lone surrogate, which UTF-8 cannot encode. */
export function checkText(label: string, text: unknown): void {
  if (typeof text !== 'string') throw new TypeError(`${label} must be a string, got ${show(text)}`);
  if (/\p{Surrogate}/u.test(text)) throw new TypeError(`${label} must be well-formed Unicode, got ${show(text)}`);
}

/**
 * The bytes of a file. The same tensors and metadata give the same bytes, whatever the order of the tensors: as the reference implementation
 * does, those with larger elements come first, which aligns them all, and equal ones by their names. Metadata keep their order. Spaces bring
 * the header to a multiple of 8 bytes.
 *
 * @throws TypeError for a name that is not well-formed; RangeError for a header that would be too long
 */
export function buildSafetensors(
  label: string,
  tensors: Readonly<Record<string, TensorLike>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(tensors).map(([key, { shape, data }]) => {
    checkText(`${label}: the name of a tensor`, key);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return { key, dtype: dtypeOf(data)!, shape: [...shape], bytes };
  });
  entries.sort((a, b) => bytesOf(b.dtype) - bytesOf(a.dtype) || (a.key < b.key ? -1 : 1));
  const fields: string[] = [];
  if (Object.keys(metadata).length > 0) fields.push(`"__metadata__":${JSON.stringify(metadata)}`);
  let at = 0;
  for (const { key, dtype, shape, bytes } of entries) {
    const info = { dtype, shape, data_offsets: [at, at + bytes.length] };
    fields.push(`${JSON.stringify(key)}:${JSON.stringify(info)}`);
    at += bytes.length;
  }
  const encoded = new TextEncoder().encode(`{${fields.join(',')}}`);
  const length = 8 * Math.ceil(encoded.length / 8);
  if (length > MAX_HEADER) {
    throw new RangeError(`${label}: names, shapes and metadata must take at most ${MAX_HEADER} bytes, got ${length}`);
  }
  const file = new Uint8Array(LENGTH_BYTES + length + at);
  new DataView(file.buffer).setUint32(0, length, true);
  file.set(encoded, LENGTH_BYTES);
  file.fill(0x20, LENGTH_BYTES + encoded.length, LENGTH_BYTES + length);
  let place = LENGTH_BYTES + length;
  for (const { bytes } of entries) {
    file.set(bytes, place);
    place += bytes.length;
  }
  return file;
}
