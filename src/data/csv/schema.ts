import { show } from '../../validate.js';
import { alignColumns, categoryText, numberText } from '../describe.js';
import type { CsvColumn } from './column.js';
import { CsvError } from './error.js';
import type { CsvOptions, Plan } from './options.js';
import type { Piece } from './reader.js';
import { numberOf } from './values.js';

/** A row to encode: its fields by the names of their columns. A field that is absent, null or a missing value is missing. */
export type CsvRow = Readonly<Record<string, string | number | null | undefined>>;

/** A schema as plain data: what its `toJSON()` gives, and {@link csvSchema} takes. */
export interface CsvSchemaData {
  readonly options: CsvOptions;
  readonly columns: readonly CsvColumn[];
  readonly targets: readonly CsvColumn[];
  readonly rows: number;
  readonly dropped: number;
}

/**
 * What was inferred of a table: how its columns become features and targets. Made by {@link scanCsv} or {@link csvSchema}; a {@link Table} is
 * one too.
 */
export class CsvSchema {
  /** The columns that features are made of, in the order of the text. */
  readonly columns: readonly CsvColumn[];
  /** The columns to predict, in the order they were asked for. */
  readonly targets: readonly CsvColumn[];
  /** The names of the features: that of a column of numbers, `color=red` for a class of a column of text. */
  readonly features: readonly string[];
  /** The names of the classes that the target has, by class index; undefined for a target of numbers. */
  readonly classes: readonly string[] | undefined;
  /** How many rows were kept, and how many were left out because a value was missing. */
  readonly rows: number;
  readonly dropped: number;
  /** @internal */
  readonly plan: Plan;
  /** The first of each column's features. */
  readonly #offsets: readonly number[];

  /** @internal */
  constructor(plan: Plan, columns: readonly CsvColumn[], targets: readonly CsvColumn[], rows: number, dropped: number) {
    this.plan = plan;
    this.columns = columns;
    this.targets = targets;
    this.rows = rows;
    this.dropped = dropped;
    this.features = columns.flatMap(featuresOf);
    let offset = 0;
    this.#offsets = columns.map((column) => {
      offset += widthOf(column);
      return offset - widthOf(column);
    });
    const [target] = targets;
    this.classes = target!.kind === 'category' ? target!.classes : undefined;
  }

  /** @internal What writes one row's features: its fields are found by `places`, those of the columns in a row. */
  encoders(place: string, places: readonly number[]): FieldEncoder[] {
    return this.columns.map(
      (column, i) => new FieldEncoder(place, this.plan, column, places[i]!, this.#offsets[i]!, true),
    );
  }

  /** @internal The same for its targets. */
  targetEncoders(place: string, places: readonly number[]): FieldEncoder[] {
    return this.targets.map((column, i) => new FieldEncoder(place, this.plan, column, places[i]!, i, false));
  }

  /**
   * Encodes rows as the table's own were, for `predict`.
   *
   * @param rows - one row, or several: fields by the names of their columns. Other names (the target's, say) are left alone
   * @returns the features of the rows, one after the other
   * @throws TypeError for what is no row; RangeError for text in a column of numbers, a class that the table has not, or a missing value where
   * the table was not read with `missing: 'mean'`
   * @example
   * ```ts
   * import { parseCsv } from 'adamas/datasets';
   * const table = parseCsv('size,color,price\n1,red,10\n2,blue,30\n', { target: 'price' });
   * console.log(table.features); // [ 'size', 'color=blue', 'color=red' ]
   * console.log(table.transform({ size: 3, color: 'red' })); // Float32Array(3) [ 3, 0, 1 ]
   * ```
   */
  transform(rows: CsvRow | readonly CsvRow[]): Float32Array {
    const list = Array.isArray(rows) ? (rows as readonly CsvRow[]) : [rows as CsvRow];
    const out = new Float32Array(list.length * this.features.length);
    const encoders = this.encoders('transform', []);
    for (const [i, row] of list.entries()) {
      if (typeof row !== 'object' || row === null || Array.isArray(row)) {
        throw new TypeError(`transform: rows must be objects with a field a column, got ${show(row)}`);
      }
      const place = Array.isArray(rows) ? `transform: row ${i}` : 'transform';
      for (const encoder of encoders) {
        encoder.place = place;
        const field = row[encoder.column.name] ?? '';
        if (typeof field !== 'string' && typeof field !== 'number') {
          throw new TypeError(
            `${place}: ${show(encoder.column.name)} must be a string or a number, got ${show(field)}`,
          );
        }
        if (!encoder.write(String(field), out, i * this.features.length)) {
          if (this.plan.missing !== 'mean') throw encoder.missing();
          encoder.fill(out, i * this.features.length);
        }
      }
    }
    return out;
  }

  /** What was inferred, as plain data for `JSON.stringify`; {@link csvSchema} makes a schema of it again. A table's rows are no part of it. */
  toJSON(): CsvSchemaData {
    const { columns, targets, rows, dropped } = this;
    const { call: _, missingValues, columns: kinds, ...options } = this.plan;
    const given = { ...options, missingValues: [...missingValues], columns: Object.fromEntries(kinds) };
    return { options: given, columns, targets, rows, dropped };
  }

  /**
   * What was inferred, as a table of plain text: a line for the rows, a line a column.
   *
   * @example
   * ```ts
   * import { parseCsv } from 'adamas/datasets';
   * const table = parseCsv('size,color,price\n1,red,10\n2,blue,30\n', { target: 'price' });
   * console.log(table.describe().split('\n')[0]); // 2 rows, 3 features
   * console.log(table.describe().split('\n')[2]); // color  category  blue 1, red 1
   * ```
   */
  describe(): string {
    const left = this.dropped === 0 ? '' : `, ${this.dropped} left out for a missing value`;
    const lines = [
      ...this.columns.map((column) => describeColumn(column)),
      ...this.targets.map((column) => describeColumn(column, 'target')),
    ];
    return `${this.rows} rows, ${this.features.length} features${left}\n${alignColumns(lines)}`;
  }
}

