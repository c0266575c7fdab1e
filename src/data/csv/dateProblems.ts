// The problems of a column that has dates.
import { show } from '../../validate.js';
import { readDate } from './dates.js';
import { type CsvProblem, countText } from './error.js';
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

/** A column said to be dates that has other texts. */
export function dateProblem(observed: Observed): CsvProblem {
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
    { ...detailOf(observed.plan, 'date'), order },
  );
}

export function datesProblem(observed: Observed, dates: readonly [string, Seen][], others: boolean): CsvProblem {
  const [text, { line }] = dates[0]!;
  if (others) {
    return columnProblem(
      observed,
      'date',
      line,
      `has dates, ${show(text)} the first, and other texts; say its kind, or leave it out`,
      observed.texts.size <= observed.maxCategories || observed.plan.isTarget
        ? readAs(observed.plan, 'category')
        : 'ignore',
    );
  }
  if (dates.some(([one]) => readDate(one)!.days === undefined)) return orderProblem(observed, new Map(dates));
  const reading = readAs(observed.plan, 'date');
  return columnProblem(
    observed,
    'date',
    line,
    `has dates, ${show(text)} the first; read them as days since 1970 by ${readingText(observed, reading)}, or leave the column out by 'ignore'`,
    reading,
  );
}
