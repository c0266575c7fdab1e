// Calls of `adamas`: tensors, data, layers, models.
import {
  AdamasError,
  BusyError,
  batchNorm,
  customLayer,
  dataset,
  decodeStateDict,
  dropout,
  elu,
  embedding,
  encodeStateDict,
  gelu,
  layerNorm,
  leakyRelu,
  linear,
  linearRegression,
  logisticRegression,
  memoryUsage,
  mlp,
  normalization,
  OutOfMemoryError,
  parameter,
  rand,
  randn,
  randperm,
  relu,
  SimdUnsupportedError,
  sequential,
  sigmoid,
  silu,
  softmaxRegression,
  softplus,
  tanh,
  tensor,
  UseAfterDisposeError,
  zeros,
} from '../../../src/index.js';
import {
  type Calls,
  classes,
  makeClasses,
  makeData,
  makeModel,
  makeNormal,
  plain,
  rows,
  trained,
  x,
  y,
} from './table.js';

const values = { a: { shape: [2], data: Float32Array.of(1, 2) } };

export const core: Calls = {
  ...plain({
    'new AdamasError': () => new AdamasError('mine'),
    'new BusyError': () => new BusyError('it', 'step'),
    'new OutOfMemoryError': () => new OutOfMemoryError(1, 2),
    'new SimdUnsupportedError': () => new SimdUnsupportedError(),
    'new UseAfterDisposeError': () => new UseAfterDisposeError('it'),
    memoryUsage,
    tensor: () => tensor(x, [12, 3]),
    zeros: () => zeros([3, 4]),
    parameter: () => parameter(x),
    rand: () => rand([5]),
    randn: () => randn([5]),
    randperm: () => randperm(9),
    encodeStateDict: () => encodeStateDict(values),
    decodeStateDict: () => decodeStateDict(encodeStateDict(values)),
    dataset: () => dataset(rows, y),
    'dataset: names': () =>
      dataset(
        rows,
        classes.map((k) => 'abc'[k]!),
      ),
    // A layer that holds memory becomes a model here, which owns it.
    linear: () => sequential(linear(3, 4)),
    batchNorm: () => sequential(batchNorm(3)),
    layerNorm: () => sequential(layerNorm(3)),
    embedding: () => sequential(embedding(5, 2, { inputs: 1 })),
    elu: () => elu(),
    gelu: () => gelu(),
    leakyRelu: () => leakyRelu(),
    relu: () => relu(),
    sigmoid: () => sigmoid(),
    silu: () => silu(),
    softplus: () => softplus(),
    tanh: () => tanh(),
    linearRegression: () => linearRegression({ inputs: 3 }),
    logisticRegression: () => logisticRegression({ inputs: 3 }),
    softmaxRegression: () => softmaxRegression({ inputs: 3, classes: 3 }),
    mlp: () => mlp({ inputs: 3, hidden: [4], outputs: 2 }),
  }),
  customLayer: (hold) => {
    const scale = hold(parameter([2]));
    return () =>
      customLayer({ outputs: (n) => n, parameters: { scale }, forward: (a) => a, backward: (a) => a }) && undefined;
  },
  dropout: (hold) => {
    const first = hold(sequential(linear(2, 2)));
    return () => {
      hold(sequential(first, dropout(0.5)));
    };
  },
  sequential: () => {
    const layers = [sequential(linear(3, 4)), linear(4, 1)];
    return () => sequential(...layers);
  },
  normalization: (hold) => {
    const data = hold(makeData());
    return () => sequential(normalization(data));
  },
  'Tensor.set': (hold) => {
    const [one, other] = [hold(zeros([4])), hold(tensor([1, 2, 3, 4]))];
    return () => one.set(other.data);
  },
  'Disposable.dispose': () => {
    const one = tensor([1]);
    return () => one.dispose();
  },
  'Disposable.toJSON': (hold) => {
    const one = hold(tensor([1]));
    return () => {
      try {
        return one.toJSON();
      } catch (error) {
        return error instanceof TypeError;
      }
    };
  },
  'Dataset.split': (hold) => {
    const data = hold(makeData());
    return () => data.split(0.5);
  },
  'Dataset.standardize': (hold) => {
    const data = hold(makeData());
    return () => data.standardize();
  },
  'Dataset.take': (hold) => {
    const data = hold(makeData());
    return () => data.take([3, 1, 3]);
  },
  'Model.predict': (hold) => {
    const model = hold(makeModel());
    return () => model.predict(x);
  },
  'Model.predict: more rows than before, into a view': (hold) => {
    const model = hold(makeModel());
    const out = hold(zeros([1200]));
    const many = hold(tensor(new Float32Array(3600).fill(0.5)));
    model.predict(x.subarray(0, 3));
    const one = model.predict(many.data.slice(0, 3))[0]!;
    return () => {
      model.predict(many.data, out.data);
      if (out.data.some((value) => value !== one)) throw new Error('not predicted');
      out.data.fill(0);
    };
  },
  'Model.predictProba': (hold) => {
    const model = hold(makeModel(3));
    return () => model.predictProba(rows);
  },
  'Model.predictClass': (hold) => {
    const model = hold(makeModel(3));
    return () => model.predictClass(rows);
  },
  'Model.forward': (hold) => {
    const model = hold(makeModel());
    return () => model.forward(rows);
  },
  'Model.forward: training': (hold) => {
    const model = hold(makeNormal());
    const before = model.stateDict();
    return () => {
      const result = model.forward(rows, { training: true });
      model.loadStateDict(before);
      return result;
    };
  },
  'Model.lossAndGrad': (hold) => {
    const model = hold(makeNormal());
    const weights = hold(tensor(new Float32Array(12).fill(1)));
    return () => model.lossAndGrad('mse', x, y, { weights: weights.data });
  },
  'Model.lossAndGrad: another loss, more rows': (hold) => {
    const model = hold(makeNormal());
    model.lossAndGrad('mse', rows.slice(0, 2), [1, 2]);
    return () => model.lossAndGrad({ huber: { delta: 2 } }, x, y);
  },
  'Model.evaluate': (hold) => {
    const [model, data] = [hold(makeModel(3)), hold(makeClasses())];
    return () => model.evaluate(data, { loss: 'crossEntropy' });
  },
  'Model.evaluate: batches': (hold) => {
    const [model, data] = [hold(makeModel()), hold(makeData())];
    return () => model.evaluate([{ features: rows, targets: y }, data], { loss: 'mse' });
  },
  'LayerChain.parameters': (hold) => {
    const model = hold(makeModel());
    return () => void model.parameters();
  },
  'LayerChain.namedParameters': (hold) => {
    const model = hold(makeModel());
    return () => void model.namedParameters();
  },
  'LayerChain.stateDict': (hold) => {
    const model = hold(makeModel());
    return () => model.stateDict();
  },
  'LayerChain.loadStateDict': (hold) => {
    const { model } = trained(hold);
    const other = hold(makeModel());
    const dict = other.stateDict();
    return () => model.loadStateDict(dict);
  },
  'LayerChain.summary': (hold) => {
    const model = hold(makeModel());
    return () => model.summary();
  },
};
