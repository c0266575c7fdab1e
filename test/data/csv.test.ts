// Tables from CSV text: what is inferred, and how it is encoded.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tokenizer } from '../../src/data/csv/tokenizer.js';
import { numberOfText } from '../../src/data/csv/values.js';
import { parseCsv, Table } from '../../src/datasets.js';
import { memoryUsage, UseAfterDisposeError } from '../../src/index.js';

const FRUIT = 'size,color,price\n1,red,10\n2.5,green,20\n4,red,60\n';

/** The rows of features, as arrays. */
function rowsOf({ data }: Table): number[][] {
  const [count, width] = data.features.shape as [number, number];
  return Array.from({ length: count }, (_, i) => [...data.features.data.slice(i * width, (i + 1) * width)]);
}

describe('what is inferred', () => {
  it('a column of numbers is a feature, a column of text one per class, the target what is to be predicted', () => {
    using table = parseCsv(FRUIT, { target: 'price' });
    expect(table.features).toEqual(['size', 'color=green', 'color=red']);
    expect(rowsOf(table)).toEqual([
      [1, 0, 1],
      [2.5, 1, 0],
      [4, 0, 1],
    ]);
    expect([table.data.targets.shape, ...table.data.targets.data]).toEqual([[3], 10, 20, 60]);
    expect([table.classes, table.rows, table.dropped]).toEqual([undefined, 3, 0]);
    expect(table.columns).toEqual([
      { kind: 'number', name: 'size', count: 3, missing: 0, min: 1, max: 4, mean: 2.5, std: Math.sqrt(1.5) },
      { kind: 'category', name: 'color', count: 3, missing: 0, classes: ['green', 'red'], counts: [1, 2] },
    ]);
    expect(table.targets).toEqual([
      { kind: 'number', name: 'price', count: 3, missing: 0, min: 10, max: 60, mean: 30, std: Math.sqrt(1400 / 3) },
    ]);
  });

  it('a target of text becomes class indices, the classes in ascending order', () => {
    using table = parseCsv(FRUIT, { target: 'color' });
    expect(table.classes).toEqual(['green', 'red']);
    expect([...table.data.targets.data]).toEqual([1, 0, 1]);
    expect(table.features).toEqual(['size', 'price']);
  });

  it('several targets are targets [N, K], in the order they are named', () => {
    using table = parseCsv('a,b,c\n1,2,3\n4,5,6\n', { target: ['c', 'a'] });
    expect([table.data.targets.shape, ...table.data.targets.data]).toEqual([[2, 2], 3, 1, 6, 4]);
    expect(table.features).toEqual(['b']);
  });

  it('columns says otherwise: numbers as classes, sorted as numbers; columns that are left out', () => {
    using table = parseCsv('id,rooms,y\nq,10,1\nr,9,2\ns,10,3\n', {
      target: 'y',
      columns: { id: 'ignore', rooms: 'category' },
    });
    expect(table.features).toEqual(['rooms=9', 'rooms=10']);
    expect(rowsOf(table)).toEqual([
      [0, 1],
      [1, 0],
      [0, 1],
    ]);
    using byClass = parseCsv('x,y\n1,3\n2,1\n3,3\n', { target: 'y', columns: { y: 'category' } });
    expect([byClass.classes, ...byClass.data.targets.data]).toEqual([['1', '3'], 1, 0, 1]);
  });

  it('knows a number from what only looks like one', () => {
    using table = parseCsv('a,b,c,d,e\n+1,.5, 1e3 ,-0,00\n', { target: 'e' });
    expect(rowsOf(table)).toEqual([[1, 0.5, 1000, -0]]);
    for (const text of ['0x1f', '0b1', '0o7', 'Infinity', '1e39', '1_000', '1,5', '5 %', 'true', '1e']) {
      const column = parseCsv(`a,b\n"${text}",1\n`, { target: 'b' }).columns[0]!;
      expect([text, column.kind]).toEqual([text, 'category']);
    }
  });
});

it('numbers are those that Number() gives, rounded to float32', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 18 });
  const sign = fc.constantFrom('', '-', '+');
  const exponent = fc.constantFrom('', '', 'e3', 'E-12', 'e+20');
  fc.assert(
    fc.property(sign, digits, fc.constantFrom('', '.'), digits, exponent, (...parts) => {
      const text = parts.join('');
      const value = parts[1] + parts[3] === '' ? Number.NaN : Math.fround(Number(text));
      const expected = Number.isFinite(value) ? value : Number.NaN;
      expect([text, Math.fround(numberOfText(text))]).toEqual([text, expected]);
      const row = new Tokenizer({ delimiter: ',', quote: '"', escape: 'double', comment: undefined, skip: 0 });
      row.push(`${text},"${text}" , ${text} `, true);
      expect([text, row.next()]).toEqual([text, true]);
      for (let i = 0; i < 3; i++) expect([text, Math.fround(row.number(i))]).toEqual([text, expected]);
    }),
    { numRuns: 5000, seed: 3 },
  );
  for (const text of ['', '-', '.', '-.', '1.2.3', '1-2', '--1', '1e', 'e1']) expect(numberOfText(text)).toBeNaN();
});

