// Scales: from values to their places on an axis, with ticks at round numbers.
import { refuse } from '../validate.js';

/** Scale of an axis. */
export type ScaleName = 'linear' | 'log';

/** Two ends, the smaller first. */
export type Range = readonly [min: number, max: number];

/** A labelled value. */
interface Tick {
  readonly value: number;
  readonly label: string;
}

/** An axis: labelled ticks, and the part of its length, in [0, 1], at which a value stands. */
export interface Scale {
  readonly ticks: readonly Tick[];
  readonly at: (value: number) => number;
}

/** Powers of ten below this one lose digits. */
const TINY = 1e-300;

/** Smallest and largest of the values that have a place on the axis; (0.1, 1) where there is none. */
export function extent(values: Iterable<number>, scale?: ScaleName): Range {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    // Differences of larger ones could overflow.
    if (!(Math.abs(value) < 1e300) || (scale === 'log' && value <= TINY)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min <= max ? [min, max] : [0.1, 1];
}

/** Tolerance for rounding errors: a tick that lies outside by less still counts. */
const TOLERANCE = 1e-9;

/**
 * A scale over a range.
 *
 * @param count - wanted number of ticks, at least 1
 * @param round - if set, the scale begins and ends at round numbers. Default: if less than two lie in the range
 */
export function makeScale(name: ScaleName | undefined, [min, max]: Range, count: number, round?: boolean): Scale {
  const log = name === 'log';
  if (log && !(min > 0)) refuse(RangeError, 'the range of a log axis', 'be above 0', min);
  const size = Math.max(Math.abs(min), Math.abs(max));
  if (max - min <= size * 1e-12 + TINY) {
    // One value, or as good as one: a range about it.
    const half = size > TINY ? size / 10 : 1;
    [min, max] = [min - half, max + half];
  }
  const [values, ends, labelOf] = (log ? logTicks : linearTicks)(min, max, count);
  const [, second = Infinity] = values.filter((value) => value >= min);
  if (round ?? second > max) [min, max] = ends;
  const of = log ? Math.log10 : Number;
  const at = (value: number) => (of(value) - of(min)) / (of(max) - of(min));
  const inside = values.filter((value) => Math.abs(at(value) - 0.5) < 0.5 + TOLERANCE);
  return { ticks: inside.map((value) => ({ value, label: labelOf(value) })), at };
}

/** Round numbers, from one at or below `min` to one at or above `max`: the ends. */
type Ticks = readonly [values: readonly number[], ends: Range, labelOf: (value: number) => string];

function logTicks(min: number, max: number, count: number): Ticks {
  const first = Math.floor(Math.log10(min) + TOLERANCE);
  const last = Math.max(first + 1, Math.ceil(Math.log10(max) - TOLERANCE));
  const values: number[] = [];
  for (let exponent = first; exponent <= last; exponent += Math.ceil((last - first) / count)) {
    for (const digit of 2 * (last - first) < count ? [1, 2, 5] : [1]) values.push(Number(`${digit}e${exponent}`));
  }
  return [values, [10 ** first, 10 ** last], format];
}

function linearTicks(min: number, max: number, count: number): Ticks {
  const least = (max - min) / count;
  const exponent = Math.floor(Math.log10(least));
  const digit = [1, 2, 5, 10].find((one) => one * 10 ** exponent >= least * (1 - TOLERANCE))!;
  const multiple = (i: number) => Number(`${i * digit}e${exponent}`);
  const first = Math.floor(min / multiple(1) + TOLERANCE);
  const last = Math.ceil(max / multiple(1) - TOLERANCE);
  const values = Array.from({ length: last - first + 1 }, (_, i) => multiple(first + i));
  const decimals = Math.max(0, -exponent - Number(digit > 5));
  const plain = Math.max(-min, max) < LARGE && decimals < 5;
  const labelOf = (value: number) => (plain ? grouped(value.toFixed(decimals)) : format(value, 12));
  return [values, [multiple(first), multiple(last)], labelOf];
}

/** From here on numbers are written with an exponent. */
const LARGE = 1e7;

/** A number as text with this number of significant digits: 1,234.5 or 1.5e-7. */
export function format(value: number, digits = 4): string {
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  return grouped(size >= LARGE || (size < 1e-4 && size > 0) ? rounded.toExponential() : String(rounded));
}

/** A number's text with a true minus sign and commas between thousands. */
const grouped = (number: string): string =>
  number
    .replace('e+', 'e')
    .replace(/^-/, '−')
    .replace(/(?<!\.\d*)\B(?=(\d{3})+(?!\d))/g, ',');
