// Errors of bad tables and options: each gives its place, and leaves nothing behind.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CsvError, type CsvOptions, parseCsv } from '../../src/datasets.js';
import { memoryUsage } from '../../src/index.js';

let before = 0;
beforeEach(() => {
  before = memoryUsage();
});
afterEach(() => {
  expect(memoryUsage()).toBe(before);
});

const many = Array.from({ length: 101 }, (_, i) => `k${i},${i}\n`).join('');

describe('a text that is no table is refused, with line and column', () => {
  it.each<[string, string, number | undefined, string | undefined, string]>([
    ['a,y\n1,2\n3\n', 'a row with a field less', 3, undefined, 'expected 2 fields, got 1'],
    ['a,y\n1,2\n3,4,5\n', 'a row with a field more', 3, undefined, 'expected 2 fields, got 3'],
    ['a,y\nq,2\n\n"x\ny",3\n4', 'after lines that are empty or in quotes', 6, undefined, 'expected 2 fields, got 1'],
    ['a,y\n1,2\nlots,3\n', 'text among numbers', 3, 'a', '1 of 2 values is no number: line 3, "lots"'],
    ['a,y\nlots,2\n1,3\n', 'a number among text', 2, 'a', '1 of 2 values is no number: line 2, "lots"'],
    [
      'a,y\nmany,2\nlots,1\n1,3\n',
      'a number among texts',
      4,
      'a',
      'has numbers and text, 1 of 3 values is a number: line 4, "1"',
    ],
    ['a,y\n1,2\n1e39,3\n', 'a number beyond float32', 3, 'a', 'has numbers beyond float32, "1e39" the first'],
    ['a,y\n2024-02-29,2\n', 'dates', 2, 'a', 'has dates, "2024-02-29" the first'],
    ['a,y\n1,2\n,3\n', 'a missing value', 3, 'a', 'a value is missing'],
    ['a,y\n1,2\n3,NA\n', 'a missing target', 3, 'y', 'a value is missing'],
    [`a,y\n${many}`, 'too many classes', 102, 'a', 'has more than 100 classes, "k100" the next'],
    ['a,y\n1,yes\n2,yes\n', 'one class only', undefined, 'y', 'is the target and has one class only, "yes"'],
    ['a,y\n1,2\n"3,4\n', 'a quote that is not closed', 3, undefined, 'a quote is not closed'],
    ['a,y\n1,2\n"3"4,5\n', 'text behind a quote', 3, undefined, 'text follows a closing quote'],
  ])('%j: %s', (text, _, line, column, problem) => {
    let error: unknown;
    try {
      parseCsv(text, { target: 'y' });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CsvError);
    expect(error).toBeInstanceOf(RangeError);
    const { message, line: at, column: of } = error as CsvError;
    expect([at, of]).toEqual([line, column]);
    const place = ['parseCsv', ...(line ? [`line ${line}`] : []), ...(column ? [`column "${column}"`] : [])];
    expect(message).toContain(`${place.join(', ')}: ${problem}`);
  });

  it.each([
    ['', 'parseCsv: there must be rows, got no text'],
    ['\n \n', 'parseCsv: there must be rows, got no text'],
    ['a,y\n', 'parseCsv: there must be rows, got none'],
    ['a,b\n1,2\n', 'parseCsv: target must be one of "a", "b", got "y"'],
    ['a;y\n1;2\n', 'parseCsv: rows have 1 field, or 2 with another delimiter: is the delimiter ";"?'],
    ['a,y,a\n1,2,3\n', 'parseCsv, column "a": two columns are called "a"'],
    [',y\n1,2\n', "parseCsv: column 1 has no name; leave it out by columns: { '': 'ignore' }"],
    ['y\n1\n', 'parseCsv: there must be a column besides the target, got none'],
  ])('%j: %s', (text, message) => {
    expect(() => parseCsv(text, { target: 'y' })).toThrow(CsvError);
    expect(() => parseCsv(text, { target: 'y' })).toThrow(message);
  });

  it('a column without a value, and rows that are all left out', () => {
    expect(() => parseCsv('a,b,y\n,1,2\n', { target: 'y', missing: 'mean' })).toThrow('column "a": has no value');
    expect(() => parseCsv('a,y\n,1\n,2\n', { target: 'y', missing: 'drop' })).toThrow(
      'parseCsv: there must be rows, got 2 with a missing value each',
    );
  });

  it('text in one of several targets, or in a column that was said to be numbers', () => {
    expect(() => parseCsv('a,y,z\n1,2,x\n2,3,w\n', { target: ['y', 'z'] })).toThrow(
      'column "z": one of several targets must be numbers, got text',
    );
    expect(() => parseCsv('a,y\nx,2\n', { target: 'y', columns: { a: 'number' } })).toThrow(
      /^parseCsv, line 2, column "a": expected a finite float32 number, got "x"/,
    );
  });
});

