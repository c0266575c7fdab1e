// Columns of real tables: how each can be read, and what is said about those that cannot.
import { describe, expect, it } from 'vitest';
import { csvSchema, scanCsv } from '../../src/datasets.js';
import { column, errorOf, features, read, readAsProposed } from './csvColumns.js';

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
    ['a currency and thousands', ['$1,234.50', '$999'], [1234.5, 999]],
    ['a currency and a decimal comma', ['€ 9,99', '€ 1.234,50'], [9.99, 1234.5]],
    ['a unit and a decimal comma', ['1,5 kg', '12 kg'], [1.5, 12]],
    ['the code of a currency', ['USD 5', 'USD 6.5'], [5, 6.5]],
    ['points and a comma', ['1.234,5', '12,5', '900'], [1234.5, 12.5, 900]],
    ['spaces and a comma', ['1\u202F234,5', '5 678,25'], [1234.5, 5678.25]],
    ['thin spaces', ['5\u2009000', '6\u2009000'], [5000, 6000]],
    ['groups as in India', ['1,23,456', '12,34,567.5'], [123456, 1234567.5]],
    ['a minus behind', ['5-', '6.5-'], [-5, -6.5]],
    ['books of accounts', ['(1,234)', '5,678', '$3'], [-1234, 5678, 3]],
    ['multiples', ['1.5M', '2.5K'], undefined],
    ['fractions', ['1/2', '3/4'], undefined],
    ['durations', ['26:30:00', '75:15'], undefined],
    ['other digits', ['１２', '３４'], undefined],
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
      ['12a', '12b', '7c'],
      ['P1D', 'P2D'],
      ['1.2.3', '10.0.0.1'],
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

  it('a function that cleans and throws is told by its column and line, and a misspelt column by the nearest', () => {
    const clean = () => {
      throw new Error('no');
    };
    expect(() => read('a,y\nu,1\n', { columns: { a: { clean } } })).toThrow(
      'columns["a"].clean threw for "u" in line 2: no',
    );
    for (const options of [{ columns: { alhpa: 'number' } }, { missing: { alhpa: 'mean' } }] as const) {
      expect(errorOf('alpha,y\n1,2\n', options).message).toMatch(/got "alhpa"; did you mean 'alpha'/);
    }
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
    ['Mon, 12 Jan 1970 00:00:00 GMT', 11],
    ['19700111T120000Z', 10.5],
    ['1970年1月11日', 10],
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
    // Which century it is nobody knows: names, as there is no other feature.
    for (const values of [
      ['31-Jan-01', '01-Feb-01'],
      ['01/02/03', '04/05/06'],
    ]) {
      expect(errorOf(column(values)).code).toBe('date');
      expect(readAsProposed(column(values)).features).toHaveLength(2);
    }
  });

  it('where one is missing, the mean stands for it', () => {
    expect(errorOf(column(['1970-01-02', 'NA', '1970-01-04'])).columns).toEqual({
      x: { kind: 'date', missing: 'mean' },
    });
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
