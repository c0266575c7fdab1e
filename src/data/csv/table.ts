import { fail, refuse, show } from '../../validate.js';
import { emptyDataset } from '../buildDataset.js';
import type { Dataset } from '../dataset.js';
import { type CsvColumn, fillOf } from './column.js';
import type { ReadColumn } from './columnReader.js';
import { CsvError } from './error.js';
import { type HostTurns, type ReadOptions, runSync, splitOptions } from './hostTurns.js';
import { inspectSource, inspectText } from './inspect.js';
import type { CsvOptions } from './options.js';
import { type Plan, readCsvOptions } from './plan.js';
import { CsvSchema } from './schema.js';
import { type CsvSource, checkSource, isRepeatable, placeOf } from './source.js';
import { type Finished, TableReader } from './tableReader.js';
import { readSource, readText } from './textReader.js';

/** `Symbol.dispose`, or what transpiled `using` looks for on hosts that lack it. */
const disposeSymbol: typeof Symbol.dispose = /* @__PURE__ */ (() =>
  Symbol.dispose ?? Symbol.for('Symbol.dispose'))() as typeof Symbol.dispose;

/** Rows that are written between two yields to the event loop. */
const BLOCK = 4096;

/** Options of {@link readCsv} and {@link scanCsv}. */
export interface ReadCsvOptions extends CsvOptions, ReadOptions {}

/**
 * A table as a dataset, with the kinds of its columns. Made by {@link parseCsv}, {@link readCsv}, {@link table} or {@link readTable}.
 */
export class Table extends CsvSchema {
  /** The rows: features [N, D]; targets [N] or [N, K] numbers, or class indices [N]. */
  readonly data: Dataset;

  /** @internal */
  constructor(schema: CsvSchema, data: Dataset) {
    super(schema.plan, schema.columns, schema.targets, schema);
    this.data = data;
  }

  /** Disposes the dataset. */
  dispose(): void {
    this.data.dispose();
  }

  /** The same as `dispose()`, for `using`. */
  [disposeSymbol](): void {
    this.dispose();
  }
}

/** The features and targets among the columns of a table; targets in the order in which they were asked for. */
function divide({ columns }: Finished, plan: Plan): { features: ReadColumn[]; targets: ReadColumn[] } {
  const byName = new Map(columns.map((column) => [column.plan.name, column]));
  return {
    features: columns.filter((column) => !column.plan.isTarget),
    targets: plan.target.map((name) => byName.get(name)!),
  };
}

/** The schema of a table that has no problem. */
function schemaOf(finished: Finished, plan: Plan): CsvSchema {
  const { features, targets } = divide(finished, plan);
  const columnsOf = (list: ReadColumn[]): CsvColumn[] => list.map(({ column }) => column!);
  return new CsvSchema(plan, columnsOf(features), columnsOf(targets), finished);
}

/** Makes the dataset of a table that has no problem; yields between blocks of rows. */
export function* buildTable(finished: Finished, plan: Plan): Generator<void, Table, void> {
  const schema = schemaOf(finished, plan);
  const { features, targets } = divide(finished, plan);
  const [count, width, outputs] = [schema.rows, schema.features.length, targets.length];
  const data = emptyDataset(count, width, outputs === 1 ? undefined : outputs, {
    ...(schema.classes && { classes: schema.classes }),
    notes: schema.notes.map(({ column, message }) =>
      column === undefined ? message : `column "${column}" ${message}`,
    ),
  });
  try {
    // Allocating a large table takes a while.
    yield;
    const rows = Math.max(1, Math.min(BLOCK, Math.floor(2 ** 20 / width)));
    const values = new Float32Array(rows);
    for (let start = 0; start < count; start += rows) {
      const end = Math.min(count, start + rows);
      // The views are created again: memory may have grown meanwhile.
      const x = data.features.data;
      const y = data.targets.data;
      x.fill(0, start * width, end * width);
      let offset = 0;
      const block = values.subarray(0, end - start);
      for (const feature of features) {
        feature.values.read(start, block);
        offset += writeColumn(feature, block, x, start * width + offset, width);
      }
      for (const [k, target] of targets.entries()) {
        target.values.read(start, block);
        for (let i = 0; i < block.length; i++) y[(start + i) * outputs + k] = block[i]!;
      }
      yield;
    }
    return new Table(schema, data);
  } catch (error) {
    data.dispose();
    throw error;
  }
}

/** Writes values of a column into features from x[at] on, which are 0 before, a row of `width` each. Returns the number of its features. */
function writeColumn(
  { column, plan }: ReadColumn,
  values: Float32Array,
  x: Float32Array,
  at: number,
  width: number,
): number {
  if (column!.kind === 'category') {
    for (let i = 0; i < values.length; i++, at += width) {
      const rank = values[i]!;
      if (!Number.isNaN(rank)) x[at + rank] = 1;
    }
    return column!.classes.length;
  }
  const fill = fillOf(column!, plan);
  for (let i = 0; i < values.length; i++, at += width) {
    const value = values[i]!;
    x[at] = Number.isNaN(value) ? fill : value;
  }
  return 1;
}

