// Dates and times as numbers: days since 1970-01-01 UTC, with fractions for times of day.
import { shortCodes } from './codes.js';

/** The order of day and month where both are numbers: `31/12/2024` or `12/31/2024`. */
export type DateOrder = 'dmy' | 'mdy';

/** A date as it was read: days, or the reason why there are none. */
type ReadDate =
  | { readonly days: number }
  /** Day and month could be exchanged. */
  | { readonly days: undefined; readonly reason: 'order' }
  /** The year has two digits. */
  | { readonly days: undefined; readonly reason: 'century' };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  '(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|january|february|march|april|august|september|october|november|december)\\.?';
const WEEKDAY = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +)?';
/** A time of day behind a date, with a zone or without (then it is UTC). */
const TIME =
  '(?:(?:T| +|, *)(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d+))?)? ?([ap]m)?)?(?: ?(Z|UTC|GMT|(?:GMT|UTC)?[-+]\\d{2}:?\\d{2}))?(?: ?\\([^)]*\\))?';

/* @__NO_SIDE_EFFECTS__ */
const pattern = (date: string) => new RegExp(`^${date}$`, 'i');
const YEAR_FIRST = pattern(`(\\d{4})([-/.])(\\d{1,2})(?:\\2(\\d{1,2})${TIME})?`);
const TWO_NUMBERS_FIRST = pattern(`(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})${TIME}`);
const PERIOD = pattern('(\\d{4})[- ]?([QMW])(\\d{1,2})(?:-([1-7]))?');
const PERIOD_FIRST = pattern('Q([1-4])[- /]?(\\d{4})');
const CENTURY_LACKING = pattern(`(\\d{1,2})[- ]${MONTH}[- ](\\d{2})${TIME}`);
/** As ISO 8601 writes it without signs. */
const BASIC = pattern('(\\d{4})(\\d{2})(\\d{2})T(\\d{2})(\\d{2})(\\d{2})?Z?');
/** As in China and Japan. */
const IN_CHARACTERS = pattern('(\\d{4})年(\\d{1,2})月(?:(\\d{1,2})日)?');
const MONTH_FIRST = pattern(`${WEEKDAY}${MONTH}(?:[- ](\\d{1,2})(?:st|nd|rd|th)?,?)?[- ,] *(\\d{4})${TIME}`);
const DAY_FIRST = pattern(`${WEEKDAY}(\\d{1,2})(?:st|nd|rd|th|\\.)?[- ] *${MONTH},?[- ] *(\\d{4})${TIME}`);
/** As `String(new Date())` and C's ctime write it, with the year at the end or before the time. */
const CTIME = pattern(`(?:mon|tue|wed|thu|fri|sat|sun) ${MONTH} +(\\d{1,2}) (\\d{2}):(\\d{2}):(\\d{2}) (\\d{4})`);
const TIME_OF_DAY = pattern('(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d+))?)? ?([ap]m)?');

/**
 * Reads a date or a time of day. A month alone is its first day, a quarter and a week likewise (weeks by ISO 8601); a time without a zone is
 * UTC, a time of day a fraction of a day.
 *
 * @param order - the order of day and month in numbers such as 1/2/2024. With points, as in 1.2.2024, the day is always first
 * @returns undefined for a text that is no date
 */
export function readDate(text: string, order?: DateOrder): ReadDate | undefined {
  // Most texts end here. A date has a digit and at least four characters, and begins with a digit or a name.
  const iso = text.length === 10 ? isoDays(shortCodes(text), 0, 10) : Number.NaN;
  if (!Number.isNaN(iso)) return { days: iso };
  const first = text.charCodeAt(0);
  if (
    text.length < 4 ||
    text.length > 70 ||
    !((first >= 48 && first <= 57) || (first | 32) >= 97) ||
    !/\d/.test(text)
  ) {
    return undefined;
  }
  let match = YEAR_FIRST.exec(text);
  if (match) return withTime(calendar(Number(match[1]), Number(match[3]), Number(match[4] ?? 1)), match, 5);
  match = TWO_NUMBERS_FIRST.exec(text);
  if (match) return twoNumbers(match, order);
  match = TIME_OF_DAY.exec(text);
  if (match) return withTime(0, [...match, undefined], 1);
  match = MONTH_FIRST.exec(text);
  if (match) return withTime(calendar(Number(match[3]), monthOf(match[1]!), Number(match[2] ?? 1)), match, 4);
  match = DAY_FIRST.exec(text);
  if (match) return withTime(calendar(Number(match[3]), monthOf(match[2]!), Number(match[1])), match, 4);
  match = PERIOD.exec(text);
  if (match) return periodStart(Number(match[1]), match[2]!.toUpperCase(), Number(match[3]), match[4]);
  match = PERIOD_FIRST.exec(text);
  if (match) return periodStart(Number(match[2]), 'Q', Number(match[1]), undefined);
  match = BASIC.exec(text);
  if (match) return withTime(calendar(Number(match[1]), Number(match[2]), Number(match[3])), match.slice(4), 0);
  match = IN_CHARACTERS.exec(text);
  if (match) return withTime(calendar(Number(match[1]), Number(match[2]), Number(match[3] ?? 1)), [], 0);
  match = CENTURY_LACKING.exec(text);
  if (match) return Number(match[1]) <= 31 ? { days: undefined, reason: 'century' } : undefined;
  match = CTIME.exec(text);
  if (!match) return undefined;
  const [, month, day, hours, minutes, seconds, year] = match;
  const days = calendar(Number(year), monthOf(month!), Number(day));
  return withTime(days, [hours, minutes, seconds, undefined, undefined, undefined], 0);
}

