// The validator of options and arguments. Each check throws TypeError for the wrong kind and RangeError for the wrong value, and names
// the argument, what was expected and what came. A message is built only when it is thrown.
import { nearest } from './suggest.js';

/** Throws unless `value` is acceptable. `name` is the argument's name in the error. */
export type Check = (name: string, value: unknown) => void;

/** A table of options: each one's check, and its default. An option with a default, which may be undefined, can be left out. */
export type OptionTable<Options> = {
  readonly [Key in keyof Required<Options>]: readonly [check: Check, standard?: Options[Key]];
};

/** Options as read from a table: undefined only where the default is. */
export type Resolved<Options, Table> = {
  [Key in keyof Required<Options>]: Key extends keyof Table
    ? Table[Key] extends readonly [unknown, undefined]
      ? Options[Key]
      : Exclude<Options[Key], undefined>
    : never;
};

/**
 * Checks options against a table and fills in the defaults.
 *
 * @param label - the function or class in error messages
 * @param separator - text between the label and an option's name: `linear: seed`, but `linear: init.normal.std`
 */
export function readOptions<Options extends object, const Table extends OptionTable<Options>>(
  label: string,
  options: Options,
  table: Table,
  separator = ': ',
): Resolved<Options, Table> {
  const names = Object.keys(table);
  checkOptions(label, options, names);
  const entries: Readonly<Record<string, readonly [Check, unknown?]>> = table as never;
  let given = options as Readonly<Record<string, unknown>>;
  // A class may give its options by getters.
  if (Object.getPrototypeOf(given) !== Object.prototype) {
    given = Object.fromEntries(names.map((name) => [name, given[name]]));
  }
  const read: Record<string, unknown> = {};
  for (const key in entries) {
    const entry = entries[key]!;
    read[key] = entry[1];
    if (entry.length === 1 && given[key] === undefined) entry[0](label + separator + key, undefined);
  }
  // Looking up every option of the table takes longer than a small fit.
  for (const key of Object.keys(given)) {
    const value = given[key];
    if (value === undefined) continue;
    entries[key]![0](label + separator + key, value);
    read[key] = value;
  }
  return read as Resolved<Options, Table>;
}

/** The same table with other defaults: options over those that were read before. */
export function withDefaults<Options extends object>(
  table: OptionTable<Options>,
  defaults: Options,
): OptionTable<Options> {
  const own: Record<string, readonly [Check, unknown]> = {};
  for (const key in table) own[key] = [table[key][0], defaults[key]];
  return own as OptionTable<Options>;
}

/** Checks that `options` is an object without unknown keys: a misspelt option must not be silently ignored. */
export function checkOptions(name: string, options: unknown, known: readonly string[]): asserts options is object {
  checkRecord(`${name}: options`, options);
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw new TypeError(
      `${name}: unknown option ${show(key)}, expected one of ${known.join(', ')}${nearest(key, known)}`,
    );
  }
}

/** Checks an object whose keys are names: an array, a Map or a promise has what it holds elsewhere, and would pass for an empty one. */
export function checkRecord(name: string, value: unknown): asserts value is object {
  // Not by `then`: a table may have a column of that name.
  const promise = Object.prototype.toString.call(value) === '[object Promise]';
  if (typeof value !== 'object' || value === null || Symbol.iterator in value || promise) {
    refuse(TypeError, name, 'be an object', value);
  }
}

/** Throws "<name> must <expected>, got <got>". */
export function fail(Kind: typeof TypeError, name: string, expected: string, got: string | number | undefined): never {
  throw new Kind(`${name} must ${expected}, got ${got}`);
}

/** Throws "<name> must <expected>, got <value>", with the value as {@link show} writes it. */
export function refuse(Kind: typeof TypeError, name: string, expected: string, value: unknown): never {
  ignoreRejection(value);
  fail(Kind, name, expected, show(value));
}

/** Keeps the rejection of a promise that is refused, and so awaited by nobody, from ending the process. */
export function ignoreRejection(value: unknown): void {
  if (isPromise(value)) Promise.resolve(value).catch(() => {});
}

