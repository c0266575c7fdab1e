// Options that plots share, and checks of plain data.
import { type Check, numberCheck, oneOf, refuse, string } from '../validate.js';
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
  /** Ends of the x axis. Data outside are cut off. Default: those of the data, or round numbers about them where few ticks lie between. */
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
  const [min, max] = numbers(name, value, 2);
  if (!(max! - min! > 0)) refuse(RangeError, name, 'be [min, max]', value);
};

/** Checks of {@link PlotOptions}. */
export const plotTable = {
  title: [string, undefined],
  description: [string, undefined],
  width: [pixels, 480],
  height: [pixels, undefined],
} as const;

/** Names of the axes. */
export const labels = { xLabel: [string, 'x'], yLabel: [string, 'y'] } as const;

const scale = [oneOf('linear', 'log'), undefined] as const;

/** Checks of {@link AxesOptions}. */
export const axesTable = {
  ...plotTable,
  ...labels,
  xRange: [range, undefined],
  yRange: [range, undefined],
  xScale: scale,
  yScale: scale,
} as const;

/** The entries of an object or array that is not empty. */
export function entriesOf(name: string, value: unknown): [string, unknown][] {
  const entries = Object.entries(Object(value));
  if (entries.length === 0) refuse(TypeError, name, 'be an object that is not empty', value);
  return entries;
}

/** A copy of an array of numbers of any kind, checked, NaN and infinities included; `length` says how many. */
export function numbers(name: string, value: unknown, length?: number): number[] {
  const list: unknown[] = Array.from(Object(value));
  const fits = list.length > 0 && list.length === (length ?? list.length);
  if (!fits) refuse(RangeError, name, `hold ${length ?? 'some'} numbers`, value);
  const wrong = list.findIndex((one) => typeof one !== 'number');
  if (wrong >= 0) refuse(TypeError, `${name}[${wrong}]`, 'be a number', list[wrong]);
  return list as number[];
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Names of `count` classes: those given, or their indices. */
export function classNames(name: string, given: unknown, count: number): readonly string[] {
  const names = given ?? Array.from({ length: count }, (_, k) => k);
  if (!Array.isArray(names) || names.length < count) refuse(RangeError, name, `be ${count} names`, names);
  return names.map(String);
}
