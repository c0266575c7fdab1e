// targetScaling: training goes by scaled targets, predictions are in the targets' own units.
import { describe, expect, it, vi } from 'vitest';
import { parseCsv } from '../../src/datasets.js';
import {
  Adam,
  dataset,
  fitSync,
  linear,
  linearRegression,
  logisticRegression,
  memoryUsage,
  mlp,
  normalization,
  partialFit,
  relu,
  sequential,
  softmaxRegression,
  type Tensor,
  targetScaling,
  tensor,
} from '../../src/index.js';
import { checkGuards, given, output } from '../kernels/tester.js';
import { kernels } from '../testingKernels.js';
import { expectFitEqualsSteps, expectNoLeak, numbers, samples, WIDTHS } from './layers.js';

const [D, K] = [4, 2];
const scales = { mean: [1000, -3], std: [500, 0.25] };

/** Samples of two targets of very different sizes. */
const wide = (rows = 40) => samplesOf(rows, (k, z) => scales.mean[k]! + scales.std[k]! * z);
/** The same samples with the scaled targets, as float32. */
const scaled = (rows = 40) => {
  const { features, targets } = wide(rows);
  const values = targets.data.map((t, i) => (t - scales.mean[i % K]!) / scales.std[i % K]!);
  return { features, targets: tensor(values, [rows, K]) };
};

function samplesOf(rows: number, target: (k: number, z: number) => number) {
  const z = numbers(rows * K, 2);
  const targets = z.map((value, i) => target(i % K, value));
  return { features: tensor(numbers(rows * D, 1), [rows, D]), targets: tensor(targets, [rows, K]) };
}

const dataOf = ({ features, targets }: { readonly features: Tensor; readonly targets: Tensor }) =>
  dataset(features, targets);

const layers = () => [linear(D, 8, { seed: 1 }), relu(), linear(8, K, { seed: 2 })];

describe.each(WIDTHS)('over %i columns', (U) => {
  it.each([1, 2, 5])('the kernel is the rounded product plus the mean for %i rows, in place too', (B) => {
    const [xs, means, deviations] = [numbers(B * U, 1, 5), numbers(U, 2), numbers(U, 3, 0.5, 1)];
    const [x, mean, std, y] = [given(xs), given(means), given(deviations), output(B * U)];
    const { targetScaling_f32 } = kernels();
    targetScaling_f32(y.ptr, x.ptr, mean.ptr, std.ptr, B, U);
    const expected = xs.map((v, i) => Math.fround(v * deviations[i % U]!) + means[i % U]!);
    expect(y.floats).toEqual(expected);
    targetScaling_f32(y.ptr, x.ptr, 0, std.ptr, B, U);
    expect(y.floats).toEqual(xs.map((v, i) => v * deviations[i % U]!));
    targetScaling_f32(x.ptr, x.ptr, mean.ptr, std.ptr, B, U);
    expect(x.floats).toEqual(expected);
    checkGuards();
  });
});

describe('a model that scales its targets', () => {
  it.each(['mse', 'l1', 'huber'] as const)('has the losses and gradients of scaled targets, by %s', (loss) => {
    const [own, plain] = [sequential(...layers(), targetScaling(scales)), sequential(...layers())];
    const [a, b] = [wide(), scaled()];
    expect(own.lossAndGrad(loss, a.features, a.targets)).toBe(plain.lossAndGrad(loss, b.features, b.targets));
    own.parameters().forEach(({ grad }, i) => {
      expect(grad).toEqual(plain.parameters()[i]!.grad);
    });
    const arrays = Array.from({ length: 40 }, (_, i) => Array.from(a.targets.data.subarray(i * K, i * K + K)));
    expect(own.lossAndGrad(loss, a.features, arrays)).toBe(plain.lossAndGrad(loss, b.features, b.targets));
    expect(own.evaluate(dataOf(a), { loss }).loss).toBe(plain.evaluate(dataOf(b), { loss }).loss);
  });

  it('predicts and measures in own units', () => {
    const [own, plain] = [sequential(...layers(), targetScaling(scales)), sequential(...layers())];
    const a = wide();
    const expected = plain
      .predict(a.features)
      .map((z, i) => Math.fround(z * Math.fround(scales.std[i % K]!)) + scales.mean[i % K]!);
    expect(own.predict(a.features)).toEqual(expected);
    expect(own.forward(a.features).data).toEqual(expected);
    expect(own.forward(a.features, { training: true }).data).toEqual(expected);
    const mae = a.targets.data.reduce((sum, t, i) => sum + Math.abs(t - expected[i]!), 0) / expected.length;
    expect(own.evaluate(dataOf(a), { loss: 'mse' }).mae).toBeCloseTo(mae, 6);
  });

  it('trains to the same bits as a plain one on scaled targets, and tells metrics in own units', () => {
    const [own, plain] = [sequential(...layers(), targetScaling(scales)), sequential(...layers())];
    const [first, second] = [own, plain].map((model, i) =>
      fitSync(model, dataOf(i === 0 ? wide() : scaled()), {
        loss: 'mse',
        optimizer: new Adam(model.parameters(), { lr: 0.01 }),
        epochs: 5,
        batchSize: 7,
        validation: 0.3,
        metrics: ['r2', 'mae'],
      }),
    );
    expect(first!.losses).toEqual(second!.losses);
    own.parameters().forEach(({ data }, i) => {
      expect(data).toEqual(plain.parameters()[i]!.data);
    });
    expect(first!.history.map(({ validationLoss }) => validationLoss)).toEqual(
      second!.history.map(({ validationLoss }) => validationLoss),
    );
    expect(first!.history.at(-1)!.r2).toBeCloseTo(second!.history.at(-1)!.r2!, 4);
    expect(first!.history.at(-1)!.mae).toBeGreaterThan(50);
  });

  it('trains in a fit as by lossAndGrad and step, and frees all of it', async () => {
    using data = samples(5, 2);
    await expectNoLeak(() =>
      expectFitEqualsSteps(() => sequential(normalization(data), linear(5, 2, { seed: 1 }), targetScaling(data)), {
        data,
      }),
    );
  });

  it('gives a function as loss the scaled targets, and partialFit too', async () => {
    const a = wide(4);
    const model = sequential(...layers(), targetScaling(scales));
    let seen: number[] = [];
    const loss = (prediction: Float32Array, target: Float32Array, gradient: Float32Array) => {
      seen = Array.from(target);
      gradient.fill(0);
      return prediction.length;
    };
    await partialFit(model, [{ features: a.features, targets: a.targets }], {
      loss: loss as never,
      optimizer: new Adam(model.parameters()),
    });
    expect(seen).toEqual(Array.from(scaled(4).targets.data));
  });
});

