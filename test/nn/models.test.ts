// The models by name: what they are made of, and what they remember.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  type ActivationName,
  Adam,
  BusyError,
  type CustomLoss,
  type Dataset,
  dataset,
  ExponentialMovingAverage,
  fit,
  fitSync,
  linear,
  linearRegression,
  logisticRegression,
  type Model,
  memoryUsage,
  mlp,
  type Parameter,
  parameter,
  relu,
  SGD,
  sequential,
  softmaxRegression,
  tensor,
  UseAfterDisposeError,
} from '../../src/index.js';
import { customMse } from './customParts.js';

const names = (model: Model) => model.layers.map(({ name }) => name);

it.each([
  ['linearRegression', () => linearRegression({ inputs: 3, seed: 1 }), 'mse', ['linear(3, 1)']],
  ['logisticRegression', () => logisticRegression({ inputs: 3, outputs: 2 }), 'binaryCrossEntropy', ['linear(3, 2)']],
  ['softmaxRegression', () => softmaxRegression({ inputs: 3, classes: 4 }), 'crossEntropy', ['linear(3, 4)']],
  [
    'mlp',
    () => mlp({ inputs: 3, hidden: [5, 4], outputs: 2, dropout: 0.25, loss: 'l1' }),
    'l1',
    ['linear(3, 5)', 'relu', 'dropout(0.25)', 'linear(5, 4)', 'relu', 'dropout(0.25)', 'linear(4, 2)'],
  ],
  ['mlp without hidden layers', () => mlp({ inputs: 3, hidden: [], outputs: 2 }), undefined, ['linear(3, 2)']],
])('%s', (_, make, loss, layers) => {
  const bytes = memoryUsage();
  const model = make();
  expect(model.loss).toBe(loss);
  expect(names(model)).toEqual(layers);
  model.dispose();
  expect(memoryUsage()).toBe(bytes);
});

it.each<ActivationName>(['relu', 'leakyRelu', 'elu', 'gelu', 'sigmoid', 'silu', 'softplus', 'tanh'])(
  'mlp with %s',
  (activation) => {
    const model = mlp({ inputs: 2, hidden: [3], outputs: 1, activation });
    expect(names(model)).toEqual(['linear(2, 3)', activation, 'linear(3, 1)']);
    model.dispose();
  },
);

it('a seed decides every layer of an mlp, and each layer has another', () => {
  const make = (seed: number) => mlp({ inputs: 4, hidden: [4], outputs: 4, seed });
  const models = [make(3), make(3), make(4)];
  const [first, second, third] = models.map((model) => model.parameters().map(({ data }) => [...data]));
  expect(second).toEqual(first);
  expect(third![0]).not.toEqual(first![0]);
  expect(first![2]).not.toEqual(first![0]);
  // Nor are they those of the next seed.
  expect(third![0]).not.toEqual(first![2]);
  for (const model of models) model.dispose();
});