/** The names of the features that a column becomes. */
function featuresOf(column: CsvColumn): string[] {
  return column.kind === 'number' ? [column.name] : column.classes.map((one) => `${column.name}=${one}`);
}

function widthOf(column: CsvColumn): number {
  return column.kind === 'number' ? 1 : column.classes.length;
}

function describeColumn(column: CsvColumn, role = ''): string[] {
  const what = column.kind === 'number' ? numberText(column) : categoryText(column.classes, column.counts);
  const missing = column.missing === 0 ? '' : `, ${column.missing} missing`;
  return [column.name, column.kind, `${what}${missing}`, role];
}

/** Writes the field of a column into a row of features, or into a row of targets. */
export class FieldEncoder {
  readonly column: CsvColumn;
  /** Where the field is in a row of the text. */
  readonly at: number;
  /** What errors name first. */
  place: string;
  readonly #offset: number;
  readonly #oneHot: boolean;
  readonly #missingValues: ReadonlySet<string>;
  /** Whether a number can stand for a missing value, which costs a look at each. */
  readonly #checkNumbers: boolean;
  readonly #isNumber: boolean;
  /** The place of each class; none of a column of numbers. */
  readonly #codes: ReadonlyMap<string, number>;

  constructor(place: string, plan: Plan, column: CsvColumn, at: number, offset: number, oneHot: boolean) {
    this.column = column;
    this.at = at;
    this.place = place;
    this.#offset = offset;
    this.#oneHot = oneHot;
    this.#missingValues = plan.missingValues;
    this.#checkNumbers = [...plan.missingValues].some((value) => !Number.isNaN(numberOf(value)));
    this.#isNumber = column.kind === 'number';
    this.#codes = new Map(column.kind === 'category' ? column.classes.map((one, i) => [one, i]) : []);
  }

  /**
   * Writes a field, with or without spaces around it. Returns whether it was there; throws when it does not fit, naming its place in a piece.
   * One-hot features are 0 before.
   */
  write(text: string, out: Float32Array, row: number, piece?: Piece, i?: number): boolean {
    const at = row + this.#offset;
    if (this.#isNumber) {
      const value = numberOf(text);
      if (!Number.isNaN(value) && !(this.#checkNumbers && this.#missingValues.has(text.trim()))) {
        out[at] = value;
        return true;
      }
    }
    const field = text.trim();
    const code = this.#codes.get(field);
    if (code !== undefined) {
      if (this.#oneHot) out[at + code] = 1;
      else out[at] = code;
      return true;
    }
    if (this.#missingValues.has(field)) return false;
    const { column } = this;
    const expected =
      column.kind === 'number' ? 'a finite float32 number' : `one of ${column.classes.map(show).join(', ')}`;
    throw this.#error(`expected ${expected}, got ${show(field)}`, piece?.lineOf(i!));
  }

  /** Whether a field stands for a missing value. */
  isMissing(text: string): boolean {
    return this.#missingValues.has(text.trim());
  }

  /** Writes what stands for a value that is missing: the mean over those that are there. */
  fill(out: Float32Array, row: number): void {
    const { column } = this;
    const at = row + this.#offset;
    if (column.kind === 'number') out[at] = column.mean;
    else for (const [i, count] of column.counts.entries()) out[at + i] = count / column.count;
  }

  /** The error of a value that is missing and must not be. */
  missing(line?: number): CsvError {
    return this.#error(`a value is missing${line === undefined ? '' : MISSING_HINT}`, line);
  }

  #error(problem: string, line?: number): CsvError {
    return new CsvError(this.place, problem, line, this.column.name);
  }
}

/** What to do about a missing value in a text. */
export const MISSING_HINT =
  "; leave such rows out by missing: 'drop', or put the column's mean there by missing: 'mean'";
