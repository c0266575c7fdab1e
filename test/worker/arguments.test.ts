// Arguments as callers come by them: options by getters, signals that are none, an abort by whoever makes the worker, arrays that shrink.
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { dataset, fit as fitHere } from '../../src/index.js';
import { fit, type WorkerFitOptions } from '../../src/worker.js';
import { adamSide, common, numbers, snapshot } from './subjects.js';

const plain = numbers();

it('takes options that a class gives by getters', async () => {
  const { model, optimizer } = adamSide();
  class Options {
    get optimizer() {
      return optimizer;
    }
    get epochs() {
      return 3;
    }
    get loss() {
      return common.loss;
    }
  }
  const { losses } = await fit(model, plain, new Options());
  expect(losses).toHaveLength(3);
});

it.each([
  ['fit of adamas', fitHere],
  ['fit of adamas/worker', fit],
])('%s refuses what is no AbortSignal, before a worker starts', async (_, run) => {
  const side = adamSide();
  const before = snapshot(side);
  const signal = { aborted: false } as AbortSignal;
  const fitted = run(side.model, dataset(plain.features, plain.targets), {
    ...common,
    optimizer: side.optimizer,
    signal,
  });
  await expect(fitted).rejects.toThrow(new TypeError('fit: signal must be an AbortSignal, got an object'));
  expect(snapshot(side)).toEqual(before);
});

it('hears an abort by the function that makes the worker', async () => {
  const { model, optimizer } = adamSide();
  const controller = new AbortController();
  const worker = () => {
    controller.abort();
    const thread = new URL('../../dist/worker-thread.js', import.meta.url);
    return new Worker(thread);
  };
  const options: WorkerFitOptions = { ...common, optimizer, epochs: 500, signal: controller.signal, worker };
  const { status, losses } = await fit(model, plain, options);
  expect([status, losses.length]).toEqual(['aborted', 0]);
});

it('refuses targets whose buffer shrinks before they are read', async () => {
  const side = adamSide();
  const before = snapshot(side);
  const N = plain.targets.length;
  const buffer = new (
    ArrayBuffer as unknown as new (
      length: number,
      options: object,
    ) => ArrayBuffer & { resize(length: number): void }
  )(4 * N, { maxByteLength: 8 * N });
  const targets = new Float32Array(buffer);
  targets.set(plain.targets as number[]);
  const running = fit(side.model, { ...plain, targets }, { ...common, optimizer: side.optimizer });
  buffer.resize(8);
  await expect(running).rejects.toThrow(new RangeError(`fit: data.targets must still hold ${N} numbers, got 2`));
  expect(snapshot(side)).toEqual(before);
});

it('refuses what has features and targets and is no data: a table, a dataset of another copy of the package', async () => {
  const side = adamSide();
  class Table {
    features = plain.features;
    targets = plain.targets;
    dispose() {}
  }
  const running = fit(side.model, new Table(), { ...common, optimizer: side.optimizer });
  await expect(running).rejects.toThrow(
    new TypeError('fit: data must be a dataset, or { features, targets }, got a Table'),
  );
});