/** 31/12/2024, 12/31/2024 or 31.12.2024. */
function twoNumbers(match: RegExpExecArray, order: DateOrder | undefined): ReadDate | undefined {
  const [first, second] = [Number(match[1]), Number(match[3])];
  const dayFirst = match[2] === '.' || order === 'dmy' || (order === undefined && first > 12);
  if (order === undefined && match[2] !== '.' && first <= 12 && second <= 12 && first !== second) {
    return { days: undefined, reason: match[4]!.length === 2 ? 'century' : 'order' };
  }
  const [day, month] = dayFirst ? [first, second] : [second, first];
  const read = withTime(calendar(Number(match[4]), month, day), match, 5);
  return read !== undefined && match[4]!.length === 2 ? { days: undefined, reason: 'century' } : read;
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days of a year before each month. */
const DAYS_BEFORE = MONTH_DAYS.map((_, i) => MONTH_DAYS.slice(0, i).reduce((sum, days) => sum + days, 0));

/** Days since 1970-01-01 in the Gregorian calendar; NaN for a day that is not in it. */
function calendar(year: number, month: number, day: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month < 1 || month > 12 || day < 1 || day > MONTH_DAYS[month - 1]! + Number(leap && month === 2))
    return Number.NaN;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  return 365 * before + leapDays + DAYS_BEFORE[month - 1]! + Number(leap && month > 2) + day - 719_163;
}

/** The days of a text like 2024-02-29, the most frequent form, between two places of its codes; NaN for any other. */
export function isoDays(codes: Uint16Array, start: number, end: number): number {
  if (end - start !== 10) return Number.NaN;
  const sign = codes[start + 4];
  if (sign !== codes[start + 7] || !(sign === 45 || sign === 47 || sign === 46)) return Number.NaN;
  const year = digits(codes, start, start + 4);
  return calendar(year, digits(codes, start + 5, start + 7), digits(codes, start + 8, end));
}

function digits(codes: Uint16Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = codes[i]! - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = 10 * value + digit;
  }
  return value;
}

function periodStart(year: number, kind: string, n: number, weekday: string | undefined): ReadDate | undefined {
  if (kind === 'Q') return n >= 1 && n <= 4 ? { days: calendar(year, 3 * n - 2, 1) } : undefined;
  if (kind === 'M') return n >= 1 && n <= 12 ? { days: calendar(year, n, 1) } : undefined;
  if (n < 1 || n > 53) return undefined;
  // Week 1 is that of 4 January; weeks begin on Monday, and 1970-01-01 was a Thursday.
  const fourth = calendar(year, 1, 4);
  const monday = fourth - ((((fourth + 3) % 7) + 7) % 7);
  return { days: monday + 7 * (n - 1) + Number(weekday ?? 1) - 1 };
}

/** Adds the time of day in six groups of a match from `at` on: hours, minutes, seconds, fraction, am or pm, zone. */
function withTime(days: number, match: ArrayLike<string | undefined>, at: number): ReadDate | undefined {
  if (Number.isNaN(days)) return undefined;
  const [hours, minutes, seconds, fraction, half, zone] = Array.from({ length: 6 }, (_, i) => match[at + i]);
  if (hours === undefined) return { days: days - zoneDays(zone) };
  let hour = Number(hours);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  }
  if (hour > 24 || Number(minutes) > 59 || Number(seconds ?? 0) > 60) return undefined;
  const time = 3600 * hour + 60 * Number(minutes) + Number(`${seconds ?? 0}.${fraction ?? 0}`);
  return { days: days + time / 86_400 - zoneDays(zone) };
}

/** The distance of a zone from UTC, in days. */
function zoneDays(zone: string | undefined): number {
  const match = /([-+])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  return match ? ((match[1] === '-' ? -1 : 1) * (60 * Number(match[2]) + Number(match[3]))) / 1440 : 0;
}
