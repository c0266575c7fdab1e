// Columns of real tables: how each can be read, and what is said about those that cannot.
import { describe, expect, it } from 'vitest';
import { CsvError, type CsvOptions, csvBatches, csvSchema, parseCsv, scanCsv } from '../../src/datasets.js';
import { normalization, sequential } from '../../src/index.js';

const read = (text: string, options: Partial<CsvOptions> = {}) => parseCsv(text, { target: 'y', ...options });
const column = (values: readonly string[]) => `x,y\n${values.map((value, i) => `"${value}",${i}\n`).join('')}`;

function errorOf(text: string, options: Partial<CsvOptions> = {}): CsvError {
  try {
    read(text, options).dispose();
  } catch (error) {
    if (error instanceof CsvError) return error;
    throw error;
  }
  throw new Error('It was not refused');
}

/** The table of a text that is refused, read by what its error proposes. */
function readAsProposed(text: string, options: Partial<CsvOptions> = {}) {
  const { fix } = errorOf(text, options);
  return read(text, { ...options, ...fix, columns: { ...options.columns, ...fix.columns } });
}

const features = ({ data }: { data: { features: { data: Float32Array } } }) => [...data.features.data];

describe('numbers in another notation', () => {
  it.each<[string, string[], number[] | undefined]>([
    ['thousands', ['1,234', '10,000', '999'], [1234, 10000, 999]],
    ['thousands with points', ['1.234.567', '2.345.678'], [1234567, 2345678]],
    ['a decimal comma', ['1,5', '12,25'], [1.5, 12.25]],
    ['thousands with spaces', ['1 234', '5 678'], [1234, 5678]],
    ['thousands with an apostrophe', ["1'234", "5'678"], [1234, 5678]],
    ['a currency before', ['$9.99', '-$12.50'], [9.99, -12.5]],
    ['a currency behind', ['9.99 €', '12.50 €'], [9.99, 12.5]],
    ['a percentage', ['10%', '12.5 %'], [10, 12.5]],
    ['a unit', ['5kg', '7 kg'], [5, 7]],
    ['a minus sign', ['\u22121.5', '2'], [-1.5, 2]],
    ['an en dash', ['–1.5', '–2'], [-1.5, -2]],
    ['parentheses', ['(1.5)', '2.5'], [-1.5, 2.5]],
    ['infinity', ['inf', 'inf', 'inf'], undefined],
    ['infinities', ['inf', '-Infinity'], undefined],
    ['beyond float32', ['1e39', '1e40'], undefined],
  ])('%s are refused by name, and read as proposed', (_, values, numbers) => {
    const error = errorOf(`a,${column(values).replace(/^"/gm, '1,"')}`);
    expect([error.name, error.column]).toEqual(['CsvError', 'x']);
    if (numbers === undefined) return;
    using table = readAsProposed(column(values));
    expect(features(table)).toEqual(numbers.map(Math.fround));
  });

  it('said to be names, they are; and names that hold numbers are', () => {
    using table = read(column(['$1', '$2']), { columns: { x: 'category' } });
    expect(table.features).toEqual(['x=$1', 'x=$2']);
    for (const values of [
      ['1st', '2nd', '3rd'],
      ['4th', '5th'],
      ['A1', 'B2'],
      ['Octane 95', 'Mark 5'],
      ['OCT-4', 'SOX-2'],
      ['0x1f', 'true'],
    ]) {
      using names = read(column(values));
      expect(names.columns[0]!.kind).toBe('category');
    }
  });

  it('a target of such numbers is no classification', () => {
    expect(errorOf('a,y\n1,"1,234"\n2,"5,678"\n').column).toBe('y');
    expect(errorOf('a,y\n1,5kg\n2,7kg\n').column).toBe('y');
  });

  it('the same in a column that begins with plain numbers', () => {
    expect(features(readAsProposed(column(['999', '1,234'])))).toEqual([999, 1234]);
  });
});

