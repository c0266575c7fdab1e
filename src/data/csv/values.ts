// Fields as numbers, without making a string of each.
import { numberOf } from '../numberOf.js';
import { MINUS, PLUS, POINT, shortCodes, ZERO } from './codes.js';

const SMALL_E = 101;

/** Powers of 10 that float64 holds exactly. */
export const POWERS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/**
 * The number between two places of a text and its codes, in float64; NaN if it is not a number, or is beyond float32. Rounded to float32 it has the bits
 * of `Math.fround(Number(text))`.
 *
 * Up to 15 significant digits make a whole number that float64 holds exactly, and so does the power of 10 to scale it by: one correct rounding
 * (Clinger, "How to read floating point numbers accurately", 1990). Of more digits, 15 give bounds, which nearly always round to one float32.
 */
export function numberIn(codes: Uint16Array, start: number, end: number, text: string): number {
  let at = start;
  const first = at < end ? codes[at]! : 0;
  if (first === MINUS || first === PLUS) at++;
  const digitsStart = at;
  let point = -1;
  let whole = 0;
  let digits = 0;
  let cut = 0;
  for (; at < end; at++) {
    const digit = codes[at]! - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (digits < 15) {
        whole = 10 * whole + digit;
        if (whole !== 0) digits++;
      } else cut++;
    } else if (digit === POINT - ZERO && point < 0) point = at;
    else break;
  }
  const fraction = point < 0 ? 0 : at - point - 1;
  if (at - digitsStart - (point < 0 ? 0 : 1) === 0) return slowNumber(start, end, text);
  let exponent = cut - fraction;
  if (at < end) {
    if ((codes[at]! | 32) !== SMALL_E) return slowNumber(start, end, text);
    at++;
    const sign = at < end ? codes[at]! : 0;
    if (sign === MINUS || sign === PLUS) at++;
    if (at === end || end - at > 4) return slowNumber(start, end, text);
    let power = 0;
    for (; at < end; at++) {
      const digit = codes[at]! - ZERO;
      if (!(digit >= 0 && digit <= 9)) return slowNumber(start, end, text);
      power = 10 * power + digit;
    }
    exponent += sign === MINUS ? -power : power;
  }
  if (exponent > 22 || exponent < -22) return slowNumber(start, end, text);
  let value = scaled(whole, exponent);
  // The upper bound, where digits were cut off, must round to the same float32.
  if (cut > 0 && Math.fround(value) !== Math.fround(scaled(whole + 1, exponent))) return slowNumber(start, end, text);
  if (first === MINUS) value = -value;
  return Math.fround(value) - Math.fround(value) === 0 ? value : Number.NaN;
}

/** whole * 10^exponent, rounded once. */
function scaled(whole: number, exponent: number): number {
  return exponent < 0 ? whole / POWERS[-exponent]! : whole * POWERS[exponent]!;
}

function slowNumber(start: number, end: number, text: string): number {
  return numberOf(text.slice(start, end));
}

/** A text as a number, as {@link numberIn} reads it. */
export function numberOfText(text: string): number {
  return text.length > 64 ? numberOf(text) : numberIn(shortCodes(text), 0, text.length, text);
}

/** Spaces between groups of digits: the ordinary one, a thin one, and two that do not break. */
const SPACES = '[ \\u00A0\\u2009\\u202F]';

/** A reader of numbers written with another decimal sign, or with signs between groups of three digits, or of two as in India. NaN for other texts. */
export function localNumberReader(decimal: string, thousands: string): (text: string) => number {
  const group = thousands === ' ' ? SPACES : escapeRegExp(thousands);
  const whole =
    thousands === '' ? '\\d+' : `(?:\\d{1,3}(?:${group}\\d{3})+|\\d{1,2}(?:${group}\\d{2})+${group}\\d{3}|\\d+)`;
  const point = escapeRegExp(decimal);
  const pattern = new RegExp(`^[-+]?(?:${whole}(?:${point}\\d*)?|${point}\\d+)(?:e[-+]?\\d{1,4})?$`, 'i');
  const groups = new RegExp(group, 'g');
  return (text) => {
    if (!pattern.test(text)) return Number.NaN;
    const plain = (thousands === '' ? text : text.replace(groups, '')).replace(decimal, '.');
    return numberOfText(plain);
  };
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The field without spaces around it: trim(), which is only called where there may be some. */
export function trimmed(field: string): string {
  const first = field.charCodeAt(0);
  const last = field.charCodeAt(field.length - 1);
  return first > 32 && first < 128 && last > 32 && last < 128 ? field : field.trim();
}
