import { show } from '../validate.js';
import { FormatError } from './formatError.js';

/** Parsed JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A parsed JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Deepest nesting that is read: each model within another takes three levels. */
const MAX_DEPTH = 400;

/**
 * Parses JSON (RFC 8259) from a source that is not trusted. Unlike `JSON.parse` it refuses an object with a repeated key (section 4
 * leaves its meaning open), the key `__proto__`, and nesting beyond 400 levels.
 *
 * @param label - name of the text in errors
 * @throws FormatError
 */
export function parseJson(label: string, text: string): Json {
  const fail = (problem: string): never => {
    throw new FormatError(`${label} is not valid JSON: ${problem}`);
  };
  let parsed: Json;
  try {
    parsed = JSON.parse(text) as Json;
  } catch (error) {
    return fail((error as Error).message);
  }
  const count = (value: Json, depth: number): number => {
    if (depth > MAX_DEPTH) fail(`it nests deeper than ${MAX_DEPTH} levels`);
    if (typeof value !== 'object' || value === null) return 0;
    if (Object.hasOwn(value, '__proto__')) fail('it has the key "__proto__"');
    const own = Object.values(value).reduce<number>((sum, one: Json) => sum + count(one, depth + 1), 0);
    return Array.isArray(value) ? own : own + Object.keys(value).length;
  };
  const keys = count(parsed, 0);
  // Every key of the text is followed by a colon outside of strings: the even parts between quotes are outside.
  const outside = text.replaceAll('\\\\', '').replaceAll('\\"', '').split('"');
  const colons = outside.reduce((sum, part, i) => (i % 2 === 0 ? sum + part.split(':').length - 1 : sum), 0);
  if (colons !== keys) fail('a key occurs twice in an object');
  return parsed;
}

/** The object at `path`; throws FormatError for any other kind. */
export function asObject(path: string, value: Json | undefined): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormatError(`${path} must be an object, got ${show(value)}`);
  }
  return value as JsonObject;
}

/** The array at `path`; throws FormatError for any other kind. */
export function asArray(path: string, value: Json | undefined): readonly Json[] {
  if (!Array.isArray(value)) throw new FormatError(`${path} must be an array, got ${show(value)}`);
  return value;
}