it.each([
  '2024-02-29',
  '2024/2/9',
  '2024-02-29T12:00:00Z',
  '2024-02-29 12:00',
  '29.02.2024',
  '2/29/24',
  '12:30',
  '1:30 pm',
  'Feb 29, 2024',
  '29 February 2024',
])('%s is a date', (date) => {
  expect(() => parseCsv(`a,y\n"${date}",1\n`, { target: 'y' })).toThrow('has dates');
  using table = parseCsv(`a,y\n"${date}",1\n`, { target: 'y', columns: { a: 'category' } });
  expect(table.features).toEqual([`a=${date}`]);
});

it.each(['2024', 'A-12', '1-2', 'May', 'marigold', '12:00:00:00', '10-10-10-10'])('%s is no date', (text) => {
  parseCsv(`a,y\n"${text}",1\n`, { target: 'y' }).dispose();
});

describe('options that are wrong', () => {
  it.each<[unknown, string]>([
    [undefined, 'parseCsv: options must be an object, got undefined'],
    [{}, 'parseCsv: target must be the name of a column, or several, got undefined'],
    [{ target: 3 }, 'parseCsv: target must be the name of a column, or several, got 3'],
    [{ target: 'y', separator: ';' }, 'parseCsv: unknown option "separator"'],
    [{ target: 'y', delimiter: 5 }, 'parseCsv: delimiter must be one character, got 5'],
    [{ target: 'y', header: 'a' }, 'parseCsv: header must be true, false or the names of the columns, got "a"'],
    [{ target: 'y', missing: true }, 'parseCsv: missing must be one of error, drop, mean, median, class, got true'],
    [{ target: 'y', missingValues: 'NA' }, 'parseCsv: missingValues must be an array of strings, got "NA"'],
    [{ target: 'y', columns: ['a'] }, 'parseCsv: columns must be an object, got ["a"]'],
    [{ target: 'y', maxCategories: '9' }, 'parseCsv: maxCategories must be a whole number of at least 2, got "9"'],
  ])('%j: TypeError', (options, message) => {
    expect(() => parseCsv('a,y\n1,2\n', options as CsvOptions)).toThrow(TypeError);
    expect(() => parseCsv('a,y\n1,2\n', options as CsvOptions)).toThrow(message);
  });

  it.each<[unknown, string]>([
    [{ target: [] }, 'parseCsv: target must name a column, got none'],
    [{ target: ['y', 'y'] }, 'parseCsv: target must not name a column twice, got "y" twice'],
    [{ target: 'y', delimiter: '\n' }, 'parseCsv: delimiter must be one character'],
    [{ target: 'y', delimiter: ', ' }, 'parseCsv: delimiter must be one character'],
    [{ target: 'y', header: ['a', 'a'] }, 'parseCsv: header must not name a column twice, got "a" twice'],
    [{ target: 'y', header: ['y'] }, 'parseCsv: there must be a column besides the target, got none'],
    [{ target: 'y', missing: 'zero' }, 'parseCsv: missing must be one of error, drop, mean, median, class, got "zero"'],
    [{ target: 'y', columns: { b: 'ignore' } }, 'parseCsv: columns must name one of "a", "y", got "b"'],
    [{ target: 'y', columns: { a: 'text' } }, 'parseCsv: columns["a"] must be one of number, category, date, ignore'],
    [{ target: 'y', columns: { y: 'ignore' } }, 'parseCsv: columns["y"] must be read, as the target, got "ignore"'],
    [{ target: 'y', maxCategories: 1 }, 'parseCsv: maxCategories must be a whole number of at least 2, got 1'],
    [{ target: 'y', quote: ',' }, 'parseCsv: quote must be another sign than delimiter, got ","'],
    [
      { target: 'y', columns: { a: { thousands: '.' } } },
      'parseCsv: columns["a"].thousands must be another sign than decimal, got "."',
    ],
    [
      { target: 'y', columns: { a: { kind: 'category', decimal: ',' } } },
      'parseCsv: columns["a"].decimal must stand beside kind: "number", got kind: "category"',
    ],
    [
      { target: 'y', columns: { a: { kind: 'date', unit: 'kg' } } },
      'parseCsv: columns["a"].unit must stand beside kind: "number", got kind: "date"',
    ],
    [
      { target: 'y', columns: { a: { order: 'dmy' } } },
      'parseCsv: columns["a"].order must stand beside kind: "date", got no kind',
    ],
  ])('%j: RangeError', (options, message) => {
    expect(() => parseCsv('a,y\n1,2\n', options as CsvOptions)).toThrow(RangeError);
    expect(() => parseCsv('a,y\n1,2\n', options as CsvOptions)).toThrow(message);
  });

  it('a text that is none', () => {
    expect(() => parseCsv(5 as never, { target: 'y' })).toThrow('parseCsv: text must be a string, got 5');
  });
});
