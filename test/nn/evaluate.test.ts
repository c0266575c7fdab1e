// Probabilities, classes and metrics against the same in float64, over several blocks of rows.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  type Dataset,
  dataset,
  fitSync,
  type LossSpec,
  linear,
  type Model,
  memoryUsage,
  mlp,
  relu,
  sequential,
} from '../../src/index.js';
import { noise } from '../train/byHand.js';

const WIDE = 3000; // so that a block is 16 rows or so
function make(outputs: number, loss?: LossSpec): Model {
  const model = sequential(linear(3, WIDE, { seed: 1 }), relu(), linear(WIDE, outputs, { seed: 2 }));
  model.loss = loss;
  return model;
}
function samples(n: number, targets: (random: () => number) => number | number[]): Dataset {
  const random = noise(n);
  const rows = Array.from({ length: n }, () => [3 * random(), 3 * random(), 3 * random()]);
  return dataset(rows, rows.map(() => targets(random)) as number[]);
}
const N = 77;
const close = (actual: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(2e-6);
};
const rowsOf = (values: Float32Array, K: number) =>
  Array.from({ length: values.length / K }, (_, r) => [...values.subarray(r * K, (r + 1) * K)]);

const softmax = (row: number[]) => {
  const all = row.map((x) => Math.exp(x - Math.max(...row)));
  return all.map((x) => x / all.reduce((sum, e) => sum + e, 0));
};

describe('probabilities and classes', () => {
  it.each<[string, number, LossSpec | undefined, 'softmax' | 'sigmoid']>([
    ['crossEntropy', 5, 'crossEntropy', 'softmax'],
    ['crossEntropy with options', 3, { crossEntropy: { labelSmoothing: 0.1 } }, 'softmax'],
    ['no loss, several outputs', 4, undefined, 'softmax'],
    ['binaryCrossEntropy', 1, 'binaryCrossEntropy', 'sigmoid'],
    ['binaryCrossEntropy over several outputs', 3, 'binaryCrossEntropy', 'sigmoid'],
    ['no loss, one output', 1, undefined, 'sigmoid'],
  ])('%s', (_, K, loss, link) => {
    const model = make(K, loss);
    const { features } = samples(N, () => 0);
    const logits = model.predict(features);
    const probabilities = model.predictProba(features);
    const classes = model.predictClass(features);
    if (link === 'softmax') {
      close(probabilities, rowsOf(logits, K).flatMap(softmax));
      expect([...classes]).toEqual(rowsOf(logits, K).map((row) => row.indexOf(Math.max(...row))));
    } else {
      close(
        probabilities,
        Array.from(logits, (x) => 1 / (1 + Math.exp(-x))),
      );
      expect([...classes]).toEqual(Array.from(logits, (x) => Number(x > 0)));
    }
    // Into a given array nothing is allocated, and the raw outputs stay what they were.
    const bytes = memoryUsage();
    const out = new Float32Array(N * K);
    expect(model.predictProba(features, out)).toBe(out);
    expect(out).toEqual(probabilities);
    expect(model.predict(features)).toEqual(logits);
    expect(memoryUsage()).toBe(bytes);
    expect(model.predictClass(new Float32Array(0)).length).toBe(0);
    model.dispose();
  });

  it('the first of equal logits is the class', () => {
    const model = sequential(linear(1, 4, { init: 'zeros' }));
    expect([...model.predictClass(new Float32Array([1, 2]))]).toEqual([0, 0]);
    model.dispose();
  });
});

