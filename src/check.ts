// Argument checks. Each throws TypeError for the wrong kind and RangeError for the wrong value, naming the argument, what was expected
// and what came; messages are built only when thrown.

/** How an error shows a value. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return value.length > 8 ? `an array of ${value.length}` : `[${value.map(show).join(', ')}]`;
  if (ArrayBuffer.isView(value)) {
    return `${value.constructor.name}(${(value as Uint8Array).length})`;
  }
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) {
    const name = value.constructor?.name ?? 'Object';
    return name === 'Object' ? 'an object' : `a ${name}`;
  }
  return String(value);
}

/** Throws: `name` must what is `expected`, and what is told in `got` came. */
export function fail(Kind: typeof TypeError, name: string, expected: string, got: string | number | undefined): never {
  throw new Kind(`${name} must ${expected}, got ${got}`);
}

/** Throws: `name` must what is `expected`, and `value` came. */
export function refuse(Kind: typeof TypeError, name: string, expected: string, value: unknown): never {
  fail(Kind, name, expected, show(value));
}

/** What a number must satisfy: how an error says it, and whether one does. NaN never should. */
export type Rule = readonly [expected: string, ok: (value: number) => boolean];

export const nonNegative: Rule = ['a finite number of at least 0', (x) => x >= 0 && x < Infinity];
/** In [0, 1). */
export const fraction: Rule = ['in [0, 1)', (x) => x >= 0 && x < 1];

/** A number that satisfies `ok`. */
export function checkNumber(name: string, value: unknown, expected: string, ok: (value: number) => boolean): void {
  if (typeof value !== 'number') refuse(TypeError, name, `be ${expected}`, value);
  if (!ok(value)) refuse(RangeError, name, `be ${expected}`, value);
}

/** A whole number of at least `least`. */
export function checkWhole(name: string, value: unknown, least: number): void {
  const expected = least === 1 ? 'a positive whole number' : `a whole number of at least ${least}`;
  checkNumber(name, value, expected, (x) => Number.isSafeInteger(x) && x >= least);
}

/** A finite number of at least 0. */
export function checkNonNegative(name: string, value: unknown): void {
  checkNumber(name, value, ...nonNegative);
}

/** Weights: each a finite number of at least 0. */
export function checkWeights(name: string, weights: unknown): void {
  const list: ArrayLike<unknown> = Object(weights);
  for (let i = 0; i < list.length; i++) checkNonNegative(`${name}[${i}]`, list[i]);
}

export function checkBoolean(name: string, value: unknown): void {
  if (typeof value !== 'boolean') refuse(TypeError, name, 'be true or false', value);
}

export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') refuse(TypeError, name, 'be a function', value);
}

/** An options object without keys that are not known: a misspelt option must not be silently ignored. */
export function checkOptions(name: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    refuse(TypeError, `${name}: options`, 'be an object', options);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      throw new TypeError(`${name}: unknown option ${show(key)}, expected one of ${known.join(', ')}`);
  }
}

/** One of a set of names. */
export function checkOneOf(name: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== 'string') refuse(TypeError, name, `be one of ${known.join(', ')}`, value);
  if (!known.includes(value)) refuse(RangeError, name, `be one of ${known.join(', ')}`, value);
}
