import { checkInt, checkOneOf, checkOptions, show } from '../../validate.js';

/** How a column is read: as numbers, as names of classes, or not at all. */
export type ColumnKind = 'number' | 'category' | 'ignore';

/** Options of {@link parseCsv}, {@link readCsv} and {@link scanCsv}. */
export interface CsvOptions {
  /** The column to predict, by name; several columns of numbers give targets [N, K]. */
  readonly target: string | readonly string[];
  /** What stands between two fields, one character. Default `','`. */
  readonly delimiter?: string;
  /** `true` (default): the first line names the columns. Or their names, for a text without such a line. */
  readonly header?: true | readonly string[];
  /**
   * What becomes of a row with a missing value. `'error'` (default): it is refused; `'drop'`: left out; `'mean'`: what is missing gets the
   * mean of the column, and of one-hot columns the part of the rows in each class. A row without its target is refused by `'error'`, else
   * left out.
   */
  readonly missing?: 'error' | 'drop' | 'mean';
  /** The fields that stand for a missing value. Default: `''`, `'NA'`, `'N/A'`, `'NaN'`, `'nan'`, `'null'`, `'NULL'`, `'?'`. */
  readonly missingValues?: readonly string[];
  /** How columns are read, by name, where it is not to be inferred. */
  readonly columns?: Readonly<Record<string, ColumnKind>>;
  /** How many classes a column of text may have. Default 100. */
  readonly maxCategories?: number;
}

/** The options, all of them, checked. */
export interface Plan {
  /** What errors name first: the function that was called. */
  readonly call: string;
  readonly target: readonly string[];
  readonly delimiter: string;
  readonly header: true | readonly string[];
  readonly missing: 'error' | 'drop' | 'mean';
  readonly missingValues: ReadonlySet<string>;
  readonly columns: ReadonlyMap<string, ColumnKind>;
  readonly maxCategories: number;
}

const KNOWN = ['target', 'delimiter', 'header', 'missing', 'missingValues', 'columns', 'maxCategories'];
const MISSING = ['', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', '?'];

export function readCsvOptions(call: string, options: CsvOptions): Plan {
  checkOptions(call, options, KNOWN);
  const { target, delimiter = ',', header = true, missing = 'error', maxCategories = 100 } = options;
  const { missingValues = MISSING, columns = {} } = options;
  const targets = typeof target === 'string' ? [target] : target;
  checkNames(`${call}: target`, targets, 'the name of a column, or several');
  if (targets.length === 0) throw new RangeError(`${call}: target must name a column, got none`);
  if (typeof delimiter !== 'string') {
    throw new TypeError(`${call}: delimiter must be one character, got ${show(delimiter)}`);
  }
  if (delimiter.length !== 1 || /["\r\n\uFEFF]/.test(delimiter)) {
    throw new RangeError(`${call}: delimiter must be one character that no field ends with, got ${show(delimiter)}`);
  }
  if (header !== true) checkNames(`${call}: header`, header, 'true or the names of the columns');
  checkOneOf(`${call}: missing`, missing, ['error', 'drop', 'mean']);
  if (!Array.isArray(missingValues) || missingValues.some((value) => typeof value !== 'string')) {
    throw new TypeError(`${call}: missingValues must be an array of strings, got ${show(missingValues)}`);
  }
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) {
    throw new TypeError(`${call}: columns must be an object, got ${show(columns)}`);
  }
  for (const [name, kind] of Object.entries(columns)) {
    checkOneOf(`${call}: columns[${show(name)}]`, kind, ['number', 'category', 'ignore']);
    if (kind === 'ignore' && targets.includes(name)) {
      throw new RangeError(`${call}: columns[${show(name)}] must be read, as the target, got "ignore"`);
    }
  }
  checkInt(`${call}: maxCategories`, maxCategories, 2);
  return {
    call,
    target: [...targets],
    delimiter,
    header: header === true || [...header],
    missing,
    missingValues: new Set(missingValues),
    columns: new Map(Object.entries(columns)),
    maxCategories,
  };
}

/** Names, each a string and none of them twice. */
function checkNames(name: string, value: unknown, expected: string): asserts value is readonly string[] {
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) {
    throw new TypeError(`${name} must be ${expected}, got ${show(value)}`);
  }
  const twice = value.find((one, i) => value.indexOf(one) !== i);
  if (twice !== undefined) throw new RangeError(`${name} must not name a column twice, got ${show(twice)} twice`);
}

/**
 * The columns of a text: its own first row, or the names that stand for it. Throws for those that cannot be told apart, and if one that the
 * options name is not there.
 */
export function readHeader(place: string, plan: Plan, fields: readonly string[]): readonly string[] {
  const names = fields.map((field) => field.trim());
  const expected = `one of ${names.map(show).join(', ')}`;
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) !== i) throw new RangeError(`${place}: two columns are called ${show(name)}`);
    if (name === '' && !plan.columns.has('')) {
      throw new RangeError(`${place}: column ${i + 1} has no name; leave it out by columns: { '': 'ignore' }`);
    }
  }
  for (const name of plan.target) {
    if (names.includes(name)) continue;
    // A whole line that went for one name.
    const other = names.length === 1 ? ['\t', ';', '|', ','].find((one) => names[0]!.includes(one)) : undefined;
    const hint = other === undefined ? '' : `; is the delimiter ${show(other)}?`;
    throw new RangeError(`${place}: target must be ${expected}, got ${show(name)}${hint}`);
  }
  for (const name of plan.columns.keys()) {
    if (!names.includes(name)) throw new RangeError(`${place}: columns must name ${expected}, got ${show(name)}`);
  }
  return names;
}
