import type { ColumnPlan } from './plan.js';

/** A column of numbers or dates, as it was read. */
export interface NumberColumn {
  /** A date is days since 1970-01-01 UTC. */
  readonly kind: 'number' | 'date';
  readonly name: string;
  /** Values that are present, and values that are missing, in the rows that were kept. */
  readonly count: number;
  readonly missing: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Population standard deviation of the values that are present. */
  readonly std: number;
  /** Set if the median stands for missing values. */
  readonly median?: number;
}

/** A column of names of classes, as it was read. */
export interface CategoryColumn {
  readonly kind: 'category';
  readonly name: string;
  /** Values that are present, and values that are missing, in the rows that were kept. */
  readonly count: number;
  readonly missing: number;
  /** Its classes in ascending order: as numbers if all of them are, else as text. One for missing values comes last. */
  readonly classes: readonly string[];
  /** Number of values of each class. */
  readonly counts: readonly number[];
}

/** A column as it was inferred. */
export type CsvColumn = NumberColumn | CategoryColumn;

/** The number that stands for a missing one in a column. */
export function fillOf(column: NumberColumn, { missing }: Pick<ColumnPlan, 'missing'>): number {
  return missing === 'median' ? (column.median ?? column.mean) : column.mean;
}
