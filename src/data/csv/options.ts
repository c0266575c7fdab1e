import type { DateOrder } from './dates.js';
import type { MissingPolicy } from './missing.js';

/** Kind of a column: read as numbers, as names of classes, as days since 1970-01-01 UTC, or not at all. */
export type ColumnKind = 'number' | 'category' | 'date' | 'ignore';

/** Reads a field that is not missing, without the spaces around it; null for one that is missing after all. */
export type FieldFunction = (text: string) => number | null;

/** Options of one column. */
export interface ColumnOptions {
  /** Inferred when left out. */
  readonly kind?: 'number' | 'category' | 'date' | undefined;
  /** Changes the text of a field before it is read; null for a missing value. */
  readonly clean?: ((text: string) => string | null) | undefined;
  /** A unit or currency before or after each number, which does not count. Not for texts and dates. */
  readonly unit?: string | undefined;
  /** The order of day and month in dates such as 1/2/2024; with `kind: 'date'`. */
  readonly order?: DateOrder | undefined;
  /** See {@link CsvOptions.decimal}. */
  readonly decimal?: string | undefined;
  /** See {@link CsvOptions.thousands}. */
  readonly thousands?: string | undefined;
  /** See {@link CsvOptions.missing}. */
  readonly missing?: MissingPolicy | undefined;
  /** Fields that stand for a missing value in this column, besides those of the table. */
  readonly missingValues?: readonly string[] | undefined;
}

/** A kind of column, a function that reads a field as a number, or both in detail. */
export type ColumnReading = ColumnKind | FieldFunction | ColumnOptions;

/** Options of {@link parseCsv}, {@link readCsv}, {@link scanCsv}, {@link table}, {@link readTable} and {@link inspectCsv}. */
export interface CsvOptions {
  /** The column to predict, by name; several columns of numbers give targets [N, K]. */
  readonly target: string | readonly string[];
  /** The character between two fields. A space stands for a run of spaces and tabs. Default `','`. */
  readonly delimiter?: string | undefined;
  /** The character around a field that holds delimiters or line ends; `false` for a text without quotes. Default `'"'`. */
  readonly quote?: string | false | undefined;
  /** Quotes within quotes are doubled (`'double'`, the default) or stand behind a backslash (`'backslash'`). */
  readonly escape?: 'double' | 'backslash' | undefined;
  /**
   * `true` (default): the first line names the columns. `false`: there is no such line, and columns are called `'1'`, `'2'`, ... Or the names
   * of the columns, for a text without such a line.
   */
  readonly header?: boolean | readonly string[] | undefined;
  /** Rows begin with a name that the header has no field for, as R writes them; it is left out. Default false. */
  readonly rowNames?: boolean | undefined;
  /** Lines at the start to leave out; or the numbers of the lines, counted from 1. Default 0. */
  readonly skip?: number | readonly number[] | undefined;
  /** Lines that begin with it are left out, `'#'` for example. Default: none. */
  readonly comment?: string | undefined;
  /** The encoding of bytes, as `TextDecoder` names it. Default: that of the byte order mark, else UTF-8. */
  readonly encoding?: string | undefined;
  /** The decimal sign of numbers. Default `'.'`. */
  readonly decimal?: string | undefined;
  /** The sign between groups of three digits, such as `','`; a space stands for those that do not break too. Default `''`: none. */
  readonly thousands?: string | undefined;
  /**
   * Treatment of a row with a missing value, for all columns or by the name of the column. `'error'` (default): it is refused; `'drop'`: left
   * out; `'mean'` and `'median'`: numbers get that of their column, one-hot features of a text are all 0; `'class'`: a missing text is a class
   * of its own, and a missing number the mean. A row without its target is refused by `'error'`, else left out.
   */
  readonly missing?: MissingPolicy | Readonly<Record<string, MissingPolicy>> | undefined;
  /** The fields that stand for a missing value. Default: `''`, `'NA'`, `'N/A'`, `'NaN'`, `'nan'`, `'null'`, `'NULL'`, `'?'`. */
  readonly missingValues?: readonly string[] | undefined;
  /** Options of columns by name, where they are not to be inferred. */
  readonly columns?: Readonly<Record<string, ColumnReading>> | undefined;
  /** The number of classes a column of text may have. Default 100. */
  readonly maxCategories?: number | undefined;
  /** A class that the table does not have, in rows to encode: refused (`'error'`, the default), or one-hot features that are all 0 (`'zeros'`). */
  readonly unknown?: 'error' | 'zeros' | undefined;
  /** A field that an object lacks: refused (`'error'`, the default), or a missing value (`'missing'`). */
  readonly absent?: 'error' | 'missing' | undefined;
}
