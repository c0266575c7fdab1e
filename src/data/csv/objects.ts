import { isA, refuse, show } from '../../validate.js';
import { CsvError, type CsvProblem } from './error.js';
import { HostTurns, type ReadOptions, runSync, splitOptions, untilAborted } from './hostTurns.js';
import { type CsvRow, ObjectRow } from './objectRow.js';
import type { CsvOptions } from './options.js';
import { type Plan, readCsvOptions } from './plan.js';
import { checkUnlocked } from './source.js';
import { buildTable, refuseProblems, type Table } from './table.js';
import { TableReader } from './tableReader.js';

/** Options of {@link table}: those of {@link CsvOptions} that are about columns, not about text. */
export type TableOptions = Omit<
  CsvOptions,
  'delimiter' | 'quote' | 'escape' | 'rowNames' | 'skip' | 'comment' | 'encoding' | 'header'
> & {
  /** The names of the columns. Default: the fields of the first row. */
  readonly header?: readonly string[] | undefined;
};

/** Options of {@link readTable}. */
export interface ReadTableOptions extends TableOptions, ReadOptions {}

/** Rows that {@link readTable} takes: one by one, or several at a time. */
export type RowSource = Iterable<CsvRow | readonly CsvRow[]> | AsyncIterable<CsvRow | readonly CsvRow[]>;

const TEXT_OPTIONS = ['delimiter', 'quote', 'escape', 'rowNames', 'skip', 'comment', 'encoding'] as const;

/** Takes objects into the columns of a table. */
class ObjectReader {
  readonly table: TableReader;
  readonly #call: string;
  readonly #plan: Plan;
  #row: ObjectRow | undefined;
  #names: ReadonlySet<string> = new Set();
  #count = 0;

  constructor(call: string, plan: Plan) {
    this.#call = call;
    this.#plan = plan;
    this.table = new TableReader(call, plan, { keep: true, unit: 'row' });
  }

  add(object: CsvRow): void {
    const line = this.#count++;
    this.#row ??= this.#start(object);
    this.#row.take(object, line);
    for (const name of Object.keys(object)) if (!this.#names.has(name)) this.#refuseField(name, line);
    this.table.add(this.#row);
  }

  #start(first: CsvRow): ObjectRow {
    const { header, absent } = this.#plan;
    let names: readonly string[];
    if (typeof header !== 'boolean') names = header;
    else {
      if (typeof first !== 'object' || first === null || Array.isArray(first) || isA('Map', first)) {
        refuse(TypeError, `${this.#call}: row 0`, 'be an object with a field a column', first);
      }
      names = Object.keys(first);
      this.table.start(names, 0);
    }
    this.#names = new Set([...names, ...this.#plan.columns.keys()]);
    return new ObjectRow(this.#call, names, absent, true);
  }

  /** With names given, other fields are left alone; else they are in no column. */
  #refuseField(name: string, line: number): void {
    if (typeof this.#plan.header !== 'boolean') return;
    const header = [...this.#names, name];
    throw new CsvError(
      this.#call,
      [
        {
          code: 'fields',
          line,
          column: name,
          message: `the field ${show(name)} is not in row 0; name the columns to read in header, and say absent: 'missing' if some rows lack them`,
          fix: { header, absent: 'missing' },
        },
      ],
      true,
    );
  }

  *finish(): Generator<void, Table, void> {
    const finished = yield* this.table.finish();
    if (this.#count === 0) {
      const problem: CsvProblem = { code: 'empty', message: 'there must be rows, got none' };
      throw new CsvError(this.#call, [problem]);
    }
    return yield* buildTable(refuseProblems(this.#call, finished, true), this.#plan);
  }
}

function planOf(call: string, options: TableOptions): Plan {
  for (const key of TEXT_OPTIONS) {
    if (Object.hasOwn(Object(options), key))
      refuse(TypeError, `${call}: options`, 'be about columns, not about text', key);
  }
  return readCsvOptions(call, options as CsvOptions);
}

/**
 * Makes a table of rows that are objects, as they come from a database or JSON: the kinds of columns, errors and options are those of
 * {@link parseCsv}. Numbers are numbers, other values are read as texts; null and NaN are missing values.
 *
 * @param rows - an array or another iterable of objects with the same fields
 * @param options - see {@link TableOptions}
 * @returns a table, which the caller disposes
 * @throws TypeError for what is no row; {@link CsvError}, with the index of the row as `line`, as {@link parseCsv}, and for a field that is absent
 * @example
 * ```ts
 * import { table } from 'adamas/datasets';
 * const { data, features } = table([{ size: 1, color: 'red', price: 10 }, { size: 2, color: 'blue', price: 30 }], { target: 'price' });
 * console.log(features, data.features.data); // [ 'size', 'color=blue', 'color=red' ] Float32Array(6) [ 1, 0, 1, 2, 1, 0 ]
 * ```
 */
export function table(rows: Iterable<CsvRow>, options: TableOptions): Table {
  const plan = planOf('table', options);
  if (typeof Object(rows)[Symbol.iterator] !== 'function' || typeof rows === 'string') {
    refuse(TypeError, 'table: rows', 'be an iterable of objects', rows);
  }
  const reader = new ObjectReader('table', plan);
  for (const row of rows) reader.add(row);
  return runSync(reader.finish());
}

/**
 * Makes a table of rows that come one by one or in arrays, such as those of a database cursor; see {@link table}. Control returns to the
 * event loop every 10 ms.
 *
 * @param source - an iterable or async iterable of objects, or of arrays of them
 * @param options - see {@link ReadTableOptions}
 * @returns a table, which the caller disposes
 * @throws as {@link table}, whatever the source throws, and the reason of the signal
 * @example
 * ```ts
 * import { readTable } from 'adamas/datasets';
 * async function* cursor() {
 *   yield { size: 1, price: 10 };
 *   yield { size: 2, price: 30 };
 * }
 * const { data } = await readTable(cursor(), { target: 'price' });
 * console.log(data.length); // 2
 * ```
 */
export async function readTable(source: RowSource, options: ReadTableOptions): Promise<Table> {
  const { csv, reading } = splitOptions('readTable', options);
  const plan = planOf('readTable', csv);
  const iterable = Object(source);
  if (typeof source === 'string' || !(Symbol.asyncIterator in iterable || Symbol.iterator in iterable)) {
    refuse(TypeError, 'readTable: source', 'be an iterable or async iterable of objects', source);
  }
  checkUnlocked('readTable: source', source);
  const reader = new ObjectReader('readTable', plan);
  const turns = new HostTurns(reading);
  for await (const some of untilAborted(source, reading.signal)) {
    for (const row of Array.isArray(some) ? (some as readonly CsvRow[]) : [some as CsvRow]) {
      reader.add(row);
      const turn = turns.pass(reader.table.rows);
      if (turn) await turn;
    }
  }
  await turns.end(reader.table.rows);
  return turns.run(reader.finish(), reader.table.rows);
}
