import {
  type AbortSignalLike,
  type BlobLike,
  isBlob,
  isResponse,
  isURL,
  type ReadableStreamLike,
  type ResponseLike,
  type URLLike,
} from '../../hostTypes.js';
import { fail, refuse, show } from '../../validate.js';
import { Decoder } from './decoder.js';
import { CsvError } from './error.js';
import { filePieces } from './file.js';
import { untilAborted } from './hostTurns.js';

/**
 * A place of CSV text: the path of a file or its `file:` URL (Node, Deno, Bun), a `File` or `Blob`, a `Response` of fetch, a stream of bytes or
 * strings, or anything else that gives such pieces one by one. Bytes may be compressed by gzip; they are UTF-8 unless a byte order mark or
 * the option `encoding` says otherwise.
 */
export type CsvSource =
  | string
  | URLLike
  | BlobLike
  | ResponseLike
  | ReadableStreamLike<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>;

type Pieces = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/** Text as it comes. */
export interface TextPiece {
  readonly text: string;
  /** Bytes of the source that have been read; characters of a source of strings. */
  readonly bytes: number;
}

/** Characters or bytes that are handled at once: more would keep the host waiting. */
const MAX_PIECE = 2 ** 15;

/** The place that errors name: the call, and the file if it is one. */
export function placeOf(call: string, source: unknown): string {
  const name = typeof source === 'string' ? source : isURL(source) ? source.href : Object(source).name;
  return typeof name === 'string' && name !== '' && !name.includes('\n') ? `${call}: ${name}` : call;
}

/** Throws unless this can be read from. */
export function checkSource(call: string, source: unknown): void {
  const name = `${call}: source`;
  if (typeof source === 'string') {
    if (source.includes('\n')) fail(TypeError, name, 'be a path', 'text: parseCsv reads text');
    if (/^[a-z][a-z\d+.-]+:\/\//i.test(source) && !source.startsWith('file:')) {
      fail(TypeError, name, 'be a path', `${source}: pass await fetch(${show(source)})`);
    }
  } else if (isURL(source)) {
    if (source.protocol !== 'file:') {
      fail(TypeError, name, 'be a file: URL', `${source.href}: pass (await fetch(url)).body, or await fetch(url)`);
    }
  } else if (isResponse(source)) {
    if (!source.ok) fail(RangeError, name, 'be a Response with a body', `status ${source.status}`);
    if (source.body === null || source.bodyUsed || source.body.locked)
      fail(RangeError, name, 'be a Response with a body', 'none, or a used one');
  } else if (
    typeof source !== 'object' ||
    source === null ||
    ArrayBuffer.isView(source) ||
    !(Symbol.asyncIterator in source || Symbol.iterator in source || 'getReader' in source || isBlob(source))
  ) {
    const expected = 'be a path, a URL, a Blob, a stream, a Response or an iterable of text or bytes';
    const way = ArrayBuffer.isView(source) ? ': pass [bytes]' : Object(source).then ? ': await it' : '';
    fail(TypeError, name, expected, `${show(source)}${way}`);
  }
  checkUnlocked(name, source);
}

/** Throws for a stream that someone else reads from. */
export function checkUnlocked(name: string, source: unknown): void {
  if (!Object(source).locked || !('getReader' in Object(source))) return;
  fail(
    TypeError,
    name,
    'be a stream that nothing else reads from',
    'a locked one: pass it before getReader() or pipeTo()',
  );
}

/** True if a source can be read from its start again. */
export function isRepeatable(source: CsvSource): boolean {
  return typeof source === 'string' || isURL(source) || isBlob(source) || Array.isArray(source);
}

/**
 * The text of a source, piece by piece, each read on demand. Closes the source when the iteration ends early.
 *
 * @throws {@link CsvError} for bytes that are no text in their encoding, after the text before them
 */
export async function* textOf(
  call: string,
  source: CsvSource,
  encoding: string | undefined,
  signal?: AbortSignalLike | undefined,
): AsyncGenerator<TextPiece, void, undefined> {
  const place = placeOf(call, source);
  const progress = { bytes: 0 };
  const decoder = new Decoder(place, encoding);
  let first = true;
  for await (const piece of unzipped(
    place,
    counted(call, untilAborted(piecesOf(call, source, signal), signal), progress),
  )) {
    const start = first && typeof piece === 'string' && piece.startsWith('\uFEFF') ? 1 : 0;
    if (piece.length > start) first = false;
    for (const part of partsOf(piece, start)) {
      const { text, fault } = typeof part === 'string' ? { text: part, fault: undefined } : decoder.decode(part);
      if (text !== '') yield { text, bytes: progress.bytes };
      if (fault) throw fault;
    }
  }
  const { text, fault } = decoder.end();
  if (text !== '') yield { text, bytes: progress.bytes };
  if (fault) throw fault;
}

