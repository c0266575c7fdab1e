/** One row of a table: a line of text, or an object. */
export interface Row {
  /** The number of its fields. */
  readonly count: number;
  /** The line on which it starts, counted from 1; the index of an object, counted from 0. */
  readonly line: number;
  /** A field as text, without the spaces around it. */
  text(i: number): string;
  /** A field as a number, in float64; NaN if it is not a number. */
  number(i: number): number;
  /** A date like 2024-02-29 as days since 1970-01-01; NaN for any other field. */
  isoDays(i: number): number;
  /** The code of a field's k-th character, counted from 0; 0 beyond its end. */
  code(i: number, k: number): number;
  /** True if a field has no value at all, not even an empty text. */
  isNull(i: number): boolean;
}
