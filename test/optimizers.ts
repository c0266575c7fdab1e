// Every optimizer that is exported and says of itself, in a descriptor, what it needs: tests that iterate over these cover new ones too.

import * as adamas from '../src/index.js';
import { Optimizer, type Params } from '../src/index.js';
import type { OptimizerDescriptor } from '../src/optim/descriptor.js';
import { readOptions } from '../src/validate.js';

/** Options of any optimizer. */
export type AnyOptions = Record<string, unknown> & { readonly lr: number };

export interface OptimizerClass {
  new (params: Params<AnyOptions>, options?: Readonly<Record<string, unknown>>): Optimizer<AnyOptions>;
  readonly descriptor: OptimizerDescriptor<AnyOptions>;
}

export const optimizers: ReadonlyMap<string, OptimizerClass> = new Map(
  Object.entries(adamas).flatMap(([name, value]): [string, OptimizerClass][] =>
    typeof value === 'function' && value.prototype instanceof Optimizer && 'descriptor' in value
      ? [[name, value as unknown as OptimizerClass]]
      : [],
  ),
);

/** Every option at its default. */
export function defaultsOf({ descriptor }: { descriptor: OptimizerDescriptor<AnyOptions> }): AnyOptions {
  return readOptions(descriptor.name, {}, descriptor.options) as AnyOptions;
}

/** Options worth a run of their own: the defaults with a livelier lr, and every switch and weight decay turned on, each by itself. */
export function variants(Class: OptimizerClass): [string, Record<string, unknown>][] {
  const defaults = defaultsOf(Class);
  const changes: Record<string, unknown>[] = [{}];
  if ('weightDecay' in defaults) changes.push({ weightDecay: 0.1 });
  if ('betas' in defaults) changes.push({ betas: [0.4, 0.99] });
  if ('momentum' in defaults) changes.push({ momentum: 0.9 });
  for (const [name, value] of Object.entries(defaults)) {
    if (typeof value !== 'boolean') continue;
    changes.push({
      ...('weightDecay' in defaults && { weightDecay: 0.1 }),
      ...('momentum' in defaults && { momentum: 0.9 }),
      [name]: !value,
    });
  }
  return changes.map((change) => [JSON.stringify(change), { lr: 0.01, ...change }]);
}