/** True for a promise, of any library. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof Object(value).then === 'function';
}

/** A value as error messages show it. */
export function show(value: unknown): string {
  if (typeof value === 'string') {
    return value.length > 200 ? `a text of ${value.length} characters` : JSON.stringify(value);
  }
  if (Array.isArray(value)) return value.length > 8 ? `an array of ${value.length}` : `[${value.map(show).join(', ')}]`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${(value as Uint8Array).length})`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) {
    if ('dtype' in value && 'data' in value) return `an encoded ${value.dtype}, which decodeStateDict() reads`;
    const name = value.constructor?.name || 'Object';
    return name === 'Object' ? 'an object' : `a ${name}`;
  }
  return String(value);
}

/** The way out that errors name for a state dict that comes as text. */
export function wayFromText(dict: unknown): string {
  return typeof dict === 'string' ? ': take decodeStateDict(JSON.parse(text))' : '';
}

/** Checks a number by a predicate. NaN should never satisfy it. */
export function checkNumber(name: string, value: unknown, expected: string, ok: (value: number) => boolean): void {
  if (typeof value !== 'number') refuse(TypeError, name, `be ${expected}`, value);
  if (!ok(value)) refuse(RangeError, name, `be ${expected}`, value);
}

/** Name of a typed array's kind, undefined for other values. `instanceof` fails for arrays of another realm (an iframe, `vm`, Jest). */
function typedArrayKind(value: unknown): string | undefined {
  return ArrayBuffer.isView(value) ? (value as Uint8Array)[Symbol.toStringTag] : undefined;
}

/** True for a Map or Date, also of another realm. */
export function isA(kind: 'Map' | 'Date', value: unknown): boolean {
  return Object.prototype.toString.call(value) === `[object ${kind}]`;
}

/** True for typed arrays of numbers, also of another realm (Jest, `vm`, an iframe): not for DataView and arrays of bigint. */
export function isNumberArray(value: unknown): value is Float32Array {
  const kind = typedArrayKind(value);
  return kind !== undefined && !/^(Big|Data)/.test(kind);
}

/** True for an array, or what has a length like one, and for typed arrays of numbers. Its elements may still be anything. */
export function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  const { length } = Object(value);
  const isView = ArrayBuffer.isView(value);
  return typeof value === 'object' && Number.isSafeInteger(length) && (!isView || isNumberArray(value));
}

export function isFloat32Array(value: unknown): value is Float32Array {
  return typedArrayKind(value) === 'Float32Array';
}

export function isFloat64Array(value: unknown): value is Float64Array {
  return typedArrayKind(value) === 'Float64Array';
}

export function isUint32Array(value: unknown): value is Uint32Array {
  return typedArrayKind(value) === 'Uint32Array';
}

/** Checks a whole number of at least `least`. */
export function checkInt(name: string, value: unknown, least: number): void {
  const expected = least === 1 ? 'a positive whole number' : `a whole number of at least ${least}`;
  checkNumber(name, value, expected, (x) => Number.isSafeInteger(x) && x >= least);
}

/** Checks one of a set of names. */
export function checkOneOf(name: string, value: unknown, known: readonly string[]): void {
  const expected = `be one of ${known.join(', ')}`;
  if (typeof value !== 'string') refuse(TypeError, name, expected, value);
  if (!known.includes(value)) fail(RangeError, name, expected, `${show(value)}${nearest(value, known)}`);
}

/** A check of numbers by a predicate. */
/* @__NO_SIDE_EFFECTS__ */
export function numberCheck(expected: string, ok: (value: number) => boolean): Check {
  return (name, value) => checkNumber(name, value, expected, ok);
}

/** A check of names. */
/* @__NO_SIDE_EFFECTS__ */
export function oneOf(...known: readonly string[]): Check {
  return (name, value) => checkOneOf(name, value, known);
}

export const finiteNumber = numberCheck('a finite number', (x) => Number.isFinite(x));
export const nonNegative = numberCheck('a finite number of at least 0', (x) => x >= 0 && x < Infinity);
/** At least 0, Infinity included. */
export const atLeastZero = numberCheck('at least 0', (x) => x >= 0);
/** In [0, 1]. */
export const unitInterval = numberCheck('in [0, 1]', (x) => x >= 0 && x <= 1);
/** In [0, 1). */
export const halfOpenUnit = numberCheck('in [0, 1)', (x) => x >= 0 && x < 1);
export const nonNegativeInt: Check = (name, value) => checkInt(name, value, 0);
export const positiveInt: Check = (name, value) => checkInt(name, value, 1);
/** Above 0 and finite. */
export const positive = numberCheck('a finite number above 0', (x) => x > 0 && x < Infinity);
export const seedNumber = numberCheck('a whole number from 0 to 2^53 - 1', (x) => Number.isSafeInteger(x) && x >= 0);

export const boolean: Check = (name, value) => {
  if (typeof value !== 'boolean') refuse(TypeError, name, 'be true or false', value);
};

export const string: Check = (name, value) => {
  if (typeof value !== 'string') refuse(TypeError, name, 'be a string', value);
};

export const func: Check = (name, value) => {
  if (typeof value !== 'function') refuse(TypeError, name, 'be a function', value);
};

export const abortSignal: Check = (name, value) => {
  const { aborted, addEventListener } = Object(value);
  if (typeof aborted !== 'boolean' || typeof addEventListener !== 'function')
    refuse(TypeError, name, 'be an AbortSignal', value);
};

/** Weights: each a finite number of at least 0. */
export const weightList: Check = (name, value) => {
  if (!isArrayLike(value)) refuse(TypeError, name, 'be an array of numbers', value);
  for (let i = 0; i < value.length; i++) nonNegative(`${name}[${i}]`, value[i]);
};

/** A check of an array with as many numbers as there are checks, such as `betas`: each entry by its own. */
export const tuple =
  (...checks: readonly Check[]): Check =>
  (name, value) => {
    const fits = Array.isArray(value) && value.length === checks.length;
    if (!fits) refuse(TypeError, name, `be an array of ${checks.length} numbers`, value);
    for (const [i, check] of checks.entries()) check(`${name}[${i}]`, value[i]);
  };

/** Any number but NaN. */
export const anyNumber = numberCheck('a number', (x) => !Number.isNaN(x));

/** Accepts anything: an option that is checked elsewhere. */
export const unchecked: Check = () => {};
