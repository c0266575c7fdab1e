// The form in which inputs and results travel through a queue: text, with long byte arrays in files.
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'devalue';
import { isURL, type URLLike } from '../hostTypes.js';
import { FormatError } from '../io/formatError.js';
import { file } from '../io/places/file.js';
import { show } from '../validate.js';

/** Store for byte arrays that are too long for the queue, shared by all workers. Inputs and results stay there until you remove them. */
export interface FileStore {
  /** Reads bytes; undefined if there are none of this name. */
  get(name: string): Promise<Uint8Array | undefined>;
  /** Stores bytes. A name always has the same bytes, unless it begins with `checkpoint-`. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Removes bytes; called for checkpoints of jobs that have ended. Without this method they stay. */
  remove?(name: string): Promise<void>;
}

/** A store, or the path or `file:` URL of a folder. */
export type FileStoreLike = string | URLLike | FileStore;

/** The store; a folder becomes a store of files, and is created when something is stored. */
export function fileStore(label: string, files: FileStoreLike): FileStore {
  if (typeof files === 'string' || isURL(files)) {
    const folder = String(files).startsWith('file:') ? fileURLToPath(String(files)) : String(files);
    return {
      get: (name) => file(join(folder, name)).read(),
      async put(name, bytes) {
        await mkdir(folder, { recursive: true });
        await file(join(folder, name)).write(bytes);
      },
      remove: (name) => rm(join(folder, name), { force: true }),
    };
  }
  if (typeof files?.get === 'function' && typeof files.put === 'function') return files;
  throw new TypeError(`${label} must be a folder or an object with get and put, got ${show(files)}`);
}

/** A value in the form in which it travels. */
export interface Payload {
  readonly text: string;
  /** SHA-256 of each byte array that is in the file store under that name. */
  readonly files: readonly string[];
}

/** Largest size of a payload's text without its arrays, in bytes. */
const REST = 65536;

/** SHA-256 of bytes or text, in hexadecimal. */
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength);

/**
 * Writes a value as a payload. Byte arrays of more than `inline` bytes are put into `files`.
 *
 * @param what - name of the value in errors
 * @throws RangeError if it is too large, TypeError if it holds a value that cannot travel, such as a function
 */
export async function pack(what: string, value: unknown, inline: number, files?: FileStore): Promise<Payload> {
  const long = new Map<string, Uint8Array>();
  const text = stringify(value, {
    view: (one: unknown) => {
      if (!ArrayBuffer.isView(one)) return undefined;
      const kind = (one as Uint8Array)[Symbol.toStringTag];
      const bytes = bytesOf(one);
      if (kind !== 'Uint8Array' || bytes.length <= inline) return [kind, bytes.toString('base64')];
      const name = sha256(bytes);
      long.set(name, bytes);
      return [kind, '', name];
    },
  });
  if (long.size > 0 && !files) {
    const length = Math.max(...[...long.values()].map((bytes) => bytes.length));
    throw new RangeError(
      `${what} holds ${length} bytes, and at most ${inline} travel through the queue: give the option \`files\`, a folder that all workers reach, or a larger \`inline\``,
    );
  }
  if (text.length > (inline * 4) / 3 + REST) {
    throw new RangeError(
      `${what} takes ${text.length} bytes as text, and at most ${Math.floor((inline * 4) / 3) + REST} travel through the queue: put it into a Uint8Array, which goes through the option \`files\`, or give a larger \`inline\``,
    );
  }
  for (const [name, bytes] of long) await files!.put(name, bytes);
  return { text, files: [...long.keys()] };
}

/** The value of a payload. Throws FormatError for one that is damaged, or whose files are missing. */
export async function unpack(payload: unknown, files?: FileStore): Promise<unknown> {
  const { text, files: names } = Object(payload) as Payload;
  if (typeof text !== 'string' || !Array.isArray(names)) {
    throw new FormatError(`the message must be a payload of adamas, got ${show(payload)}`);
  }
  const long = new Map<string, Uint8Array>();
  for (const name of names) {
    if (!/^[0-9a-f]{64}$/.test(name))
      throw new FormatError(`the message must name its files by SHA-256, got ${show(name)}`);
    const bytes = await files?.get(name);
    if (!bytes)
      throw new FormatError(`the file ${name} ${files ? 'is missing' : 'cannot be read: give the option `files`'}`);
    if (sha256(bytes) !== name) throw new FormatError(`the file ${name} does not have that SHA-256: it is damaged`);
    long.set(name, bytes);
  }
  try {
    return parse(text, {
      view: ([kind, base64, name]: [string, string, string?]) => {
        const bytes = name === undefined ? Buffer.from(base64, 'base64') : long.get(name)!;
        const Kind = KINDS.get(kind)!;
        // A copy, so that the array starts at a multiple of its element size.
        return new Kind(Uint8Array.from(bytes).buffer);
      },
    });
  } catch (cause) {
    throw new FormatError(`the message cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Typed arrays by their names. */
const KINDS: ReadonlyMap<string, new (buffer: ArrayBuffer) => ArrayBufferView> = new Map(
  Object.entries({
    ...{ Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array },
    ...{ BigInt64Array, BigUint64Array, Float32Array, Float64Array, DataView },
  }),
);
