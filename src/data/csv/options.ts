import {
  type Check,
  checkInt,
  checkOneOf,
  checkOptions,
  fail,
  func,
  type OptionTable,
  oneOf,
  readOptions,
  refuse,
  show,
} from '../../validate.js';
import type { DateOrder } from './dates.js';
import { type MissingPolicy, MissingValues } from './missing.js';
import type { Layout } from './tokenizer.js';

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
  /** A unit or currency before or after each number, which does not count. */
  readonly unit?: string | undefined;
  /** The order of day and month in dates such as 1/2/2024. */
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
   * of its own. A row without its target is refused by `'error'`, else left out.
   */
  readonly missing?: MissingPolicy | Readonly<Record<string, MissingPolicy>> | undefined;
  /** The fields that stand for a missing value. Default: `''`, `'NA'`, `'N/A'`, `'NaN'`, `'nan'`, `'null'`, `'NULL'`, `'?'`. */
  readonly missingValues?: readonly string[] | undefined;
  /** Options of columns by name, where they are not to be inferred. */
  readonly columns?: Readonly<Record<string, ColumnReading>> | undefined;
  /** The number of classes a column of text may have. Default 100. */
  readonly maxCategories?: number | undefined;
  /** A class that the table has not, in rows to encode: refused (`'error'`, the default), or one-hot features that are all 0 (`'zeros'`). */
  readonly unknown?: 'error' | 'zeros' | undefined;
  /** A field that an object lacks: refused (`'error'`, the default), or a missing value (`'missing'`). */
  readonly absent?: 'error' | 'missing' | undefined;
}

/** Resolved options of one column. */
export interface ColumnPlan {
  readonly name: string;
  readonly isTarget: boolean;
  /** Undefined: inferred. */
  readonly kind: 'number' | 'category' | 'date' | 'function' | undefined;
  readonly read: FieldFunction | undefined;
  readonly clean: ((text: string) => string | null) | undefined;
  readonly unit: string | undefined;
  readonly order: DateOrder | undefined;
  readonly decimal: string;
  readonly thousands: string;
  readonly missing: MissingPolicy;
  readonly missingValues: MissingValues;
}

/** The options, checked and complete. */
export interface Plan {
  /** The function that was called, which errors name first. */
  readonly call: string;
  /** The options as they were given, for a schema to keep. */
  readonly options: CsvOptions;
  readonly target: readonly string[];
  readonly layout: Layout;
  readonly header: boolean | readonly string[];
  readonly rowNames: boolean;
  readonly encoding: string | undefined;
  readonly columns: ReadonlyMap<string, ColumnReading>;
  readonly maxCategories: number;
  /** Set if the caller chose `maxCategories`. */
  readonly maxCategoriesGiven: boolean;
  readonly unknown: 'error' | 'zeros';
  readonly absent: 'error' | 'missing';
  /** The plan of a column that is not ignored. */
  columnPlan(name: string): ColumnPlan;
}

const MISSING = ['', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', '?'];
const POLICIES = ['error', 'drop', 'mean', 'median', 'class'] as const;

/** One character, or none of the text where `empty` allows that. */
const character =
  (refused: RegExp, empty = false): Check =>
  (name, value) => {
    const expected = `be one character${empty ? ', or none' : ''} that ends no field or line`;
    if (typeof value !== 'string') refuse(TypeError, name, 'be one character', value);
    if ((value.length !== 1 && !(empty && value === '')) || refused.test(value))
      refuse(RangeError, name, expected, value);
  };

const stringList: Check = (name, value) => {
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) {
    refuse(TypeError, name, 'be an array of strings', value);
  }
};

/** Names, each a string and none of them twice. */
function checkNames(name: string, value: unknown, expected: string): asserts value is readonly string[] {
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) {
    refuse(TypeError, name, `be ${expected}`, value);
  }
  const seen = new Set<string>();
  for (const one of value) {
    if (seen.has(one)) fail(RangeError, name, 'not name a column twice', `${show(one)} twice`);
    seen.add(one);
  }
}

const target: Check = (name, value) => {
  const targets = typeof value === 'string' ? [value] : value;
  checkNames(name, targets, 'the name of a column, or several');
  if (targets.length === 0) fail(RangeError, name, 'name a column', 'none');
};

const header: Check = (name, value) => {
  if (typeof value !== 'boolean') checkNames(name, value, 'true, false or the names of the columns');
};

const skip: Check = (name, value) => {
  if (!Array.isArray(value)) checkInt(name, value, 0);
  else for (const [i, line] of value.entries()) checkInt(`${name}[${i}]`, line, 1);
};

const policy = oneOf(...POLICIES);

const missing: Check = (name, value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) policy(name, value);
  else for (const [column, one] of Object.entries(value)) policy(`${name}[${show(column)}]`, one);
};

const encoding: Check = (name, value) => {
  if (typeof value !== 'string') refuse(TypeError, name, 'be the name of an encoding', value);
  try {
    new TextDecoder(value);
  } catch {
    refuse(RangeError, name, 'be an encoding that TextDecoder knows', value);
  }
};

