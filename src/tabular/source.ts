// Sources of rows for training and evaluation: CSV text from a file, page or stream, or rows of objects.

import { type CsvBatch, csvBatches } from '../data/csv/batches.js';
import { encodeRows } from '../data/csv/encodeRows.js';
import type { ReadOptions } from '../data/csv/hostTurns.js';
import type { CsvRow } from '../data/csv/objectRow.js';
import { type ReadTableOptions, type RowSource, readTable } from '../data/csv/objects.js';
import type { CsvOptions } from '../data/csv/options.js';
import type { CsvSchema } from '../data/csv/schema.js';
import type { CsvSource } from '../data/csv/source.js';
import { readCsv, type Table } from '../data/csv/table.js';
import { isBlob, isResponse, isURL } from '../hostTypes.js';

/**
 * Rows of a table: a path, a `file:` URL, a `File` or `Blob`, a `Response` or a stream of CSV text; or rows as objects, in an array or another
 * iterable.
 */
export type TableSource = CsvSource | RowSource;

type Items = AsyncIterable<unknown> | Iterable<unknown>;

/** Tells text from rows of objects, by the first item of an iterable. Returns a source that still has this item. */
async function lookAt(source: TableSource): Promise<{ text: CsvSource } | { rows: RowSource }> {
  const text = { text: source as CsvSource };
  const iterable = Object(source);
  const asks = typeof source !== 'object' || isURL(source) || isBlob(source) || isResponse(source);
  if (asks || ArrayBuffer.isView(source) || 'getReader' in iterable) return text;
  const isText = (item: unknown) => typeof item === 'string' || ArrayBuffer.isView(item);
  if (Array.isArray(source)) return isText(source[0]) ? text : { rows: source };
  if (!(Symbol.asyncIterator in iterable || Symbol.iterator in iterable)) return text;
  const iterator = iteratorOf(source as Items);
  const first = await iterator.next();
  const whole = (async function* () {
    try {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
  return isText(first.value) ? { text: whole as CsvSource } : { rows: whole as RowSource };
}

function iteratorOf(items: Items): AsyncIterator<unknown> | Iterator<unknown> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}

/** Reads a source as a table of the caller's own. */
export async function tableOf(source: TableSource, options: CsvOptions & ReadOptions): Promise<Table> {
  const given = await lookAt(source);
  return 'text' in given ? readCsv(given.text, options) : readTable(given.rows, options as ReadTableOptions);
}

/** The rows of a source in batches, encoded by a schema, with their targets. */
export async function* batchesOf(
  source: TableSource,
  schema: CsvSchema,
  options: ReadOptions,
): AsyncGenerator<CsvBatch, void> {
  const given = await lookAt(source);
  if ('text' in given) yield* csvBatches(given.text, schema, { ...options, batchSize: 4096 });
  else {
    let rows: CsvRow[] = [];
    let read = 0;
    const encoded = function* (): Generator<CsvBatch> {
      const batch = encodeRows('evaluate', schema, rows, read);
      read += rows.length;
      rows = [];
      if (batch.targets.length > 0) yield batch;
    };
    for await (const some of given.rows) {
      options.signal?.throwIfAborted();
      for (const row of Array.isArray(some) ? (some as readonly CsvRow[]) : [some as CsvRow]) rows.push(row);
      if (rows.length >= 4096) yield* encoded();
    }
    yield* encoded();
  }
}
