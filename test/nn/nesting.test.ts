// Models as layers of models: their keys, bits and ownership, and the plain data that makes them anew.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  batchNorm,
  customLayer,
  dropout,
  elu,
  embedding,
  fitSync,
  gelu,
  type Layer,
  layerNorm,
  leakyRelu,
  linear,
  type Model,
  memoryUsage,
  mlp,
  normalization,
  parameter,
  relu,
  sequential,
  sigmoid,
  silu,
  softmaxRegression,
  softplus,
  tanh,
  UseAfterDisposeError,
} from '../../src/index.js';
import * as makers from '../../src/nn/index.js';
import type { Recipe } from '../../src/nn/layer.js';
import { bits } from '../train/byHand.js';
import { numbers, samples, stateOf } from './layers.js';

const moments = { mean: [1, 10], std: [2, 10] };
const net = () => mlp({ inputs: 2, hidden: [4, 3], outputs: 2, dropout: 0.25, loss: 'mse', seed: 1 });
const flat = () => {
  const { layers } = net();
  return sequential(normalization(moments), ...layers);
};

/** A layer or model anew, by the recipe alone. */
function remake([make, ...args]: Recipe): Layer | Model {
  const maker = (makers as unknown as Record<string, (...args: unknown[]) => Layer | Model>)[make]!;
  return maker(...args.map((arg) => (make === 'sequential' ? remake(arg as Recipe) : arg)));
}

describe('a model in a model', () => {
  it("has torch's keys, in state dicts and namedParameters", () => {
    using inner = sequential(normalization(moments), sequential(linear(2, 3), sequential(relu(), linear(3, 1))));
    expect(Object.keys(inner.stateDict())).toEqual([
      '0.mean',
      '0.std',
      '1.0.weight',
      '1.0.bias',
      '1.1.1.weight',
      '1.1.1.bias',
    ]);
    expect(inner.namedParameters().map(([name]) => name)).toEqual([
      '1.0.weight',
      '1.0.bias',
      '1.1.1.weight',
      '1.1.1.bias',
    ]);
    expect(inner.namedParameters().map(([, one]) => one)).toEqual(inner.parameters());
    expect(inner.loadStateDict(inner.stateDict())).toEqual([]);
  });

  it('predicts, evaluates and trains with the bits of its layers in one row', () => {
    using nested = sequential(normalization(moments), net());
    using plain = flat();
    using data = samples(2, 2);
    const x = numbers(20, 3, 5);
    expect(bits(nested.predict(x))).toEqual(bits(plain.predict(x)));
    expect(nested.evaluate(data)).toEqual(plain.evaluate(data, { loss: 'mse' }));
    for (const model of [nested, plain]) {
      using optimizer = new Adam(model.parameters(), { lr: 0.01 });
      fitSync(model, data, { loss: 'mse', optimizer, epochs: 3, batchSize: 7 });
    }
    expect(stateOf(nested)).toEqual(stateOf(plain));
  });

  it('takes over loss and classes of a model at its end', () => {
    const classifier = softmaxRegression({ inputs: 2, classes: 3, init: 'zeros' });
    classifier.classes = ['a', 'b', 'c'];
    using model = sequential(normalization(moments), classifier);
    expect([model.loss, model.classes]).toEqual(['crossEntropy', ['a', 'b', 'c']]);
    expect(model.predictClass([[1, 2]], { names: true })).toEqual(['a']);
    using regression = sequential(classifier, linear(3, 1));
    expect([regression.loss, regression.classes]).toEqual([undefined, undefined]);
  });

  it('shares its layers: each disposes them, and the other says so', () => {
    const before = memoryUsage();
    for (const first of ['inner', 'outer'] as const) {
      const inner = net();
      const outer = sequential(normalization(moments), inner);
      inner.parameters()[0]!.data[0] = 7;
      expect(outer.parameters()[0]!.data[0]).toBe(7);
      const [one, other] = first === 'inner' ? [inner, outer] : [outer, inner];
      one.dispose();
      expect(() => other.predict([[1, 2]])).toThrow(UseAfterDisposeError);
      expect(() => other.lossAndGrad('mse', [[1, 2]], [[1, 2]])).toThrow(UseAfterDisposeError);
      if (first === 'inner') expect(() => sequential(inner)).toThrow(UseAfterDisposeError);
      other.dispose();
    }
    expect(memoryUsage()).toBe(before);
  });

  it('refuses a layer or a parameter that is there twice', () => {
    const scale = parameter([2]);
    const pass = (_: Float32Array, to: Float32Array) => {
      to[0] = 0;
    };
    const scaled = () =>
      customLayer({ name: 'scaled', outputs: (n) => n, parameters: { scale }, forward: pass, backward: pass });
    const inner = net();
    expect(() => sequential(inner, inner)).toThrow('must not be given twice, got linear(2, 4) again');
    expect(() => sequential(inner, inner.layers.at(-1)!)).toThrow('must not be given twice');
    expect(() => sequential(linear(1, 1), scaled(), scaled())).toThrow(
      'layers[2], scaled: scale must be in one layer only, got that of layers[1], scaled, again',
    );
    expect(() => sequential(sequential(linear(1, 1), scaled()), scaled())).toThrow('must be in one layer only');
    const twice = { a: scale, b: scale };
    expect(() => customLayer({ outputs: (n) => n, parameters: twice, forward: pass, backward: pass })).toThrow(
      'parameters.b must be given once, got that of a again',
    );
  });
});