describe('what it scales by', () => {
  it('are the targets of a dataset, of [N] and [N, K], or of a table, and a constant one counts as 1', () => {
    using single = dataOf({ features: tensor([1, 2, 3], [3, 1]), targets: tensor([10, 20, 60]) });
    const buffers = (layer: ReturnType<typeof targetScaling>) =>
      Object.values(layer.buffers!).map(({ data }) => Array.from(data));
    const deviation = Math.fround(Math.sqrt((400 + 100 + 900) / 3));
    expect(buffers(targetScaling(single))).toEqual([[30], [deviation]].map((row) => row.map(Math.fround)));
    const table = parseCsv('a,b\n1,10\n2,20\n3,60\n', { target: 'b' });
    expect(buffers(targetScaling(table))).toEqual([[30], [Math.fround(deviation)]]);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(buffers(targetScaling(tensor([7, 1, 7, 3], [2, 2])))).toEqual([
      [7, 2],
      [1, 1],
    ]);
    expect(warn.mock.calls).toEqual([['targetScaling: column 0 is constant: a deviation of 0 counts as 1']]);
    warn.mockRestore();
  });

  it('is refused where it cannot be', () => {
    const scaling = () => targetScaling({ mean: [0], std: [1] });
    expect(() => sequential(linear(1, 1), scaling(), relu())).toThrow(
      'sequential: targetScaling(1) must be the last of several layers, got it as layers[1] of 3',
    );
    expect(() => sequential(scaling())).toThrow('must be the last of several layers, got it as layers[0] of 1');
    const model = sequential(linear(1, 1), scaling());
    using data = dataOf({ features: tensor([1, 2], [2, 1]), targets: tensor([0, 1]) });
    const optimizer = new Adam(model.parameters());
    expect(() => fitSync(model, data, { loss: 'binaryCrossEntropy', optimizer })).toThrow(
      'fitSync: the last layer must give logits to this loss, which is for classes, got targetScaling(1), which is for a regression',
    );
    expect(() => targetScaling({ mean: [Number.NaN], std: [1] })).toThrow('targetScaling: mean[0] must be');
    expect(() => targetScaling({ mean: [0, 1], std: [1] })).toThrow('mean and std must be of one length, got 2 and 1');
    expect(() => targetScaling(7 as never)).toThrow(TypeError);
  });
});

describe('the models that take normalize and scaleTargets', () => {
  it('begin and end with them', () => {
    using data = samples(5, 2);
    const options = { inputs: 5, normalize: data, seed: 1 };
    const names = (model: { readonly layers: readonly { readonly name: string }[] }) =>
      model.layers.map(({ name }) => name);
    const outputs = { outputs: 2, scaleTargets: data };
    expect(names(mlp({ ...options, ...outputs, hidden: [3] }))).toEqual(
      ['normalization(5)', 'linear(5, 3)', 'relu', 'linear(3, 2)', 'targetScaling(2)'], // biome-ignore format: one line
    );
    expect(names(linearRegression({ ...options, ...outputs }))).toEqual([
      'normalization(5)',
      'linear(5, 2)',
      'targetScaling(2)',
    ]);
    expect(names(logisticRegression(options))).toEqual(['normalization(5)', 'linear(5, 1)']);
    expect(names(softmaxRegression({ ...options, classes: 3 }))).toEqual(['normalization(5)', 'linear(5, 3)']);
    expect(() => softmaxRegression({ ...options, classes: 3, scaleTargets: data } as never)).toThrow(
      'softmaxRegression: unknown option "scaleTargets"',
    );
  });

  it('leak nothing when they cannot be made', () => {
    using data = samples(5, 2);
    const before = memoryUsage();
    for (const inputs of [4, 6]) {
      expect(() => mlp({ inputs, hidden: [3], outputs: 2, normalize: data })).toThrow(RangeError);
      expect(() => linearRegression({ inputs, outputs: 2, normalize: data })).toThrow(RangeError);
    }
    expect(() => mlp({ inputs: 5, hidden: [3], outputs: 1, normalize: data, scaleTargets: data })).toThrow(RangeError);
    expect(memoryUsage()).toBe(before);
  });
});
