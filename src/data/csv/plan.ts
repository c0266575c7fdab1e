// The options of a table, checked and complete.
import {
  type Check,
  checkInt,
  checkOneOf,
  checkOptions,
  checkRecord,
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
import type { ColumnOptions, ColumnReading, CsvOptions, FieldFunction } from './options.js';
import type { Layout } from './textLayout.js';

/** Resolved options of one column. */
export interface ColumnPlan {
  readonly name: string;
  readonly isTarget: boolean;
  /** The options that were given for this column by itself. */
  readonly given: ColumnOptions;
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
  /** The options that were given, for a schema to keep, in a fixed order: saved schemas do not depend on that in which the caller wrote them. */
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
  if (!Array.isArray(value) || [...value].some((one) => typeof one !== 'string')) {
    refuse(TypeError, name, 'be an array of strings', value);
  }
};

/** Names, each a string and none of them twice. */
function checkNames(name: string, value: unknown, expected: string): asserts value is readonly string[] {
  if (!Array.isArray(value) || [...value].some((one) => typeof one !== 'string')) {
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
  if (typeof value !== 'object' || value === null) return policy(name, value);
  checkRecord(name, value);
  for (const [column, one] of Object.entries(value)) policy(`${name}[${show(column)}]`, one);
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

/** The kind of column that an option is about. */
const KIND_OF = { unit: 'number', order: 'date', decimal: 'number', thousands: 'number' } as const;

/** Refuses options that a column of this kind does not use. */
function checkUsed(label: string, reading: ColumnOptions): void {
  for (const [option, kind] of Object.entries(KIND_OF)) {
    const given = reading[option as keyof typeof KIND_OF];
    // A column without a kind is never taken for dates.
    if (given === undefined || (reading.kind ?? 'number') === kind) continue;
    const got = reading.kind === undefined ? 'no kind' : `kind: ${show(reading.kind)}`;
    fail(RangeError, `${label}.${option}`, `stand beside kind: ${show(kind)}`, got);
  }
}

const columns: Check = (name, value) => {
  checkRecord(name, value);
  for (const [column, reading] of Object.entries(value)) {
    const label = `${name}[${show(column)}]`;
    if (typeof reading === 'function') continue;
    if (typeof reading === 'object' && reading !== null) {
      checkUsed(label, readOptions(label, reading as ColumnOptions, COLUMN, '.') as ColumnOptions);
    } else checkOneOf(label, reading, ['number', 'category', 'date', 'ignore']);
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

function givenOptions(options: Partial<CsvOptions>): CsvOptions {
  const given = Object.entries({ ...options, ...(options.columns && { columns: { ...options.columns } }) });
  given.sort(([a], [b]) => TABLE_OPTIONS.indexOf(a) - TABLE_OPTIONS.indexOf(b));
  return Object.fromEntries(given) as unknown as CsvOptions;
}

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
  for (const [name, reading] of readings) {
    const { decimal = read.decimal, thousands = read.thousands } = detailsOf(reading);
    if (decimal === thousands)
      refuse(RangeError, `${call}: columns[${show(name)}].thousands`, 'be another sign than decimal', thousands);
  }
  if (read.quote === read.delimiter) refuse(RangeError, `${call}: quote`, 'be another sign than delimiter', read.quote);
  for (const [option, sign] of Object.entries({ delimiter: read.delimiter, quote: read.quote })) {
    if (read.comment === undefined || read.comment[0] !== sign) continue;
    fail(RangeError, `${call}: comment`, `begin with another sign than ${option}`, show(read.comment));
  }
  const missingValues = new MissingValues(read.missingValues);
  const policies = typeof read.missing === 'string' ? undefined : new Map(Object.entries(read.missing));
  const general = typeof read.missing === 'string' ? read.missing : 'error';
  return {
    call,
    options: givenOptions(options),
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
      const given = detailsOf(reading);
      return {
        name,
        isTarget: targetNames.has(name),
        given,
        kind: typeof reading === 'function' ? 'function' : given.kind,
        read: typeof reading === 'function' ? reading : undefined,
        clean: given.clean,
        unit: given.unit,
        order: given.order,
        decimal: given.decimal ?? read.decimal,
        thousands: given.thousands ?? read.thousands,
        missing: given.missing ?? policies?.get(name) ?? general,
        missingValues: given.missingValues
          ? new MissingValues([...missingValues.texts, ...given.missingValues])
          : missingValues,
      };
    },
  };
}

/** The options of one column, given as such or as a kind. */
function detailsOf(reading: ColumnReading | undefined): ColumnOptions {
  if (typeof reading === 'object') return reading;
  return reading === undefined || typeof reading === 'function' || reading === 'ignore' ? {} : { kind: reading };
}
