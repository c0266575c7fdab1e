// What a field is taken for.

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/** 10^k for what float64 holds exactly of it. */
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/**
 * The number that a field is, rounded to float64 and then to float32; NaN for one that is none. Spaces around it do not count.
 *
 * Up to 15 digits make a whole number that float64 holds exactly, and so does the power of 10 to divide it by: one correct rounding, as
 * Number() gives, in a tenth of its time (Clinger, "How to read floating point numbers accurately", 1990).
 */
export function numberOf(field: string): number {
  const { length } = field;
  const first = field.charCodeAt(0);
  let i = first === MINUS || first === PLUS ? 1 : 0;
  let point = length;
  let whole = 0;
  const digits = length - i;
  for (; i < length; i++) {
    const digit = field.charCodeAt(i) - ZERO;
    if (digit >= 0 && digit <= 9) whole = 10 * whole + digit;
    else if (digit === POINT - ZERO && point === length) point = i;
    else break;
  }
  if (i < length || digits > 15 || digits === 0 || (digits === 1 && point < length)) return slowNumberOf(field);
  const value = point === length ? whole : whole / POWERS[length - point - 1]!;
  return Math.fround(first === MINUS ? -value : value);
}

function slowNumberOf(untrimmed: string): number {
  const field = untrimmed.trim();
  const value = Math.fround(Number(field));
  // Number() also takes an empty text, Infinity, 0x1f, 0o17 and 0b11.
  if (value - value !== 0 || field === '') return Number.NaN;
  const second = field.charCodeAt(1) | 32;
  return second === 0x78 || second === 0x6f || second === 0x62 ? Number.NaN : value;
}

/** The field without spaces around it: trim(), which is only called where there may be some. */
export function trimmed(field: string): string {
  const first = field.charCodeAt(0);
  const last = field.charCodeAt(field.length - 1);
  return first > 32 && first < 128 && last > 32 && last < 128 ? field : field.trim();
}

const DATE =
  /^(\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([T ,]\s*\d{1,2}:\d{2}.*)?$|^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]m)?$|^(\d{1,2}[ -])?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[ -]\d{1,4}(,? \d{4})?$/i;

/** Whether a text looks like a date or a time of day. */
export function isDate(text: string): boolean {
  return /\d/.test(text) && DATE.test(text);
}