/**
 * Reads a CSV text as a table: columns of numbers are features as they are, columns of text one feature per class (one-hot, the classes in
 * ascending order); a target of numbers is for a regression, one of text becomes class indices.
 *
 * @param text - rows of fields, with quotes where a field holds a delimiter, a line end or a quote (RFC 4180); spaces around fields do not count
 * @param options - see {@link CsvOptions}
 * @returns a table, which the caller disposes
 * @throws TypeError or RangeError for a wrong option; {@link CsvError} for a text that cannot be read as it stands, with the problems of all
 * columns and the options that fix them: a row with more or fewer fields than there are columns, missing values, dates, text among
 * numbers, numbers in another notation, too many classes, a target of one class; OutOfMemoryError
 * @example
 * ```ts
 * import { parseCsv } from 'adamas/datasets';
 * const table = parseCsv('size,color,ripe\n1,red,yes\n2,green,no\n3,red,yes\n', { target: 'ripe' });
 * console.log(table.features, table.classes); // [ 'size', 'color=green', 'color=red' ] [ 'no', 'yes' ]
 * console.log(Array.from(table.data.targets.data)); // [ 1, 0, 1 ]
 * ```
 */
export function parseCsv(text: string, options: CsvOptions): Table {
  const call = 'parseCsv';
  const plan = readCsvOptions(call, options);
  if (typeof text !== 'string') refuse(TypeError, `${call}: text`, 'be a string', text);
  if (/^[^\n\r,;]+\.(?:csv|tsv|txt|gz)$/i.test(text))
    fail(TypeError, `${call}: text`, 'be text', `${show(text)}: readCsv reads files`);
  const finished = diagnosed(
    () => {
      const reader = new TableReader(call, plan, { keep: true });
      readText(text, reader);
      return refuseProblems(call, runSync(reader.finish()));
    },
    () => inspectText(call, text, options),
  );
  return runSync(buildTable(finished, plan));
}

/** Throws the problems of a table, if it has any. */
export function refuseProblems(place: string, finished: Finished, rows = false): Finished {
  if (finished.problems.length > 0) throw new CsvError(place, finished.problems, rows);
  return finished;
}

/** Runs `read`; if the table is refused, throws all the problems that an inspection finds. */
function diagnosed<T>(read: () => T, inspect: () => { error: CsvError | undefined }): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw inspect().error ?? error;
  }
}

/**
 * Reads a CSV file or stream as a table; see {@link parseCsv}. It is read piece by piece and keeps 4 bytes per field until the dataset is made;
 * control returns to the event loop every 10 ms.
 *
 * @param source - see {@link CsvSource}
 * @param options - see {@link ReadCsvOptions}
 * @returns a table, which the caller disposes
 * @throws as {@link parseCsv}, Error for a file that is not there, cannot be read, or changed meanwhile, and the reason of the signal
 * @example
 * ```ts
 * import { readCsv } from 'adamas/datasets';
 * const table = await readCsv(new Blob(['a;b\n1;2\n3;4\n']), { target: 'b', delimiter: ';' });
 * console.log(table.data.features.shape, table.data.targets.shape); // [ 2, 1 ] [ 2 ]
 * ```
 */
export async function readCsv(source: CsvSource, options: ReadCsvOptions): Promise<Table> {
  const { finished, plan, turns } = await readAll('readCsv', source, options, true);
  return turns.run(buildTable(finished, plan), finished.rows);
}

/**
 * Goes through a CSV file or stream without keeping it: for data that does not fit in memory. {@link csvBatches} then reads it batch by batch.
 *
 * @param source - see {@link CsvSource}
 * @param options - see {@link ReadCsvOptions}
 * @returns the kinds of the columns, with the means and standard deviations of numbers: `normalization(schema)` scales by them
 * @throws as {@link readCsv}
 * @example
 * ```ts
 * import { scanCsv } from 'adamas/datasets';
 * const schema = await scanCsv(new Blob(['a,b\n1,2\n3,4\n']), { target: 'b' });
 * console.log(schema.rows, schema.features); // 2 [ 'a' ]
 * ```
 */
export async function scanCsv(source: CsvSource, options: ReadCsvOptions): Promise<CsvSchema> {
  const { finished, plan } = await readAll('scanCsv', source, options, false);
  return schemaOf(finished, plan);
}

async function readAll(
  call: string,
  source: CsvSource,
  options: ReadCsvOptions,
  keep: boolean,
): Promise<{ finished: Finished; plan: Plan; turns: HostTurns }> {
  const { csv, reading } = splitOptions(call, options);
  const plan = readCsvOptions(call, csv);
  checkSource(call, source);
  const place = placeOf(call, source);
  try {
    const reader = new TableReader(place, plan, { keep });
    const turns = await readSource(call, source, reader, reading);
    const finished = await turns.run(reader.finish(), reader.rows);
    return { finished: refuseProblems(place, finished), plan, turns };
  } catch (error) {
    if (!(error instanceof CsvError) || !isRepeatable(source)) throw error;
    throw (await inspectSource(call, source, csv, reading)).error ?? error;
  }
}
