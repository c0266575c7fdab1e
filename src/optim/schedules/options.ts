import { checkNumber, checkOptions, checkWhole, refuse } from '../../check.js';

/** Throws for a wrong value; `label` is how the message calls it. */
export type Check = (label: string, value: unknown) => void;

/** The check of each option, and its default. */
export type Fields<Options> = { readonly [Key in keyof Required<Options>]: readonly [Check, Options[Key]?] };

/** A whole number of at least 0. */
export const whole: Check = (label, value) => checkWhole(label, value, 0);

/** A whole number of at least 1. */
export const positive: Check = (label, value) => checkWhole(label, value, 1);

/** A number above 0, up to 1. */
export const aboveZero: Check = (label, value) => checkNumber(label, value, 'in (0, 1]', (x) => x > 0 && x <= 1);

/** A number from 0 to 1. */
export const share: Check = (label, value) => checkNumber(label, value, 'in [0, 1]', (x) => x >= 0 && x <= 1);

/** A number that momentum or beta1 may be. */
export const belowOne: Check = (label, value) => checkNumber(label, value, 'in [0, 1)', (x) => x >= 0 && x < 1);

/** No check here: one that needs to know the groups follows. */
export const later: Check = () => {};

/** The check, of an option that may be left out. */
export const optional =
  (check: Check): Check =>
  (label, value) =>
    value === undefined || check(label, value);

/** Whole numbers, each at least as large as `least` says of its place. */
export function checkSteps(label: string, value: unknown, least: (i: number) => number): void {
  if (!Array.isArray(value)) refuse(TypeError, label, 'be an array of whole numbers', value);
  value.forEach((step, i) => {
    checkWhole(`${label}[${i}]`, step, least(i));
  });
}

/** The options over their defaults, all checked. */
export function readOptions<Options extends object>(
  label: string,
  options: Options,
  fields: Fields<Options>,
): Required<Options> {
  checkOptions(label, options, Object.keys(fields));
  const read: Record<string, unknown> = {};
  for (const [key, [check, standard]] of Object.entries<readonly [Check, unknown?]>(fields)) {
    const given = options[key as keyof Options];
    read[key] = given === undefined ? standard : given;
    check(`${label}: ${key}`, read[key]);
  }
  return read as Required<Options>;
}
