// The problems of a column of numbers in another notation than a program's.
import { show } from '../../validate.js';
import type { CsvFix, CsvProblem } from './error.js';
import { type Notation, notationOf } from './notation.js';
import { columnProblem, detailOf, type Observed, readingText } from './observed.js';
import type { ColumnOptions, ColumnReading } from './options.js';

const minusReader = (text: string) => Number(text.replace(/[\u2010-\u2015\u2212\uFE63\uFF0D]/, '-'));
const parenthesesReader = (text: string) => Number(text.replace(/^\((.*)\)$/, '-$1').replaceAll(',', ''));

export function notationFix(
  { kind, sign }: Notation,
  { plan }: Observed,
): { reading?: ColumnReading; options?: CsvFix } {
  const base: ColumnOptions = { ...detailOf(plan), kind: 'number' };
  if (kind === 'thousands') return { reading: { ...base, thousands: sign, ...(sign === '.' && { decimal: ',' }) } };
  if (kind === 'decimal') return { reading: { ...base, decimal: ',' } };
  if (kind === 'unit') return { reading: { ...base, unit: sign } };
  if (kind === 'minus') return { reading: minusReader };
  if (kind === 'parentheses') return { reading: parenthesesReader };
  return { reading: plan.isTarget ? 'category' : 'ignore' };
}

const NAMES: Readonly<Record<Notation['kind'], string>> = {
  thousands: 'numbers with a sign between thousands',
  decimal: 'numbers with a decimal comma',
  unit: 'numbers with a unit',
  minus: 'numbers with another minus sign',
  parentheses: 'numbers in parentheses',
  infinity: 'numbers that are infinite',
  range: 'numbers beyond float32',
};

/** A column of numbers in another notation. */
export function notationProblem(observed: Observed, notation: Notation): CsvProblem {
  const entry = [...observed.texts].find(([text]) => notationOf(text)?.kind === notation.kind)!;
  const { reading, options } = notationFix(notation, observed);
  const either =
    notation.kind === 'thousands' && notation.sign === ',' ? "; or decimal: ',', if that is what it is" : '';
  return columnProblem(
    observed,
    'notation',
    entry[1].line,
    `has ${NAMES[notation.kind]}, ${show(entry[0])} the first; read them by ${readingText(observed, reading!)}${either}, or as names by 'category'`,
    reading,
    options,
  );
}
