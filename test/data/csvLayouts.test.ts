// Layouts of real files: what options read, and what is proposed where they are not given.
import { describe, expect, it } from 'vitest';
import { CsvError, type CsvOptions, parseCsv } from '../../src/datasets.js';

/** The features and targets of a text, by row. */
function read(text: string, options: Partial<CsvOptions> = {}) {
  using table = parseCsv(text, { target: 'y', ...options });
  const width = table.features.length;
  const x = [...table.data.features.data];
  const rows = [...table.data.targets.data].map((y, i) => [...x.slice(i * width, (i + 1) * width), y]);
  return { names: table.features, rows };
}

function errorOf(text: string, options: Partial<CsvOptions> = {}): CsvError {
  try {
    parseCsv(text, { target: 'y', ...options }).dispose();
  } catch (error) {
    if (error instanceof CsvError) return error;
    throw error;
  }
  throw new Error('It was not refused');
}

/** Reads a text that is refused by what its error proposes. */
function readAsProposed(text: string, options: Partial<CsvOptions> = {}) {
  const { fix } = errorOf(text, options);
  return read(text, { ...options, ...fix, ...(fix.columns && { columns: { ...options.columns, ...fix.columns } }) });
}

const AB = {
  names: ['a'],
  rows: [
    [1, 2],
    [3, 4],
  ],
};

describe('spaces around fields do not count', () => {
  it.each(['a, "y"\n1, "2"\n3 , "4" \n', ' a ,\t"y"\t\n 1\t, 2\n"3" ,"4" ', 'a , y\n"1", 2\n3, 4'])('%j', (text) => {
    expect(read(text)).toEqual(AB);
  });

  it('a delimiter and a line end within quotes behind a space', () => {
    expect(read('c, y\n "a, b" , 1\n "a\nb", 2\n').names).toEqual(['c=a\nb', 'c=a, b']);
  });
});

describe('options of the layout', () => {
  it.each<[string, string, Partial<CsvOptions>]>([
    ['lines above the header', 'A table\n\na,y\n1,2\n3,4\n', { skip: 2 }],
    ['lines by their numbers', 'a,y\nkg,m\n1,2\n3,4\nTotal,6\n', { skip: [2, 5] }],
    ['comments', '# a\na,y\n1,2\n  # b, c\n3,4\n', { comment: '#' }],
    ['single quotes', "'a','y'\n'1',2\n3,'4'\n", { quote: "'" }],
    ['no quotes', '"a,y\n1,2\n3,4\n', { quote: false, header: ['a', 'y'], skip: 1 }],
    ['runs of spaces', '  a    y\n  1  2\n3\t4  \n', { delimiter: ' ' }],
    ['tabs', 'a\ty\n1\t2\n3\t4\n', { delimiter: '\t' }],
    ['delimiters that numbers have', 'a.y\n1.2\n3.4\n', { delimiter: '.' }],
    ['names of rows', 'a,y\nr1,1,2\nr2,3,4\n', { rowNames: true }],
    ['no header', '1,2\n3,4\n', { header: ['a', 'y'] }],
    ['another header', 'A,Y\n1,2\n3,4\n', { header: ['a', 'y'], skip: 1 }],
    ['carriage returns', 'a,y\r1,2\r3,4', {}],
    ['a decimal comma', 'a;y\n1,0;2\n3;4,00\n', { delimiter: ';', decimal: ',' }],
    ['thousands', 'a,y\n1,2\n"0,003",4\n', { thousands: ',' }],
  ])('%s', (_, text, options) => {
    expect(read(text, options)).toEqual(AB);
  });

  it('header: false numbers the columns', () => {
    expect(read('1,2\n3,4\n', { header: false, target: '2' })).toEqual({ ...AB, names: ['1'] });
  });

  it('quotes behind a backslash', () => {
    const { names } = read('c,y\n"a \\"b\\", c",1\n"d\\\\e",2\n', { escape: 'backslash' });
    expect(names).toEqual(['c=a "b", c', 'c=d\\e']);
  });

  it('a line end in quotes stays as it is', () => {
    expect(read('c,y\n"a\r\nb",1\n"a\nb",2\n"a\rb",3\n').names).toEqual(['c=a\nb', 'c=a\r\nb', 'c=a\rb']);
  });

  it('grouped numbers need groups of three, and the decimal sign is not that of groups', () => {
    const grouped = { target: 'y', thousands: '.', decimal: ',' } as const;
    expect(read('a;y\n1.234.567,5;1\n12;2\n', { ...grouped, delimiter: ';' }).rows).toEqual([
      [1234567.5, 1],
      [12, 2],
    ]);
    expect(errorOf('a;y\n1.23;1\n1.000;2\n', { ...grouped, delimiter: ';' }).column).toBe('a');
    expect(() => parseCsv('a,y\n1,2\n', { target: 'y', thousands: '.' })).toThrow(
      'thousands must be another sign than decimal',
    );
    expect(read('a;y\n1 234;1\n5\u202F678;2\n', { delimiter: ';', thousands: ' ' }).rows).toEqual([
      [1234, 1],
      [5678, 2],
    ]);
  });
});

