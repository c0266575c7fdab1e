import {
  type Check,
  checkInt,
  checkOptions,
  fail,
  finiteNumber,
  nonNegative,
  nonNegativeInt,
  oneOf,
  positiveInt,
  refuse,
  show,
} from '../../validate.js';
import type { CsvColumn } from './column.js';
import type { ColumnReading } from './options.js';
import { readCsvOptions } from './plan.js';
import { CsvSchema, type CsvSchemaData } from './schema.js';

/** Options of {@link csvSchema}. */
export interface CsvSchemaOptions {
  /** The functions of columns that were read with one: JSON cannot hold them. */
  readonly columns?: Readonly<Record<string, ColumnReading>> | undefined;
}

/**
 * The schema that `toJSON()` of a {@link CsvSchema} or {@link Table} gave, to encode rows elsewhere as it did: what a model that was saved needs
 * besides its state.
 *
 * @param data - plain data, as `JSON.parse` gives it
 * @param options - see {@link CsvSchemaOptions}
 * @throws TypeError or RangeError when it is not such data, or when a column was read with a function and none is given
 * @example
 * ```ts
 * import { csvSchema, parseCsv } from 'adamas/datasets';
 * const table = parseCsv('size,color,price\n1,red,10\n2,blue,30\n', { target: 'price' });
 * const text = JSON.stringify(table); // without its rows
 * const schema = csvSchema(JSON.parse(text));
 * console.log(schema.transform({ size: 3, color: 'blue' })); // Float32Array(3) [ 3, 1, 0 ]
 * ```
 */
export function csvSchema(data: CsvSchemaData, options: CsvSchemaOptions = {}): CsvSchema {
  const call = 'csvSchema';
  object(`${call}: data`, data, 'be what toJSON gave');
  checkOptions(call, options, ['columns']);
  object(`${call}: options`, data.options, 'be an object');
  const readings = { ...data.options.columns, ...options.columns };
  for (const [name, reading] of Object.entries(readings)) {
    const { clean } = Object(reading);
    if ((reading as unknown) !== 'function' && clean !== 'function') continue;
    fail(RangeError, `${call}: options.columns[${show(name)}]`, 'be the reader that the table had', 'none');
  }
  const plan = readCsvOptions(call, {
    ...data.options,
    ...(Object.keys(readings).length > 0 && { columns: readings }),
  });
  const columns = readColumns(`${call}: columns`, data.columns);
  const targets = readColumns(`${call}: targets`, data.targets);
  if (targets.map(({ name }) => name).join('\n') !== plan.target.join('\n')) {
    fail(RangeError, `${call}: targets`, `be ${show(plan.target)}`, 'others');
  }
  const names = new Set<string>();
  for (const { name } of [...columns, ...targets]) {
    if (names.has(name)) fail(RangeError, `${call}: columns`, 'not name a column twice', `${show(name)} twice`);
    names.add(name);
  }
  positiveInt(`${call}: rows`, data.rows);
  nonNegativeInt(`${call}: dropped`, data.dropped);
  const { rows, dropped, notes = [] } = data;
  list(`${call}: notes`, notes);
  return new CsvSchema(plan, columns, targets, { rows, dropped, notes: [...notes] });
}

function object(name: string, value: unknown, expected: string): void {
  if (typeof value !== 'object' || value === null) refuse(TypeError, name, expected, value);
}

function list(name: string, value: unknown): void {
  if (!Array.isArray(value)) refuse(TypeError, name, 'be an array', value);
}

function readColumns(label: string, columns: readonly CsvColumn[]): CsvColumn[] {
  list(label, columns);
  if (columns.length === 0) throw new RangeError(`${label} must not be empty`);
  return columns.map((column: CsvColumn, i) => readColumn(`${label}[${i}]`, column));
}

const kind = oneOf('number', 'date', 'category');
const text: Check = (name, value) => {
  if (typeof value !== 'string') refuse(TypeError, name, 'be a string', value);
};

function readColumn(label: string, column: CsvColumn): CsvColumn {
  object(label, column, 'be an object');
  kind(`${label}.kind`, column.kind);
  text(`${label}.name`, column.name);
  positiveInt(`${label}.count`, column.count);
  nonNegativeInt(`${label}.missing`, column.missing);
  const { name, count, missing } = column;
  if (column.kind !== 'category') {
    const { min, max, mean, std, median } = column;
    for (const [key, value] of Object.entries({ min, max, mean })) finiteNumber(`${label}.${key}`, value);
    nonNegative(`${label}.std`, std);
    if (median !== undefined) finiteNumber(`${label}.median`, median);
    return { kind: column.kind, name, count, missing, min, max, mean, std, ...(median !== undefined && { median }) };
  }
  const { classes, counts } = column;
  if (!Array.isArray(classes) || classes.length === 0 || classes.some((one) => typeof one !== 'string')) {
    refuse(TypeError, `${label}.classes`, 'be names', classes);
  }
  if (new Set(classes).size !== classes.length) fail(RangeError, `${label}.classes`, 'be distinct', 'one twice');
  if (!Array.isArray(counts) || counts.length !== classes.length) {
    refuse(RangeError, `${label}.counts`, `be ${classes.length} numbers`, counts);
  }
  for (const [k, one] of counts.entries()) checkInt(`${label}.counts[${k}]`, one, 1);
  return { kind: 'category', name, count, missing, classes: [...classes], counts: [...counts] };
}
