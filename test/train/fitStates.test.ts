// States of a fit around the arithmetic: diverging, freezing, refusing while it runs, yielding.
import { describe, expect, it } from 'vitest';
import { Adam, BusyError, fit, fitSync, linear, sequential } from '../../src/index.js';
import { epochByHand, parameterBits, stateBits, twoLayers } from './byHand.js';
import { data, freshEachTest, model, optimizer, options } from './fixture.js';
import { inOrder, samples } from './samples.js';

freshEachTest();

describe.each([
  ['fit', fit],
  ['fitSync', fitSync],
])('%s', (_, train) => {
  describe('diverging', () => {
    it('stops at a loss that is not finite, with the parameters from before the epoch', async () => {
      for (const param of optimizer.paramGroups) param.lr = 1e19;
      const result = await train(model, data, options({ epochs: 10, shuffle: false }));
      expect(result.status).toBe('diverged');
      if (result.status !== 'diverged') return;
      expect(result.losses).toHaveLength(0);
      expect(result.divergedAt).toBeGreaterThan(0);
      expect(result.divergedAt).toBe(result.steps + 1);
      using fresh = sequential(linear(3, 1, { seed: 1 }));
      expect(parameterBits(model)).toEqual(parameterBits(fresh));
    });

    it('goes back to the last log point, not to the beginning', async () => {
      const log: number[][] = [];
      const result = await train(
        model,
        data,
        options({
          epochs: 6,
          logEvery: 23,
          shuffle: false,
          onProgress: ({ epoch, losses }) => {
            if (losses.length === epoch + 2) log.push(parameterBits(model));
            if (epoch === 2 && losses.length === 4) optimizer.paramGroups[0]!.lr = 1e30;
          },
        }),
      );
      expect(result.status).toBe('diverged');
      expect(result.losses).toHaveLength(4);
      expect(parameterBits(model)).toEqual(log.at(-1));
      expect(model.predict(data.features).every(Number.isFinite)).toBe(true);
    });

    it('finds NaN and infinite weights before the first step, and leaves them as they were', async () => {
      for (const bad of [Number.NaN, Infinity]) {
        model.parameters()[0]!.set([1, bad, 3]);
        const before = parameterBits(model);
        const result = await train(model, data, options());
        expect(result).toMatchObject({ status: 'diverged', divergedAt: 0, steps: 0 });
        expect(parameterBits(model)).toEqual(before);
        expect(optimizer.stateDict().state).toEqual({});
      }
    });

    it('does not apply the step whose gradient is not finite', async () => {
      // The first step makes weights of 1e36, which two layers multiply.
      using deep = twoLayers(3, 2, 1);
      using own = new Adam(deep.parameters(), { lr: 1e36 });
      const result = await train(deep, data, options({ optimizer: own, epochs: 5 }));
      expect(result.status).toBe('diverged');
      expect(own.stateDict().state[0]?.step ?? 0).toBe(result.steps);
      expect(deep.parameters().every((parameter) => parameter.data.every(Number.isFinite))).toBe(true);
    });
  });

  describe('frozen parameters', () => {
    it('keep their bits and their state, and thaw', async () => {
      const [weight, bias] = model.parameters();
      await train(model, data, options({ epochs: 2 }));
      const frozen = { bits: [...weight!.data], state: optimizer.stateDict().state[0], bias: [...bias!.data] };
      weight!.requiresGrad = false;
      await train(model, data, options({ epochs: 3 }));
      expect([...weight!.data]).toEqual(frozen.bits);
      expect(optimizer.stateDict().state[0]).toEqual(frozen.state);
      expect([...bias!.data]).not.toEqual(frozen.bias);
      expect(optimizer.stateDict().state[1]!.step).toBe(25);
      weight!.requiresGrad = true;
      await train(model, data, options());
      expect([...weight!.data]).not.toEqual(frozen.bits);
      expect(optimizer.stateDict().state[0]!.step).toBe(15);
      expect(optimizer.stateDict().state[1]!.step).toBe(30);
    });

    it('may be all of them', async () => {
      for (const parameter of model.parameters()) parameter.requiresGrad = false;
      const before = parameterBits(model);
      const { status, losses } = await train(model, data, options({ epochs: 2, shuffle: false }));
      expect(status).toBe('completed');
      expect(new Set(losses).size).toBe(1);
      expect(parameterBits(model)).toEqual(before);
    });
  });

  it('takes groups with options of their own, and parameters that the optimizer does not have', async () => {
    using deep = twoLayers(3, 4, 1);
    const [w1, b1, w2, b2] = deep.parameters();
    const groups = [
      { params: [w1!], lr: 0.1, weightDecay: 0.1 },
      { params: [b1!, w2!], amsgrad: true },
    ];
    using own = new Adam(groups, { lr: 0.003 });
    using byHand = twoLayers(3, 4, 1);
    const hand = byHand.parameters();
    using handOptimizer = new Adam(
      [
        { params: [hand[0]!], lr: 0.1, weightDecay: 0.1 },
        { params: [hand[1]!, hand[2]!], amsgrad: true },
      ],
      { lr: 0.003 },
    );
    const untouched = [...b2!.data];
    await train(deep, data, options({ optimizer: own, epochs: 1, shuffle: false }));
    epochByHand(byHand, data, handOptimizer as never, inOrder(23), 5);
    expect(parameterBits(deep)).toEqual(parameterBits(byHand));
    expect(stateBits(own as never)).toEqual(stateBits(handOptimizer as never));
    expect([...b2!.data]).toEqual(untouched);
  });

  it('refuses what must wait while it runs, and lets predict see its weights', async () => {
    const rowOf = () => model.predict(new Float32Array([1, 2, 3]))[0]!;
    const refused: string[] = [];
    const predictions = new Set<number>();
    const saved = optimizer.stateDict();
    await train(
      model,
      data,
      options({
        epochs: 4,
        onProgress: () => {
          predictions.add(rowOf());
          if (refused.length > 0) return;
          using other = new Adam([new Float32Array(1)]);
          using otherModel = sequential(linear(3, 1, { seed: 9 }));
          for (const [what, call] of [
            ['fit: model', () => fitSync(model, data, options({ optimizer: other }))],
            ['fit: optimizer', () => fitSync(otherModel, data, options())],
            ['step', () => optimizer.step()],
            ['loadStateDict', () => optimizer.loadStateDict(saved)],
            ['addParamGroup', () => optimizer.addParamGroup({ params: [] })],
            ['lossAndGrad', () => model.lossAndGrad('halfSquaredError', new Float32Array(3), [1])],
            ['dispose: optimizer', () => optimizer.dispose()],
            ['dispose: model', () => model.dispose()],
          ] as const) {
            expect(call, what).toThrow(BusyError);
            refused.push(what);
          }
        },
      }),
    );
    expect(refused).toHaveLength(8);
    expect(predictions.size).toBeGreaterThan(1);
    expect([model.disposed, optimizer.disposed]).toEqual([false, false]);
    optimizer.step();
  });
});

