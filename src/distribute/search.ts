// The settings that a sweep tries.
import { rand, randperm } from '../random.js';
import { type Check, checkNumber, checkOptions, checkRecord, refuse } from '../validate.js';

/** A range of numbers to draw from: uniform in [min, max], or with `log` uniform in the logarithm; with `int` whole numbers. Six digits are kept. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly log?: boolean | undefined;
  readonly int?: boolean | undefined;
}

/** For each parameter the values to try, or a range to draw from. */
export type Space = Readonly<Record<string, readonly unknown[] | Range>>;

/** One value for each parameter. */
export type Params = Readonly<Record<string, unknown>>;

/** Check of a space. */
export const space: Check = (name, value) => {
  checkRecord(name, value);
  const entries = Object.entries(value);
  if (entries.length === 0) refuse(RangeError, name, 'have a parameter', value);
  for (const [key, choice] of entries) {
    const label = `${name}.${key}`;
    if (Array.isArray(choice)) {
      if (choice.length === 0) refuse(RangeError, label, 'have a value', choice);
      // Undefined stands for a parameter that is left out.
      for (const [i, one] of choice.entries()) if (one !== undefined) checkPlain(`${label}[${i}]`, one);
      checkDistinct(label, choice);
      continue;
    }
    if (typeof choice !== 'object' || choice === null || ArrayBuffer.isView(choice))
      refuse(TypeError, label, 'be an array of values or { min, max }', choice);
    checkOptions(label, choice, ['min', 'max', 'log', 'int']);
    const { min, max, log } = choice as Range;
    checkNumber(
      `${label}.min`,
      min,
      log ? 'a finite number above 0, as log is true' : 'a finite number',
      (x) => Number.isFinite(x) && (!log || x > 0),
    );
    checkNumber(`${label}.max`, max, 'a finite number above min', (x) => Number.isFinite(x) && x > min);
  }
};

/** Checks that JSON keeps a value: studies and queues store settings as JSON, and tell them apart by it. */
function checkPlain(name: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) checkPlain(`${name}.${key}`, one);
  } else if (typeof value !== 'string' && typeof value !== 'boolean' && value !== null && !Number.isFinite(value)) {
    refuse(TypeError, name, 'be a text, a finite number, true, false, null, or an array or object of them', value);
  }
}

/** Refuses repeated values: they would run twice, and count twice in the mean. */
export function checkDistinct(name: string, values: readonly unknown[]): void {
  const texts = values.map((value) => JSON.stringify(value));
  const twice = texts.findIndex((text, i) => texts.indexOf(text) < i);
  if (twice >= 0) refuse(RangeError, `${name}[${twice}]`, 'be given once', values[twice]);
}

const isRange = (choice: Space[string]): choice is Range => !Array.isArray(choice);

/** Every combination of the values; the last parameter changes first. */
export function grid(space: Space): Params[] {
  let all: Params[] = [{}];
  for (const [key, choice] of Object.entries(space)) {
    if (isRange(choice)) {
      throw new TypeError(
        `sweep: space.${key} must be an array of values for search 'grid', got a range: give an array, or search 'random'`,
      );
    }
    all = all.flatMap((params) => choice.map((value) => ({ ...params, [key]: value })));
  }
  return all;
}

/** Draws `trials` different settings. With the same seed, a larger number of trials begins with the same settings. */
export function drawn(space: Space, trials: number, seed: number): Params[] {
  if (!Object.values(space).some(isRange)) {
    const all = grid(space);
    if (trials > all.length)
      throw new RangeError(`sweep: trials must be at most ${all.length}, the settings of the space, got ${trials}`);
    return Array.from(randperm(all.length, { seed }).slice(0, trials), (i) => all[i]!);
  }
  const found = new Map<string, Params>();
  for (let trial = 0; found.size < trials; trial++) {
    if (trial >= 100 * trials)
      throw new RangeError(
        `sweep: trials must be at most ${found.size}, the different settings found in the space, got ${trials}`,
      );
    const params = drawOne(space, seed + trial * 0x1_0000_0000);
    found.set(JSON.stringify(params), params);
  }
  return [...found.values()];
}

function drawOne(space: Space, seed: number): Params {
  const keys = Object.keys(space);
  const uniform = rand([keys.length], { seed });
  const params = Object.fromEntries(keys.map((key, i) => [key, valueAt(space[key]!, uniform.data[i]!)]));
  uniform.dispose();
  return params;
}

/** The value of a parameter for a number in [0, 1). */
function valueAt(choice: Space[string], u: number): unknown {
  if (!isRange(choice)) return choice[Math.floor(u * choice.length)];
  const { min, max, log, int } = choice;
  if (int)
    return log
      ? Math.floor(Math.exp(between(Math.log(min), Math.log(max + 1), u)))
      : Math.floor(between(min, max + 1, u));
  const value = log ? Math.exp(between(Math.log(min), Math.log(max), u)) : between(min, max, u);
  // The last digits of exp differ between engines.
  return Math.min(max, Math.max(min, Number(value.toPrecision(6))));
}

const between = (a: number, b: number, u: number) => a + u * (b - a);
