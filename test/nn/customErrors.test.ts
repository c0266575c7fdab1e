// Layers and losses written in TypeScript: what they may not do, and what stays usable when they do.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  type CustomLayerOptions,
  type CustomLoss,
  customLayer,
  fit,
  fitSync,
  type LayerInfo,
  linear,
  memoryUsage,
  SGD,
  StepLR,
  sequential,
  zeros,
} from '../../src/index.js';
import { parameterBits, stateBits } from '../train/byHand.js';
import { batch, customMse, customRelu, gradBits, scaleLayer, table } from './customParts.js';

describe('what a callback throws', () => {
  /** A model of which the layer throws in its call number `at` of a pass in training. */
  function throwing(pass: 'forward' | 'backward' | 'loss', at: number) {
    let calls = 0;
    const count = (name: string, training: boolean) => {
      if (name === pass && training && ++calls === at) throw new SyntaxError('from the callback');
    };
    const layer = customLayer({
      outputs: (n) => n,
      forward(x, y, { training }) {
        count('forward', training);
        y.set(x);
      },
      backward(dy, dx) {
        count('backward', true);
        dx.set(dy);
      },
    });
    const loss: CustomLoss = (prediction, target, gradient, info) => {
      count('loss', gradient !== null);
      return customMse(prediction, target, gradient, info);
    };
    return { model: sequential(linear(3, 2, { seed: 1 }), layer), loss };
  }

  it.each(['forward', 'backward', 'loss'] as const)('in %s leaves fit as of the last completed step', async (pass) => {
    const data = table(40, 3, 2);
    for (const run of [fit, async (...args: Parameters<typeof fitSync>) => fitSync(...args)]) {
      const before = memoryUsage();
      const { model, loss } = throwing(pass, 8);
      const optimizer = new Adam(model.parameters(), { lr: 0.1 });
      const scheduler = new StepLR(optimizer, { stepSize: 2, gamma: 0.5 });
      const options = { loss, optimizer, batchSize: 4, shuffle: false, scheduler, scheduleEvery: 'step' } as const;
      await expect(run(model, data, { ...options, epochs: 2 })).rejects.toThrow(new SyntaxError('from the callback'));

      const other = throwing(pass, 0);
      const byHand = new Adam(other.model.parameters(), { lr: 0.1 });
      const schedule = new StepLR(byHand, { stepSize: 2, gamma: 0.5 });
      for (let i = 0; i < 7; i++) {
        const [x, y] = [data.features.data.slice(12 * i, 12 * i + 12), data.targets.data.slice(8 * i, 8 * i + 8)];
        other.model.lossAndGrad(other.loss, x, y);
        byHand.step();
        schedule.step();
      }
      expect(parameterBits(model)).toEqual(parameterBits(other.model));
      expect(stateBits(optimizer as never)).toEqual(stateBits(byHand as never));
      expect(scheduler.lastLr).toEqual(schedule.lastLr);
      // It is not busy, and trains on.
      expect(fitSync(model, data, { ...options, epochs: 1 }).status).toBe('completed');
      for (const one of [optimizer, byHand, model, other.model]) one.dispose();
      expect(memoryUsage()).toBe(before);
    }
  });

  it('comes out of predict and lossAndGrad, which work afterwards', () => {
    let fails = true;
    const layer = customLayer({
      outputs: (n) => n,
      forward(x, y) {
        if (fails) throw new SyntaxError('from the callback');
        y.set(x);
      },
      backward: (dy) => dy,
    });
    const model = sequential(linear(2, 2, { seed: 1 }), layer);
    const x = batch(4, 1);
    expect(() => model.predict(x)).toThrow(SyntaxError);
    expect(() => model.lossAndGrad('mse', x, batch(4, 2))).toThrow(SyntaxError);
    fails = false;
    const plain = sequential(linear(2, 2, { seed: 1 }));
    expect(model.predict(x)).toEqual(plain.predict(x));
    expect(model.lossAndGrad('mse', x, batch(4, 2))).toBe(plain.lossAndGrad('mse', x, batch(4, 2)));
    expect(gradBits(model)).toEqual(gradBits(plain));
  });
});