const decimal = character(/[\d\s+\-e"]/i);
const thousands = character(/[\d+\-e"\r\n\t]/i, true);

const COLUMN: OptionTable<ColumnOptions> = {
  kind: [oneOf('number', 'category', 'date'), undefined],
  clean: [func, undefined],
  unit: [
    (name, value) => {
      if (typeof value !== 'string' || value === '') refuse(TypeError, name, 'be a text', value);
    },
    undefined,
  ],
  order: [oneOf('dmy', 'mdy'), undefined],
  decimal: [decimal, undefined],
  thousands: [thousands, undefined],
  missing: [policy, undefined],
  missingValues: [stringList, undefined],
};

const columns: Check = (name, value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse(TypeError, name, 'be an object', value);
  }
  for (const [column, reading] of Object.entries(value)) {
    const label = `${name}[${show(column)}]`;
    if (typeof reading === 'function') continue;
    if (typeof reading === 'object' && reading !== null) readOptions(label, reading as ColumnOptions, COLUMN, '.');
    else checkOneOf(label, reading, ['number', 'category', 'date', 'ignore']);
  }
};

const TABLE = {
  target: [target],
  delimiter: [character(/["\r\n\uFEFF]/), ','],
  quote: [
    (name, value) => {
      if (value !== false) character(/[\r\n\uFEFF\s]/)(name, value);
    },
    '"',
  ],
  escape: [oneOf('double', 'backslash'), 'double'],
  header: [header, true],
  rowNames: [
    (name, value) => {
      if (typeof value !== 'boolean') refuse(TypeError, name, 'be true or false', value);
    },
    false,
  ],
  skip: [skip, 0],
  comment: [
    (name, value) => {
      if (typeof value !== 'string' || value === '')
        refuse(TypeError, name, 'be the text that begins a comment', value);
    },
    undefined,
  ],
  encoding: [encoding, undefined],
  decimal: [decimal, '.'],
  thousands: [thousands, ''],
  missing: [missing, 'error'],
  missingValues: [stringList, MISSING],
  columns: [columns, {}],
  maxCategories: [(name, value) => checkInt(name, value, 2), 100],
  unknown: [oneOf('error', 'zeros'), 'error'],
  absent: [oneOf('error', 'missing'), 'error'],
} as const satisfies OptionTable<CsvOptions>;

/** Names of the options of a table. */
export const TABLE_OPTIONS: readonly string[] = /* @__PURE__ */ Object.keys(TABLE);

/** Checks the options of a table. Without a target, which {@link inspectCsv} allows, all columns are features. */
export function readCsvOptions(call: string, options: Partial<CsvOptions>, targetNeeded = true): Plan {
  checkOptions(call, options, TABLE_OPTIONS);
  if (targetNeeded || options.target !== undefined) TABLE.target[0](`${call}: target`, options.target);
  const read = readOptions(call, { ...options, target: options.target ?? [''] } as CsvOptions, TABLE);
  const targets =
    options.target === undefined ? [] : typeof options.target === 'string' ? [options.target] : [...options.target];
  const targetNames = new Set(targets);
  const readings = new Map(Object.entries(read.columns));
  for (const name of targets) {
    if (readings.get(name) === 'ignore') {
      refuse(RangeError, `${call}: columns[${show(name)}]`, 'be read, as the target', 'ignore');
    }
  }
  if (read.decimal === read.thousands) {
    refuse(RangeError, `${call}: thousands`, 'be another sign than decimal', read.thousands);
  }
  const missingValues = new MissingValues(read.missingValues);
  const policies = typeof read.missing === 'string' ? undefined : new Map(Object.entries(read.missing));
  const general = typeof read.missing === 'string' ? read.missing : 'error';
  return {
    call,
    options: { ...options, ...(options.columns && { columns: { ...options.columns } }) } as CsvOptions,
    target: targets,
    layout: {
      delimiter: read.delimiter,
      quote: read.quote,
      escape: read.escape,
      comment: read.comment,
      skip: typeof read.skip === 'number' ? read.skip : new Set(read.skip),
    },
    header: typeof read.header === 'boolean' ? read.header : [...read.header],
    rowNames: read.rowNames,
    encoding: read.encoding,
    columns: readings,
    maxCategories: read.maxCategories,
    maxCategoriesGiven: options.maxCategories !== undefined,
    unknown: read.unknown,
    absent: read.absent,
    columnPlan(name) {
      const reading = readings.get(name);
      const detail = typeof reading === 'object' ? reading : {};
      const signs = { decimal: detail.decimal ?? read.decimal, thousands: detail.thousands ?? read.thousands };
      return {
        name,
        isTarget: targetNames.has(name),
        kind:
          typeof reading === 'function'
            ? 'function'
            : typeof reading === 'string'
              ? (reading as 'number')
              : detail.kind,
        read: typeof reading === 'function' ? reading : undefined,
        clean: detail.clean,
        unit: detail.unit,
        order: detail.order,
        ...signs,
        missing: detail.missing ?? policies?.get(name) ?? general,
        missingValues: detail.missingValues
          ? new MissingValues([...missingValues.texts, ...detail.missingValues])
          : missingValues,
      };
    },
  };
}
