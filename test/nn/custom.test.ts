// Layers and losses written in TypeScript: as the built-in ones, to the bit.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  type CustomLoss,
  customLayer,
  type FitOptions,
  fit,
  fitSync,
  type LayerInfo,
  type LossInfo,
  linear,
  relu,
  SGD,
  sequential,
} from '../../src/index.js';
import { bits, epochByHand, parameterBits, stateBits } from '../train/byHand.js';
import { batch, customMse, customRelu, gradBits, scaleLayer, table } from './customParts.js';

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
      const options: FitOptions = { loss, optimizer, epochs: 2, batchSize: 100, logEvery: 1201, sampleWeights };
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
