// Refusals of the models by name: options, data of another width, targets that their loss does not take, layers that give no logits.
import { describe, expect, it } from 'vitest';
import {
  batchNorm,
  customLayer,
  dataset,
  dropout,
  fit,
  fitSync,
  linear,
  linearRegression,
  logisticRegression,
  type Model,
  memoryUsage,
  mlp,
  partialFit,
  relu,
  SGD,
  sequential,
  sigmoid,
  softmaxRegression,
  softplus,
  tanh,
} from '../../src/index.js';

// biome-ignore lint/suspicious/noExplicitAny: what TypeScript would not let through
const any = (value: unknown) => value as any;

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
