// A schema that was saved encodes as the table did; what is no such schema is refused.
import { expect, it } from 'vitest';
import { type CsvSchemaData, csvBatches, csvSchema, parseCsv } from '../../src/datasets.js';

const table = parseCsv('n;c;skip;y\n1;a;-;u\n-9;b;-;v\n3;;-;u\n', {
  target: 'y',
  delimiter: ';',
  missing: 'mean',
  missingValues: ['', '-9'],
  columns: { skip: 'ignore' },
});
const saved = JSON.stringify(table);
const rows = [
  { n: 7, c: 'b' },
  { n: null, c: 'a' },
  { n: -9, c: null },
];

it('through JSON and back it is the same', async () => {
  const schema = csvSchema(JSON.parse(saved));
  expect([schema.columns, schema.targets, schema.features, schema.classes]).toEqual([
    table.columns,
    table.targets,
    table.features,
    table.classes,
  ]);
  expect(schema.transform(rows)).toEqual(table.transform(rows));
  expect(schema.describe()).toBe(table.describe());
  expect(JSON.stringify(schema)).toBe(saved);
  for await (const { features, targets } of csvBatches(['n;c;y\n-9;b;v\n'], schema)) {
    expect([[...features], [...targets]]).toEqual([[2, 0, 1], [1]]);
  }
});

// biome-ignore lint/suspicious/noExplicitAny: it is made wrong on purpose
it.each<[string, (data: Record<string, any>) => unknown, string]>([
  ['nothing', () => null, 'csvSchema: data must be what toJSON gave, got null'],
  ['no options', (data) => ({ ...data, options: undefined }), 'csvSchema: options must be an object, got undefined'],
  ['no columns', (data) => ({ ...data, columns: [] }), 'csvSchema: columns must not be empty'],
  ['columns that are none', (data) => ({ ...data, columns: 5 }), 'csvSchema: columns must be an array, got 5'],
  ['another target', (data) => ({ ...data, targets: data.columns }), 'csvSchema: targets must be ["y"], got others'],
  ['an unknown kind', (data) => withColumn(data, 0, { kind: 'text' }), 'csvSchema: columns[0].kind must be one of'],
  ['no mean', (data) => withColumn(data, 0, { mean: null }), 'csvSchema: columns[0].mean must be a finite number'],
  ['no classes', (data) => withColumn(data, 1, { classes: [1] }), 'csvSchema: columns[1].classes must be names'],
  ['a count less', (data) => withColumn(data, 1, { counts: [1] }), 'csvSchema: columns[1].counts must be 2 numbers'],
  ['no rows', (data) => ({ ...data, rows: 0 }), 'csvSchema: rows must be a positive whole number, got 0'],
])('refuses %s', (_, change, message) => {
  expect(() => csvSchema(change(JSON.parse(saved)) as CsvSchemaData)).toThrow(message);
});

// biome-ignore lint/suspicious/noExplicitAny: it is made wrong on purpose
function withColumn(data: Record<string, any>, i: number, change: object): unknown {
  data.columns[i] = { ...data.columns[i], ...change };
  return data;
}
