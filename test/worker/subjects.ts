// Shared by the tests of the worker: a fit here and the same fit in a worker, compared bit by bit.
import { expect } from 'vitest';
import {
  Adam,
  batchNorm,
  type Dataset,
  dataset,
  dropout,
  type FitOptions,
  type FitResult,
  fit,
  linear,
  type Model,
  type Optimizer,
  relu,
  sequential,
} from '../../src/index.js';
import { fit as fitInWorker, type WorkerData, type WorkerFitOptions } from '../../src/worker.js';
import type { AnySchedule } from '../schedules.js';
import { bits, noise } from '../train/byHand.js';

export const N = 43;

/** 43 rows of 4 numbers with a target each; or classes. */
export function numbers(classes?: number): { features: number[][]; targets: number[] } {
  const random = noise(9);
  const features = Array.from({ length: N }, () => Array.from({ length: 4 }, random));
  const targets = features.map((row, n) => (classes ? n % classes : row[0]! - 2 * row[2]! + 0.1 * random()));
  return { features, targets };
}

/** The same as a dataset. */
export function samples(classes?: number): Dataset {
  const { features, targets } = numbers(classes);
  return dataset(features, targets);
}

/** Rows of so many numbers that are views of one array. */
export function views(all: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: all.length / width }, (_, i) => all.subarray(i * width, (i + 1) * width));
}

/** A model with parameters, buffers and generators. */
export function everything(outputs = 1): Model {
  return sequential(
    linear(4, 6, { seed: 1 }),
    batchNorm(6),
    relu(),
    dropout(0.25, { seed: 2 }),
    linear(6, outputs, { seed: 3 }),
  );
}

/** The parts of a fit. */
export interface Side {
  readonly model: Model;
  // biome-ignore lint/suspicious/noExplicitAny: whatever its options are
  readonly optimizer: Optimizer<any>;
  readonly scheduler?: AnySchedule;
  readonly average?: NonNullable<FitOptions['average']>;
}

/** All of it, as plain data with floats as bits. */
export function snapshot({ model, optimizer, scheduler, average }: Side): unknown {
  return structuredClone({
    tensors: Object.entries(model.stateDict()).map(([key, { data }]) => [key, bits(data)]),
    grads: model.parameters().map(({ grad }) => bits(grad)),
    generators: model.layers.map(({ generator }) => generator?.state),
    loss: model.loss,
    optimizer: optimizer.stateDict(),
    groups: optimizer.paramGroups.map(({ params, ...group }) => [params.length, group]),
    scheduler: scheduler?.stateDict(),
    average: average?.stateDict(),
  });
}

/** The result without what a clock measures. */
export function timeless({ secondsPerEpoch: _, history, ...result }: FitResult): object {
  return { ...result, history: history.map(({ seconds: _, ...row }) => row) };
}

export const common = { loss: 'mse', epochs: 3, batchSize: 5, logEvery: 11 } as const;

/**
 * Runs a fit on one side here and on another in a worker, twice, and compares all that it leaves.
 *
 * @param inWorker - data and options that the worker's fit is given instead
 */
export async function expectSame(
  make: () => Side,
  data: Dataset,
  options: (side: Side) => Partial<FitOptions> = () => ({}),
  inWorker: { readonly data?: WorkerData; readonly validation?: WorkerFitOptions['validation'] } = {},
): Promise<FitResult> {
  const [here, there] = [make(), make()];
  const optionsOf = ({ model: _, ...parts }: Side) => ({ ...common, ...parts });
  let result: FitResult | undefined;
  for (const _ of ['first', 'second']) {
    const expected = await fit(here.model, data, { ...optionsOf(here), ...options(here) });
    const { data: given = data, ...more } = inWorker;
    result = await fitInWorker(there.model, given, { ...optionsOf(there), ...options(there), ...more });
    expect(timeless(result)).toEqual(timeless(expected));
    expect(snapshot(there)).toEqual(snapshot(here));
    expect(there.model.classes).toEqual(here.model.classes);
  }
  for (const { model, optimizer } of [here, there]) {
    optimizer.dispose();
    model.dispose();
  }
  return result!;
}

/** A side with an Adam. */
export function adamSide(model = everything()): Side & { readonly optimizer: Adam } {
  return { model, optimizer: new Adam(model.parameters(), { lr: 0.01 }) };
}
