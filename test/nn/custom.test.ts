// Layers and losses written in TypeScript: as the built-in ones, to the bit, and what they may not do.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  type CustomLayerOptions,
  type CustomLoss,
  customLayer,
  dataset,
  type FitOptions,
  fit,
  fitSync,
  type LayerInfo,
  type LossInfo,
  linear,
  type Model,
  memoryUsage,
  parameter,
  relu,
  SGD,
  StepLR,
  sequential,
  tensor,
  zeros,
} from '../../src/index.js';
import { bits, epochByHand, noise, parameterBits, stateBits } from '../train/byHand.js';

const customRelu = () =>
  customLayer({
    name: 'customRelu',
    outputs: (inputs) => inputs,
    forward(x, y) {
      for (let i = 0; i < x.length; i++) y[i] = x[i]! > 0 ? x[i]! : 0;
    },
    backward(dy, dx, { y }) {
      for (let i = 0; i < dy.length; i++) dx[i] = y[i]! > 0 ? dy[i]! : 0;
    },
  });

/** y = s x, element by element of a row, with one s a column. */
function scaleLayer(width: number) {
  const s = parameter(Float32Array.from({ length: width }, (_, j) => 1 + j / 4));
  return customLayer({
    name: 'scale',
    inputs: width,
    outputs: () => width,
    parameters: { s },
    forward: (x) => x.map((value, i) => value * s.data[i % width]!),
    backward(dy, dx, { x }) {
      const { data, grad } = s;
      dy.forEach((d, i) => {
        dx[i] = d * data[i % width]!;
        grad[i % width]! += d * x[i]!;
      });
    },
  });
}

const customMse: CustomLoss = (prediction, target, gradient, { outputs, weights }) => {
  const n = target.length;
  const scale = Math.fround(1 / n);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const e = Math.fround(prediction[i]! - target[i]!);
    const w = weights?.[Math.floor(i / outputs)] ?? 1;
    sum += w * e * e;
    if (gradient) gradient[i] = Math.fround(e + e) * Math.fround(scale * w);
  }
  return sum / n;
};

const batch = (n: number, seed: number) => Float32Array.from({ length: n }, noise(seed));

function table(rows: number, inputs: number, outputs: number) {
  return dataset(tensor(batch(rows * inputs, 1), [rows, inputs]), tensor(batch(rows * outputs, 2), [rows, outputs]));
}

const gradBits = (model: Model) => model.parameters().flatMap(({ grad }) => bits(grad));

describe('a custom relu is the built-in one, to the bit', () => {
  const withRelu = (make: typeof relu) =>
    sequential(linear(5, 7, { seed: 1 }), make(), linear(7, 3, { seed: 2 }), make(), linear(3, 2, { seed: 3 }));

  it.each([1, 3, 17, 65])('in predict and lossAndGrad, for %i rows', (rows) => {
    const [own, builtIn] = [withRelu(customRelu), withRelu(relu)];
    const [x, y] = [batch(rows * 5, 3), batch(rows * 2, 4)];
    expect(bits(own.predict(x))).toEqual(bits(builtIn.predict(x)));
    for (const accumulate of [false, true]) {
      expect(own.lossAndGrad('mse', x, y, { accumulate })).toBe(builtIn.lossAndGrad('mse', x, y, { accumulate }));
      expect(gradBits(own)).toEqual(gradBits(builtIn));
    }
  });

  it('in fit, and as the first layer, which reads the input rows at hand', async () => {
    for (const make of [
      withRelu,
      (make: typeof relu) => sequential(make(), linear(5, 4, { seed: 1 }), make(), linear(4, 2)),
    ]) {
      const runs = [];
      for (const layer of [customRelu, relu]) {
        const model = make(layer);
        for (const p of model.parameters()) p.set(batch(p.size, p.size));
        const optimizer = new Adam(model.parameters(), { lr: 0.01 });
        const data = table(37, 5, 2);
        const { losses } = await fit(model, data, { loss: 'mse', optimizer, epochs: 3, batchSize: 8, logEvery: 10 });
        runs.push({ losses, parameters: parameterBits(model) });
      }
      expect(runs[0]).toEqual(runs[1]);
    }
  });
});

