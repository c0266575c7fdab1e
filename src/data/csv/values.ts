// Fields as numbers, without making a string of each.
import { numberOf } from '../numberOf.js';

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const SMALL_E = 101;

/** Powers of 10 that float64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/**
 * The number between two places of a text, in float64; NaN if it is none, or is beyond float32. Rounded to float32 it has the bits of
 * `Math.fround(Number(text))`.
 *
 * Up to 15 significant digits make a whole number that float64 holds exactly, and so does the power of 10 to scale it by: one correct rounding
 * (Clinger, "How to read floating point numbers accurately", 1990). Of more digits, 15 give bounds, which nearly always round to one float32.
 */
export function numberIn(text: string, start: number, end: number): number {
  return end - start < 10 ? shortNumber(text, start, end) : longNumber(text, start, end);
}

/** The number in fewer than ten characters: its digits fit into 32 bits. */
function shortNumber(text: string, start: number, end: number): number {
  let at = start;
  const first = at < end ? text.charCodeAt(at) : 0;
  if (first === MINUS || first === PLUS) at++;
  const digitsStart = at;
  let point = -1;
  let whole = 0;
  for (; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) whole = (Math.imul(whole, 10) + digit) | 0;
    else if (digit === POINT - ZERO && point < 0) point = at;
    else return longNumber(text, start, end);
  }
  if (point < 0) {
    if (at === digitsStart) return Number.NaN;
    return first === MINUS ? -whole : whole;
  }
  if (at - digitsStart === 1) return Number.NaN;
  const value = whole / POWERS[at - point - 1]!;
  return first === MINUS ? -value : value;
}

function longNumber(text: string, start: number, end: number): number {
  let at = start;
  const first = at < end ? text.charCodeAt(at) : 0;
  if (first === MINUS || first === PLUS) at++;
  const digitsStart = at;
  let point = -1;
  let whole = 0;
  let digits = 0;
  let cut = 0;
  for (; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (digits < 15) {
        whole = 10 * whole + digit;
        if (whole !== 0) digits++;
      } else cut++;
    } else if (digit === POINT - ZERO && point < 0) point = at;
    else break;
  }
  const fraction = point < 0 ? 0 : at - point - 1;
  if (at - digitsStart - (point < 0 ? 0 : 1) === 0) return slowNumber(text, start, end);
  let exponent = cut - fraction;
  if (at < end) {
    if ((text.charCodeAt(at) | 32) !== SMALL_E) return slowNumber(text, start, end);
    at++;
    const sign = at < end ? text.charCodeAt(at) : 0;
    if (sign === MINUS || sign === PLUS) at++;
    if (at === end || end - at > 4) return slowNumber(text, start, end);
    let power = 0;
    for (; at < end; at++) {
      const digit = text.charCodeAt(at) - ZERO;
      if (!(digit >= 0 && digit <= 9)) return slowNumber(text, start, end);
      power = 10 * power + digit;
    }
    exponent += sign === MINUS ? -power : power;
  }
  if (exponent > 22 || exponent < -22) return slowNumber(text, start, end);
  let value = scaled(whole, exponent);
  // The upper bound, where digits were cut off, must round to the same float32.
  if (cut > 0 && Math.fround(value) !== Math.fround(scaled(whole + 1, exponent))) return slowNumber(text, start, end);
  if (first === MINUS) value = -value;
  return Math.fround(value) - Math.fround(value) === 0 ? value : Number.NaN;
}

/** whole * 10^exponent, rounded once. */
function scaled(whole: number, exponent: number): number {
  return exponent < 0 ? whole / POWERS[-exponent]! : whole * POWERS[exponent]!;
}

function slowNumber(text: string, start: number, end: number): number {
  return numberOf(text.slice(start, end));
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
    return numberIn(plain, 0, plain.length);
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
