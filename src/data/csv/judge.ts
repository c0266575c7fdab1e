// What a column turned out to be: its problems, with the options that fix them, and the facts worth a look.
import { show } from '../../validate.js';
import { readDate } from './dates.js';
import { type CsvFix, type CsvNote, type CsvProblem, type CsvProblemCode, countText, optionsText } from './error.js';
import { commonNotation, type Notation, notationOf } from './notation.js';
import type { ColumnOptions, ColumnPlan, ColumnReading } from './options.js';
import { numberOf } from './values.js';

/** Occurrences of a text in a column. */
export interface Seen {
  count: number;
  /** The line of the first. */
  readonly line: number;
}

/** The content of a column, counted. */
export interface Observed {
  readonly plan: ColumnPlan;
  /** How its fields were read; undefined if no value is present. */
  readonly as: 'number' | 'category' | undefined;
  /** Values that are present. */
  readonly count: number;
  readonly missing: (Seen & { readonly text: string }) | undefined;
  /** Numbers, counted in a column read as numbers, and beyond the limit of classes in others. */
  readonly numbers: number;
  /** The first of them in a column read as numbers. */
  readonly firstNumber: [text: string, seen: Seen] | undefined;
  /** Its texts: all in a column of text, those that are no numbers in a column of numbers; up to a limit. */
  readonly texts: ReadonlyMap<string, Seen>;
  readonly textCount: number;
  readonly samples: readonly string[];
  /** There are more texts than were counted one by one. */
  readonly overflow: boolean;
  readonly maxCategories: number;
  readonly maxCategoriesGiven: boolean;
  readonly min: number;
  readonly max: number;
  readonly std: number;
  /** Root of the mean squared error of rounding to float32. */
  readonly roundingError: number;
  /** Its numbers differ in float64. */
  readonly spread: boolean;
  /** Whole numbers that float32 does not hold. */
  readonly lost: { readonly text: string; readonly count: number } | undefined;
  readonly leadingZeros: string | undefined;
  /** Each number is one more than that before. */
  readonly sequential: boolean;
  readonly thrown: unknown;
  /** A text of the column as a number; NaN if it is none. */
  readonly parse: (text: string) => number;
}

/** Rows from which on a column of nearly unique texts is refused, and below which it is told. */
const IDENTIFIER_ROWS = 50;

/** The problems of a column, and the notes on it. */
export function judge(observed: Observed): { problems: CsvProblem[]; notes: CsvNote[] } {
  const main = observed.count === 0 ? emptyProblem(observed) : kindProblem(observed);
  const missing = observed.count === 0 ? undefined : missingProblem(observed, main);
  const problems = [main, missing].filter((one) => one !== undefined);
  return { problems, notes: problems.length === 0 ? notesOn(observed) : [] };
}

/** A problem of a column, with a way to read it that the fix consists of. */
function columnProblem(
  { plan }: Observed,
  code: CsvProblemCode,
  line: number | undefined,
  message: string,
  reading?: ColumnReading,
  options?: CsvFix,
): CsvProblem {
  const { name } = plan;
  const fix: CsvFix = { ...options, ...(reading !== undefined && { columns: { [name]: reading } }) };
  return { code, line, column: name, message, ...(Object.keys(fix).length > 0 && { fix }) };
}

function emptyProblem(observed: Observed): CsvProblem {
  return columnProblem(
    observed,
    'empty',
    undefined,
    'has no value; leave it out',
    observed.plan.isTarget ? undefined : 'ignore',
  );
}

function missingProblem(observed: Observed, main: CsvProblem | undefined): CsvProblem | undefined {
  const { plan, missing, count, as } = observed;
  if (missing === undefined || plan.missing !== 'error') return undefined;
  const policy = plan.isTarget ? 'drop' : as === 'category' ? 'class' : 'mean';
  const problem = columnProblem(
    observed,
    'missing',
    missing.line,
    `a value is missing, ${show(missing.text)}: ${missing.count} of ${count + missing.count}; leave such rows out by missing: 'drop', or ${
      as === 'category'
        ? "make them a class of their own by missing: 'class'"
        : "put the column's mean there by missing: 'mean'"
    }`,
    withMissing(observed, main, policy),
  );
  return problem;
}

