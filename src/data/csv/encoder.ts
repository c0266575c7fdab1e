import { show } from '../../validate.js';
import { type CsvColumn, fillOf } from './column.js';
import { CsvError, type CsvProblemCode } from './error.js';
import { FieldReader, MISSING_CLASS } from './field.js';
import type { ColumnPlan, Plan } from './plan.js';
import type { Row } from './row.js';

/** Most classes that an error lists. */
const LISTED = 20;

/** Writes the field of a column into a row of features, or into a row of targets. */
export class FieldEncoder extends FieldReader {
  readonly column: CsvColumn;
  readonly #offset: number;
  readonly #oneHot: boolean;
  readonly #zeros: boolean;
  /** The rank of each class; none of a column of numbers. */
  readonly #ranks: ReadonlyMap<string, number>;

  constructor(plan: ColumnPlan, { unknown }: Pick<Plan, 'unknown'>, column: CsvColumn, at: number, offset: number) {
    super(plan, at);
    this.column = column;
    this.#offset = offset;
    this.#oneHot = !plan.isTarget;
    this.#zeros = unknown === 'zeros' && !plan.isTarget;
    this.#ranks = new Map(column.kind === 'category' ? column.classes.map((one, i) => [one, i]) : []);
  }

  /** Writes a field that is not missing. One-hot features are 0 before. */
  write(row: Row, out: Float32Array, start: number, place: string, line?: number): void {
    const at = start + this.#offset;
    if (this.column.kind === 'category') {
      const rank = this.#ranks.get(this.text(row));
      if (rank === undefined) {
        if (!this.#zeros) throw this.#unknownClass(row, place, line);
      } else if (this.#oneHot) out[at + rank] = 1;
      else out[at] = rank;
      return;
    }
    const value = this.number(row);
    if (Number.isNaN(value)) {
      const expected = this.column.kind === 'date' ? 'a date' : 'a finite float32 number';
      throw this.#error('number', `expected ${expected}, got ${show(this.text(row))}`, place, line);
    }
    out[at] = value;
  }

  /** Writes the value that stands for a missing one. */
  fill(out: Float32Array, start: number): void {
    const at = start + this.#offset;
    if (this.column.kind !== 'category') out[at] = fillOf(this.column, this.plan);
    else if (this.plan.missing === 'class') {
      const rank = this.#ranks.get(MISSING_CLASS);
      if (rank !== undefined) out[at + rank] = 1;
    }
  }

  /** The error of a value that is missing and must not be. */
  missing(row: Row, place: string, line?: number): CsvError {
    const text = show(row.text(this.at));
    return this.#error('missing', `a value is missing${row.isNull(this.at) ? '' : `, ${text}`}`, place, line);
  }

  #unknownClass(row: Row, place: string, line: number | undefined): CsvError {
    const classes = [...this.#ranks.keys()];
    const list = `${classes.slice(0, LISTED).map(show).join(', ')}${classes.length > LISTED ? ', ...' : ''}`;
    return this.#error('unknownClass', `expected one of ${list}, got ${show(this.text(row))}`, place, line);
  }

  #error(code: CsvProblemCode, message: string, place: string, line: number | undefined): CsvError {
    return new CsvError(place, [{ code, message, column: this.column.name, line }]);
  }
}
