// Shared by the tables of calls: how a call is written down, and the things that it is made on.
import { Table } from '../../../src/datasets.js';
import {
  Adam,
  batchNorm,
  dataset,
  dropout,
  linear,
  Model,
  Optimizer,
  type Optimizer as OptimizerOf,
  relu,
  sequential,
  Tensor,
  tensor,
} from '../../../src/index.js';
import { TableModel } from '../../../src/tabular.js';
import { failAllocation } from '../../setup/memory.js';
import { bits, stateBits } from '../../train/byHand.js';

/** Keeps a thing that a call is made on: what it holds is compared, and it is disposed at the end. */
export type Hold = <T extends object>(one: T) => T;

/** Prepares a call: makes what it needs, and returns the call itself, which returns what it made. */
export type Prepare = (hold: Hold) => (() => unknown) | Promise<() => unknown>;

/** Calls by their public names; what follows a colon tells several of one name apart. */
export type Calls = Readonly<Record<string, Prepare>>;

/** Calls that need nothing before them. */
export function plain(calls: Readonly<Record<string, () => unknown>>): Calls {
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, () => call]));
}

export const rows = Array.from({ length: 12 }, (_, i) => [Math.sin(i), Math.cos(3 * i), (i % 5) / 5]);
export const x = Float32Array.from(rows.flat());
export const y = Float32Array.from(rows, ([a, b]) => a! - 2 * b!);
export const classes = Array.from({ length: 12 }, (_, i) => i % 3);

export const makeModel = (outputs = 1): Model =>
  sequential(linear(3, 4, { seed: 1 }), relu(), dropout(0.2, { seed: 2 }), linear(4, outputs, { seed: 3 }));
export const makeNormal = (): Model => sequential(linear(3, 4, { seed: 1 }), batchNorm(4), linear(4, 1, { seed: 3 }));
export const makeData = () => dataset(tensor(x, [12, 3]), tensor(y));
export const makeClasses = () => dataset(rows, classes);

/** A model that has been trained with an Adam for some steps. */
export function trained(hold: Hold, model = hold(makeModel())) {
  const optimizer = hold(new Adam(model.parameters(), { lr: 0.01 }));
  for (let i = 0; i < 2; i++) {
    model.lossAndGrad('mse', x, y);
    optimizer.step();
  }
  return { model, optimizer };
}

/** All that a thing holds, as plain data. */
export function stateOf(one: object): unknown {
  if (one instanceof Tensor)
    return one.disposed ? 'disposed' : [bits(one.data), 'grad' in one && bits(one.grad as never)];
  if (one instanceof Model) {
    const { loss, classes, layers } = one;
    const tensors = Object.entries(one.stateDict()).map(([key, { data }]) => [key, bits(data)]);
    const gradients = one.parameters().map(({ grad, requiresGrad }) => [bits(grad), requiresGrad]);
    return [tensors, gradients, loss, classes, layers.map(({ generator }) => `${generator?.state}`)];
  }
  if (one instanceof Optimizer) {
    const groups = one.paramGroups.map(({ params, ...options }) => [params.length, { ...options }]);
    return [stateBits(one as OptimizerOf<never>), groups];
  }
  if (one instanceof TableModel) return one.model.disposed ? 'disposed' : stateOf(one.model);
  if (one instanceof Table) return one.data.disposed ? 'disposed' : stateOf(one.data);
  const { features, targets, stateDict } = one as { features?: Tensor; targets?: Tensor; stateDict?(): unknown };
  if (features instanceof Tensor) return [stateOf(features), stateOf(targets!)];
  return stateDict === undefined ? structuredClone(one) : structuredClone(stateDict.call(one));
}

/** Runs `body`, in which every allocation succeeds. */
export function unfailing<T>(body: () => T): T {
  failAllocation(Infinity);
  return body();
}