describe('numbers', () => {
  it('of more than 15 digits are those that Number() gives', () => {
    const values = [
      '0.12345678901234567',
      '123456789012345678',
      '1.7976931348623157e-5',
      '16777216.999999999',
      '5e-324',
      '1E+10',
    ];
    expect(features(read(column(values)))).toEqual(values.map((value) => Math.fround(Number(value))));
  });

  it('that lose digits or zeros are told', () => {
    for (const [values, word] of [
      [['16777217', '16777219'], /digits.*16777217 to 16777216/],
      [['1700000001', '1700000002'], /digits/],
      [['1000.00001', '1000.00002'], /digits/],
      [['02134', '10001'], /leading zeros: "02134"/],
    ] as const) {
      const table = read(column(values));
      expect(table.describe()).toMatch(word);
      expect(table.notes[0]!.column).toBe('x');
    }
    expect(read(column(['0', '0.5', '00', '-0.25'])).notes).toEqual([]);
    expect(read(column(['0.1', '123456.789'])).notes).toEqual([]);
  });

  it('missing values stand for themselves in any notation', () => {
    const options = { missing: 'drop', missingValues: ['-999'] } as const;
    using table = read(column(['-999.0', '-999', '12.5', '-9.99e2', '13.5']), options);
    expect([table.rows, table.dropped, features(table)]).toEqual([2, 3, [12.5, 13.5]]);
    using names = read(column(['-999.0', '-999', 'b']), { ...options, columns: { x: 'category' } });
    expect(names.features).toEqual(['x=-999.0', 'x=b']);
  });
});

describe('a column has a reader of its own', () => {
  const text = 'signup,income,tier,note,y\n1970-01-02,"1,5", Gold ,q,1\n1970-01-01T12:00:00Z,-,gold,r,2\n';
  const options = {
    columns: {
      signup: 'date',
      income: (field: string) => (field === '-' ? null : Number(field.replace(',', '.'))),
      tier: { kind: 'category', clean: (field: string) => field.trim().toLowerCase() },
      note: 'ignore',
    },
    missing: 'mean',
  } as const;

  it('dates are days, functions give numbers or null, texts are cleaned', async () => {
    using table = read(text, options);
    expect(table.features).toEqual(['signup', 'income', 'tier=gold']);
    expect(features(table)).toEqual([1, 1.5, 1, 0.5, 1.5, 1]);
    expect(table.columns[0]).toMatchObject({ kind: 'date', min: 0.5, max: 1 });
    const row = { signup: '1970-01-03', income: '2,5', tier: 'GOLD', note: null };
    expect([...table.transform(row)]).toEqual([2, 2.5, 1]);
    const schema = await scanCsv([text], { target: 'y', ...options });
    expect([...schema.transform(row)]).toEqual([2, 2.5, 1]);
  });

  it('functions are given again to a saved schema', () => {
    using table = read(text, options);
    const data = JSON.parse(JSON.stringify(table));
    expect(() => csvSchema(data)).toThrow(
      'csvSchema: options.columns["income"] must be the reader that the table had, got none',
    );
    const { income, tier } = options.columns;
    const schema = csvSchema(data, { columns: { income, tier } });
    expect([...schema.transform({ signup: '1970-01-02', income: '3', tier: 'gold' })]).toEqual([1, 3, 1]);
  });

  it('a function that gives no number, or throws, is told by its line', () => {
    const error = errorOf(text, { columns: { ...options.columns, income: () => Number.NaN } });
    expect([error.code, error.column, error.line]).toEqual(['reader', 'income', 2]);
    const broken = () => {
      throw new Error('broken');
    };
    expect(errorOf(text, { columns: { ...options.columns, income: broken } }).message).toContain('broken');
  });
});