describe('a layer with a parameter', () => {
  const make = () => sequential(linear(3, 4, { seed: 1 }), scaleLayer(4), linear(4, 2, { seed: 2 }), scaleLayer(2));

  it.each([1, 3, 5, 17])('has the gradients that differences of the loss show, for %i rows', (rows) => {
    const model = make();
    const [x, y] = [batch(rows * 3, 1), batch(rows * 2, 2)];
    const loss = () => model.lossAndGrad('halfSquaredError', x, y);
    loss();
    const gradients = model.parameters().map(({ grad }) => grad.slice());
    // The loss is a parabola of each single number.
    model.parameters().forEach((parameter, k) => {
      for (let i = 0; i < parameter.size; i++) {
        const at = parameter.data[i]!;
        const [above, below] = [at + 0.25, at - 0.25].map((value) => {
          parameter.data[i] = value;
          return [Math.fround(value), loss()] as const;
        });
        parameter.data[i] = at;
        const slope = (above![1] - below![1]) / (above![0] - below![0]);
        expect(Math.abs(slope - gradients[k]![i]!), `parameter ${k}, element ${i}`).toBeLessThan(1e-5);
      }
    });
  });

  it('replaces its gradient, or adds to it with accumulate', () => {
    const model = make();
    const [x, y] = [batch(15, 1), batch(10, 2)];
    model.lossAndGrad('mse', x, y);
    const once = gradBits(model);
    const values = model.parameters().map(({ grad }) => grad.slice());
    model.lossAndGrad('mse', x, y, { accumulate: true });
    model.parameters().forEach(({ grad }, k) => {
      for (const [i, value] of grad.entries()) expect(value).toBeCloseTo(2 * values[k]![i]!, 5);
    });
    model.lossAndGrad('mse', x, y);
    expect(gradBits(model)).toEqual(once);
  });

  it('trains alike by fit, fitSync, and lossAndGrad with step, to the bit; and learns', async () => {
    const data = table(23, 3, 2);
    const order = Uint32Array.from({ length: 23 }, (_, i) => (i * 7) % 23);
    const losses: number[][] = [];
    const runs = [];
    const options = { loss: 'halfSquaredError', batchSize: 5, epochs: 4, sampleOrder: () => order } as const;
    for (const way of ['fit', 'fitSync', 'by hand']) {
      const model = make();
      const optimizer = new Adam(model.parameters(), { lr: 0.02 });
      if (way === 'by hand') for (let i = 0; i < 4; i++) epochByHand(model, data, optimizer as never, order, 5);
      else {
        const result = await (way === 'fit' ? fit : fitSync)(model, data, { ...options, optimizer });
        losses.push(result.losses);
      }
      runs.push([parameterBits(model), stateBits(optimizer as never)]);
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
    expect(losses[1]).toEqual(losses[0]);
    expect(losses[0]!.at(-1)).toBeLessThan(losses[0]![0]!);
  });

  it('accumulates over the batches of a step in fit', () => {
    const data = table(24, 3, 2);
    const run = (batchSize: number, accumulate: number) => {
      const model = make();
      const optimizer = new SGD(model.parameters(), { lr: 0.1 });
      fitSync(model, data, { loss: 'mse', optimizer, batchSize, accumulate, shuffle: false });
      return model.parameters().flatMap(({ data }) => Array.from(data));
    };
    const whole = run(8, 1);
    run(2, 4).forEach((value, i) => {
      expect(value).toBeCloseTo(whole[i]!, 5);
    });
  });
});

it('a pass gets arrays of exactly its rows, zeros to write to, and what it should know', () => {
  const seen: [string, LayerInfo, number, number][] = [];
  const record =
    (pass: string) =>
    (read: Float32Array, given: Float32Array, info: LayerInfo): void => {
      expect(Array.from(given).every((value) => value === 0)).toBe(true);
      seen.push([pass, info, read.length, given.length]);
      given.fill(1);
    };
  const layer = customLayer({ outputs: (n) => 2 * n, forward: record('forward'), backward: record('backward') });
  const model = sequential(linear(3, 2, { seed: 1 }), layer);
  expect(model.outputs).toBe(4);
  expect(Array.from(model.predict(batch(6, 1)))).toEqual(Array(8).fill(1));
  for (let i = 0; i < 2; i++) model.lossAndGrad('mse', batch(15, 1), batch(20, 2));
  expect(
    seen.map(([pass, { training, rows, inputs, outputs, x, y }, ...lengths]) => {
      return [pass, training, rows, inputs, outputs, x.length, y.length, ...lengths];
    }),
  ).toEqual([
    ['forward', false, 2, 2, 4, 4, 8, 4, 8],
    ...[0, 1].flatMap(() => [
      ['forward', true, 5, 2, 4, 10, 20, 10, 20],
      ['backward', true, 5, 2, 4, 10, 20, 20, 10],
    ]),
  ]);
});

describe('a custom mse is the built-in one', () => {
  const make = () => sequential(linear(5, 6, { seed: 1 }), relu(), linear(6, 3, { seed: 2 }));

  it.each([1, 3, 17, 65])('in lossAndGrad, for %i rows, with and without weights', (rows) => {
    const [own, builtIn] = [make(), make()];
    const [x, y] = [batch(rows * 5, 3), batch(rows * 3, 4)];
    for (const options of [{}, { weights: batch(rows, 5).map((w) => w + 1) }, { accumulate: true }]) {
      const expected = builtIn.lossAndGrad('mse', x, y, options);
      expect(Math.abs(own.lossAndGrad(customMse, x, y, options) - expected)).toBeLessThan(1e-6 * expected);
      expect(gradBits(own)).toEqual(gradBits(builtIn));
    }
  });

  it('in fit, over blocks of an evaluation of which the last is shorter', async () => {
    // 64 outputs: blocks of some 500 rows.
    const data = table(1201, 5, 64);
    const sampleWeights = batch(1201, 7).map((w) => w + 1);
    const evaluated: number[] = [];
    const counting: CustomLoss = (prediction, target, gradient, info) => {
      if (gradient === null) evaluated.push(info.rows);
      return customMse(prediction, target, gradient, info);
    };
    const [own, builtIn] = [counting, 'mse' as const].map((loss) => {
      const model = sequential(linear(5, 64, { seed: 1 }));
      const optimizer = new Adam(model.parameters(), { lr: 0.01 });
      const options: FitOptions = { loss, optimizer, epochs: 2, batchSize: 100, sampleWeights };
      return { losses: fitSync(model, data, options).losses, parameters: parameterBits(model) };
    });
    expect(evaluated.length).toBeGreaterThan(3);
    expect(new Set(evaluated).size).toBe(2);
    expect(own!.parameters).toEqual(builtIn!.parameters);
    own!.losses.forEach((loss, i) => {
      expect(Math.abs(loss - builtIn!.losses[i]!)).toBeLessThan(1e-6 * loss);
    });
  });

  it('trains alike by fit, fitSync, and lossAndGrad with step, to the bit', async () => {
    const data = table(23, 5, 3);
    const runs = [];
    for (const way of ['fit', 'fitSync', 'by hand']) {
      const model = make();
      const optimizer = new Adam(model.parameters(), { lr: 0.02 });
      const options: FitOptions = { loss: customMse, optimizer, batchSize: 5, epochs: 2, shuffle: false };
      if (way === 'fit') await fit(model, data, options);
      else if (way === 'fitSync') fitSync(model, data, options);
      else {
        for (let i = 0; i < 10; i++) {
          const [start, end] = [(i % 5) * 5, Math.min(23, (i % 5) * 5 + 5)];
          model.lossAndGrad(
            customMse,
            data.features.data.slice(5 * start, 5 * end),
            data.targets.data.slice(3 * start, 3 * end),
          );
          optimizer.step();
        }
      }
      runs.push([parameterBits(model), stateBits(optimizer as never)]);
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });
});

it('a loss is told of rows, outputs and weights, and gives exactly what it returns', () => {
  const seen: LossInfo[] = [];
  const loss: CustomLoss = (_prediction, _target, gradient, info) => {
    expect(gradient!.every((value) => value === 0)).toBe(true);
    seen.push({ ...info, weights: info.weights?.slice() });
    return 0.1;
  };
  const model = sequential(linear(2, 3, { seed: 1 }));
  expect(model.lossAndGrad(loss, batch(6, 1), batch(9, 2))).toBe(0.1);
  expect(model.lossAndGrad(loss, batch(6, 1), batch(9, 2), { weights: [1, 2, 3] })).toBe(0.1);
  expect(seen).toEqual([
    { rows: 3, outputs: 3, weights: undefined },
    { rows: 3, outputs: 3, weights: Float32Array.of(1, 2, 3) },
  ]);
  // Another function is another loss.
  expect(model.lossAndGrad(() => 7, batch(6, 1), batch(9, 2))).toBe(7);
});

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

  it('memory that grows under the arrays of a call', () => {
    const held: { dispose(): void }[] = [];
    const layer = {
      ...identity,
      forward: (x: Float32Array, y: Float32Array) => {
        if (held.length === 0) held.push(zeros([40_000_000]));
        if (y.length > 0) y.set(x);
      },
    };
    const model = make(layer);
    expect(() => model.predict(batch(4, 1))).toThrow(/must not make tensors|must give/);
    expect(model.predict(batch(4, 1)).length).toBe(6);
    for (const one of held) one.dispose();
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
