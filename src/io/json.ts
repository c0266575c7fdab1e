import { show } from '../validate.js';
import { FormatError } from './formatError.js';

/** Parsed JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A parsed JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Deepest nesting that is read: an architecture of nested models needs a few levels each. */
const MAX_DEPTH = 100;

const SPACE = /[ \t\n\r]*/y;
const LITERAL = /true|false|null/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

/**
 * Parses JSON (RFC 8259) from a source that is not trusted. Unlike `JSON.parse` it refuses an object in which a key stands twice (section 4
 * leaves the meaning open), the key `__proto__`, and nesting beyond 100 levels.
 *
 * @param label - name of the text in errors
 * @throws FormatError
 */
export function parseJson(label: string, text: string): Json {
  let at = 0;

  function fail(problem: string): never {
    throw new FormatError(`${label} is not valid JSON: ${problem} at character ${at}`);
  }

  /** Skips space, and returns the text that `pattern` matches there; '' when it does not. */
  function match(pattern: RegExp): string {
    pattern.lastIndex = at;
    const [found = ''] = pattern.exec(text) ?? [];
    at += found.length;
    return found;
  }

  /** Skips space, and one character if it is `wanted`. */
  function take(wanted: string): boolean {
    match(SPACE);
    if (text[at] !== wanted) return false;
    at++;
    return true;
  }

  function string(): string {
    let end = at;
    let escapes: number;
    do {
      end = text.indexOf('"', end + 1);
      if (end < 0) fail('a string that does not end');
      for (escapes = 0; text[end - 1 - escapes] === '\\'; ) escapes++;
    } while (escapes % 2 === 1);
    try {
      const value = JSON.parse(text.slice(at, end + 1)) as string;
      at = end + 1;
      return value;
    } catch {
      fail('a broken string');
    }
  }

  function value(depth: number): Json {
    if (depth > MAX_DEPTH) fail(`nesting deeper than ${MAX_DEPTH}`);
    if (take('{')) return object(depth);
    if (take('[')) return array(depth);
    if (text[at] === '"') return string();
    const literal = match(LITERAL);
    if (literal !== '') return literal === 'null' ? null : literal === 'true';
    const number = match(NUMBER);
    if (number === '') fail(at < text.length ? `${show(text[at])}` : 'an early end');
    return Number(number);
  }

  function array(depth: number): Json[] {
    const items: Json[] = [];
    if (take(']')) return items;
    do items.push(value(depth + 1));
    while (take(','));
    if (!take(']')) fail('an array that does not end');
    return items;
  }

  function object(depth: number): JsonObject {
    const fields: Record<string, Json> = {};
    if (take('}')) return fields;
    do {
      match(SPACE);
      if (text[at] !== '"') fail('a key that is no string');
      const key = string();
      if (key === '__proto__') fail('the key "__proto__"');
      if (Object.hasOwn(fields, key)) fail(`the key ${show(key)} a second time`);
      if (!take(':')) fail('a key without a value');
      fields[key] = value(depth + 1);
    } while (take(','));
    if (!take('}')) fail('an object that does not end');
    return fields;
  }

  const parsed = value(0);
  match(SPACE);
  if (at < text.length) fail('more text after its end');
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