describe('fit', () => {
  it('is busy from the call on, and no longer once it has ended', async () => {
    const running = fit(model, samples(2000), options({ epochs: 200 }));
    const second = fit(model, data, options());
    await expect(second).rejects.toThrow(BusyError);
    await expect(second).rejects.toThrow(
      'The model is busy: fit must wait until the fit that is running on it has ended (await it, or abort it)',
    );
    expect(() => optimizer.step()).toThrow(
      'Adam is busy: step must wait until the fit that is running on it has ended (await it, or abort it)',
    );
    expect((await running).status).toBe('completed');
    optimizer.step();
  });

  it('gives the host its turn, about every 10 ms', { timeout: 60_000 }, async () => {
    const large = samples(50_000);
    using deep = twoLayers(3, 64, 1);
    using own = new Adam(deep.parameters());
    let longest = 0;
    let turns = 0;
    let last = performance.now();
    let ticking = true;
    const tick = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      turns++;
      if (ticking) setImmediate(tick);
    };
    setImmediate(tick);
    const start = performance.now();
    await fit(deep, large, options({ optimizer: own, epochs: 15, batchSize: 50 }));
    const took = performance.now() - start;
    ticking = false;
    expect(took).toBeGreaterThan(60);
    expect(turns).toBeGreaterThan(took / 100);
    // On a machine that others use too.
    expect(longest).toBeLessThan(Math.max(150, took / 4));
    large.dispose();
  });

  it('can be aborted by a timer', async () => {
    const large = samples(5000);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const { status } = await fit(model, large, options({ epochs: 1_000_000, signal: controller.signal }));
    expect(status).toBe('aborted');
    large.dispose();
  });
});

describe('sampleOrder that gives a promise', () => {
  const later = async (): Promise<Uint32Array> => inOrder(23);

  it('is awaited by fit, with the bits of the order itself', async () => {
    using plain = sequential(linear(3, 1, { seed: 1 }));
    using own = new Adam(plain.parameters(), { lr: 0.01 });
    fitSync(plain, data, options({ optimizer: own, epochs: 3, sampleOrder: () => inOrder(23) }));
    await fit(model, data, options({ epochs: 3, sampleOrder: later }));
    expect(parameterBits(model)).toEqual(parameterBits(plain));
  });

  it('is refused by fitSync', () => {
    expect(() => fitSync(model, data, options({ sampleOrder: later }))).toThrow(
      new TypeError('fitSync: a callback must not return a promise, got one: use fit, which awaits it'),
    );
    expect(fitSync(model, data, options()).status).toBe('completed');
  });

  it('comes out of fit when it is rejected, and everything stays usable', async () => {
    const mine = new Error('mine');
    const failing = fit(model, data, options({ epochs: 3, sampleOrder: () => Promise.reject(mine) }));
    await expect(failing).rejects.toBe(mine);
    expect((await fit(model, data, options())).status).toBe('completed');
  });
});
