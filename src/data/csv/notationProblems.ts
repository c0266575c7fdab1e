// The problems of a column of numbers in another notation than a program's.
import { show } from '../../validate.js';
import type { CsvFix, CsvProblem } from './error.js';
import { type Notation, notationOf } from './notation.js';
import { columnProblem, detailOf, type Observed, readingText } from './observed.js';
import type { ColumnOptions, ColumnReading } from './options.js';
import type { ColumnPlan } from './plan.js';

/** Readers of notations for which there is no option: they are proposed where they read every text. */
const minusReader = (text: string) =>
  Number(text.replace(/^[\u2010-\u2015\u2212\uFE63\uFF0D]|^(?=.*-$)/, '-').replace(/-$/, ''));
const parenthesesReader = (text: string) => Number(text.replace(/^\((.*)\)$/, '-$1').replace(/[,\s\p{Sc}]/gu, ''));

export function notationFix(
  { kind, sign, signs }: Notation,
  { plan, texts }: Observed,
): { reading?: ColumnReading; options?: CsvFix } {
  const base: ColumnOptions = detailOf(plan, 'number');
  const found = apart(signs, plan);
  if (kind === 'thousands' || kind === 'decimal') return { reading: { ...base, ...found } };
  if (kind === 'unit') return { reading: { ...base, unit: sign, ...found } };
  const reader = [minusReader, parenthesesReader].find((read) =>
    [...texts.keys()].every((text) => isNumber(read(text))),
  );
  if (reader && (kind === 'minus' || kind === 'parentheses')) return { reading: reader };
  return { reading: plan.isTarget ? 'category' : 'ignore' };
}

/** The signs of a notation, with one more where the column's own would be the same as one of them. */
function apart(signs: Notation['signs'], { decimal, thousands }: ColumnPlan): Notation['signs'] {
  const all = { decimal, thousands, ...signs };
  if (all.decimal !== all.thousands) return signs;
  return signs.decimal === undefined
    ? { ...signs, decimal: all.thousands === '.' ? ',' : '.' }
    : { ...signs, thousands: '' };
}

const isNumber = (value: number) => Number.isFinite(Math.fround(value));

const NAMES: Readonly<Record<Notation['kind'], string>> = {
  thousands: 'numbers with a sign between thousands',
  decimal: 'numbers with a decimal comma',
  unit: 'numbers with a unit',
  minus: 'numbers with another minus sign',
  parentheses: 'numbers in parentheses',
  infinity: 'numbers that are infinite',
  range: 'numbers beyond float32',
  fraction: 'fractions',
  digits: 'numbers in other digits',
  duration: 'times of more than a day, or of minutes',
};

/** A column of numbers in another notation. */
export function notationProblem(observed: Observed, notation: Notation): CsvProblem {
  const entry = [...observed.texts].find(([text]) => notationOf(text)?.kind === notation.kind)!;
  const { reading, options } = notationFix(notation, observed);
  const either =
    notation.kind === 'thousands' && notation.sign === ',' && notation.signs.decimal === undefined
      ? "; or decimal: ',', if that is what it is"
      : '';
  return columnProblem(
    observed,
    'notation',
    entry[1].line,
    `has ${NAMES[notation.kind]}, ${show(entry[0])} the first; read them by ${readingText(observed, reading!)}${either}, or as names by 'category'`,
    reading,
    options,
  );
}

/** A multiple in letters, as in 1.5M. */
const MULTIPLE = /^(?:k|mn?|mio|mrd|bn?|t)$/i;

/** A column of numbers in several notations; undefined where letters behind them may make names of them, as in 12a. */
export function notationsProblem(observed: Observed): CsvProblem | undefined {
  const { plan, texts } = observed;
  const all = [...texts].flatMap(([text, seen]) =>
    notationOf(text) ? [{ text, seen, notation: notationOf(text)! }] : [],
  );
  if (all.some(({ notation: { kind, sign } }) => kind === 'unit' && /^[a-z]/i.test(sign) && !MULTIPLE.test(sign))) {
    return undefined;
  }
  const { text, seen } = all[0]!;
  const other = all.find(
    ({ notation }) => notation.kind !== all[0]!.notation.kind || notation.sign !== all[0]!.notation.sign,
  );
  const kind = all.some(({ notation }) => notation.kind === 'parentheses') ? 'parentheses' : 'minus';
  const { reading } = notationFix({ kind, sign: '', signs: {} }, observed);
  return columnProblem(
    observed,
    'notation',
    seen.line,
    `has numbers in several notations, ${show(text)} and ${show(other?.text ?? text)}; read them by a function of your own, or as names by 'category'`,
    reading ?? (plan.isTarget ? 'category' : 'ignore'),
  );
}
