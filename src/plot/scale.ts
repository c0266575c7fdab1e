// Scales: from values to their places on an axis, with ticks at round numbers.
import { must } from './must.js';

/** Scale of an axis. */
export type ScaleName = 'linear' | 'log';

/** Two ends, the smaller first. */
export type Range = readonly [min: number, max: number];

/** A labelled value. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** An axis: labelled ticks, its ends, and the part of its length, in [0, 1], at which a value stands. */
export interface Scale {
  readonly ticks: readonly Tick[];
  readonly range: Range;
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

/** Room for an error of the last bits: a tick that rounding puts a hair outside still counts. */
const HAIR = 1e-9;

/**
 * A scale over a range.
 *
 * @param count - wanted number of ticks, at least 1
 * @param round - if set, the scale begins and ends at ticks
 */
export function makeScale(name: ScaleName | undefined, range: Range, count: number, round: boolean): Scale {
  const log = name === 'log';
  const [ticks, min, max] = (log ? logTicks : linearTicks)(range, count, round);
  const of = log ? Math.log10 : (value: number) => value;
  return { ticks, range: [min, max], at: (value) => (of(value) - of(min)) / (of(max) - of(min)) };
}

/** Ticks, and the two ends of the axis. */
type Ticks = readonly [ticks: readonly Tick[], min: number, max: number];

function logTicks([min, max]: Range, count: number, round: boolean): Ticks {
  must(min > 0, RangeError, 'the range of a log axis', 'be above 0', min);
  let [first, last] = [Math.floor(Math.log10(min) + HAIR), Math.ceil(Math.log10(max) - HAIR)];
  if (first >= last) last = first + 1;
  if (round || min === max) [min, max] = [10 ** first, 10 ** last];
  const ticks: Tick[] = [];
  for (let exponent = first; exponent <= last; exponent += Math.ceil((last - first) / count)) {
    for (const digit of 2 * (last - first) < count ? [1, 2, 5] : [1]) {
      const value = Number(`${digit}e${exponent}`);
      if (value >= min * (1 - HAIR) && value <= max * (1 + HAIR)) ticks.push({ value, label: format(value) });
    }
  }
  return [ticks, min, max];
}

function linearTicks([min, max]: Range, count: number, round: boolean): Ticks {
  const size = Math.max(Math.abs(min), Math.abs(max));
  if (max - min <= size * 1e-12 + TINY) {
    // One value, or as good as one: a range about it.
    const half = size > TINY ? size / 10 : 1;
    [min, max] = [min - half, max + half];
  }
  const least = (max - min) / count;
  const exponent = Math.floor(Math.log10(least));
  const digit = [1, 2, 5, 10].find((one) => Number(`${one}e${exponent}`) >= least * (1 - HAIR))!;
  const multiple = (i: number) => Number(`${i * digit}e${exponent}`);
  const [low, high] = [min / multiple(1), max / multiple(1)];
  const first = round ? Math.floor(low + HAIR) : Math.ceil(low - HAIR);
  const last = round ? Math.ceil(high - HAIR) : Math.floor(high + HAIR);
  if (round) [min, max] = [multiple(first), multiple(last)];
  const ticks: Tick[] = [];
  const decimals = Math.max(0, -exponent - Number(digit > 5));
  for (let i = first; i <= last; i++) {
    const value = multiple(i);
    ticks.push({ value, label: size < LARGE && decimals < 5 ? grouped(value.toFixed(decimals)) : format(value, 12) });
  }
  return [ticks, min, max];
}

/** From here on numbers are written with an exponent. */
const LARGE = 1e7;

/** A number as text with so many significant digits: 1,234.5 or 1.5e-7. */
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
