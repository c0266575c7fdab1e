import { nearest } from '../../suggest.js';
import { isA, refuse, show } from '../../validate.js';
import { CsvError } from './error.js';
import type { Row } from './row.js';
import { numberOfText, trimmed } from './values.js';

/** A value of a row of objects. A `Date` is read as its time in ISO 8601. */
export type FieldValue = string | number | boolean | bigint | Date | null | undefined;

/** A row as an object: its fields by the names of their columns. null is a missing value; a field that is absent or undefined is refused. */
export type CsvRow = Readonly<Record<string, FieldValue>>;

/** An object as a row: only its own fields count. */
export class ObjectRow implements Row {
  readonly #call: string;
  readonly #names: readonly string[];
  readonly #absent: 'error' | 'missing';
  /** Set where rows have indices, which errors name. */
  readonly #indexed: boolean;
  #values: unknown[] = [];
  line = 0;

  constructor(call: string, names: readonly string[], absent: 'error' | 'missing', indexed: boolean) {
    this.#call = call;
    this.#names = names;
    this.#absent = absent;
    this.#indexed = indexed;
  }

  get count(): number {
    return this.#names.length;
  }

  /**
   * Takes the fields of an object.
   *
   * @throws TypeError for what is no object with fields; {@link CsvError} for a field that is absent
   */
  take(object: unknown, line: number): void {
    this.line = line;
    const place = this.#indexed ? `${this.#call}: row ${line}` : this.#call;
    if (typeof object !== 'object' || object === null || Array.isArray(object) || isA('Map', object)) {
      refuse(TypeError, `${place}: rows`, 'be objects with a field a column', object);
    }
    const fields = object as Record<string, unknown>;
    let found = 0;
    this.#values = this.#names.map((name) => {
      const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (value !== undefined) found++;
      else if (this.#absent === 'error') this.#refuseAbsent(place, name, fields);
      if (
        typeof value === 'object'
          ? value !== null && !isA('Date', value)
          : typeof value === 'symbol' || typeof value === 'function'
      ) {
        refuse(TypeError, `${place}: ${show(name)}`, 'be a string, a number, a boolean, a Date or null', value);
      }
      return value ?? null;
    });
    if (found === 0) this.#refuseAbsent(place, this.#names[0]!, fields);
  }

  #refuseAbsent(place: string, name: string, fields: object): never {
    const keys = Object.keys(fields);
    const near = keys.includes(name) ? ' (it is undefined)' : nearest(name, keys);
    const got = near === '' ? ` (its fields: ${keys.slice(0, 8).map(show).join(', ') || 'none'})` : near;
    const message = `the field is absent${got}; null is a missing value, and with absent: 'missing' absent fields are too`;
    throw new CsvError(place, [{ code: 'absent', column: name, message, fix: { absent: 'missing' } }]);
  }

  text(i: number): string {
    const value = this.#values[i];
    if (typeof value === 'string') return trimmed(value);
    if (value === null) return '';
    if (!isA('Date', value)) return String(value);
    return Number.isNaN((value as Date).getTime()) ? 'NaN' : (value as Date).toISOString();
  }

  number(i: number): number {
    const value = this.#values[i];
    if (typeof value === 'number') return Number.isFinite(Math.fround(value)) ? value : Number.NaN;
    if (typeof value === 'boolean') return Number.NaN;
    return numberOfText(this.text(i));
  }

  isoDays(): number {
    return Number.NaN;
  }

  code(i: number, k: number): number {
    return this.text(i).charCodeAt(k) || 0;
  }

  isNull(i: number): boolean {
    return this.#values[i] === null;
  }
}
