import { refuse } from '../validate.js';

/** Refuses `value` unless `ok`. */
export function must(ok: unknown, Kind: typeof TypeError, name: string, expected: string, value: unknown): asserts ok {
  if (!ok) refuse(Kind, name, expected, value);
}
