import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { CsvError, inspectCsv, parseCsv, readTable, table } from '../../src/datasets.js';
import { memoryUsage } from '../../src/index.js';

describe('rows of objects', () => {
  const rows = [
    { size: 1, color: 'red', ok: true, day: new Date('1970-01-02'), y: 1 },
    { size: 2.5, color: 'blue', ok: false, day: runInNewContext("new Date('1970-01-03')"), y: 2 },
  ];
  const options = { target: 'y', columns: { day: 'date' } } as const;
  const expected = [1, 0, 1, 0, 1, 1, 2.5, 1, 0, 1, 0, 2];

  it('have the columns of a text', () => {
    using made = table(rows, options);
    expect(made.features).toEqual(['size', 'color=blue', 'color=red', 'ok=false', 'ok=true', 'day']);
    expect([...made.data.features.data]).toEqual(expected);
  });

  it('come one by one, in arrays, and asynchronously', async () => {
    async function* cursor() {
      yield rows[0]!;
      yield [rows[1]!];
    }
    for (const source of [rows, [rows], new Set(rows), cursor()]) {
      using made = await readTable(source, options);
      expect([...made.data.features.data]).toEqual(expected);
    }
  });

  it('null and NaN are missing, absent fields are refused', async () => {
    using made = table(
      [
        { a: 1, y: 1 },
        { a: null, y: 2 },
        { a: Number.NaN, y: 3 },
      ],
      { target: 'y', missing: 'mean' },
    );
    expect([...made.data.features.data]).toEqual([1, 1, 1]);
    const uneven = [{ a: 1, y: 1 }, { y: 2 }];
    expect(() => table(uneven, { target: 'y' })).toThrow('table: row 1, column "a": the field is absent');
    using filled = table(uneven, { target: 'y', absent: 'missing', missing: 'mean' });
    expect([...filled.data.features.data]).toEqual([1, 1]);
    const wider = [
      { b: 2, y: 1 },
      { a: 1, b: 2, y: 2 },
    ];
    expect(() => table(wider, { target: 'y' })).toThrow(/row 1, column "a": the field "a" is not in row 0/);
    using named = table(wider, { target: 'y', header: ['a', 'y'], absent: 'missing', missing: 'mean' });
    expect([...named.data.features.data]).toEqual([1, 1]);
  });

  it('are refused by row and column, with all problems', () => {
    const bad = [
      { a: 1, b: '$5', y: 1 },
      { a: 'x', b: '$6', y: 2 },
      { a: 3, b: '$7', y: 3 },
    ];
    const error = (() => {
      try {
        return table(bad, { target: 'y' });
      } catch (thrown) {
        return thrown as CsvError;
      }
    })() as CsvError;
    expect(error).toBeInstanceOf(CsvError);
    expect([error.line, error.column, error.problems.length]).toEqual([1, 'a', 2]);
    expect(error.message).toContain('table, row 1, column "a": 1 of 3 values is no number: row 1, "');
    using made = table(bad, { target: 'y', columns: error.columns });
    expect([...made.data.features.data]).toEqual([1, 5, 2, 6, 3, 7]);
  });

  it.each<[string, unknown, object, RegExp]>([
    ['no rows', [], {}, /there must be rows, got none/],
    ['a text', 'a', {}, /rows must be an iterable of objects/],
    ['a number', 5, {}, /rows must be an iterable of objects/],
    ['a row that is none', [{ a: 1, y: 1 }, 5], {}, /rows must be objects/],
    ['a Map', [new Map()], {}, /row 0 must be an object/],
    ['a Map of another realm', [runInNewContext('new Map()')], {}, /row 0 must be an object/],
    ['a Map in a later row', [{ a: 1, y: 2 }, runInNewContext('new Map()')], {}, /must be objects with a field/],
    ['a field that is an object', [{ a: {}, y: 1 }], {}, /"a" must be a string, a number/],
    ['options of texts', [{ a: 1, y: 1 }], { delimiter: ';' }, /about columns, not about text/],
  ])('%s', (_, wrong, more, message) => {
    const before = memoryUsage();
    expect(() => table(wrong as never, { target: 'y', ...more })).toThrow(message);
    expect(memoryUsage()).toBe(before);
  });
});

describe('inspectCsv', () => {
  it('finds kinds, samples, counts, and the options that read a table', async () => {
    const text = 'name;price;day;n;y\nA;1,5;2024-01-31;1;u\nB;2,5;2024-02-01;NA;v\nC;3;2024-02-02;3;u\n';
    const found = await inspectCsv(text, { target: 'y' });
    expect(found.delimiter).toBe(';');
    expect([found.rows, found.incomplete]).toEqual([3, 1]);
    expect(found.columns.map(({ name, kind, missing }) => [name, kind, missing])).toEqual([
      ['name', 'category', 0],
      ['price', 'mixed', 0],
      ['day', 'date', 0],
      ['n', 'number', 1],
      ['y', 'category', 0],
    ]);
    expect(found.columns[0]).toMatchObject({ samples: ['A', 'B', 'C'], numbers: 0, texts: 3 });
    expect(found.problems.map(({ code }) => code)).toEqual(['delimiter', 'notation', 'date', 'missing']);
    expect(found.problems[1]).toMatchObject({
      line: 2,
      column: 'price',
      fix: { columns: { price: { decimal: ',' } } },
    });
    using made = parseCsv(text, { target: 'y', ...found.fix });
    expect(made.rows).toBe(3);
    expect(found.describe()).toMatch(/problem: line 2, column "price": .*\n.*options that fix it: delimiter: ';'/s);
  });

  it('tells notes, and throws for nothing in a text', async () => {
    expect((await inspectCsv('zip,y\n01234,1\n56789,2\n')).notes).toMatchObject([
      { code: 'leadingZeros', column: 'zip' },
    ]);
    for (const text of ['', '\n', '"', 'a\n', 'a,a\n1\n1,2,3\n', ',,\n,,\n', '1,2\n3,4\n', '\0\n', 'a,b\n"x"y,1\n']) {
      const found = await inspectCsv([text]);
      expect(found.problems.length).toBeGreaterThan(0);
    }
    const other = await inspectCsv([Uint8Array.of(0x61, 0x2c, 0x62, 0x0a, 0xe9, 0x2c, 0x31, 0x0a)], { target: 'b' });
    expect([other.problems[0]!.code, other.fix.encoding, other.columns.length]).toEqual([
      'encoding',
      'windows-1252',
      2,
    ]);
  });

  it('inspects a stream in one pass', async () => {
    const found = await inspectCsv(new Blob(['a;b\n1;2\n']).stream());
    expect([found.delimiter, found.rows]).toEqual([';', 1]);
  });
});