describe('the text', () => {
  it('may have quotes, every kind of line end, empty lines, spaces, a byte order mark, and no line end at its end', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const lines = ['\uFEFF a ,"b, ""c""",y', '1," x, ""y"" ",2', '', '"3" ,"two', 'lines", 4', '  ', '5,z,6'];
      using table = parseCsv(lines.join(end), { target: 'y' });
      expect(table.features).toEqual(['a', `b, "c"=two${end}lines`, 'b, "c"=x, "y"', 'b, "c"=z']);
      expect(rowsOf(table).map(([a]) => a)).toEqual([1, 3, 5]);
      expect([...table.data.targets.data]).toEqual([2, 4, 6]);
    }
  });

  it('may have another delimiter, and no header', () => {
    using table = parseCsv('1;2\n3;4', { target: 'y', delimiter: ';', header: ['x', 'y'] });
    expect([rowsOf(table), ...table.data.targets.data]).toEqual([[[1], [3]], 2, 4]);
  });
});

describe('missing values', () => {
  const text = 'n,c,y\n1,a,1\nNA,b,2\n3,,3\n5,b,?\n';

  it('are refused, left out with their row, or given the mean', () => {
    expect(() => parseCsv(text, { target: 'y' })).toThrow(
      'parseCsv, line 3, column "n": a value is missing, "NA": 1 of 4; leave such rows out',
    );
    using dropped = parseCsv(text, { target: 'y', missing: 'drop' });
    expect([rowsOf(dropped), dropped.features, dropped.rows, dropped.dropped]).toEqual([[[1, 1]], ['n', 'c=a'], 1, 3]);
    using filled = parseCsv(text, { target: 'y', missing: 'mean' });
    expect([filled.features, filled.rows, filled.dropped]).toEqual([['n', 'c=a', 'c=b'], 3, 1]);
    expect(rowsOf(filled)).toEqual([
      [1, 1, 0],
      [2, 0, 1],
      [3, 0, 0],
    ]);
    expect(filled.columns.map(({ count, missing }) => [count, missing])).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });

  it('are what missingValues says, numbers among them', () => {
    using table = parseCsv('a,y\n-999,1\n2,2\nNA,3\n', { target: 'y', missing: 'drop', missingValues: ['-999', 'NA'] });
    expect(rowsOf(table)).toEqual([[2]]);
    using text = parseCsv('a,y\nNA,1\nb,2\n', { target: 'y', missingValues: [] });
    expect(text.features).toEqual(['a=NA', 'a=b']);
  });

  it('of columns that are left out do not count', () => {
    using table = parseCsv('a,b,y\n1,,1\n2,,2\n', { target: 'y', columns: { b: 'ignore' } });
    expect(rowsOf(table)).toEqual([[1], [2]]);
  });
});

describe('transform', () => {
  it('encodes rows as the table did', () => {
    using table = parseCsv(FRUIT, { target: 'price' });
    const rows = [
      { size: 1, color: 'red', price: 10 },
      { size: '2.5', color: ' green' },
      { size: 4, color: 'red' },
    ];
    expect(table.transform(rows)).toEqual(table.data.features.data);
    expect([...table.transform(rows[1]!)]).toEqual([2.5, 1, 0]);
    expect(table.transform([])).toHaveLength(0);
  });

  it('gives missing numbers the mean and missing texts zeros, if the table did', () => {
    using table = parseCsv(FRUIT, { target: 'price', missing: 'mean' });
    expect(table.transform({ size: null, color: null })).toEqual(new Float32Array([2.5, 0, 0]));
  });

  it('refuses what it cannot encode, by row and column', () => {
    using table = parseCsv(FRUIT, { target: 'price' });
    const row = { size: 1, color: 'red' };
    expect(() => table.transform([row, { ...row, color: 'blue' }])).toThrow(
      'transform: row 1, column "color": expected one of "green", "red", got "blue"',
    );
    expect(() => table.transform({ ...row, size: 'big' })).toThrow(
      'transform, column "size": expected a finite float32 number, got "big"',
    );
    expect(() => table.transform({ ...row, size: Infinity })).toThrow(RangeError);
    expect(() => table.transform({ color: 'red' })).toThrow('transform, column "size": the field is absent');
    expect(() => table.transform({ ...row, size: null })).toThrow('transform, column "size": a value is missing');
    expect(() => table.transform([1] as never)).toThrow(TypeError);
    expect(() => table.transform({ ...row, size: true })).toThrow('expected a finite float32 number, got "true"');
    expect(() => table.transform({ ...row, size: {} } as never)).toThrow(TypeError);
  });
});

it('describe() says what was inferred', () => {
  using table = parseCsv(`${FRUIT}NA,blue,1\n`, { target: 'price', missing: 'mean' });
  expect(table.describe()).toBe(
    [
      '4 rows, 4 features',
      'size   number    1 to 4, mean 2.5, 1 missing',
      'color  category  blue 1, green 1, red 2',
      'price  number    1 to 60, mean 22.75          target',
    ].join('\n'),
  );
  using dropped = parseCsv('a,y\n1,2\n,3\n', { target: 'y', missing: 'drop' });
  expect(dropped.describe().split('\n')[0]).toBe('1 rows, 1 features, 1 left out for a missing value');
});

it('a table holds its dataset until it is disposed', () => {
  const before = memoryUsage();
  const table = parseCsv(FRUIT, { target: 'price' });
  expect(table).toBeInstanceOf(Table);
  expect(memoryUsage()).toBeGreaterThan(before);
  table.dispose();
  table.dispose();
  expect(memoryUsage()).toBe(before);
  expect(() => table.data.features.data).toThrow(UseAfterDisposeError);
});
