import { show } from '../../validate.js';
import { CsvError } from './error.js';
import type { ColumnKind, Plan } from './options.js';
import type { Piece } from './reader.js';
import { isDate, numberOf } from './values.js';

/** A column of numbers, as it was read. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  /** How many of its values are there, and how many are missing, in the rows that were kept. */
  readonly count: number;
  readonly missing: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** A column of names of classes, as it was read. */
export interface CategoryColumn {
  readonly kind: 'category';
  readonly name: string;
  /** How many of its values are there, and how many are missing, in the rows that were kept. */
  readonly count: number;
  readonly missing: number;
  /** Its classes in ascending order: as numbers if all of them are, else as text. */
  readonly classes: readonly string[];
  /** How many values each class has. */
  readonly counts: readonly number[];
}

/** What was inferred of a column. */
export type CsvColumn = NumberColumn | CategoryColumn;

/** float32 numbers, as many as come. */
class Values {
  #array = new Float32Array(256);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#array.length) {
      const longer = new Float32Array(2 * this.#length);
      longer.set(this.#array);
      this.#array = longer;
    }
    this.#array[this.#length++] = value;
  }

  get all(): Float32Array {
    return this.#array.subarray(0, this.#length);
  }
}

/** Reads the values of one column, and finds out what they are. */
export class ColumnReader {
  readonly name: string;
  /** Its place in a row. */
  readonly at: number;
  readonly #place: string;
  readonly #maxCategories: number;
  readonly #given: ColumnKind | undefined;
  #kind: ColumnKind | undefined;
  /** One a row, when they are kept: a number, or a class by its place among those that came so far; NaN where one is missing. */
  readonly #values: Values | undefined;
  readonly #codes = new Map<string, number>();
  readonly #counts: number[] = [];
  /** What its kind was inferred from. */
  #first = { field: '', line: 0 };
  #count = 0;
  #missing = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  constructor(place: string, plan: Plan, name: string, at: number, keep: boolean) {
    this.name = name;
    this.at = at;
    this.#place = place;
    this.#maxCategories = plan.maxCategories;
    this.#given = plan.columns.get(name);
    this.#kind = this.#given;
    this.#values = keep ? new Values() : undefined;
  }

  addMissing(): void {
    this.#missing++;
    this.#values?.push(Number.NaN);
  }

  /** Adds the field that it has in a row of this piece. */
  add(field: string, piece: Piece, row: number): void {
    if (this.#kind === undefined) {
      this.#kind = Number.isNaN(numberOf(field)) ? 'category' : 'number';
      this.#first = { field, line: piece.lineOf(row) };
    }
    this.#count++;
    const value = this.#kind === 'number' ? this.#number(field, piece, row) : this.#code(field, piece, row);
    this.#values?.push(value);
  }

  #number(field: string, piece: Piece, row: number): number {
    const value = numberOf(field);
    if (Number.isNaN(value)) throw this.#error(this.#notNumber(field), piece.lineOf(row));
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    return value;
  }

  #notNumber(field: string): string {
    const expected = `expected a finite float32 number, got ${show(field)}`;
    if (this.#given !== undefined) return expected;
    if (isDate(field)) return this.#dates(field);
    return `${expected}; if it stands for a missing value, name it in missingValues; if the column is text, say ${this.#as('category')}`;
  }

  #code(field: string, piece: Piece, row: number): number {
    let code = this.#codes.get(field);
    if (code === undefined) {
      const line = piece.lineOf(row);
      if (this.#given === undefined) this.#checkText(field, line);
      code = this.#codes.size;
      if (code === this.#maxCategories) {
        throw this.#error(
          `has more than ${code} classes, ${show(field)} the next; leave it out by ${this.#as('ignore')}, or raise maxCategories`,
          line,
        );
      }
      this.#codes.set(field, code);
      this.#counts.push(0);
    }
    this.#counts[code]!++;
    return code;
  }

  #checkText(field: string, line: number): void {
    if (isDate(field)) throw this.#error(this.#dates(field), line);
    if (Number.isNaN(numberOf(field))) return;
    const { field: text, line: first } = this.#first;
    throw this.#error(
      `has numbers and text, ${show(field)} here and ${show(text)} in line ${first}; name ${show(text)} in missingValues, or say ${this.#as('category')}`,
      line,
    );
  }

  #dates(field: string): string {
    return `has dates, ${show(field)} the first; leave it out by ${this.#as('ignore')}, or make numbers of it before`;
  }

  #as(kind: ColumnKind): string {
    return `columns: { ${show(this.name)}: '${kind}' }`;
  }

  #error(problem: string, line?: number): CsvError {
    return new CsvError(this.#place, problem, line, this.name);
  }

  /** What was inferred, and its values with classes by their place in it. */
  finish(isTarget: boolean): { readonly column: CsvColumn; readonly values: Float32Array } {
    const { name } = this;
    const [count, missing] = [this.#count, this.#missing];
    if (count === 0) throw this.#error(`has no value; leave it out by ${this.#as('ignore')}`);
    const values = this.#values?.all ?? new Float32Array();
    if (this.#kind === 'number') {
      const mean = this.#sum / count;
      return { column: { kind: 'number', name, count, missing, min: this.#min, max: this.#max, mean }, values };
    }
    const classes = sorted([...this.#codes.keys()]);
    if (isTarget && classes.length === 1) {
      throw this.#error(`is the target and has one class only, ${show(classes[0])}`);
    }
    const ranks = new Float32Array(classes.length);
    const counts = classes.map((one, rank) => {
      const code = this.#codes.get(one)!;
      ranks[code] = rank;
      return this.#counts[code]!;
    });
    for (let i = 0; i < values.length; i++) values[i] = Number.isNaN(values[i]!) ? Number.NaN : ranks[values[i]!]!;
    return { column: { kind: 'category', name, count, missing, classes, counts }, values };
  }
}

function sorted(classes: string[]): string[] {
  const numbers = classes.every((one) => !Number.isNaN(numberOf(one)));
  return numbers ? classes.sort((a, b) => Number(a) - Number(b)) : classes.sort();
}