/** A reading of the column that fixes its other problem as well as missing values. */
function withMissing(
  { plan }: Observed,
  main: CsvProblem | undefined,
  missing: 'drop' | 'class' | 'mean',
): ColumnReading | undefined {
  const other = main?.fix?.columns?.[plan.name];
  if (other === 'ignore') return other;
  const base: ColumnOptions =
    typeof other === 'object' ? other : typeof other === 'string' ? { kind: other } : detailOf(plan);
  if (typeof other === 'function' || plan.kind === 'function') return undefined;
  return { ...base, missing: missing === 'mean' && base.kind === 'category' ? 'class' : missing };
}

/** The options of a column as its plan has them. */
function detailOf({ kind, clean, unit, order }: ColumnPlan): ColumnOptions {
  return {
    ...(kind !== undefined && kind !== 'function' && { kind }),
    ...(clean && { clean }),
    ...(unit !== undefined && { unit }),
    ...(order && { order }),
  };
}

function kindProblem(observed: Observed): CsvProblem | undefined {
  const { plan, as, textCount } = observed;
  if (plan.kind === 'function') return readerProblem(observed);
  if (plan.kind === 'date') return textCount > 0 ? dateProblem(observed) : undefined;
  if (plan.kind === 'number') return textCount > 0 ? givenNumberProblem(observed) : undefined;
  if (as === 'number') return textCount > 0 ? mixedProblem(observed) : undefined;
  if (plan.kind === 'category') return classesProblem(observed);
  return textProblem(observed);
}

function first(texts: ReadonlyMap<string, Seen>): { text: string; line: number } {
  const [text, seen] = texts.entries().next().value!;
  return { text, line: seen.line };
}

/** Some texts with their lines: `line 3, "a"; line 7, "b"`. */
function listed(texts: Iterable<[string, Seen]>): string {
  const all = [...texts];
  const shown = all.slice(0, 3).map(([text, { line }]) => `line ${line}, ${show(text)}`);
  return `${shown.join('; ')}${all.length > 3 ? '; ...' : ''}`;
}

function readerProblem(observed: Observed): CsvProblem | undefined {
  if (observed.textCount === 0) return undefined;
  const { text, line } = first(observed.texts);
  const { thrown } = observed;
  const why =
    thrown === undefined
      ? 'no finite float32 number and no null'
      : `an error (${(thrown as Error)?.message ?? thrown})`;
  return columnProblem(observed, 'reader', line, `its function gave ${why} for ${show(text)}`);
}

/** A column that was said to be numbers, and has texts. */
function givenNumberProblem(observed: Observed): CsvProblem {
  const { text, line } = first(observed.texts);
  const share = countText(observed.textCount, observed.count, ['is none', 'are none']);
  const message = `expected a finite float32 number, got ${show(text)}`;
  const found = commonNotation(observed.texts.keys());
  const fix = found && found.texts === observed.texts.size ? notationFix(found.notation, observed) : undefined;
  const reading = fix ? undefined : missingReading(observed, observed.texts.keys(), 'number');
  return columnProblem(
    observed,
    'number',
    line,
    observed.count === 1 ? message : `${message}: ${share}`,
    fix?.reading ?? reading,
    fix?.options,
  );
}

/** A reading that takes some texts for missing values. */
function missingReading(
  { plan, missing }: Observed,
  texts: Iterable<string>,
  kind: 'number' | 'date',
): ColumnReading | undefined {
  const values = [...texts];
  if (values.length > 10) return plan.isTarget ? undefined : 'ignore';
  const policy = plan.isTarget ? 'drop' : 'mean';
  const needed = plan.missing === 'error' || missing === undefined;
  return {
    ...detailOf(plan),
    kind,
    missingValues: values,
    ...(needed && plan.missing === 'error' && { missing: policy }),
  };
}

/** A column said to be dates that has other texts. */
function dateProblem(observed: Observed): CsvProblem {
  const { texts, plan } = observed;
  const reasons = [...texts.keys()].map((text) => readDate(text, plan.order));
  const { text, line } = first(texts);
  if (reasons.some((read) => read && read.days === undefined)) return orderProblem(observed, texts);
  return columnProblem(
    observed,
    'date',
    line,
    `expected a date, got ${show(text)}: ${countText(observed.textCount, observed.count, ['is none', 'are none'])}`,
    missingReading(observed, texts.keys(), 'date'),
  );
}