describe('dates', () => {
  it.each<[string, number]>([
    ['1970-01-11', 10],
    ['1970/1/11', 10],
    ['11.01.1970', 10],
    ['1970-01-11T06:00:00Z', 10.25],
    ['1970-01-11 06:00', 10.25],
    ['1970-01-11T06:00:00+06:00', 10],
    ['Jan 11, 1970', 10],
    ['11 January 1970', 10],
    ['Sun Jan 11 1970', 10],
    ['Sun, 11 Jan 1970 12:00:00 +0000', 10.5],
    ['1970Q1', 0],
    ['1970M02', 31],
    ['1970-W03', 11],
    ['1970-02', 31],
    ['12:00', 0.5],
  ])('%s is refused as text, and day %d as a date', (text, day) => {
    const values = [text, text];
    expect(errorOf(column(values)).column).toBe('x');
    expect(features(readAsProposed(column(values)))).toEqual([day, day]);
    using names = read(column(values), { columns: { x: 'category' } });
    expect(names.features).toEqual([`x=${text}`]);
  });

  it('whose day and month could be exchanged need an order', () => {
    const error = errorOf(column(['1/2/1970', '13/2/1970']));
    expect(error.columns).toEqual({ x: { kind: 'date', order: 'dmy' } });
    expect(features(readAsProposed(column(['1/2/1970', '13/2/1970'])))).toEqual([31, 43]);
    expect(errorOf(column(['1/2/1970', '1/3/1970'])).message).toMatch(/order: 'mdy' or order: 'dmy'/);
    expect(features(read(column(['1/2/1970']), { columns: { x: { kind: 'date', order: 'mdy' } } }))).toEqual([1]);
  });

  it('a date can be the target, or the only feature', () => {
    using target = readAsProposed('a,y\n1,1970-01-02\n2,1970-01-03\n');
    expect([...target.data.targets.data]).toEqual([1, 2]);
    expect(features(readAsProposed('day,y\n1970-01-02,1\n1970-01-03,2\n'))).toEqual([1, 2]);
  });

  it('days that are in no calendar are none', () => {
    expect(errorOf(column(['1970-01-11', '1970-02-30']), { columns: { x: 'date' } }).message).toContain('"1970-02-30"');
  });
});

describe('missing values by column', () => {
  const text = 'a,b,c,y\n1,10,u,1\nNA,20,,2\n2,NA,v,3\n9,30,u,4\n';

  it('get the mean or median of their column, or a class of their own', () => {
    using table = read(text, { missing: { a: 'median', b: 'mean', c: 'class' } });
    expect(table.features).toEqual(['a', 'b', 'c=u', 'c=v', 'c=(missing)']);
    expect(features(table)).toEqual([1, 10, 1, 0, 0, 2, 20, 0, 0, 1, 2, 20, 0, 1, 0, 9, 30, 1, 0, 0]);
    expect([...table.transform({ a: null, b: null, c: null })]).toEqual([2, 20, 0, 0, 1]);
  });

  it('drop their rows only where that is said', () => {
    using table = read(text, { missing: { a: 'drop', b: 'mean', c: 'class' } });
    expect([table.rows, table.dropped, table.features]).toEqual([3, 1, ['a', 'b', 'c=u', 'c=v']]);
  });

  it('are refused with the cost of dropping them, and all columns at once', () => {
    const error = errorOf(text);
    expect(error.problems.map(({ column, code }) => [column, code])).toEqual([
      ['a', 'missing'],
      ['b', 'missing'],
      ['c', 'missing'],
    ]);
    expect(error.message).toContain("'drop' keeps 2 of 4 rows");
    expect(error.columns).toEqual({ a: { missing: 'mean' }, b: { missing: 'mean' }, c: { missing: 'class' } });
    using table = read(text, { columns: error.columns });
    expect(table.rows).toBe(4);
  });

  it('of a text that training never missed are zeros', () => {
    using table = read('c,y\nu,1\nv,2\n', { missing: 'mean' });
    expect([...table.transform({ c: null })]).toEqual([0, 0]);
  });
});

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
