// The classes that a fit in a worker can be made of, by their exported names: a minifier changes those of classes themselves.
import * as optim from '../optim/index.js';

// biome-ignore lint/suspicious/noExplicitAny: each class has arguments of its own
type Constructor<T> = new (...args: any[]) => T;

/** The exported classes derived from `Base`, by name. */
function derivedFrom<T>(Base: abstract new (...args: never[]) => T): Readonly<Record<string, Constructor<T>>> {
  return Object.fromEntries(
    Object.entries(optim as Readonly<Record<string, unknown>>).filter(
      ([, value]) => typeof value === 'function' && value.prototype instanceof Base,
    ),
  ) as Record<string, Constructor<T>>;
}

export const OPTIMIZERS = derivedFrom<optim.Optimizer>(optim.Optimizer);
export const SCHEDULES = derivedFrom<optim.LRScheduler>(optim.Schedule as never);
export const AVERAGES = derivedFrom<optim.WeightAverage>(optim.WeightAverage);

/** The name of an object's class in a table; undefined for another class, or one derived from one of these. */
export function classNameOf(table: Readonly<Record<string, unknown>>, object: unknown): string | undefined {
  return Object.keys(table).find((name) => table[name] === Object(object).constructor);
}
