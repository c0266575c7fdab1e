// Types of models, losses and layers: what they allow, refuse and infer. Checked by `npm run types`, never run.
import {
  dataset,
  gelu,
  type Layer,
  type LossName,
  linear,
  linearRegression,
  type Model,
  mlp,
  relu,
  sequential,
  softmaxRegression,
  type Tensor,
  tensor,
} from 'adamas';
import { expectTypeOf } from 'vitest';

const model = sequential(linear(2, 8, { bias: false, seed: 1 }), relu(), linear(8, 1));
expectTypeOf(model).toEqualTypeOf<Model>();
expectTypeOf(relu()).toEqualTypeOf<Layer>();

// @ts-expect-error: a layer, not what makes one
sequential(linear(2, 1), relu);
// @ts-expect-error: layers one by one
sequential([linear(2, 1)]);
// @ts-expect-error: inputs and outputs
linear(2);
// @ts-expect-error: no such option
linear(2, 1, { useBias: false });
// @ts-expect-error: torch knows one approximation
gelu({ approximate: 'sigmoid' });

mlp({ inputs: 2, hidden: [8], outputs: 2, activation: 'tanh', loss: 'crossEntropy' });
// @ts-expect-error: no such activation
mlp({ inputs: 2, hidden: [8], outputs: 2, activation: 'swish' });
// @ts-expect-error: hidden has no default
mlp({ inputs: 2, outputs: 2 });

// Losses by name, by name with options, or as a function.
const x = new Float32Array(4);
expectTypeOf(model.lossAndGrad('mse', x, [1, 2])).toEqualTypeOf<number>();
model.lossAndGrad({ huber: { delta: 2 } }, x, x);
model.lossAndGrad((prediction, target) => prediction[0]! - target[0]!, x, x);
expectTypeOf<LossName>().toEqualTypeOf<
  'halfSquaredError' | 'mse' | 'l1' | 'huber' | 'binaryCrossEntropy' | 'crossEntropy'
>();
// @ts-expect-error: no such loss
model.lossAndGrad('mae', x, x);
// @ts-expect-error: torch's name is spelled in camelCase
model.lossAndGrad('cross_entropy', x, x);
// @ts-expect-error: delta is huber's
model.lossAndGrad({ mse: { delta: 2 } }, x, x);
// @ts-expect-error: a number
model.lossAndGrad({ huber: { delta: '2' } }, x, x);
model.predict([[1, 2]]);
model.predict(Float64Array.of(1, 2));
// @ts-expect-error: features are numbers
model.predict(['1', '2']);
// @ts-expect-error: no typed array of numbers
model.predict(new BigInt64Array(2));

expectTypeOf(model.predict(x)).toExtend<Float32Array>();
expectTypeOf(model.predictClass(tensor([1, 2], [1, 2]))).toExtend<Uint32Array>();
expectTypeOf(model.predictClass(x, { names: true })).toEqualTypeOf<string[]>();
expectTypeOf(model.forward(x)).toEqualTypeOf<Tensor>();
expectTypeOf(model.stateDict()['0.weight']!.shape).toExtend<readonly number[]>();

// @ts-expect-error: a shape is fixed
tensor([1]).shape[0] = 2;
// @ts-expect-error: numbers
tensor(['1']);
// Objects that hold memory work with `using`.
expectTypeOf(model).toExtend<Disposable>();

// An evaluation has what its loss gives, without a `!`.
const pairs = dataset([[1, 2]], [0]);
expectTypeOf(linearRegression({ inputs: 2 }).evaluate(pairs).r2).toEqualTypeOf<number>();
expectTypeOf(softmaxRegression({ inputs: 2, classes: 2 }).evaluate(pairs).accuracy).toEqualTypeOf<number>();
expectTypeOf(mlp({ inputs: 2, hidden: [], outputs: 1, loss: 'huber' }).evaluate(pairs).mae).toEqualTypeOf<number>();
expectTypeOf(model.evaluate(pairs, { loss: 'crossEntropy' }).confusion).toEqualTypeOf<number[][]>();
expectTypeOf(model.evaluate(pairs, { loss: { huber: { delta: 2 } } }).r2).toEqualTypeOf<number>();
expectTypeOf(model.evaluate(pairs).accuracy).toEqualTypeOf<number | undefined>();
// @ts-expect-error: a regression has no accuracy
linearRegression({ inputs: 2 }).evaluate(pairs).accuracy;
expectTypeOf(linearRegression({ inputs: 2 })).toExtend<Model>();
// Every optional option may be undefined.
linear(1, 1, { bias: undefined, init: undefined, seed: undefined });
mlp({ inputs: 1, hidden: [], outputs: 1, activation: undefined, dropout: undefined, loss: undefined, seed: undefined });
