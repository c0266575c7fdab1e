// Options that plots share, and checks of plain data.
import { type Check, numberCheck, oneOf, refuse, string } from '../validate.js';
import { must } from './must.js';
import type { Range, ScaleName } from './scale.js';

/** Options of every plot. */
export interface PlotOptions {
  /** Heading of the picture, also its name for screen readers. Default: a line that says what was run. */
  readonly title?: string | undefined;
  /** Description for screen readers. Default: the main figures in words. */
  readonly description?: string | undefined;
  /** Width in pixels, from 240 to 4000. The picture shrinks where there is less room. Default: 480. */
  readonly width?: number | undefined;
  /** Height in pixels, from 240 to 4000. Default: by the kind of plot. */
  readonly height?: number | undefined;
}

/** Options of plots with two axes. */
export interface AxesOptions extends PlotOptions {
  /** Name of the x axis with its unit, as in `'time [s]'`. */
  readonly xLabel?: string | undefined;
  /** Name of the y axis with its unit. */
  readonly yLabel?: string | undefined;
  /** Ends of the x axis. Data outside are cut off. Default: those of the data. */
  readonly xRange?: Range | undefined;
  /** Ends of the y axis. Data outside are cut off. Default: round numbers about the data. */
  readonly yRange?: Range | undefined;
  /** Scale of the x axis. A log axis leaves out values at or below 0. Default: `'linear'`. */
  readonly xScale?: ScaleName | undefined;
  /** Scale of the y axis. A log axis leaves out values at or below 0. Default: `'linear'`. */
  readonly yScale?: ScaleName | undefined;
}

const pixels = numberCheck('a number of pixels from 240 to 4000', (x) => x >= 240 && x <= 4000);

const range: Check = (name, value) => {
  checkNumbers(name, value, 2);
  must(value[1]! - value[0]! > 0, RangeError, name, 'be [min, max]', value);
};

/** Checks of {@link PlotOptions}. */
export const plotTable = {
  title: [string, undefined],
  description: [string, undefined],
  width: [pixels, 480],
  height: [pixels, undefined],
} as const;

const scale = [oneOf('linear', 'log'), undefined] as const;

/** Checks of {@link AxesOptions}. */
export const axesTable = {
  ...plotTable,
  xLabel: [string, undefined],
  yLabel: [string, undefined],
  xRange: [range, undefined],
  yRange: [range, undefined],
  xScale: scale,
  yScale: scale,
} as const;

/** The entries of an object or array that is not empty. */
export function entriesOf(name: string, value: unknown): [string, unknown][] {
  const entries = Object.entries(Object(value));
  must(entries.length > 0, TypeError, name, 'be an object that is not empty', value);
  return entries;
}

/** Checks an array of numbers of any kind, NaN and infinities included; `length` says how many. */
export function checkNumbers(name: string, value: unknown, length?: number): asserts value is ArrayLike<number> {
  const list: ArrayLike<unknown> = Object(value);
  must(
    list.length === (length ?? list.length) && list.length > 0,
    RangeError,
    name,
    `hold ${length ?? 'some'} numbers`,
    value,
  );
  for (let i = 0; i < list.length; i++) {
    if (typeof list[i] !== 'number') refuse(TypeError, `${name}[${i}]`, 'be a number', list[i]);
  }
}

/** Names of `count` classes: those given, or their indices. */
export function classNames(name: string, given: unknown, count: number): readonly string[] {
  const names = given ?? Array.from({ length: count }, (_, k) => `${k}`);
  must(Array.isArray(names) && names.length >= count, RangeError, name, `be ${count} names`, names);
  return names.map(String);
}
