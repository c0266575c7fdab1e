import { sortClasses } from '../classes.js';
import { ZERO } from './codes.js';
import type { CategoryColumn, CsvColumn, NumberColumn } from './column.js';
import type { CsvNote, CsvProblem } from './error.js';
import { FieldReader, MISSING_CLASS } from './field.js';
import { Float32List, PENDING } from './float32List.js';
import { judge } from './judge.js';
import { NumberStatistics } from './numberStatistics.js';
import type { Observed, Seen } from './observed.js';
import type { ColumnPlan } from './plan.js';
import type { Row } from './row.js';

/** Most distinct texts that a column of numbers records. */
const MAX_ODD = 64;

/** The values of a column by row: a number, or the rank of a class; NaN where one is missing. */
interface ColumnValues {
  /** Copies the values of the rows from `start` on into an array, which they fill. */
  read(start: number, to: Float32Array): void;
}

/** A column that has been read. */
export interface ReadColumn {
  readonly plan: ColumnPlan;
  readonly column: CsvColumn | undefined;
  readonly observed: Observed;
  readonly values: ColumnValues;
  readonly problems: readonly CsvProblem[];
  readonly notes: readonly CsvNote[];
}

/** Reads the values of one column, and finds out its kind. */
export class ColumnReader extends FieldReader {
  readonly #maxCategories: number;
  readonly #maxCategoriesGiven: boolean;
  /** Most classes that it records. */
  readonly #limit: number;
  readonly #keep: boolean;
  readonly #unit: Observed['unit'];
  readonly #values = new Float32List();
  /** The kind that fields are read as; undefined until the first value of a column that is inferred. */
  #as: 'number' | 'category' | undefined;
  /** Classes by their text, in the order in which they came. */
  readonly #codes = new Map<string, number>();
  readonly #seen: Seen[] = [];
  /** Texts in a column of numbers. */
  readonly #odd = new Map<string, Seen>();
  #oddCount = 0;
  #numbers = 0;
  #firstNumber: [text: string, seen: Seen] | undefined;
  #count = 0;
  #missing: Seen | undefined;
  #missingText = '';
  readonly #samples: string[] = [];
  readonly #statistics = new NumberStatistics();
  #leadingZeros: string | undefined;
  #checkZeros: boolean;
  readonly #pending = new Float64Array(PENDING);
  #filled = 0;

  constructor(
    plan: ColumnPlan,
    at: number,
    limits: { maxCategories: number; maxCategoriesGiven: boolean },
    keep: boolean,
    unit: Observed['unit'],
  ) {
    super(plan, at);
    this.#unit = unit;
    this.#maxCategories = limits.maxCategories;
    this.#maxCategoriesGiven = limits.maxCategoriesGiven;
    this.#limit = Math.max(limits.maxCategories + 1, 1000);
    this.#keep = keep || plan.missing === 'median';
    this.#checkZeros = plan.kind === undefined;
    this.#as = plan.kind === undefined ? undefined : plan.kind === 'category' ? 'category' : 'number';
  }