describe('what is refused', () => {
  const identity: CustomLayerOptions = {
    name: 'mine',
    outputs: (n) => n,
    forward: (x, y) => y.set(x),
    backward: (dy, dx) => dx.set(dy),
  };
  const make = (options: object) => sequential(linear(2, 3, { seed: 1 }), customLayer({ ...identity, ...options }));

  it.each<[object, string]>([
    [{ name: 1 }, 'customLayer: name must be a string, got 1'],
    [{ inputs: 0 }, 'mine: inputs must be a positive whole number, got 0'],
    [{ outputs: 3 }, 'mine: outputs must be a function, got 3'],
    [{ forward: undefined }, 'mine: forward must be a function, got undefined'],
    [{ backward: null }, 'mine: backward must be a function, got null'],
    [{ parameters: { w: 1 } }, 'mine: parameters.w must be a parameter, got 1'],
    [{ parameters: { w: zeros([1]) } }, 'mine: parameters.w must be a parameter, got a Tensor'],
    [{ shape: 1 }, 'customLayer: unknown option "shape"'],
    [{ outputs: () => 1.5 }, 'mine: outputs(3) must be a positive whole number, got 1.5'],
    [{ outputs: () => undefined }, 'mine: outputs(3) must be a positive whole number, got undefined'],
    [{ inputs: 4 }, 'layers[1], mine, must read the 3 outputs before it, got 4 inputs'],
  ])('%o', (options, message) => {
    expect(() => make(options)).toThrow(message);
  });

  it.each<[object, string]>([
    [{ forward: () => [1, 2] }, 'mine: forward must give 15 numbers (5 rows of 3), got [1, 2]'],
    [{ forward: () => 5 }, 'mine: forward must give 15 numbers (5 rows of 3), got 5'],
    [{ forward: async () => {} }, 'mine: forward must give 15 numbers (5 rows of 3), got a Promise'],
    [{ forward: () => new Float32Array(12) }, 'mine: forward must give 15 numbers (5 rows of 3), got Float32Array(12)'],
    [{ backward: () => [1, 2] }, 'mine: backward must give 15 numbers (5 rows of 3), got [1, 2]'],
    [
      { forward: (_: unknown, y: Float32Array) => y.fill(Number.NaN, 4, 5) },
      'mine: forward must give finite numbers for finite ones, got NaN at 4',
    ],
    [
      { backward: (_: unknown, dx: Float32Array) => dx.fill(-Infinity, 14) },
      'mine: backward must give finite numbers for finite ones, got -Infinity at 14',
    ],
  ])('before any training: %o', (options, message) => {
    const model = make(options);
    const before = parameterBits(model);
    expect(() => model.lossAndGrad('mse', batch(10, 1), batch(15, 2))).toThrow(new RangeError(message));
    const optimizer = new Adam(model.parameters());
    expect(() => fitSync(model, table(5, 2, 3), { loss: 'mse', optimizer })).toThrow(new RangeError(message));
    expect(parameterBits(model)).toEqual(before);
  });

  it('not: what is not finite in a prediction, or comes of what is not finite, or comes later: a fit diverges', () => {
    let calls = 0;
    const model = make({
      forward(x: Float32Array, y: Float32Array, { training, rows }: LayerInfo) {
        y.set(x);
        if (training && ++calls > 3) y[0] = Number.NaN;
        if (!training && rows === 1) y[0] = Infinity;
      },
    });
    expect(model.predict(Float32Array.of(1, 1))[0]).toBe(Infinity);
    expect(model.predict(Float32Array.of(Number.NaN, 1, 1, 1))[1]).toBeNaN();
    expect(model.lossAndGrad('mse', Float32Array.of(Number.NaN, 1), [1, 2, 3])).toBeNaN();
    calls = 0;
    const optimizer = new SGD(model.parameters(), { lr: 0.01 });
    const result = fitSync(model, table(12, 2, 3), { loss: 'mse', optimizer, batchSize: 2 });
    expect(result).toMatchObject({ status: 'diverged', divergedAt: 4, steps: 3 });
  });

  it('a loss that returns no number', () => {
    const model = make({});
    const optimizer = new Adam(model.parameters());
    const data = table(5, 2, 3);
    // biome-ignore lint/suspicious/noExplicitAny: wrong on purpose
    const wrong = (() => undefined) as any;
    const expected = (call: string) =>
      new TypeError(`${call}: loss must return the mean loss as a number, got undefined`);
    expect(() => model.lossAndGrad(wrong, batch(10, 1), batch(15, 2))).toThrow(expected('lossAndGrad'));
    expect(() => fitSync(model, data, { loss: wrong, optimizer })).toThrow(expected('fitSync'));
    expect(fitSync(model, data, { loss: () => Number.NaN, optimizer }).status).toBe('diverged');
    // @ts-expect-error: no such loss
    expect(() => model.lossAndGrad('mae', batch(10, 1), batch(15, 2))).toThrow(RangeError);
    // @ts-expect-error: a loss returns a number
    expect(() => model.lossAndGrad(() => 'a', batch(10, 1), batch(15, 2))).toThrow(TypeError);
  });
});

it('gives back all memory', () => {
  const before = memoryUsage();
  const model = sequential(linear(2, 3), scaleLayer(3), customRelu());
  for (const rows of [1, 5, 100]) {
    model.predict(batch(2 * rows, 1));
    model.lossAndGrad(customMse, batch(2 * rows, 1), batch(3 * rows, 2));
    model.lossAndGrad('mse', batch(2 * rows, 1), batch(3 * rows, 2));
  }
  model.dispose();
  expect(memoryUsage()).toBe(before);
});
