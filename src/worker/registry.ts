import type { FitOptimizer, FitOptions, LRScheduler } from '../index.js';
import { WeightAverage } from '../optim/average.js';
import * as optimizers from '../optim/index.js';
import { Schedule } from '../optim/schedules/schedule.js';

/** An average of weights, which a fit updates. */
export type Average = NonNullable<FitOptions['average']>;

/** Classes by the names that they cross under: a minifier changes those of classes and functions, but not of exports. */
// biome-ignore lint/suspicious/noExplicitAny: each has arguments of its own
type Table<T> = Readonly<Record<string, new (...args: any[]) => T>>;

/** Every exported class that is derived from a base class. */
function derivedFrom<T>(Base: { readonly prototype: object }): Table<T> {
  const isDerived = (one: unknown) =>
    Object.prototype.isPrototypeOf.call(Base.prototype, Object(Object(one).prototype));
  const derived = Object.entries(optimizers).filter(([, one]) => isDerived(one));
  return Object.fromEntries(derived) as never;
}

export const OPTIMIZERS: Table<FitOptimizer> = {
  // biome-ignore lint/suspicious/noExplicitAny: each has options of its own
  .../* @__PURE__ */ derivedFrom<optimizers.Optimizer<any>>(optimizers.Optimizer),
  LBFGS: optimizers.LBFGS,
};

export const SCHEDULERS = /* @__PURE__ */ derivedFrom<LRScheduler>(Schedule);

export const AVERAGES = /* @__PURE__ */ derivedFrom<Average>(WeightAverage);

/** The name of a thing's class; undefined when that is another one, or derived from one of these. */
export function classNameOf(table: Table<unknown>, thing: unknown): string | undefined {
  return Object.keys(table).find((name) => table[name] === Object(thing).constructor);
}