describe('recipes', () => {
  const all: readonly (() => Layer)[] = [
    relu,
    () => leakyRelu(0.2),
    () => elu(0.5),
    silu,
    gelu,
    () => gelu({ approximate: 'tanh' }),
    sigmoid,
    softplus,
    tanh,
    () => linear(3, 3, { bias: false }),
    () => batchNorm(3, { eps: 0.01, momentum: 0.3 }),
    () => layerNorm(3, { affine: false }),
    () => normalization({ mean: [1, 2, 3], std: [1, 2, 3] }),
    () => dropout(0.5),
  ];

  it.each(all.map((make) => ({ make, name: make().name })))('$name is made anew from JSON', ({ make }) => {
    const layer = make();
    using model = sequential(linear(3, 3, { seed: 4 }), layer);
    const recipe = JSON.parse(JSON.stringify(model.recipe));
    using copy = remake(recipe) as Model;
    copy.loadStateDict(model.stateDict());
    const x = numbers(12, 5);
    expect(bits(copy.predict(x))).toEqual(bits(model.predict(x)));
    expect(copy.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
    expect(JSON.stringify(copy.layers[1]!.recipe)).toBe(JSON.stringify(layer.recipe));
  });

  it('keep how models nest; a custom layer has none', () => {
    using model = sequential(embedding(5, 2, { inputs: 1 }), net());
    using copy = remake(JSON.parse(JSON.stringify(model.recipe))) as Model;
    copy.loadStateDict(model.stateDict());
    expect(bits(copy.predict([[3]]))).toEqual(bits(model.predict([[3]])));
    using custom = sequential(
      linear(1, 1),
      customLayer({ outputs: (n) => n, forward: (x) => x, backward: (dy) => dy }),
    );
    expect([custom.recipe, sequential(custom).recipe]).toEqual([undefined, undefined]);
  });
});

it('a parameter in two layers of a model is refused: it would get half of its gradient', () => {
  const first = linear(2, 2, { seed: 1 });
  const second = customLayer({
    outputs: (n) => n,
    parameters: { weight: first.parameters.weight! },
    forward: (x) => x,
    backward: (dy) => dy,
  });
  expect(() => sequential(first, second)).toThrow(
    'customLayer: weight must be in one layer only, got that of layers[0]',
  );
});
