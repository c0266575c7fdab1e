import { checkNumber, checkOneOf, nonNegativeInt, positiveInt, show } from '../../validate.js';
import type { CsvColumn } from './column.js';
import { readCsvOptions } from './options.js';
import { CsvSchema, type CsvSchemaData } from './schema.js';

/**
 * The schema that `toJSON()` of a {@link CsvSchema} or {@link Table} gave, to encode rows elsewhere as it did: what a model that was saved needs
 * besides its state.
 *
 * @param data - plain data, as `JSON.parse` gives it
 * @throws TypeError or RangeError when it is not such data
 * @example
 * ```ts
 * import { csvSchema, parseCsv } from 'adamas/datasets';
 * const table = parseCsv('size,color,price\n1,red,10\n2,blue,30\n', { target: 'price' });
 * const text = JSON.stringify(table); // without its rows
 * const schema = csvSchema(JSON.parse(text));
 * console.log(schema.transform({ size: 3, color: 'blue' })); // Float32Array(3) [ 3, 1, 0 ]
 * ```
 */
export function csvSchema(data: CsvSchemaData): CsvSchema {
  const call = 'csvSchema';
  if (typeof data !== 'object' || data === null) {
    throw new TypeError(`${call}: data must be what toJSON gave, got ${show(data)}`);
  }
  const plan = readCsvOptions(call, data.options);
  const columns = readColumns(`${call}: columns`, data.columns);
  const targets = readColumns(`${call}: targets`, data.targets);
  if (targets.map(({ name }) => name).join('\n') !== plan.target.join('\n')) {
    throw new RangeError(`${call}: targets must be ${show(plan.target)}, got others`);
  }
  positiveInt(`${call}: rows`, data.rows);
  nonNegativeInt(`${call}: dropped`, data.dropped);
  return new CsvSchema(plan, columns, targets, data.rows, data.dropped);
}

function readColumns(label: string, columns: readonly CsvColumn[]): CsvColumn[] {
  if (!Array.isArray(columns)) throw new TypeError(`${label} must be an array, got ${show(columns)}`);
  if (columns.length === 0) throw new RangeError(`${label} must not be empty`);
  return columns.map((column: CsvColumn, i) => readColumn(`${label}[${i}]`, column));
}

function readColumn(label: string, column: CsvColumn): CsvColumn {
  if (typeof column !== 'object' || column === null) {
    throw new TypeError(`${label} must be an object, got ${show(column)}`);
  }
  const { kind, name, count, missing } = column;
  checkOneOf(`${label}.kind`, kind, ['number', 'category']);
  if (typeof name !== 'string') throw new TypeError(`${label}.name must be a string, got ${show(name)}`);
  positiveInt(`${label}.count`, count);
  nonNegativeInt(`${label}.missing`, missing);
  if (kind === 'number') {
    const { min, max, mean } = column;
    for (const [key, value] of Object.entries({ min, max, mean })) {
      checkNumber(`${label}.${key}`, value, 'a finite number', Number.isFinite);
    }
    return { kind, name, count, missing, min, max, mean };
  }
  const { classes, counts } = column;
  if (!Array.isArray(classes) || classes.length === 0 || classes.some((one) => typeof one !== 'string')) {
    throw new TypeError(`${label}.classes must be names, got ${show(classes)}`);
  }
  if (!Array.isArray(counts) || counts.length !== classes.length) {
    throw new RangeError(`${label}.counts must be ${classes.length} numbers, got ${show(counts)}`);
  }
  for (const [k, one] of counts.entries()) positiveInt(`${label}.counts[${k}]`, one);
  return { kind, name, count, missing, classes: [...classes], counts: [...counts] };
}