/** Dates in which day and month could be exchanged, or whose years have two digits. */
function orderProblem(observed: Observed, texts: ReadonlyMap<string, Seen>): CsvProblem {
  const failing = [...texts].find(([text]) => readDate(text)?.days === undefined && readDate(text) !== undefined)!;
  const [text, { line }] = failing;
  const all = [...texts.keys(), ...observed.samples];
  if (all.some((one) => readDate(one, 'dmy')?.days === undefined && readDate(one, 'mdy')?.days === undefined)) {
    const known = all.some((one) => readDate(one) === undefined);
    return columnProblem(
      observed,
      'date',
      line,
      known
        ? `has dates, ${show(text)}, and other texts`
        : `has dates whose years have two digits, ${show(text)} the first; read them with a function of your own, or leave the column out`,
      observed.plan.isTarget ? 'category' : 'ignore',
    );
  }
  const order = all.every((one) => readDate(one, 'mdy')?.days !== undefined) ? 'mdy' : 'dmy';
  const other = order === 'mdy' ? 'dmy' : 'mdy';
  const both = all.every((one) => readDate(one, other)?.days !== undefined);
  return columnProblem(
    observed,
    'date',
    line,
    `has dates whose day and month could be exchanged, ${show(text)} the first; say order: '${order}'${both ? ` or order: '${other}'` : ''}`,
    { ...detailOf(observed.plan), kind: 'date', order },
  );
}

/** A column that began with numbers, and has texts. */
function mixedProblem(observed: Observed): CsvProblem {
  const { texts, numbers, count, textCount } = observed;
  const found = commonNotation(texts.keys());
  if (found && found.texts === texts.size && found.notation.kind !== 'minus') {
    return notationProblem(observed, found.notation);
  }
  return mixed(observed, texts, numbers, textCount, count, [observed.firstNumber!]);
}

/** A column of numbers and texts: the fewer are named first. */
function mixed(
  observed: Observed,
  texts: ReadonlyMap<string, Seen>,
  numbers: number,
  others: number,
  count: number,
  numeric: Iterable<[string, Seen]> = [],
): CsvProblem {
  const { plan, maxCategories } = observed;
  const few = others <= numbers && texts.size > 0;
  const distinct = few ? observed.texts.size + numbers : observed.texts.size;
  const { line } = first(few ? texts : new Map(numeric));
  const what = few
    ? `${countText(others, count)} no number: ${listed(texts)}`
    : `has numbers and text, ${countText(numbers, count)} a number: ${listed(numeric)}`;
  const asText = distinct <= maxCategories || plan.isTarget ? 'category' : 'ignore';
  const reading = few ? missingReading(observed, texts.keys(), 'number') : asText;
  return columnProblem(
    observed,
    'mixed',
    line,
    `${what}; if ${few ? 'they stand' : 'a text stands'} for a missing value, name ${few ? 'them' : 'it'} in missingValues; if the column is text, say columns: ${optionsText({ x: { [plan.name]: 'category' } }).slice(3)}`,
    reading,
  );
}

/** A column of text whose kind was inferred. */
function textProblem(observed: Observed): CsvProblem | undefined {
  const { plan, texts, count, numbers: beyond } = observed;
  const numeric: [string, Seen][] = [];
  const dates: [string, Seen][] = [];
  const notations: [string, Seen][] = [];
  const plain: [string, Seen][] = [];
  for (const entry of texts) {
    const [text] = entry;
    if (!Number.isNaN(observed.parse(text))) numeric.push(entry);
    else if (notationOf(text)) notations.push(entry);
    else if (readDate(text)) dates.push(entry);
    else plain.push(entry);
  }
  const sum = (list: readonly [string, Seen][]) => list.reduce((total, [, seen]) => total + seen.count, 0);
  const numbers = sum(numeric) + beyond;
  if (notations.length > 0 && plain.length === 0 && dates.length === 0 && count > 1) {
    const found = commonNotation(notations.map(([text]) => text))!;
    const letters = found.notation.kind === 'unit' && /^[a-z]/i.test(found.notation.sign);
    if (found.texts === notations.length && !(letters && texts.size === 1)) {
      return notationProblem(observed, found.notation);
    }
  }
  if (dates.length > 0) return datesProblem(observed, dates, dates.length < texts.size);
  if (numbers > 0) {
    const others = new Map([...plain, ...notations]);
    return mixed(observed, others, numbers, sum(plain) + sum(notations), count, numeric);
  }
  const classes = classesProblem(observed);
  if (classes || plan.isTarget) return classes;
  const distinct = texts.size;
  if (count >= IDENTIFIER_ROWS && distinct > 0.9 * count && !observed.maxCategoriesGiven) {
    return columnProblem(
      observed,
      'identifier',
      undefined,
      `has ${distinct} texts in ${count} rows, nearly all distinct: it tells the rows apart, and a model can learn nothing from it; leave it out, or say its kind`,
      'ignore',
    );
  }
  return undefined;
}