  addMissing(row: Row): void {
    if (this.#missing) this.#missing.count++;
    else {
      this.#missing = { count: 1, line: row.line };
      this.#missingText = row.text(this.at);
    }
    this.#push(Number.NaN);
  }

  /** Adds the field of a row in which it is not missing. */
  add(row: Row): void {
    if (this.#count++ < 5) this.#samples.push(row.text(this.at));
    if (this.#as === 'category') {
      this.#addClass(row);
      return;
    }
    const value = this.number(row);
    if (Number.isNaN(value)) {
      if (this.#as === undefined) {
        this.#as = 'category';
        this.#addClass(row);
      } else this.#addOdd(row);
      return;
    }
    this.#as = 'number';
    this.#addNumber(value, row);
  }

  #addNumber(value: number, row: Row): void {
    if (this.#numbers++ === 0) this.#firstNumber = [row.text(this.at), { count: 1, line: row.line }];
    if (this.#checkZeros && row.code(this.at, 0) === ZERO && row.code(this.at, 1) >= ZERO) {
      this.#checkLeadingZeros(row.text(this.at));
    }
    this.#push(value);
  }

  #checkLeadingZeros(text: string): void {
    if (!/^0\d/.test(text) || /^0+$/.test(text)) return;
    this.#leadingZeros = text;
    this.#checkZeros = false;
  }

  /** Adds a number, the code of a class, or NaN for a missing value. */
  #push(value: number): void {
    this.#pending[this.#filled++] = value;
    if (this.#filled === PENDING) this.#flush();
  }

  /** Counts the values that are pending, and keeps them. */
  #flush(): void {
    if (this.#as === 'number') this.#statistics.add(this.#pending, this.#filled);
    if (this.#keep) this.#values.add(this.#pending, this.#filled);
    this.#filled = 0;
  }

  #addClass(row: Row): void {
    const text = this.text(row);
    let code = this.#codes.get(text);
    if (code === undefined) {
      if (this.#codes.size === this.#limit) {
        if (!Number.isNaN(this.parse(text))) this.#numbers++;
        return;
      }
      code = this.#codes.size;
      this.#codes.set(text, code);
      this.#seen.push({ count: 0, line: row.line });
    }
    this.#seen[code]!.count++;
    this.#push(code);
  }

  #addOdd(row: Row): void {
    this.#oddCount++;
    this.#push(Number.NaN);
    const text = this.text(row);
    const seen = this.#odd.get(text);
    if (seen) seen.count++;
    else if (this.#odd.size < MAX_ODD) this.#odd.set(text, { count: 1, line: row.line });
  }

  /** The column and its values, or the problems that keep it from being one. */
  *finish(): Generator<void, ReadColumn, void> {
    const { plan } = this;
    this.#flush();
    const statistics = this.#statistics;
    const texts =
      this.#as === 'category' ? new Map([...this.#codes].map(([text, code]) => [text, this.#seen[code]!])) : this.#odd;
    const observed: Observed = {
      plan,
      unit: this.#unit,
      as: this.#as,
      count: this.#count,
      missing: this.#missing && { text: this.#missingText, ...this.#missing },
      numbers: this.#numbers,
      firstNumber: this.#firstNumber,
      texts,
      textCount: this.#as === 'category' ? this.#count : this.#oddCount,
      samples: this.#samples,
      overflow: this.#codes.size === this.#limit,
      maxCategories: this.#maxCategories,
      maxCategoriesGiven: this.#maxCategoriesGiven,
      min: statistics.min,
      max: statistics.max,
      std: statistics.std,
      roundingError: statistics.roundingError,
      spread: statistics.spread,
      lost: statistics.lost,
      leadingZeros: this.#leadingZeros,
      sequential: statistics.sequential,
      thrown: this.thrown,
      parse: (text) => this.parse(text),
    };
    const { problems, notes } = judge(observed);
    if (this.#count === 0) return { plan, column: undefined, observed, values: this.#values, problems, notes };
    const read = this.#as === 'category' ? this.#category() : { column: yield* this.#number(), values: this.#values };
    return { plan, observed, problems, notes, ...read };
  }

  *#number(): Generator<void, NumberColumn, void> {
    const { name, kind, missing } = this.plan;
    const statistics = this.#statistics;
    return {
      kind: kind === 'date' ? 'date' : 'number',
      name,
      count: this.#count,
      missing: this.#missing?.count ?? 0,
      min: statistics.min,
      max: statistics.max,
      mean: statistics.mean,
      std: statistics.std,
      ...(missing === 'median' && this.#missing && { median: yield* this.#values.median() }),
    };
  }

  #category(): { column: CategoryColumn; values: ColumnValues } {
    const { name } = this.plan;
    const classes = sortClasses([...this.#codes.keys()]);
    const ranks = new Float32Array(classes.length);
    const counts = classes.map((one, rank) => {
      const code = this.#codes.get(one)!;
      ranks[code] = rank;
      return this.#seen[code]!.count;
    });
    const missing = this.#missing?.count ?? 0;
    let missingRank = Number.NaN;
    if (missing > 0 && this.plan.missing === 'class' && !this.plan.isTarget) {
      missingRank = classes.indexOf(MISSING_CLASS);
      if (missingRank < 0) {
        missingRank = classes.push(MISSING_CLASS) - 1;
        counts.push(0);
      }
      counts[missingRank]! += missing;
    }
    const values = this.#values;
    return {
      column: { kind: 'category', name, count: this.#count, missing, classes, counts },
      values: {
        read(start, to) {
          values.read(start, to);
          for (let i = 0; i < to.length; i++) {
            const code = to[i]!;
            to[i] = Number.isNaN(code) ? missingRank : ranks[code]!;
          }
        },
      },
    };
  }
}
