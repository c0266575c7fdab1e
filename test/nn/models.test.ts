// The models by name: what they are made of, what they remember, what they refuse.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  type ActivationName,
  Adam,
  BusyError,
  batchNorm,
  type CustomLoss,
  customLayer,
  type Dataset,
  dataset,
  dropout,
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
  partialFit,
  relu,
  SGD,
  sequential,
  sigmoid,
  softmaxRegression,
  softplus,
  tanh,
  tensor,
  UseAfterDisposeError,
} from '../../src/index.js';
import { customMse } from './customParts.js';

// biome-ignore lint/suspicious/noExplicitAny: what TypeScript would not let through
const any = (value: unknown) => value as any;
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

describe('refuses', () => {
  const data = dataset([[1, 2]], [0.5]);
  const binary = logisticRegression({ inputs: 2 });
  const many = softmaxRegression({ inputs: 2, classes: 3 });
  const x = new Float32Array([1, 2]);
  const train = (model: Model, on = data) => fitSync(model, on, { optimizer: new SGD(model.parameters()) });
  it.each<[() => unknown, string]>([
    [() => linearRegression(any({})), 'linearRegression: inputs must be a positive whole number, got undefined'],
    [() => softmaxRegression(any({ inputs: 1 })), 'softmaxRegression: classes must be a positive whole number'],
    [
      () => softmaxRegression(any({ inputs: 1, outputs: 2 })),
      'softmaxRegression: unknown option "outputs", expected one of inputs, classes, init, seed',
    ],
    [
      () => logisticRegression({ inputs: 1, outputs: 0 }),
      'logisticRegression: outputs must be a positive whole number',
    ],
    [() => mlp({ inputs: 1, hidden: any(3), outputs: 1 }), 'mlp: hidden must be an array of widths, got 3'],
    [() => mlp({ inputs: 1, hidden: [2, 0], outputs: 1 }), 'mlp: hidden[1] must be a positive whole number, got 0'],
    [
      () => mlp({ inputs: 1, hidden: [2], outputs: 1, activation: any('toString') }),
      'mlp: activation must be one of elu, gelu, leakyRelu, relu, sigmoid, silu, softplus, tanh, got "toString"',
    ],
    [() => mlp({ inputs: 1, hidden: [], outputs: 1, dropout: 1 }), 'mlp: dropout must be in [0, 1), got 1'],
    [() => mlp({ inputs: 1, hidden: [], outputs: 1, loss: any('hinge') }), 'mlp: loss must be one of'],
    [() => mlp({ inputs: 1, hidden: [], outputs: 1, seed: -1 }), 'mlp: seed must be a whole number from 0'],
    [() => train(logisticRegression({ inputs: 3 })), 'fitSync: data must have 3 features like the model, got [1, 2]'],
    [
      () => train(logisticRegression({ inputs: 2, outputs: 2 })),
      'fitSync: data must have 2 numbers per target for this model and loss, got [1]',
    ],
    [() => train(many), 'fitSync: data.targets[0] must be a class index, a whole number from 0 to 2, got 0.5'],
    [
      () => train(many, dataset([[1, 2]], [3])),
      'fitSync: data.targets[0] must be a class index, a whole number from 0 to 2, got 3',
    ],
    [
      () => train(binary, dataset([[1, 2]], [2])),
      'fitSync: data.targets[0] must be in [0, 1] for binaryCrossEntropy, got 2',
    ],
    [
      () => binary.lossAndGrad('binaryCrossEntropy', x, [-1]),
      'lossAndGrad: y[0] must be in [0, 1] for binaryCrossEntropy, got -1',
    ],
    [() => many.evaluate(data), 'evaluate: data.targets[0] must be a class index, a whole number from 0 to 2, got 0.5'],
    [() => many.evaluate(any(x)), 'evaluate: data must be a dataset, got Float32Array(2)'],
    [() => many.evaluate(data, any({ los: 1 })), 'evaluate: unknown option "los", expected one of loss'],
    [
      () => linearRegression({ inputs: 2 }).predictProba(x),
      "predictProba: the model's loss must be binaryCrossEntropy or crossEntropy, got mse",
    ],
    [() => many.predictProba(x, new Float32Array(2)), 'predictProba: out must hold 3 numbers (1 rows of 3), got 2'],
    [() => many.predictClass(new Float32Array(3)), 'predictClass: features must hold rows of 2 numbers, got 3'],
  ])('%#', (call, message) => {
    const before = memoryUsage();
    expect(call).toThrow(message);
    expect(memoryUsage() - before).toBeLessThan(200); // models made by the call itself
  });

  it('wrong names in the types', () => {
    // @ts-expect-error no such activation
    expect(() => mlp({ inputs: 1, hidden: [1], outputs: 1, activation: 'swish' })).toThrow();
    // @ts-expect-error no such loss
    expect(() => mlp({ inputs: 1, hidden: [1], outputs: 1, loss: 'mae' })).toThrow();
    // @ts-expect-error no such initialiser
    expect(() => linearRegression({ inputs: 1, init: 'he' })).toThrow();
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

describe('a loss on logits', () => {
  const data = dataset([[1, 2]], [1]);
  const binary = 'binaryCrossEntropy';
  const refused = 'must give logits, of either sign, to this loss, which applies the sigmoid or softmax itself, got';
  const lasts = { sigmoid, relu, softplus };
  it.each(Object.entries(lasts))('refuses a model that ends in %s, at every call', async (name, last) => {
    const message = `the last layer ${refused} ${name}, which is never negative: leave it out`;
    for (const dropped of [[], [dropout(0.5)]]) {
      const model = sequential(linear(2, 3), tanh(), sequential(linear(3, 1), last(), ...dropped));
      const optimizer = new SGD(model.parameters());
      expect(() => fitSync(model, data, { loss: binary, optimizer })).toThrow(`fitSync: ${message}`);
      await expect(fit(model, data, { loss: binary, optimizer })).rejects.toThrow(`fit: ${message}`);
      await expect(partialFit(model, [data], { loss: binary, optimizer })).rejects.toThrow(message);
      expect(() => model.lossAndGrad(binary, [[1, 2]], [1])).toThrow(`lossAndGrad: ${message}`);
      expect(() => model.evaluate(data, { loss: binary })).toThrow(`evaluate: ${message}`);
      // Any other loss is fine.
      expect(model.lossAndGrad('mse', [[1, 2]], [1])).toBeTypeOf('number');
    }
    const alone = sequential(linear(2, 1), last());
    for (const call of ['predictProba', 'predictClass'] as const) {
      expect(() => alone[call]([[1, 2]])).toThrow(
        `${call}: the last layer must give logits, of either sign, of which it takes the probabilities, got ${name}`,
      );
    }
    const classes = sequential(linear(2, 3), last());
    expect(() => classes.lossAndGrad('crossEntropy', [[1, 2]], [1])).toThrow(message);
    expect(() => classes.lossAndGrad({ crossEntropy: { labelSmoothing: 0.1 } }, [[1, 2]], [1])).toThrow(message);
  });

  it.each([
    tanh(),
    linear(3, 3),
    batchNorm(3),
    customLayer({ outputs: (n) => n, forward: (x) => x, backward: (d) => d }),
  ])('takes one that ends in $name', (last) => {
    const model = sequential(linear(2, 3), relu(), linear(3, 3), last);
    expect(model.lossAndGrad('crossEntropy', [[1, 2], [3, 4]], [1, 0])).toBeTypeOf('number'); // biome-ignore format: rows
  });
});

describe('predictClass of NaN', () => {
  it.each([1, 3])('names the row, with %i outputs', (outputs) => {
    const model = mlp({ inputs: 2, hidden: [400], outputs, seed: 1 });
    for (const row of [0, 7, 1999]) {
      const x = new Float32Array(4000).fill(1);
      x[2 * row + 1] = Number.NaN;
      expect(() => model.predictClass(x)).toThrow(`got NaN in row ${row}, output 0`);
      expect(() => model.predictClass(x, { names: false })).toThrow(RangeError);
      expect(model.predict(x)[row * outputs]).toBeNaN();
    }
  });
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