function datesProblem(observed: Observed, dates: readonly [string, Seen][], others: boolean): CsvProblem {
  const [text, { line }] = dates[0]!;
  if (others) {
    return columnProblem(
      observed,
      'date',
      line,
      `has dates, ${show(text)} the first, and other texts; say its kind, or leave it out`,
      observed.texts.size <= observed.maxCategories || observed.plan.isTarget ? 'category' : 'ignore',
    );
  }
  if (dates.some(([one]) => readDate(one)!.days === undefined)) return orderProblem(observed, new Map(dates));
  return columnProblem(
    observed,
    'date',
    line,
    `has dates, ${show(text)} the first; read them as days since 1970 by ${readingText(observed, 'date')}, or leave the column out by 'ignore'`,
    'date',
  );
}

function readingText({ plan }: Observed, reading: ColumnReading): string {
  return optionsText({ columns: { [plan.name]: reading } });
}

function classesProblem({ ...observed }: Observed): CsvProblem | undefined {
  const { plan, texts, maxCategories, count } = observed;
  if (texts.size > maxCategories) {
    const [text, { line }] = [...texts][maxCategories]!;
    const number = observed.overflow ? `more than ${maxCategories}` : `${texts.size}`;
    return columnProblem(
      observed,
      'classes',
      line,
      `has more than ${maxCategories} classes, ${show(text)} the next (${number} in ${count} values); leave it out by ${readingText(observed, 'ignore')}, or raise maxCategories`,
      plan.isTarget ? undefined : 'ignore',
      plan.isTarget ? { maxCategories: observed.overflow ? count : texts.size } : undefined,
    );
  }
  if (plan.isTarget && texts.size === 1) {
    return columnProblem(
      observed,
      'oneClass',
      undefined,
      `is the target and has one class only, ${show(first(texts).text)}`,
    );
  }
  return undefined;
}

const minusReader = (text: string) => Number(text.replace(/[\u2010-\u2015\u2212\uFE63\uFF0D]/, '-'));
const parenthesesReader = (text: string) => Number(text.replace(/^\((.*)\)$/, '-$1').replaceAll(',', ''));

function notationFix({ kind, sign }: Notation, { plan }: Observed): { reading?: ColumnReading; options?: CsvFix } {
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
function notationProblem(observed: Observed, notation: Notation): CsvProblem {
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

/** Facts about a column that can be read. */
function notesOn(observed: Observed): CsvNote[] {
  const { plan, as, count, texts, lost, leadingZeros, min, max } = observed;
  const column = plan.name;
  const notes: CsvNote[] = [];
  const note = (code: CsvNote['code'], message: string) => notes.push({ code, column, message });
  if (as === 'number') {
    if (lost) {
      const read = String(numberOf(lost.text));
      note('lostDigits', `loses digits in float32: ${countText(lost.count, count)} rounded, ${lost.text} to ${read}`);
    } else if (observed.spread && observed.roundingError > 1e-3 * observed.std) {
      note('lostDigits', 'loses digits in float32: its values differ by little more than they are rounded');
    }
    if (leadingZeros !== undefined) {
      note(
        'leadingZeros',
        `loses leading zeros: ${show(leadingZeros)} is read as ${numberOf(leadingZeros)}; say 'category' for codes`,
      );
    }
    if (min === max && count > 1) note('constant', `is constant, ${min}`);
    if (observed.sequential && !plan.isTarget && plan.kind === undefined) note('rowNumbers', 'numbers the rows');
    return notes;
  }
  if (texts.size === 1 && count > 1) note('constant', `is constant, ${show(first(texts).text)}`);
  else if (texts.size >= 10 && texts.size > count / 2) {
    note('manyClasses', `has ${texts.size} classes in ${count} values: does it tell the rows apart?`);
  }
  return notes;
}
