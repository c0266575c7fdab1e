// Findings about a column: its problems, with the options that fix them, and the facts worth a look.
import { show } from '../../validate.js';
import { notesOn } from './columnNotes.js';
import { dateProblem, datesProblem } from './dateProblems.js';
import { readDate } from './dates.js';
import { type CsvNote, type CsvProblem, countText, optionsText } from './error.js';
import { commonNotation, notationOf } from './notation.js';
import { notationFix, notationProblem, notationsProblem } from './notationProblems.js';
import {
  columnProblem,
  detailOf,
  first,
  missingReading,
  type Observed,
  readAs,
  readingText,
  type Seen,
} from './observed.js';
import type { ColumnOptions, ColumnReading } from './options.js';

/** Number of rows from which a column of nearly unique texts is refused; with fewer rows it only gets a note. */
const IDENTIFIER_ROWS = 50;

/** The problems of a column, and the notes on it. */
export function judge(observed: Observed): { problems: CsvProblem[]; notes: CsvNote[] } {
  const main = observed.count === 0 ? emptyProblem(observed) : kindProblem(observed);
  const missing = observed.count === 0 ? undefined : missingProblem(observed, main);
  const problems = [main, missing].filter((one) => one !== undefined);
  return { problems, notes: problems.length === 0 ? notesOn(observed) : [] };
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
  return columnProblem(
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
  const kept =
    missing === 'drop' ? missing : base.kind === 'category' ? 'class' : base.kind === undefined ? missing : 'mean';
  return { ...base, missing: kept };
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

/** Some texts with their places: `line 3, "a"; line 7, "b"`. */
function listed(texts: Iterable<[string, Seen]>, unit: Observed['unit']): string {
  const all = [...texts];
  const shown = all.slice(0, 3).map(([text, { line }]) => `${unit} ${line}, ${show(text)}`);
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
    ? `${countText(others, count)} no number: ${listed(texts, observed.unit)}`
    : `has numbers and text, ${countText(numbers, count)} a number: ${listed(numeric, observed.unit)}`;
  const asText = distinct <= maxCategories || plan.isTarget ? readAs(plan, 'category') : 'ignore';
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
    const several = found.texts < notations.length ? notationsProblem(observed) : undefined;
    if (several) return several;
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
      `has ${distinct} texts in ${count} rows, nearly all distinct: it identifies the rows, and a model can learn nothing from it; leave it out, or set its kind`,
      'ignore',
    );
  }
  return undefined;
}

function classesProblem(observed: Observed): CsvProblem | undefined {
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