/** A piece in parts of MAX_PIECE at most. */
function* partsOf<Piece extends string | Uint8Array>(piece: Piece, start = 0): Generator<Piece, void> {
  for (let at = start; at < piece.length; at += MAX_PIECE) {
    const end = Math.min(piece.length, at + MAX_PIECE);
    yield (typeof piece === 'string' ? piece.slice(at, end) : piece.subarray(at, end)) as Piece;
  }
}

/** Checks pieces, and counts their bytes. */
async function* counted(
  call: string,
  pieces: Pieces,
  progress: { bytes: number },
): AsyncGenerator<Uint8Array | string, void> {
  for await (const piece of pieces) {
    if (typeof piece !== 'string' && !isBytes(piece)) {
      refuse(TypeError, `${call}: source`, 'give strings or Uint8Arrays', piece);
    }
    progress.bytes += piece.length;
    yield piece;
  }
}

function isBytes(piece: unknown): piece is Uint8Array {
  return ArrayBuffer.isView(piece) && Object.prototype.toString.call(piece) === '[object Uint8Array]';
}

/** The pieces, decompressed if they begin as gzip does. The first piece of bytes is three bytes long, or all there are. */
async function* unzipped(
  place: string,
  pieces: AsyncGenerator<Uint8Array | string, void>,
): AsyncGenerator<Uint8Array | string, void> {
  let start: Uint8Array = new Uint8Array();
  try {
    for (;;) {
      const next = await pieces.next();
      if (next.done || typeof next.value === 'string') {
        if (start.length > 0) yield start;
        if (next.done) return;
        yield next.value!;
        break;
      }
      start = start.length === 0 ? next.value : joined(start, next.value);
      if (start.length >= 3) {
        if (start[0] === 0x1f && start[1] === 0x8b) yield* gunzipped(place, start, pieces);
        else yield start;
        break;
      }
      // The piece may be a buffer that is used again.
      start = start.slice();
    }
    yield* pieces;
  } finally {
    await pieces.return();
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

async function* gunzipped(
  place: string,
  start: Uint8Array,
  pieces: AsyncGenerator<Uint8Array | string, void>,
): AsyncGenerator<Uint8Array, void> {
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  let ofSource: { error: unknown } | undefined;
  const write = async (piece: Uint8Array) => {
    for (const part of partsOf(piece)) await writer.write(part.slice());
  };
  const writing = (async () => {
    try {
      await write(start);
      for (;;) {
        const next = await pieces.next().catch((error: unknown) => {
          ofSource = { error };
          throw error;
        });
        if (next.done) break;
        await write(next.value as Uint8Array);
      }
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => {});
      throw error;
    }
  })();
  writing.catch(() => {});
  try {
    yield* streamPieces(readable as ReadableStreamLike<Uint8Array>);
    await writing;
  } catch (error) {
    if (ofSource) throw ofSource.error;
    const message = `source is gzip that is damaged or cut off: ${Object(error).message}`;
    throw new CsvError(place, [{ code: 'encoding', message }]);
  }
}

function piecesOf(call: string, source: CsvSource, signal: AbortSignalLike | undefined): Pieces {
  if (typeof source === 'string' || isURL(source)) return filePieces(call, source);
  if (isBlob(source)) return blobPieces(call, source);
  if (isResponse(source)) return streamPieces(source.body!, signal);
  // Not every engine can iterate over its own streams.
  return 'getReader' in source ? streamPieces(source, signal) : source;
}

/** A Blob's bytes, a megabyte at a time: Firefox gives the whole of a Blob as the first piece of its stream, and stands still meanwhile. */
async function* blobPieces(call: string, blob: BlobLike): AsyncGenerator<Uint8Array, void, undefined> {
  const length = 2 ** 20;
  try {
    for (let at = 0; at < blob.size; at += length) {
      yield new Uint8Array(await blob.slice(at, at + length).arrayBuffer());
    }
    // A file that changed since its last piece is refused by this read.
    await blob.slice(blob.size - 1, blob.size).arrayBuffer();
  } catch (cause) {
    // A Blob may be of a file.
    const { message } = Object(cause);
    throw new Error(`${call}: the Blob cannot be read; has its file changed, or gone? (${message})`, { cause });
  }
}

async function* streamPieces<T>(
  stream: ReadableStreamLike<T>,
  signal?: AbortSignalLike | undefined,
): AsyncGenerator<T, void, undefined> {
  const reader = stream.getReader();
  // A pending read then ends.
  const cancel = () => reader.cancel().catch(() => {});
  signal?.addEventListener('abort', cancel, { once: true });
  let done = false;
  try {
    for (;;) {
      const next = await reader.read();
      done = next.done;
      if (next.done) return;
      yield next.value!;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    // Not awaited: a source that hangs must not hold up the caller.
    if (!done) cancel();
    reader.releaseLock();
  }
}
