import type { Expected } from './row.js';

/** Says how numbers differ from those expected; undefined when they do not. */
export function difference(found: readonly number[], { values, relative, absolute }: Expected): string | undefined {
  if (found.length !== values.length) return `${found.length} numbers in place of ${values.length}`;
  const at = values.findIndex((value, i) => !(Math.abs(found[i]! - value) <= relative * Math.abs(value) + absolute));
  return at < 0 ? undefined : `number ${at} is ${found[at]}, expected ${values[at]}`;
}
