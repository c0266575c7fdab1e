import { ignoreRejection, refuse, show } from '../../validate.js';
import { readDate } from './dates.js';
import type { MissingValues } from './missing.js';
import { withoutUnit } from './notation.js';
import type { ColumnPlan } from './plan.js';
import type { Row } from './row.js';
import { localNumberReader, numberOfText } from './values.js';

/** The class of a missing text, with the policy `'class'`. */
export const MISSING_CLASS = '(missing)';

/** Reads the field of one column from a row, as its plan says. */
export class FieldReader {
  readonly plan: ColumnPlan;
  /** Its place in a row; -1 where a row need not have the column. */
  readonly at: number;
  /** Reads numbers from text; undefined where the row's own number serves. */
  readonly #parse: ((text: string) => number) | undefined;
  /** Dates are looked for in the row first. */
  readonly #isoDates: boolean;
  /** Only its texts tell if a field is missing. */
  readonly #plain: boolean;
  readonly #missingValues: MissingValues;
  /** Result of the user's function for the field. */
  #given = Number.NaN;
  #cleaned = '';
  /** The error thrown by a function of the user's. */
  thrown: unknown;

  constructor(plan: ColumnPlan, at: number) {
    this.plan = plan;
    this.at = at;
    const { kind, clean, unit, decimal, thousands, order } = plan;
    this.#missingValues = plan.missingValues;
    this.#plain =
      plan.read === undefined && clean === undefined && !(plan.missingValues.hasNumbers && kind !== 'category');
    this.#isoDates = kind === 'date' && clean === undefined;
    const local = decimal !== '.' || thousands !== '' ? localNumberReader(decimal, thousands) : undefined;
    const plain = local ?? numberOfText;
    if (kind === 'date') this.#parse = (text) => readDate(text, order)?.days ?? Number.NaN;
    else if (unit !== undefined) this.#parse = (text) => plain(withoutUnit(text, unit));
    else if (clean !== undefined || local !== undefined) this.#parse = plain;
  }

  /** True if the field is missing. Must be called first for every row. */
  isMissing(row: Row): boolean {
    const { at } = this;
    if (row.isNull(at) || this.#missingValues.hasText(row, at)) return true;
    return !this.#plain && this.#isMissingAfterAll(row);
  }

  #isMissingAfterAll(row: Row): boolean {
    const { at } = this;
    const { missingValues, read, clean, kind } = this.plan;
    if (read !== undefined) return this.#call(read, row.text(at));
    if (clean !== undefined) {
      const text = this.#clean(clean, row);
      if (text === null || missingValues.texts.has(text)) return true;
      this.#cleaned = text;
    }
    return missingValues.hasNumbers && kind !== 'category' && missingValues.hasNumber(this.number(row));
  }

  /** The field as a number, in float64; NaN if it is not a number. */
  number(row: Row): number {
    if (this.#parse !== undefined) {
      const days = this.#isoDates ? row.isoDays(this.at) : Number.NaN;
      return Number.isNaN(days) ? this.#parse(this.text(row)) : days;
    }
    return this.plan.read === undefined ? row.number(this.at) : this.#given;
  }

  /** A text of the column as a number, in float64; NaN if it is not a number. */
  parse(text: string): number {
    return this.#parse === undefined ? numberOfText(text) : this.#parse(text);
  }

  /** The field as text. */
  text(row: Row): string {
    return this.plan.clean === undefined ? row.text(this.at) : this.#cleaned;
  }

  /** Calls a reader; returns whether the value is missing. */
  #call(read: (text: string) => number | null, text: string): boolean {
    this.thrown = undefined;
    try {
      const value = read(text);
      if (value === null) return true;
      ignoreRejection(value);
      this.#given = typeof value === 'number' && Number.isFinite(Math.fround(value)) ? value : Number.NaN;
    } catch (error) {
      this.thrown = error;
      this.#given = Number.NaN;
    }
    return false;
  }

  #clean(clean: (text: string) => string | null, row: Row): string | null {
    const text = row.text(this.at);
    const name = `columns[${show(this.plan.name)}].clean`;
    let value: string | null;
    try {
      value = clean(text);
    } catch (cause) {
      const why = Object(cause).message ?? String(cause);
      throw new Error(`${name} threw for ${show(text)} in line ${row.line}: ${why}`, { cause });
    }
    if (value === null || typeof value === 'string') return value;
    return refuse(TypeError, name, `give a text or null for ${show(text)} in line ${row.line}`, value);
  }
}
