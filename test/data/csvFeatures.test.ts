// Columns of a table become classes, identifiers, moments; all that keeps them from it is reported at once.
import { describe, expect, it } from 'vitest';
import { csvBatches, csvSchema, scanCsv } from '../../src/datasets.js';
import { normalization, sequential } from '../../src/index.js';
import { column, errorOf, read } from './csvColumns.js';

describe('all problems come at once', () => {
  const rows = Array.from(
    { length: 60 },
    (_, i) => `id-${i * 7},${i % 9 === 0 ? 'NA' : i},"1,${100 + i}",2024-01-${(i % 28) + 1},${i % 2 ? 'a' : 'b'},${i}`,
  );
  const text = `id,age,price,day,kind,y\n${rows.join('\n')}\n`;

  it('with one columns to paste', () => {
    const error = errorOf(text);
    expect(error.problems.map(({ column, code }) => [column, code])).toEqual([
      ['id', 'identifier'],
      ['age', 'missing'],
      ['price', 'notation'],
      ['day', 'date'],
    ]);
    expect(error.columns).toEqual({
      id: 'ignore',
      age: { missing: 'mean' },
      price: { kind: 'number', thousands: ',' },
      day: 'date',
    });
    for (const name of ['id', 'age', 'price', 'day']) expect(error.message).toContain(`${name}: `);
    using table = read(text, { columns: error.columns });
    expect(table.features).toEqual(['age', 'price', 'day', 'kind=a', 'kind=b']);
  });

  it('in a stream that cannot be read again too', async () => {
    const stream = new Blob([text]).stream();
    await expect(scanCsv(stream, { target: 'y' })).rejects.toMatchObject({ problems: { length: 4 } });
  });
});

describe('identifiers', () => {
  const unique = (n: number) =>
    column(Array.from({ length: n }, (_, i) => `name ${String.fromCharCode(65 + (i % 26))}${'x'.repeat(i)}`));

  it('are refused from 50 rows on, unless the column is said to be read', () => {
    expect(errorOf(unique(50)).code).toBe('identifier');
    expect(read(unique(50), { columns: { x: 'category' } }).features).toHaveLength(50);
    expect(read(unique(50), { maxCategories: 100 }).features).toHaveLength(50);
    expect(read(unique(49)).notes.map(({ code }) => code)).toEqual(['manyClasses']);
  });

  it('constant and one-class columns are told, and numbers of rows', () => {
    const table = read('one,c,n,y\n1,u,1,1\n1,u,2,2\n1,u,3,3\n');
    expect(table.notes.map(({ code, column }) => [code, column])).toEqual([
      ['constant', 'one'],
      ['constant', 'c'],
    ]);
    const numbered = read(column(Array.from({ length: 30 }, (_, i) => String(i + 1))));
    expect(numbered.notes.map(({ code }) => code)).toEqual(['rowNumbers']);
  });
});

describe('classes', () => {
  it('of one value have one order, whatever the order of the rows', () => {
    for (const values of [
      ['7', '007', '07', '12'],
      ['12', '07', '7', '007'],
      ['007', '12', '07', '7'],
    ]) {
      using table = read(column(values), { columns: { x: 'category' } });
      expect(table.features).toEqual(['x=007', 'x=07', 'x=7', 'x=12']);
    }
  });

  it('that the table has not are refused, or zeros', async () => {
    const text = 'c,n,y\nu,1,1\nv,2,2\n';
    expect(() => read(text).transform({ c: 'w', n: 1 })).toThrow('column "c": expected one of "u", "v", got "w"');
    using zeros = read(text, { unknown: 'zeros' });
    expect([...zeros.transform({ c: 'w', n: 1 })]).toEqual([0, 0, 1]);
    using target = read('c,y\n1,u\n2,v\n', { unknown: 'zeros' });
    const batches = csvBatches(['c,y\n1,w\n'], target);
    await expect(batches[Symbol.asyncIterator]().next()).rejects.toThrow('expected one of "u", "v"');
  });

  it('fields that are absent are refused, or missing', () => {
    const text = 'c,n,y\nu,1,1\nv,3,2\n';
    using strict = read(text, { missing: 'mean' });
    expect(() => strict.transform({ c: 'u', N: 1 } as never)).toThrow(
      /column "n": the field is absent; did you mean 'N'\?/,
    );
    expect(() => strict.transform({ c: 'u', n: undefined })).toThrow('the field is absent');
    using lenient = read(text, { missing: 'mean', absent: 'missing' });
    expect([...lenient.transform({ c: 'u' })]).toEqual([1, 0, 2]);
    for (const row of [{}, new Map([['c', 'u']]), Object.create({ c: 'u', n: 1 })])
      expect(() => lenient.transform(row)).toThrow();
  });
});

describe('moments of the features', () => {
  const text = 'a,c,y\n1,u,1\nNA,v,2\n4,u,3\n1,,4\n1,u,5\n';

  it.each(['mean', 'median'] as const)('are those of the rows, with missing: %s', async (missing) => {
    using table = read(text, { missing });
    const schema = await scanCsv([text], { target: 'y', missing });
    const width = table.features.length;
    const x = table.data.features.data;
    for (const { mean, std } of [
      table.moments,
      schema.moments,
      csvSchema(JSON.parse(JSON.stringify(schema))).moments,
    ]) {
      for (let j = 0; j < width; j++) {
        const values = [...x].filter((_, i) => i % width === j);
        const expected = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - expected) ** 2, 0) / values.length;
        expect(mean[j]).toBeCloseTo(expected, 6);
        expect(std[j]).toBeCloseTo(Math.sqrt(variance), 6);
      }
    }
    using model = sequential(normalization(schema));
    const scaled = model.predict(table.data.features);
    expect(scaled.filter((_, i) => i % width === 0).reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5);
  });

  it('are exact for values far from 0', async () => {
    const values = Array.from({ length: 3000 }, (_, i) => 1_000_000 + (i % 3));
    const schema = await scanCsv([column(values.map(String))], { target: 'y' });
    expect(schema.moments.std[0]).toBeCloseTo(Math.sqrt(2 / 3), 9);
  });
});