describe('evaluate', () => {
  it('crossEntropy: loss, accuracy, confusion', () => {
    const model = make(4, 'crossEntropy');
    const data = samples(N, (random) => Math.floor(2 + 2 * random()) & 3);
    const bytes = memoryUsage();
    const { loss, accuracy, confusion, ...more } = model.evaluate(data);
    expect(more).toEqual({});
    expect(memoryUsage()).toBe(bytes);
    const t = [...data.targets.data];
    const expected = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    const classes = model.predictClass(data.features);
    t.forEach((target, i) => {
      expected[target]![classes[i]!]!++;
    });
    expect(confusion).toEqual(expected);
    expect(accuracy).toBe(t.filter((target, i) => target === classes[i]).length / N);
    const p = rowsOf(model.predict(data.features), 4).map(softmax);
    expect(loss).toBeCloseTo(t.reduce((sum, target, i) => sum - Math.log(p[i]![target]!), 0) / N, 5);
    model.dispose();
  });

  it('crossEntropy with class weights: the mean is over the weights of the targets, over all blocks', () => {
    const model = make(2);
    const classWeights = [1, 7];
    const data = samples(N, (random) => Number(random() > 0.3));
    const { loss } = model.evaluate(data, { loss: { crossEntropy: { classWeights } } });
    const t = [...data.targets.data];
    const p = rowsOf(model.predict(data.features), 2).map(softmax);
    const sum = t.reduce((total, target, i) => total - classWeights[target]! * Math.log(p[i]![target]!), 0);
    expect(loss).toBeCloseTo(sum / t.reduce((total, target) => total + classWeights[target]!, 0), 5);
    expect(model.loss).toBe(undefined);
    model.dispose();
  });

  it('binaryCrossEntropy: over all outputs, targets above 0.5 are of class 1', () => {
    const model = make(2, 'binaryCrossEntropy');
    const data = samples(N, (random) => [Number(random() > 0), (1 + random()) / 2]);
    const { accuracy, confusion } = model.evaluate(data);
    const expected = [
      [0, 0],
      [0, 0],
    ];
    const classes = model.predictClass(data.features);
    data.targets.data.forEach((target, i) => {
      expected[Number(target > 0.5)]![classes[i]!]!++;
    });
    expect(confusion).toEqual(expected);
    expect(accuracy).toBe((expected[0]![0]! + expected[1]![1]!) / (2 * N));
    model.dispose();
  });

  it.each<LossSpec>(['mse', 'halfSquaredError', 'l1', { huber: { delta: 0.5 } }])('%j: r2, mae', (loss) => {
    const model = make(2);
    const data = samples(N, (random) => [random(), 5 + 2 * random()]);
    const found = model.evaluate(data, { loss });
    expect(Object.keys(found)).toEqual(['loss', 'r2', 'mae']);
    const p = rowsOf(model.predict(data.features), 2);
    const t = rowsOf(data.targets.data, 2);
    const r2 = [0, 1].map((k) => {
      const mean = t.reduce((sum, row) => sum + row[k]!, 0) / N;
      const residual = t.reduce((sum, row, i) => sum + (row[k]! - p[i]![k]!) ** 2, 0);
      return 1 - residual / t.reduce((sum, row) => sum + (row[k]! - mean) ** 2, 0);
    });
    expect(found.r2).toBeCloseTo((r2[0]! + r2[1]!) / 2, 9);
    const errors = t.flatMap((row, i) => row.map((target, k) => Math.abs(target - p[i]![k]!)));
    expect(found.mae).toBeCloseTo(errors.reduce((sum, e) => sum + e, 0) / errors.length, 12);
    if (loss === 'l1') expect(found.loss).toBeCloseTo(found.mae!, 6);
    model.dispose();
  });

  it('targets that do not vary: r2 is 1 when they are met, else 0', () => {
    const model = sequential(linear(1, 1, { init: 'zeros' }));
    expect(model.evaluate(dataset([[1], [2], [3]], [0, 0, 0]), { loss: 'mse' })).toEqual({ loss: 0, r2: 1, mae: 0 });
    expect(model.evaluate(dataset([[1], [2], [3]], [0.1, 0.1, 0.1]), { loss: 'mse' }).r2).toBe(0);
    model.dispose();
  });

  it.each<LossSpec>(['mse', 'crossEntropy', 'binaryCrossEntropy'])('gives the bits that a fit records: %s', (loss) => {
    const model = make(3, loss);
    const data = samples(200, (random) => (loss === 'crossEntropy' ? 1 : [0, 1, Math.abs(random())]));
    const before = model.evaluate(data).loss;
    const optimizer = new Adam(model.parameters());
    const { losses } = fitSync(model, data, { optimizer, epochs: 2, logEvery: 200 });
    expect(losses[0]).toBe(before);
    expect(losses.at(-1)).toBe(model.evaluate(data).loss);
    for (const one of [optimizer, model, data]) one.dispose();
  });

  it('is in evaluation mode', () => {
    const model = mlp({ inputs: 3, hidden: [20], outputs: 1, dropout: 0.5, loss: 'mse' });
    const data = samples(N, (random) => random());
    const { loss } = model.evaluate(data);
    model.lossAndGrad('mse', data.features, data.targets);
    expect(model.evaluate(data).loss).toBe(loss);
    model.dispose();
  });
});
