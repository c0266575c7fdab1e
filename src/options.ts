// Options as tables: what each must be, and what it is when left out.
import { checkNumber, checkOneOf, checkOptions, checkWhole, type Rule, refuse } from './check.js';

/** What an option must be: a rule for numbers, or a function that throws. */
export type Check = Rule | ((name: string, value: unknown) => void);

/** What each option must be, and its default. One with a default, which may be undefined, can be left out. */
export type Fields<Options> = {
  readonly [Key in keyof Required<Options>]: readonly [check: Check, standard?: Options[Key]];
};

/** The options as read: none is undefined but those whose default is. */
export type Read<Options, Table> = {
  [Key in keyof Required<Options>]: Key extends keyof Table
    ? Table[Key] extends readonly [unknown, undefined]
      ? Options[Key]
      : Exclude<Options[Key], undefined>
    : never;
};

export const finite: Rule = ['a finite number', (x) => Number.isFinite(x)];
/** In [0, 1]. */
export const share: Rule = ['in [0, 1]', (x) => x >= 0 && x <= 1];
export const atLeastZero: Rule = ['at least 0', (x) => x >= 0];

export const whole: Check = (name, value) => checkWhole(name, value, 0);
export const positive: Check = (name, value) => checkWhole(name, value, 1);

export const aSignal: Check = (name, value) => {
  if (typeof Object(value).aborted !== 'boolean') refuse(TypeError, name, 'be an AbortSignal', value);
};

/** What is checked elsewhere. */
export const later: Check = () => {};

export const oneOf =
  (...known: readonly string[]): Check =>
  (name, value) =>
    checkOneOf(name, value, known);

/** Throws unless `value` is what it must be. */
export function checkAs(name: string, value: unknown, check: Check): void {
  if (typeof check === 'function') check(name, value);
  else checkNumber(name, value, ...check);
}

/**
 * The options with their defaults, once all are checked.
 *
 * @param label - what an error calls them
 * @param separator - what stands between that and an option's name: `linear: seed`, but `linear: init.normal.std`
 */
export function readOptions<Options extends object, const Table extends Fields<Options>>(
  label: string,
  options: Options,
  fields: Table,
  separator = ': ',
): Read<Options, Table> {
  checkOptions(label, options, Object.keys(fields));
  const read: Record<string, unknown> = {};
  for (const key in fields) {
    const field: readonly [Check, unknown?] = fields[key];
    const value = options[key as string as keyof Options];
    read[key] = value === undefined ? field[1] : value;
    if (value !== undefined || field.length === 1) checkAs(label + separator + key, value, field[0]);
  }
  return read as Read<Options, Table>;
}
