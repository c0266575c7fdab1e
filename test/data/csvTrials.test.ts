// Options that one error proposes read the table, also where a column is in two notations at once.
import { expect, it } from 'vitest';
import { type CsvOptions, inspectCsv } from '../../src/datasets.js';
import { errorOf, readAsProposed } from './csvColumns.js';

const rows = (row: (i: number) => string) => `${Array.from({ length: 20 }, (_, i) => row(i)).join('\n')}\n`;
const both = (i: number) => (i % 2 ? `${i},5` : `${i}.5`);

it.each<[string, string, Partial<CsvOptions>, CsvOptions['columns']]>([
  ['a feature', `a;b;y\n${rows((i) => `${both(i)};${i};${i}`)}`, { delimiter: ';' }, { a: 'ignore' }],
  ['the only feature', `a;y\n${rows((i) => `${both(i)};${i}`)}`, { delimiter: ';' }, { a: 'category' }],
  ['the target', `a;y\n${rows((i) => `${i};${both(i)}`)}`, { delimiter: ';' }, { y: 'category' }],
  ['two features', `a;b;y\n${rows((i) => `${both(i)};${both(i)};${i}`)}`, {}, { a: 'category', b: 'category' }],
])('%s with decimal commas and points', async (_, text, options, columns) => {
  const error = errorOf(text, options);
  expect(error.fix.columns).toEqual(columns);
  const table = readAsProposed(text, options);
  expect(table.data.length).toBe(20);
  table.dispose();
  const { fix } = await inspectCsv(new Blob([text]), { target: 'y', ...options });
  expect(fix).toEqual(error.fix);
});

it.each<[string, CsvOptions['columns'], object]>([
  ['a;y\n1,5;1\nn/a;2\n2,5;3\n', { a: { decimal: ',' } }, { decimal: ',', missingValues: ['n/a'] }],
  ['a;y\n1,5;1\n;2\n2,5;3\n', { a: { decimal: ',' } }, { decimal: ',', missing: 'mean' }],
  [
    'a;y\n1,5;1\n-;2\nx;3\n2,5;4\n',
    { a: { decimal: ',', missingValues: ['-'], missing: 'median' } },
    { decimal: ',', missingValues: ['-', 'x'], missing: 'median' },
  ],
  [
    'a;y\n1,5 kg;1\n-;2\n2,5 kg;4\n',
    { a: { missingValues: ['-'], missing: 'median' } },
    { decimal: ',', missingValues: ['-'], missing: 'median', unit: 'kg' },
  ],
  ['a;y\n1/2/2024;1\n-;2\n', { a: { missingValues: ['-'], missing: 'mean' } }, { kind: 'date', missingValues: ['-'] }],
])('%j keeps the options of its column', (text, columns, expected) => {
  const options = { delimiter: ';', columns };
  expect(errorOf(text, options).fix.columns).toMatchObject({ a: expected });
  readAsProposed(text, options).dispose();
});

it.each<[string, Partial<CsvOptions>]>([
  ['a;y\n1.234,5;2\n1,234.5;3\n', { delimiter: ';' }],
  ['a;y\n1,234,567.5;2\n1,234,555.5;3\n', { delimiter: ';', decimal: ',' }],
  ['a;y\n1,5;2\n2,5;3\n', { delimiter: ';', thousands: ',' }],
  ['a;y\n$1,234.5;2\n$2,555.5;3\n', { delimiter: ';', decimal: ',' }],
  ['a;y\n1;2\n3;4\n', { comment: ';' }],
  ['a;y\n1;2\n3;4\n', { quote: ';' }],
  ['sep="\na,y\n1,2\n', {}],
  ['sep=;\na;y\n1;2\n', { comment: ';' }],
  ['#x\na#y\n1#2\n', { delimiter: '#' }],
  ['%x\na%y\n1%2\n', { quote: '%' }],
  ["'a''y'\n'1''2'\n'3''4'\n", { delimiter: "'" }],
])('%j with %j: nothing is proposed that contradicts the options', async (text, options) => {
  const { problems, fix } = await inspectCsv(text, { target: 'y', ...options });
  expect(problems.length).toBeGreaterThan(0);
  const again = await inspectCsv(text, {
    target: 'y',
    ...options,
    ...fix,
    columns: { ...options.columns, ...fix.columns },
  });
  expect(again.rows).toBeGreaterThan(0);
});

it('a target without a name is read, and several are refused', async () => {
  readAsProposed('a;\n1;2\n3;4\n', { target: '' }).dispose();
  const { problems } = await inspectCsv('a,,\n1,2,3\n3,4,5\n', { target: '' });
  expect(problems[0]!.message).toBe('several columns have no name');
});

it('what is proposed is one table', () => {
  for (const [text, options] of [
    ['a|b|y\n5 kg|1|2\n6 kg|2|3\n', { delimiter: ' ' }],
    ['a;y\n1;1.234,5\n2;1,234.5\n3;\n4;1.234,5\n', { delimiter: ';' }],
  ] as const) {
    readAsProposed(text, options).dispose();
  }
});

it('rows without the name of their own that rowNames says', () => {
  const text = `a,b,y\n${rows((i) => `${i},${2 * i},${i}`)}`;
  const error = errorOf(text, { rowNames: true });
  expect(error.problems).toMatchObject([{ code: 'rowNames', line: 2 }]);
  expect(error.fix).toEqual({ rowNames: false });
});
