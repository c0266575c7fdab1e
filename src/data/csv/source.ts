import { show } from '../../validate.js';

/**
 * Where CSV text comes from: the path of a file or its `file:` URL (Node, Deno, Bun), a `File` or `Blob`, a stream of bytes or strings such
 * as `(await fetch(url)).body`, or anything else that gives such pieces one by one. Bytes are UTF-8.
 */
export type CsvSource =
  | string
  | URL
  | Blob
  | ReadableStream<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>;

/** Bytes that are read from a file at once. */
const PIECE = 2 ** 16;

/** What errors call the place where something stands: the call, and the file if it is one. */
export function placeOf(call: string, source: unknown): string {
  const name = typeof source === 'string' ? source : source instanceof URL ? source.href : Object(source).name;
  return typeof name === 'string' && name !== '' ? `${call}: ${name}` : call;
}

/** Throws unless this can be read from. */
export function checkSource(call: string, source: unknown): void {
  const expected = 'source must be a path, a URL, a Blob, a stream or an iterable of text or bytes';
  if (typeof source === 'string') {
    if (source.includes('\n')) throw new TypeError(`${call}: source must be a path, got text: parseCsv reads text`);
  } else if (source instanceof URL) {
    if (source.protocol !== 'file:') {
      throw new TypeError(`${call}: source must be a file: URL, got ${source.href}: pass (await fetch(url)).body`);
    }
  } else if (
    typeof source !== 'object' ||
    source === null ||
    ArrayBuffer.isView(source) ||
    !(Symbol.asyncIterator in source || Symbol.iterator in source || 'getReader' in source || isBlob(source))
  ) {
    throw new TypeError(`${call}: ${expected}, got ${show(source)}`);
  }
}

function isBlob(source: unknown): source is Blob {
  return typeof Blob !== 'undefined' && source instanceof Blob;
}

/** The text of a source, piece by piece; each is asked for when it is wanted. Closes the source when it is left early. */
export async function* textOf(call: string, source: CsvSource): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let first = true;
  for await (const piece of piecesOf(call, source)) {
    let text: string;
    if (typeof piece === 'string') text = piece;
    else if (piece instanceof Uint8Array) text = decode(call, decoder, piece);
    else throw new TypeError(`${call}: source must give strings or Uint8Arrays, got ${show(piece)}`);
    // The decoder has taken a byte order mark from bytes already.
    if (first && text.startsWith('\uFEFF')) text = text.slice(1);
    if (text === '') continue;
    first = false;
    yield text;
  }
  const text = decode(call, decoder);
  if (text !== '') yield text;
}

function decode(call: string, decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch (cause) {
    throw new RangeError(`${call}: source must be UTF-8 text, got other bytes`, { cause });
  }
}

function piecesOf(call: string, source: CsvSource): AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string> {
  if (typeof source === 'string' || source instanceof URL) return fileOf(call, source);
  if (isBlob(source)) return blobOf(call, source);
  // Not every engine can iterate over its own streams.
  return 'getReader' in source ? streamOf(source) : source;
}

/** A Blob may be of a file. */
async function* blobOf(call: string, blob: Blob): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* streamOf(blob.stream());
  } catch (cause) {
    const { message } = Object(cause);
    throw new Error(`${call}: the Blob cannot be read; has its file changed, or gone? (${message})`, { cause });
  }
}

async function* streamOf<T>(stream: ReadableStream<T>): AsyncGenerator<T, void, undefined> {
  const reader = stream.getReader();
  let done = false;
  try {
    for (;;) {
      const next = await reader.read();
      done = next.done;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a source that hangs must not hold up who leaves.
    if (!done) reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/** The part of `node:fs` that is used. */
interface FileSystem {
  open(path: string | URL): Promise<{
    stat(): Promise<{ readonly size: number; readonly mtimeMs: number; isFile(): boolean }>;
    read(buffer: Uint8Array, offset: number, length: number): Promise<{ readonly bytesRead: number }>;
    close(): Promise<void>;
  }>;
}

/** Asked for at run time, so that no bundler for the browser looks for it. */
function fileSystem(call: string): FileSystem {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const found = process?.getBuiltinModule?.('node:fs/promises');
  if (found === undefined) {
    throw new TypeError(`${call}: a path can be read in Node, Deno and Bun only: pass a File, a Blob or a stream`);
  }
  return found as FileSystem;
}

async function* fileOf(call: string, path: string | URL): AsyncGenerator<Uint8Array, void, undefined> {
  const files = fileSystem(call);
  const name = String(path);
  const failed = (cause: unknown): Error => {
    const { code, message } = cause as { code?: string; message?: string };
    if (code === 'ENOENT') return new Error(`${call}: there is no file ${show(name)}`, { cause });
    return new Error(`${call}: the file ${show(name)} cannot be read: ${message}`, { cause });
  };
  const file = await files.open(path).catch((cause: unknown) => Promise.reject(failed(cause)));
  try {
    const before = await file.stat();
    // Used again for every piece: what was given out has been decoded by then.
    const buffer = new Uint8Array(PIECE);
    let size = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, PIECE).catch((cause: unknown) => Promise.reject(failed(cause)));
      if (bytesRead === 0) break;
      size += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    const after = await file.stat();
    // A pipe has neither a size nor a time.
    if (before.isFile() && (after.mtimeMs !== before.mtimeMs || after.size !== before.size || size !== before.size)) {
      throw new Error(`${call}: the file ${show(name)} changed while it was read`);
    }
  } finally {
    await file.close();
  }
}
