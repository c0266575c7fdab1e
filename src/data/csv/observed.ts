// Counts of a column's content, and functions that describe its problems.
import type { CsvFix, CsvProblem, CsvProblemCode } from './error.js';
import { optionsText } from './error.js';
import type { ColumnOptions, ColumnReading } from './options.js';
import type { ColumnPlan } from './plan.js';
import { numberOfText } from './values.js';

/** Occurrences of a text in a column. */
export interface Seen {
  count: number;
  /** The line of the first, or its row. */
  readonly line: number;
}

/** The content of a column, counted. */
export interface Observed {
  readonly plan: ColumnPlan;
  /** The place that a number counts: a line of text, or a row that is an object. */
  readonly unit: 'line' | 'row';
  /** The kind its fields were read as; undefined if no value is present. */
  readonly as: 'number' | 'category' | undefined;
  /** Values that are present. */
  readonly count: number;
  readonly missing: (Seen & { readonly text: string }) | undefined;
  /** Numbers, counted in a column read as numbers, and beyond the limit of classes in others. */
  readonly numbers: number;
  /** The first of them in a column read as numbers. */
  readonly firstNumber: [text: string, seen: Seen] | undefined;
  /** Its texts: all in a column of text, those that are no numbers in a column of numbers; up to a limit. */
  readonly texts: ReadonlyMap<string, Seen>;
  readonly textCount: number;
  readonly samples: readonly string[];
  /** There are more texts than were counted one by one. */
  readonly overflow: boolean;
  readonly maxCategories: number;
  readonly maxCategoriesGiven: boolean;
  readonly min: number;
  readonly max: number;
  readonly std: number;
  /** Root of the mean squared error of rounding to float32. */
  readonly roundingError: number;
  /** Its numbers differ in float64. */
  readonly spread: boolean;
  /** Whole numbers that float32 does not hold. */
  readonly lost: { readonly text: string; readonly count: number } | undefined;
  readonly leadingZeros: string | undefined;
  /** Each number is one more than that before. */
  readonly sequential: boolean;
  readonly thrown: unknown;
  /** A text of the column as a number; NaN if it is not a number. */
  readonly parse: (text: string) => number;
}

/** A problem of a column, with a way to read it that the fix consists of. */
export function columnProblem(
  { plan }: Observed,
  code: CsvProblemCode,
  line: number | undefined,
  message: string,
  reading?: ColumnReading,
  options?: CsvFix,
): CsvProblem {
  const { name } = plan;
  const fix: CsvFix = { ...options, ...(reading !== undefined && { columns: { [name]: reading } }) };
  return { code, line, column: name, message, ...(Object.keys(fix).length > 0 && { fix }) };
}

/** The options that were given for a column, but for those that a column of this kind does not use. */
export function detailOf({ given }: ColumnPlan, kind = given.kind): ColumnOptions {
  const { unit, order, decimal, thousands, ...others } = given;
  const used = kind === 'date' ? { order } : kind === 'category' ? {} : { unit, decimal, thousands };
  const all = { kind, ...others, ...used, ...(kind !== undefined && { kind }) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** A column read as this kind, with the options that were given for it. */
export function readAs(plan: ColumnPlan, kind: 'number' | 'category' | 'date'): ColumnReading {
  const detail = detailOf(plan, kind);
  return Object.keys(detail).length === 1 ? kind : detail;
}

export function first(texts: ReadonlyMap<string, Seen>): { text: string; line: number } {
  const [text, seen] = texts.entries().next().value!;
  return { text, line: seen.line };
}

/** A reading that takes some texts for missing values; undefined where they are numbers in plain notation. */
export function missingReading(
  { plan, missing }: Observed,
  texts: Iterable<string>,
  kind: 'number' | 'date',
): ColumnReading | undefined {
  const values = [...texts];
  if (values.some((text) => !Number.isNaN(numberOfText(text)))) return undefined;
  if (values.length > 10) return plan.isTarget ? undefined : 'ignore';
  const policy = plan.isTarget ? 'drop' : 'mean';
  const needed = plan.missing === 'error' || missing === undefined;
  return {
    ...detailOf(plan, kind),
    missingValues: [...(plan.given.missingValues ?? []), ...values],
    ...(needed && plan.missing === 'error' && { missing: policy }),
  };
}

export function readingText({ plan }: Observed, reading: ColumnReading): string {
  return optionsText({ columns: { [plan.name]: reading } });
}
