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

/** Throws TypeError for text with half of a surrogate pair, which UTF-8 has no bytes for. */
function checkText(label: string, text: unknown): void {
  if (typeof text !== 'string') throw new TypeError(`${label} must be a string, got ${show(text)}`);
  if (/\p{Surrogate}/u.test(text)) throw new TypeError(`${label} must be well-formed Unicode, got ${show(text)}`);
}

/** Checks a tensor, and says its type and bytes. */
function checkTensor(label: string, key: string, tensor: TensorLike) {
  const path = `${label}: tensors[${show(key)}]`;
  checkText(path, key);
  if (key === '__metadata__' || key === '__proto__') throw new RangeError(`${path} must have another name`);
  const { shape, data } = Object(tensor) as Partial<TensorLike>;
  const dtype = dtypeOf(data);
  if (dtype === undefined || data === undefined || !Array.isArray(shape)) {
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
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { key, dtype, shape: [...shape] as number[], bytes };
}

/**
 * The bytes of a file. The same tensors and metadata give the same bytes, whatever the order of the tensors: as the reference implementation
 * does, those with larger elements come first, which aligns them all, and equal ones by their names. Metadata keep their order. Spaces bring
 * the header to a multiple of 8 bytes.
 *
 * @throws TypeError, RangeError
 */
export function buildSafetensors(
  label: string,
  tensors: Readonly<Record<string, TensorLike>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  for (const [name, given] of Object.entries({ tensors, metadata })) {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new TypeError(`${label}: ${name} must be an object, got ${show(given)}`);
    }
  }
  const entries = Object.entries(tensors).map(([key, tensor]) => checkTensor(label, key, tensor));
  entries.sort((a, b) => bytesOf(b.dtype) - bytesOf(a.dtype) || (a.key < b.key ? -1 : 1));
  const fields: string[] = [];
  const texts = Object.entries(metadata);
  for (const [key, text] of texts) {
    checkText(`${label}: the name of a metadata`, key);
    checkText(`${label}: metadata.${key}`, text);
    if (key === '__proto__') throw new RangeError(`${label}: metadata must have other names, got "__proto__"`);
  }
  if (texts.length > 0) fields.push(`"__metadata__":${JSON.stringify(Object.fromEntries(texts))}`);
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
