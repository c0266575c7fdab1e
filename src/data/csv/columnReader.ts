import { sortClasses } from '../classes.js';
import type { CategoryColumn, CsvColumn, NumberColumn } from './column.js';
import type { CsvNote, CsvProblem } from './error.js';
import { FieldReader, MISSING_CLASS } from './field.js';
import { judge, type Observed, type Seen } from './judge.js';
import type { ColumnPlan } from './options.js';
import type { Row } from './tokenizer.js';

const CHUNK = 16_384;
/** Whole numbers from here on are not all in float32. */
const EXACT = 2 ** 24;
/** Texts that are no numbers of which a column of numbers keeps account. */
const MAX_ODD = 64;

/** Values that are gathered before they are counted together. */
const PENDING = 128;

/** float32 numbers, as many as come. */
class Values {
  readonly #chunks: Float32Array[] = [];
  length = 0;

  /** Adds the first numbers of an array, which divides a chunk. */
  add(values: Float64Array, count: number): void {
    const at = this.length % CHUNK;
    if (at === 0) this.#chunks.push(new Float32Array(CHUNK));
    const last = this.#chunks[this.#chunks.length - 1]!;
    for (let i = 0; i < count; i++) last[at + i] = values[i]!;
    this.length += count;
  }

  at(i: number): number {
    return this.#chunks[Math.floor(i / CHUNK)]![i % CHUNK]!;
  }
}

/** The values of a column by row: a number, or the rank of a class; NaN where one is missing. */
export interface ColumnValues {
  at(i: number): number;
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
  /** Classes of which it keeps account. */
  readonly #limit: number;
  readonly #keep: boolean;
  readonly #values = new Values();
  /** How fields are read; undefined until the first value of a column that is inferred. */
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
  #sum = 0;
  /** Numbers in the statistics. */
  #counted = 0;
  #mean = 0;
  #squares = 0;
  #min = Infinity;
  #max = -Infinity;
  #errors = 0;
  #spread = false;
  #lost: { text: string; count: number } | undefined;
  #leadingZeros: string | undefined;
  #checkZeros: boolean;
  /** Numbers that are one more than that before. */
  #steps = 0;
  #previous = Number.NaN;
  readonly #pending = new Float64Array(PENDING);
  #filled = 0;

  constructor(
    plan: ColumnPlan,
    at: number,
    limits: { maxCategories: number; maxCategoriesGiven: boolean },
    keep: boolean,
  ) {
    super(plan, at);
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
    this.#count++;
    if (this.#samples.length < 5) this.#samples.push(row.text(this.at));
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
    if (this.#checkZeros && row.head(this.at) === 48) this.#checkLeadingZeros(row.text(this.at));
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
    if (this.#as === 'number') this.#count32(this.#pending, this.#filled);
    if (this.#keep) this.#values.add(this.#pending, this.#filled);
    this.#filled = 0;
  }

  /** Takes numbers into the statistics: sums of squares by the pairwise update of Chan, Golub and LeVeque (1979). */
  #count32(values: Float64Array, count: number): void {
    let n = 0;
    let sum = 0;
    let min = this.#min;
    let max = this.#max;
    let previous = this.#previous;
    let steps = 0;
    let lossy = false;
    for (let i = 0; i < count; i++) {
      const raw = values[i]!;
      if (Number.isNaN(raw)) continue;
      const value = Math.fround(raw);
      if (value !== raw) lossy = true;
      n++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
      if (raw === previous + 1) steps++;
      if (raw !== previous && !Number.isNaN(previous)) this.#spread = true;
      previous = raw;
    }
    if (n === 0) return;
    const mean = sum / n;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const difference = Math.fround(values[i]!) - mean;
      if (!Number.isNaN(difference)) squares += difference * difference;
    }
    const before = this.#counted;
    const delta = mean - this.#mean;
    this.#counted += n;
    this.#mean += (delta * n) / this.#counted;
    this.#squares += squares + (delta * delta * before * n) / this.#counted;
    this.#sum += sum;
    this.#min = min;
    this.#max = max;
    this.#previous = previous;
    this.#steps += steps;
    if (lossy) this.#countErrors(values, count);
  }

  /** Takes the rounding to float32 into the statistics. */
  #countErrors(values: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const raw = values[i]!;
      const error = raw - Math.fround(raw);
      if (Number.isNaN(error) || error === 0) continue;
      this.#errors += error * error;
      if (!Number.isInteger(raw) || Math.abs(raw) < EXACT || Math.abs(raw) > 2 ** 53) continue;
      if (this.#lost) this.#lost.count++;
      else this.#lost = { text: String(raw), count: 1 };
    }
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
  finish(): ReadColumn {
    const { plan } = this;
    this.#flush();
    const texts =
      this.#as === 'category' ? new Map([...this.#codes].map(([text, code]) => [text, this.#seen[code]!])) : this.#odd;
    const observed: Observed = {
      plan,
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
      min: this.#min,
      max: this.#max,
      std: Math.sqrt(this.#squares / this.#numbers),
      roundingError: Math.sqrt(this.#errors / this.#numbers),
      spread: this.#spread,
      lost: this.#lost,
      leadingZeros: this.#leadingZeros,
      sequential: this.#numbers > 20 && this.#steps === this.#numbers - 1,
      thrown: this.thrown,
      parse: (text) => this.parse(text),
    };
    const { problems, notes } = judge(observed);
    if (this.#count === 0) return { plan, column: undefined, observed, values: this.#values, problems, notes };
    const read = this.#as === 'category' ? this.#category() : { column: this.#number(), values: this.#values };
    return { plan, observed, problems, notes, ...read };
  }

  #number(): NumberColumn {
    const { name, kind, missing } = this.plan;
    return {
      kind: kind === 'date' ? 'date' : 'number',
      name,
      count: this.#count,
      missing: this.#missing?.count ?? 0,
      min: this.#min,
      max: this.#max,
      mean: this.#sum / this.#numbers,
      std: Math.sqrt(this.#squares / this.#numbers),
      ...(missing === 'median' && this.#missing && { median: this.#median() }),
    };
  }

  /** The middle of the values that are kept, or of nothing where they are not. */
  #median(): number {
    const values = new Float32Array(this.#numbers);
    let filled = 0;
    for (let i = 0; i < this.#values.length; i++) {
      const value = this.#values.at(i);
      if (!Number.isNaN(value)) values[filled++] = value;
    }
    const sorted = values.subarray(0, filled).sort();
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
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
        at(i) {
          const code = values.at(i);
          return Number.isNaN(code) ? missingRank : ranks[code]!;
        },
      },
    };
  }
}
