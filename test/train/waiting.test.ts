// Callbacks that wait, stall or reject, in fit, in the worker's fit and in partialFit; batches that never come.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataset, fit, fitSync, linear, type Model, partialFit, SGD, sequential } from '../../src/index.js';
import { fit as workerFit } from '../../src/worker.js';
import { parameterBits } from './byHand.js';

const data = dataset([[1], [2], [3], [4]], [1, 2, 3, 4]);
const never = () => new Promise<never>(() => {});
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

let model: Model;
let optimizer: SGD;
beforeEach(() => {
  model = sequential(linear(1, 1, { seed: 1 }));
  optimizer = new SGD(model.parameters(), { lr: 0.01 });
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  // However it ended, everything is usable.
  optimizer.step();
  expect(fitSync(model, data, { loss: 'mse', optimizer }).status).toBe('completed');
  optimizer.dispose();
  model.dispose();
});

describe.each([
  ['fit', fit],
  ['fit of the worker', workerFit],
] as const)('%s', (_, train) => {
  const options = { loss: 'mse', batchSize: 4, epochs: 3 } as const;

  it.each([
    ['onEpoch', 1],
    ['onCheckpoint', 1],
    ['sampleOrder', 0],
    ['onProgress', undefined],
  ] as const)('ends aborted, with its steps, while %s never settles', async (name, steps) => {
    const stop = new AbortController();
    const callback = () => {
      setTimeout(() => stop.abort(), 20);
      return never();
    };
    // The worker goes on while its progress is told.
    const epochs = name === 'onProgress' ? 1_000_000 : 3;
    const more = { ...options, optimizer, epochs, signal: stop.signal, [name]: callback };
    const result = await train(model, data, more as never);
    expect(result.status).toBe('aborted');
    if (steps !== undefined) expect(result.steps).toBe(steps);
  });

  it.each(['onEpoch', 'onCheckpoint', 'sampleOrder', 'onProgress'])(
    'gives the error of %s that rejects',
    async (name) => {
      const callback = async () => {
        await Promise.resolve();
        throw new Error('mine');
      };
      await expect(train(model, data, { ...options, optimizer, [name]: callback } as never)).rejects.toThrow('mine');
    },
  );

  it.each(['onEpoch', 'onProgress'])('stops where %s comes to false', async (name) => {
    const callback = () => Promise.resolve(false);
    const { status } = await train(model, data, { ...options, epochs: 100_000, optimizer, [name]: callback } as never);
    expect(status).toBe('stopped');
  });

  it('waits for a callback that settles as it is aborted', async () => {
    const stop = new AbortController();
    const onEpoch = async () => {
      stop.abort();
    };
    const { history, status } = await train(model, data, { ...options, optimizer, signal: stop.signal, onEpoch });
    expect([history.length, status]).toEqual([1, 'aborted']);
  });
});

it('fitSync refuses an onProgress that gives a promise', () => {
  const onProgress = () => Promise.resolve();
  expect(() => fitSync(model, data, { loss: 'mse', optimizer, onProgress })).toThrow(TypeError);
});

describe('partialFit', () => {
  const batch = { features: [[1], [2]], targets: [1, 2] };

  it.each<[string, (stop: AbortController) => AsyncIterable<unknown>]>([
    [
      'inside next(), after which it never comes',
      async function* (stop) {
        yield batch;
        stop.abort();
        await never();
      },
    ],
    [
      'before next() gives its promise',
      (stop) => {
        let calls = 0;
        const next = (): Promise<IteratorResult<unknown>> => {
          if (calls++ === 0) return Promise.resolve({ done: false, value: batch });
          stop.abort();
          return never();
        };
        return { [Symbol.asyncIterator]: () => ({ next }) };
      },
    ],
    [
      'while the batch is a promise that never settles',
      (stop) => ({
        [Symbol.asyncIterator]: () => {
          let calls = 0;
          return {
            next: async () => {
              if (calls++ === 0) return { done: false, value: batch };
              setTimeout(() => stop.abort(), 5);
              return { done: false, value: await never() };
            },
          };
        },
      }),
    ],
  ])('ends aborted when it is aborted %s', async (_, batches) => {
    const stop = new AbortController();
    const result = await partialFit(model, batches(stop) as never, { loss: 'mse', optimizer, signal: stop.signal });
    expect(result).toMatchObject({ status: 'aborted', steps: 1 });
  });

  it('ends when it is aborted while the iterator is being closed, which it never is', async () => {
    const stop = new AbortController();
    const iterator = {
      next: async () => ({ done: false, value: batch }),
      return() {
        setTimeout(() => stop.abort(), 5);
        return never();
      },
    };
    const batches = { [Symbol.asyncIterator]: () => iterator };
    const options = { loss: 'mse', optimizer, signal: stop.signal, onProgress: () => false } as const;
    expect(await partialFit(model, batches as never, options)).toMatchObject({ status: 'stopped', steps: 1 });
    expect(model.busy).toBe(false);
  });

  it('ends aborted while onProgress never settles, stops where it comes to false, gives its error', async () => {
    const stop = new AbortController();
    const stalled = () => {
      setTimeout(() => stop.abort(), 5);
      return never();
    };
    const options = { loss: 'mse', optimizer } as const;
    const batches = [batch, batch, batch];
    const aborted = await partialFit(model, batches, { ...options, signal: stop.signal, onProgress: stalled });
    expect(aborted).toMatchObject({ status: 'aborted', steps: 1 });
    const stopped = await partialFit(model, batches, { ...options, onProgress: async ({ steps }) => steps < 2 });
    expect(stopped).toMatchObject({ status: 'stopped', steps: 2 });
    const before = parameterBits(model);
    const rejecting = partialFit(model, batches, { ...options, onProgress: () => Promise.reject(new Error('mine')) });
    await expect(rejecting).rejects.toThrow('mine');
    expect(parameterBits(model)).not.toEqual(before);
  });
});
