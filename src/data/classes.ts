import { numberOf } from './numberOf.js';

/** Classes in ascending order: as numbers if all of them are, and those of one value as text; else all as text. Sorts in place. */
export function sortClasses(classes: string[]): string[] {
  const numbers = new Map<string, number>();
  for (const one of classes) {
    const value = numberOf(one);
    if (Number.isNaN(value)) return classes.sort();
    numbers.set(one, value);
  }
  return classes.sort((a, b) => numbers.get(a)! - numbers.get(b)! || (a < b ? -1 : 1));
}
