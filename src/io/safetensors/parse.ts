// The container: https://github.com/huggingface/safetensors, README, section "Format".
import { show } from '../../validate.js';
import { FormatError } from '../formatError.js';
import { asArray, asObject, type Json, parseJson } from '../json.js';
import { bytesOf, DTYPES, type Dtype } from './dtypes.js';

/** A tensor of a file, its bytes a view of the file's. */
export interface Entry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A parsed file. */
export interface Parsed {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of the header's length, with which the file begins. */
export const LENGTH_BYTES = 8;
/** Longest header that is read: 100,000 tensors or more. The format's own limit, 100 MB, would let a file hold up a page for seconds. */
export const MAX_HEADER = 16_000_000;
/** Largest number of axes of a tensor, the same as numpy's. */
const MAX_RANK = 64;

/**
 * Parses a file, and checks all of it before anything is copied: "Format" asks for a header that begins with `{`, for keys that are not
 * repeated, for metadata of strings, and for a buffer that is wholly indexed, without holes; overlaps are excluded with them.
 *
 * @throws FormatError
 */
export function parseSafetensors(label: string, bytes: Uint8Array): Parsed {
  const fail = (problem: string): never => {
    throw new FormatError(`${label}: not a safetensors file: ${problem}`);
  };
  if (bytes.length < LENGTH_BYTES) fail(`it has ${bytes.length} bytes, fewer than the 8 of its header's length`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > bytes.length - LENGTH_BYTES) {
    fail(`its header should have ${length} bytes, got ${bytes.length - LENGTH_BYTES}`);
  }
  if (length > MAX_HEADER) fail(`its header has ${length} bytes, more than the ${MAX_HEADER} that are read`);
  const header = bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
  if (header[0] !== 0x7b) fail('its header does not begin with {');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    return fail('its header is not UTF-8');
  }
  const fields = asObject(`${label}: header`, parseJson(`${label}: header`, text));
  const buffer = bytes.subarray(LENGTH_BYTES + length);
  const metadata: Record<string, string> = {};
  const entries = new Map<string, Entry>();
  const spans: (readonly [begin: number, end: number, key: string])[] = [];
  for (const [key, value] of Object.entries(fields)) {
    const path = `${label}: ${key}`;
    if (key === '__metadata__') {
      for (const [name, one] of Object.entries(asObject(path, value))) {
        if (typeof one !== 'string') fail(`its metadata ${show(name)} is no string`);
        metadata[name] = one as string;
      }
      continue;
    }
    const { dtype, shape, begin, end } = readInfo(path, value);
    if (end > buffer.length) fail(`tensor ${show(key)} ends at byte ${end} of ${buffer.length}`);
    spans.push([begin, end, key]);
    entries.set(key, { dtype, shape, bytes: buffer.subarray(begin, end) });
  }
  spans.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let at = 0;
  for (const [begin, end, key] of spans) {
    if (begin !== at) fail(`tensor ${show(key)} begins at byte ${begin}, where the one before ends at ${at}`);
    at = end;
  }
  if (at !== buffer.length) fail(`its tensors end at byte ${at} of ${buffer.length}`);
  return { entries, metadata };
}

/** Checks the header's entry of one tensor: its type, its shape, and offsets that are as far apart as these need. */
function readInfo(path: string, value: Json) {
  const info = asObject(path, value);
  const { dtype } = info;
  if (!DTYPES.includes(dtype as string)) {
    throw new FormatError(`${path}: dtype must be one of ${DTYPES.join(', ')}, got ${show(dtype)}: convert it first`);
  }
  const whole = (name: string, list: readonly Json[]) => {
    list.forEach((one, i) => {
      if (!Number.isSafeInteger(one) || (one as number) < 0) {
        throw new FormatError(`${path}: ${name}[${i}] must be a whole number of at least 0, got ${show(one)}`);
      }
    });
    return list as readonly number[];
  };
  const shape = whole('shape', asArray(`${path}: shape`, info.shape));
  if (shape.length > MAX_RANK) {
    throw new FormatError(`${path}: shape must have at most ${MAX_RANK} axes, got ${shape.length}`);
  }
  const offsets = whole('data_offsets', asArray(`${path}: data_offsets`, info.data_offsets));
  const [begin = 0, end = -1] = offsets;
  if (offsets.length !== 2 || end < begin) {
    throw new FormatError(`${path}: data_offsets must be [begin, end], got ${show(info.data_offsets)}`);
  }
  // A product beyond 2^53 is rounded, and equals no number of bytes that a file can have; nor does NaN, from Infinity times 0.
  const size = shape.reduce((product, axis) => product * axis, bytesOf(dtype as Dtype));
  if (size !== end - begin) {
    throw new FormatError(`${path}: shape ${show(shape)} of ${dtype} takes ${size} bytes, got ${end - begin}`);
  }
  return { dtype: dtype as Dtype, shape: [...shape], begin, end };
}
