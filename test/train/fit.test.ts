// A fit around the arithmetic: logging, batches, shuffling, stopping.
import { describe, expect, it } from 'vitest';
import { Adam, fit, fitSync, linear, type Progress, sequential } from '../../src/index.js';
import { epochByHand, lossByHand, parameterBits, stateBits } from './byHand.js';
import { data, freshEachTest, model, optimizer, options } from './fixture.js';
import { inOrder } from './samples.js';

freshEachTest();

describe.each([
  ['fit', fit],
  ['fitSync', fitSync],
])('%s', (_, train) => {
  describe('losses', () => {
    it('are the running means over the batches of each epoch', async () => {
      using byHand = sequential(linear(3, 1, { seed: 1 }));
      using handOptimizer = new Adam(byHand.parameters(), { lr: 0.01 });
      const epochs = Array.from({ length: 4 }, () => epochByHand(byHand, data, handOptimizer as never, inOrder(23), 5));
      const result = await train(model, data, options({ epochs: 4, shuffle: false }));
      expect(result.losses).toHaveLength(4);
      result.losses.forEach((loss, i) => {
        expect(loss).toBeCloseTo(epochs[i]!.loss, 12);
      });
      expect(result.losses[3]).toBeLessThan(result.losses[0]!);
      expect(result.history.map(({ loss }) => loss)).toEqual(result.losses);
      expect(result.steps).toBe(4 * 5);
      expect(result.secondsPerEpoch).toBeGreaterThan(0);
    });

    it('are told to onProgress once their epochs have ended', async () => {
      const told = new Map<number, number>();
      const onProgress = ({ steps, losses }: Progress) => void told.set(steps, losses.length);
      const { losses } = await train(model, data, options({ epochs: 3, onProgress }));
      expect([...told].filter(([, count]) => count > 0).at(-1)).toEqual([15, 3]);
      expect([...told].every(([steps, count]) => count === Math.floor(steps / 5))).toBe(true);
      expect(losses).toHaveLength(3);
    });

    it.each([
      [1, [1, 2, 3, 4, 5]],
      [5, [1, 2, 3, 4]],
      [6, [2, 3, 4]],
      [7, [2, 3, 5]],
      [10, [2, 4]],
      [11, [3, 5]],
      [20, [4]],
      [22, [5]],
      [23, [5]],
      [24, []],
    ])('logEvery %i, of 23 samples by 5: after the batches %j of an epoch', async (logEvery, batches) => {
      const byHand = sequential(linear(3, 1, { seed: 1 }));
      const handOptimizer = new Adam(byHand.parameters(), { lr: 0.01 });
      const expected = [lossByHand(byHand, data)];
      for (let epoch = 0; epoch < 2; epoch++) {
        for (let batch = 1; batch <= 5; batch++) {
          const order = inOrder(23).subarray(5 * (batch - 1), 5 * batch);
          epochByHand(byHand, data, handOptimizer as never, order, 5);
          if (batches.includes(batch)) expected.push(lossByHand(byHand, data));
        }
      }
      const { losses } = await train(model, data, options({ epochs: 2, logEvery, shuffle: false }));
      expect(losses).toHaveLength(expected.length);
      losses.forEach((loss, i) => {
        expect(loss).toBeCloseTo(expected[i]!, 6);
      });
      handOptimizer.dispose();
      byHand.dispose();
    });

    it.each([
      [undefined, 0],
      [Infinity, 1],
    ])('epochs: 0 with logEvery %s changes nothing', async (logEvery, evaluations) => {
      const before = parameterBits(model);
      const result = await train(model, data, options({ epochs: 0, logEvery }));
      expect(result).toMatchObject({ status: 'completed', steps: 0 });
      expect(result.losses).toHaveLength(evaluations);
      expect(parameterBits(model)).toEqual(before);
      expect(optimizer.stateDict().state).toEqual({});
    });
  });

  it('takes the last partial batch by its own size, and batches larger than the data', async () => {
    for (const batchSize of [1, 22, 23, 24, 1000]) {
      const byHand = sequential(linear(3, 1, { seed: 1 }));
      using handOptimizer = new Adam(byHand.parameters(), { lr: 0.01 });
      using fused = sequential(linear(3, 1, { seed: 1 }));
      using fusedOptimizer = new Adam(fused.parameters(), { lr: 0.01 });
      const { steps } = epochByHand(byHand, data, handOptimizer as never, inOrder(23), batchSize);
      const result = await train(fused, data, options({ optimizer: fusedOptimizer, batchSize, shuffle: false }));
      expect(result.steps).toBe(steps);
      expect(parameterBits(fused)).toEqual(parameterBits(byHand));
      byHand.dispose();
    }
  });

  it('shuffles by its seed: the same for the same, another for another, another each epoch', async () => {
    const run = async (seed: number | undefined, epochs = 1) => {
      using one = sequential(linear(3, 1, { seed: 1 }));
      using own = new Adam(one.parameters(), { lr: 0.01 });
      await train(one, data, options({ optimizer: own, epochs, ...(seed !== undefined && { seed }) }));
      return parameterBits(one);
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(undefined)).toEqual(await run(0));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it('asks sampleOrder for each epoch, counted from 0', async () => {
    const asked: number[] = [];
    await train(
      model,
      data,
      options({
        epochs: 3,
        sampleOrder: (epoch) => {
          asked.push(epoch);
          return inOrder(23);
        },
      }),
    );
    expect(asked).toEqual([0, 1, 2]);
  });

  it('goes on with the optimizer in a second fit', async () => {
    using whole = sequential(linear(3, 1, { seed: 1 }));
    using wholeOptimizer = new Adam(whole.parameters(), { lr: 0.01 });
    await train(whole, data, options({ optimizer: wholeOptimizer, epochs: 5, shuffle: false }));
    await train(model, data, options({ epochs: 2, shuffle: false }));
    const second = await train(model, data, options({ epochs: 3, shuffle: false }));
    expect(second.steps).toBe(15);
    expect(parameterBits(model)).toEqual(parameterBits(whole));
    expect(stateBits(optimizer as never)).toEqual(stateBits(wholeOptimizer as never));
  });

  it('tells its progress, and stops where onProgress returns false', async () => {
    const seen: Progress[] = [];
    const result = await train(
      model,
      data,
      options({
        epochs: 50,
        onProgress: (progress) => {
          seen.push({ ...progress, losses: [...progress.losses] });
          return progress.epoch < 3;
        },
      }),
    );
    expect(result.status).toBe('stopped');
    expect(seen.at(-1)!.epoch).toBe(3);
    expect(result.steps).toBe(seen.at(-1)!.steps);
    expect(result.losses).toEqual(seen.at(-1)!.losses);
    expect(seen.every(({ epochs, totalSteps }) => epochs === 50 && totalSteps === 250)).toBe(true);
    expect(seen.map(({ steps }) => steps)).toEqual(seen.map(({ steps }) => steps).sort((a, b) => a - b));
    expect(optimizer.stateDict().state[0]!.step).toBe(result.steps);
    expect((await train(model, data, options())).status).toBe('completed');
  });

  it('is aborted before it starts, and while it runs, leaving the last completed step', async () => {
    const before = parameterBits(model);
    const early = await train(model, data, options({ signal: AbortSignal.abort() }));
    expect(early).toMatchObject({ status: 'aborted', steps: 0 });
    expect(parameterBits(model)).toEqual(before);

    const controller = new AbortController();
    const late = await train(
      model,
      data,
      options({
        epochs: 1000,
        shuffle: false,
        signal: controller.signal,
        onProgress: ({ steps }) => {
          if (steps > 20) controller.abort();
        },
      }),
    );
    expect(late.status).toBe('aborted');
    expect(late.steps).toBeGreaterThan(20);
    expect(late.steps).toBeLessThan(5000);
    expect(optimizer.stateDict().state[0]!.step).toBe(late.steps);
    expect(late.losses.every(Number.isFinite)).toBe(true);
    expect((await train(model, data, options())).status).toBe('completed');
  });

  describe('a callback that throws', () => {
    const mine = new Error('mine');

    it.each(['onProgress', 'sampleOrder'] as const)(
      '%s: its error comes out, and everything stays usable',
      async (name) => {
        let calls = 0;
        const callback = () => {
          if (++calls === 3) throw mine;
          return inOrder(23) as never;
        };
        const failing = async () => train(model, data, options({ epochs: 10, [name]: callback }));
        await expect(failing()).rejects.toBe(mine);
        const { step } = optimizer.stateDict().state[0]!;
        expect(step).toBeGreaterThan(0);
        expect(model.parameters().every((parameter) => parameter.data.every(Number.isFinite))).toBe(true);
        optimizer.step();
        expect((await train(model, data, options())).status).toBe('completed');
      },
    );

    it('sampleOrder giving a wrong order in a later epoch', async () => {
      const failing = async () =>
        train(model, data, options({ epochs: 3, sampleOrder: (epoch) => inOrder(23 - epoch) }));
      await expect(failing()).rejects.toThrow(RangeError);
      expect(optimizer.stateDict().state[0]!.step).toBe(5);
      expect((await train(model, data, options())).status).toBe('completed');
    });
  });
});