describe('what is proposed reads the text', () => {
  it.each<[string, string]>([
    ['another delimiter', 'a;y\n1;2\n3;4\n'],
    ['tabs', 'a\ty\n1\t2\n3\t4\n'],
    ['runs of spaces', 'a  y\n1   2\n3  4\n'],
    ['a line that names the delimiter', 'sep=;\na;y\n1;2\n3;4\n'],
    ['lines above the header', 'A table, of numbers, with a title\na,y\n1,2\n3,4\n'],
    ['comments', '# made by hand\na,y\n1,2\n3,4\n'],
    ['a footer', 'a,y\n1,2\n3,4\nTotal 2 rows\n'],
    ['names of rows', '"a","y"\n"r1",1,2\n"r2",3,4\n'],
    ['rows that end with a delimiter', 'a,y\n1,2,\n3,4,\n'],
    ['columns without a name', 'a,y,,\n1,2,,\n3,4,,\n'],
    ['single quotes', "'a','y'\n'1','2'\n'3','4'\n"],
    ['a decimal comma', 'a;y\n"1,0";2\n"3,0";4\n'],
  ])('%s', (_, text) => {
    expect(readAsProposed(text)).toEqual(AB);
  });

  it('a footer in a column of numbers', () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${2000 + i},${i % 7},${i}\n`).join('');
    const text = `year,b,y\n${rows}Total,7,9\n`;
    const error = errorOf(text);
    expect([error.line, error.column, error.code]).toEqual([22, 'year', 'mixed']);
    expect(error.message).toContain('1 of 21 values is no number: line 22, "Total"');
    expect(readAsProposed(text).names).toEqual(['year', 'b']);
  });
});

describe('the header', () => {
  it('names that are all numbers are refused, with the ways out', () => {
    const error = errorOf('1,2,3\n4,5,6\n', { target: '3' });
    expect([error.code, error.line, error.fix]).toEqual(['header', 1, { header: false, target: '3' }]);
    expect(readAsProposed('1,2,3\n4,5,6\n', { target: '2' })).toEqual({
      names: ['1', '3'],
      rows: [
        [1, 3, 2],
        [4, 6, 5],
      ],
    });
    expect(error.message).toMatch(/header: false.*header: \[\.\.\.\]/);
    expect(read('year,2001,y\n1,2,3\n').names).toEqual(['year', '2001']);
  });

  it('columns that are ignored may share a name, others not', () => {
    expect(read('n,a,n,y\np,1,q,2\nr,3,s,4\n', { columns: { n: 'ignore' } })).toEqual(AB);
    const error = errorOf('a,a,y\n1,2,3\n4,5,6\n');
    expect([error.code, error.column]).toEqual(['name', 'a']);
    expect(readAsProposed('a,a,y\n1,2,3\n4,5,6\n').names).toEqual(['a', 'a 2']);
  });

  it('names of members of every object are names', () => {
    expect(read('constructor,__proto__,y\n1,2,3\n4,5,6\n').names).toEqual(['constructor', '__proto__']);
    const own = JSON.parse('{ "__proto__": "category" }');
    expect(read('__proto__,y\n1,2\n3,4\n', { columns: own }).names).toEqual(['__proto__=1', '__proto__=3']);
  });

  it('a header in single quotes is proposed to be quoted, with another delimiter too', () => {
    const text = "'a' 'b' 'y'\n1 2 3\n4 6 5\n";
    expect(errorOf(text).fix).toMatchObject({ delimiter: ' ', quote: "'" });
    expect(readAsProposed(text).names).toEqual(['a', 'b']);
  });
});

describe('what is given for something else is told', () => {
  it('a header that names other columns than rows have', () => {
    const { code, problems, message } = errorOf('1,2,3\n4,5,6\n', { header: ['a', 'y'] });
    expect([code, problems.length, message]).toEqual([
      'header',
      1,
      expect.stringContaining('rows have fields, 3, got 2'),
    ]);
  });

  it('a header that the text has too', () => {
    const error = errorOf('a,y\nred,1\nblue,2\n', { header: ['a', 'y'] });
    expect([error.code, error.line, error.fix]).toEqual(['header', 1, { skip: 1 }]);
    expect(read('a,y\nred,1\nblue,2\n', { header: ['a', 'y'], skip: 1 }).names).toEqual(['a=blue', 'a=red']);
  });

  it('a place as the target, where the first line is data', () => {
    expect(errorOf('5.1,3.5,setosa\n4.9,3,setosa\n6,3,virginica\n', { target: '3' }).fix).toEqual({ header: false });
  });

  it('quotes that hold delimiters in some rows only', () => {
    expect(readAsProposed("a,b,y\n'x, y',2,3\n'z',5,6\n").names).toEqual(['a=x, y', 'a=z', 'b']);
  });

  it('a path as a text', () => {
    expect(() => parseCsv('data/table.csv', { target: 'y' })).toThrow(/readCsv reads files/);
  });
});