describe('fit', () => {
  it("takes the model's loss; a model that has none takes fit's", () => {
    const data = dataset([[0], [1]], [0, 1]);
    const one = linearRegression({ inputs: 1, seed: 1 });
    const other = linearRegression({ inputs: 1, seed: 1 });
    const lr = 0.1;
    const { losses } = fitSync(one, data, { optimizer: new SGD(one.parameters(), { lr }) });
    expect(losses).toEqual(
      fitSync(other, data, { loss: 'mse', optimizer: new SGD(other.parameters(), { lr }) }).losses,
    );
    fitSync(other, data, { loss: 'l1', optimizer: new SGD(other.parameters(), { lr }) });
    const none = sequential(linear(1, 1));
    fitSync(none, data, { loss: 'l1', optimizer: new SGD(none.parameters(), { lr }) });
    expect([one.loss, other.loss, none.loss]).toEqual(['mse', 'mse', 'l1']);
  });

  it('names the losses when neither has one', () => {
    const model = sequential(linear(1, 1));
    const data = dataset([[0]], [0]);
    expect(() => fitSync(model, data, { optimizer: new Adam(model.parameters()) })).toThrow(
      'fitSync: loss must be one of halfSquaredError, mse,',
    );
    expect(() => model.evaluate(data)).toThrow('evaluate: loss must be one of halfSquaredError, mse,');
  });

  const message = (object: string, call = 'dispose') => `${object} is busy: ${call} must wait until the `;
  const attempts: readonly [string, (used: Used) => void, string][] = [
    ['the dataset', ({ data }) => data.dispose(), message('A dataset of 64 samples')],
    ['its features', ({ data }) => data.features.dispose(), message('A Tensor of shape [64, 1]')],
    ['its targets', ({ data }) => data.targets.dispose(), message('A Tensor of shape [64]')],
    ['the validation data', ({ validation }) => validation.dispose(), message('A dataset of 2 samples')],
    ['the model', ({ model }) => model.dispose(), message('The model')],
    ['a parameter', ({ model }) => model.parameters()[1]!.dispose(), message('A Parameter of shape [1]')],
    ['a parameter that only the optimizer has', ({ extra }) => extra.dispose(), message('A Parameter of shape [3]')],
    ['the optimizer', ({ optimizer }) => optimizer.dispose(), message('Adam')],
    ['the average', ({ average }) => average.dispose(), message('')],
    ['a state', ({ model }) => model.loadStateDict(model.stateDict()), message('The model', 'loadStateDict')],
  ];
  interface Used {
    readonly data: Dataset;
    readonly validation: Dataset;
    readonly model: Model;
    readonly extra: Parameter;
    readonly optimizer: Adam;
    readonly average: ExponentialMovingAverage;
  }
  it.each(attempts)('refuses to dispose %s in its callbacks, and in a custom loss', async (_, dispose, message) => {
    const before = memoryUsage();
    for (const train of [fit, fitSync]) {
      for (const place of ['onProgress', 'onEpoch', 'loss'] as const) {
        const rows = Array.from({ length: 64 }, (_, i) => [i / 64]);
        const model = linearRegression({ inputs: 1, seed: 1 });
        const extra = parameter([1, 2, 3]);
        const used: Used = {
          model,
          extra,
          data: dataset(rows, rows.flat()),
          validation: dataset([[1], [2]], [1, 2]),
          optimizer: new Adam([...model.parameters(), extra]),
          average: new ExponentialMovingAverage(model.parameters()),
        };
        let calls = 0;
        const attempt = () => {
          if (++calls === 2) dispose(used);
        };
        const { data, validation, optimizer, average } = used;
        const loss: CustomLoss = (...args) => {
          attempt();
          return customMse(...args);
        };
        const callback = place === 'loss' ? { loss } : { [place]: attempt };
        const options = { optimizer, average, validation, epochs: 50, batchSize: 4, ...callback };
        const error = await (async () => train(model, data, options))().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(BusyError);
        expect((error as Error).message).toContain(message);
        expect(calls).toBe(2);
        for (const one of [average, optimizer, extra, model, data, validation]) one.dispose();
      }
    }
    expect(memoryUsage()).toBe(before);
  });
});

it('summary', () => {
  const model = sequential(linear(10, 8), relu(), linear(8, 3, { bias: false }));
  model.parameters()[2]!.requiresGrad = false;
  expect(model.summary()).toBe(
    [
      'layer                  output  parameters',
      'linear(10, 8)          [B, 8]          88',
      'relu                   [B, 8]           0',
      'linear(8, 3, no bias)  [B, 3]          24',
      'total                                 112',
      'trainable                              88',
    ].join('\n'),
  );
  model.dispose();
  expect(() => model.summary()).toThrow(UseAfterDisposeError);
});

it('console.log shows one line; JSON.stringify names the ways to save', () => {
  const model = mlp({ inputs: 2, hidden: Array(9).fill(3), outputs: 1, seed: 1 });
  const optimizer = new SGD(model.parameters());
  const data = dataset([[1, 2]], [1]);
  const t = tensor([1.5, 2], [1, 2]);
  expect(inspect(sequential(linear(2, 3), relu()))).toBe('Model 2 -> 3 (linear(2, 3), relu), 9 numbers');
  expect([inspect(t), inspect(data)]).toEqual(['Tensor [1, 2]: 1.5, 2', 'dataset of 1 samples']);
  expect(inspect(model.parameters()[1])).toMatch(/^Parameter \[3\]: .*, .*, /);
  for (const one of [model, optimizer, data, t, tensor(new Float32Array(1000))]) {
    expect(inspect(one)).not.toContain('\n');
    expect(inspect(one).length).toBeLessThan(200);
    expect(() => JSON.stringify({ one })).toThrow(TypeError);
    one.dispose();
    expect(inspect(one)).toMatch(/\(disposed\)$/);
  }
  expect(() => JSON.stringify(sequential(linear(1, 1)))).toThrow(
    'A model (linear(1, 1)) cannot become JSON: save it by save(model, place) of adamas/io, or take encodeStateDict(model.stateDict())',
  );
});
