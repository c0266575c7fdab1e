/// <reference lib="esnext.disposable" preserve="true" />
import type { Dataset } from '../../index.js';
import { show } from '../../validate.js';
import { makeDataset } from '../make.js';
import { ColumnReader, type CsvColumn } from './column.js';
import { CsvError } from './error.js';
import { type CsvOptions, type Plan, readCsvOptions, readHeader } from './options.js';
import { isBlank, type Piece, RowReader } from './reader.js';
import { CsvSchema, MISSING_HINT } from './schema.js';
import { type CsvSource, checkSource, placeOf, textOf } from './source.js';
import { trimmed } from './values.js';

/** `Symbol.dispose`, or what transpiled `using` looks for on hosts that lack it. */
const disposeSymbol: typeof Symbol.dispose = /* @__PURE__ */ (() =>
  Symbol.dispose ?? Symbol.for('Symbol.dispose'))() as typeof Symbol.dispose;

/**
 * A table as a dataset, with what was inferred of its columns. Made by {@link parseCsv} or {@link readCsv}.
 */
export class Table extends CsvSchema {
  /** The rows: features [N, D]; targets [N] or [N, K] numbers, or class indices [N]. */
  readonly data: Dataset;

  /** @internal */
  constructor(schema: CsvSchema, data: Dataset) {
    super(schema.plan, schema.columns, schema.targets, schema.rows, schema.dropped);
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

/** Reads rows into columns. */
class TableReader {
  readonly #place: string;
  readonly #plan: Plan;
  readonly #rows: RowReader;
  readonly #keep: boolean;
  #width = 0;
  /** The columns that are read; undefined until the header is there. */
  #columns: readonly ColumnReader[] | undefined;
  #fields: string[] = [];
  #count = 0;
  #dropped = 0;

  constructor(place: string, plan: Plan, keep: boolean) {
    this.#place = place;
    this.#plan = plan;
    this.#keep = keep;
    this.#rows = new RowReader(place, plan.delimiter);
    if (plan.header !== true) this.#start(plan.header);
  }

  push(text: string, last = false): void {
    const piece = this.#rows.push(text, last);
    for (const [i, row] of piece.rows.entries()) {
      if (isBlank(row)) continue;
      if (this.#columns === undefined) this.#start(row);
      else this.#add(this.#columns, row, piece, i);
    }
  }

  #start(fields: readonly string[]): void {
    const names = readHeader(this.#place, this.#plan, fields);
    this.#width = names.length;
    this.#columns = names.flatMap((name, at) =>
      this.#plan.columns.get(name) === 'ignore'
        ? []
        : [new ColumnReader(this.#place, this.#plan, name, at, this.#keep)],
    );
    if (this.#columns.length === this.#plan.target.length) {
      throw new RangeError(`${this.#place}: there must be a column besides the target, got none`);
    }
  }

  #add(columns: readonly ColumnReader[], row: readonly string[], piece: Piece, i: number): void {
    const { missing, missingValues, target } = this.#plan;
    if (row.length !== this.#width) throw raggedRow(this.#place, row, this.#width, piece.lineOf(i));
    const fields = this.#fields;
    for (const [j, { name, at }] of columns.entries()) {
      fields[j] = trimmed(row[at]!);
      if (!missingValues.has(fields[j])) continue;
      if (missing === 'error') {
        throw new CsvError(this.#place, `a value is missing${MISSING_HINT}`, piece.lineOf(i), name);
      }
      if (missing === 'drop' || target.includes(name)) {
        this.#dropped++;
        return;
      }
    }
    this.#count++;
    for (const [j, column] of columns.entries()) {
      if (missingValues.has(fields[j]!)) column.addMissing();
      else column.add(fields[j]!, piece, i);
    }
  }

  /** What was inferred, and the values of the columns if they were kept: a number or a class for each row, NaN where it is missing. */
  finish(): { schema: CsvSchema; features: Float32Array[]; targets: Float32Array[] } {
    this.push('', true);
    const place = this.#place;
    if (this.#columns === undefined) throw new RangeError(`${place}: there must be rows, got no text`);
    if (this.#count === 0) throw noRows(place, this.#dropped);
    const { target } = this.#plan;
    const found = new Map<string, { column: CsvColumn; values: Float32Array }>();
    for (const column of this.#columns) found.set(column.name, column.finish(target.includes(column.name)));
    const targets = target.map((name) => found.get(name)!);
    if (targets.length > 1) {
      const text = targets.find(({ column }) => column.kind === 'category');
      if (text) {
        throw new CsvError(place, 'one of several targets must be numbers, got text', undefined, text.column.name);
      }
    }
    const features = [...found.values()].filter(({ column }) => !target.includes(column.name));
    return {
      schema: new CsvSchema(
        this.#plan,
        features.map(({ column }) => column),
        targets.map(({ column }) => column),
        this.#count,
        this.#dropped,
      ),
      features: features.map(({ values }) => values),
      targets: targets.map(({ values }) => values),
    };
  }

  table(): Table {
    const { schema, features, targets } = this.finish();
    const [count, width, outputs] = [this.#count, schema.features.length, targets.length];
    const data = makeDataset(count, width, outputs === 1 ? undefined : outputs, (x, y) => {
      let offset = 0;
      for (const [j, column] of schema.columns.entries()) {
        writeColumn(column, features[j]!, x, offset, width);
        offset += column.kind === 'number' ? 1 : column.classes.length;
      }
      for (const [k, values] of targets.entries()) {
        for (let i = 0; i < count; i++) y[i * outputs + k] = values[i]!;
      }
    });
    return new Table(schema, data);
  }
}

/** Writes a column into the features x[N, width] from `offset` on, which are 0 before. */
function writeColumn(column: CsvColumn, values: Float32Array, x: Float32Array, offset: number, width: number): void {
  const number = column.kind === 'number';
  const means = number ? [column.mean] : column.counts.map((count) => count / column.count);
  for (let i = 0, at = offset; i < values.length; i++, at += width) {
    const value = values[i]!;
    if (Number.isNaN(value)) for (const [k, mean] of means.entries()) x[at + k] = mean;
    else if (number) x[at] = value;
    else x[at + value] = 1;
  }
}

/** The error of a text of which no row is left. */
export function noRows(place: string, dropped: number): RangeError {
  const why = dropped === 0 ? 'none' : `${dropped} with a missing value each`;
  return new RangeError(`${place}: there must be rows, got ${why}`);
}

/** The error of a row that has more fields, or less, than there are columns. */
export function raggedRow(place: string, row: readonly string[], width: number, line: number): CsvError {
  return new CsvError(place, `expected ${width} fields, got ${row.length}`, line);
}

/**
 * The table that a CSV text is: columns of numbers are features as they are, columns of text one feature a class (one-hot, the classes in
 * ascending order); a target of numbers is for a regression, one of text becomes class indices.
 *
 * @param text - rows of fields, with quotes where a field holds a delimiter, a line end or a quote (RFC 4180); spaces around fields do not count
 * @param options - see {@link CsvOptions}
 * @returns a table of the caller's own
 * @throws TypeError or RangeError for a wrong option or a column that is not there; {@link CsvError}, with line and column, for a row with
 * more or less fields than there are columns, a missing value, dates, text among numbers, too many classes, or a target of one class;
 * OutOfMemoryError
 * @example
 * ```ts
 * import { parseCsv } from 'adamas/datasets';
 * const table = parseCsv('size,color,ripe\n1,red,yes\n2,green,no\n3,red,yes\n', { target: 'ripe' });
 * console.log(table.features, table.classes); // [ 'size', 'color=green', 'color=red' ] [ 'no', 'yes' ]
 * console.log(Array.from(table.data.targets.data)); // [ 1, 0, 1 ]
 * ```
 */
export function parseCsv(text: string, options: CsvOptions): Table {
  const plan = readCsvOptions('parseCsv', options);
  if (typeof text !== 'string') throw new TypeError(`parseCsv: text must be a string, got ${show(text)}: see readCsv`);
  const reader = new TableReader('parseCsv', plan, true);
  reader.push(text.startsWith('\uFEFF') ? text.slice(1) : text);
  return reader.table();
}

/**
 * The table that a CSV file or stream is; see {@link parseCsv}. It is read piece by piece and keeps 4 bytes a field until the dataset is made.
 *
 * @param source - see {@link CsvSource}
 * @param options - see {@link CsvOptions}
 * @returns a table of the caller's own
 * @throws as {@link parseCsv}, and Error for a file that is not there, cannot be read, or changed meanwhile
 * @example
 * ```ts
 * import { readCsv } from 'adamas/datasets';
 * const table = await readCsv(new Blob(['a;b\n1;2\n3;4\n']), { target: 'b', delimiter: ';' });
 * console.log(table.data.features.shape, table.data.targets.shape); // [ 2, 1 ] [ 2 ]
 * ```
 */
export async function readCsv(source: CsvSource, options: CsvOptions): Promise<Table> {
  return (await readAll('readCsv', source, options, true)).table();
}

/**
 * What a CSV file or stream holds, without keeping it: for data that does not fit in memory. {@link csvBatches} then reads it batch by batch.
 *
 * @param source - see {@link CsvSource}
 * @param options - see {@link CsvOptions}
 * @throws as {@link readCsv}
 * @example
 * ```ts
 * import { scanCsv } from 'adamas/datasets';
 * const schema = await scanCsv(new Blob(['a,b\n1,2\n3,4\n']), { target: 'b' });
 * console.log(schema.rows, schema.features); // 2 [ 'a' ]
 * ```
 */
export async function scanCsv(source: CsvSource, options: CsvOptions): Promise<CsvSchema> {
  return (await readAll('scanCsv', source, options, false)).finish().schema;
}

async function readAll(call: string, source: CsvSource, options: CsvOptions, keep: boolean): Promise<TableReader> {
  const plan = readCsvOptions(call, options);
  checkSource(call, source);
  const reader = new TableReader(placeOf(call, source), plan, keep);
  for await (const text of textOf(call, source)) reader.push(text);
  return reader;
}
