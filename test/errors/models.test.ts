// Errors of bad input: the class, the exact message, and that nothing has changed. Here: tensors, layers, models, datasets, init.
import { describe, expect, it } from 'vitest';
import { dataset, init, linear, parameter, sequential, tensor, UseAfterDisposeError, zeros } from '../../src/index.js';
import { any, data, gone, model, p, refuses, x } from './fixture.js';

describe('tensors', () => {
  refuses([
    [() => tensor(any(5)), TypeError, 'tensor: values must be an array of numbers, got 5'],
    [() => tensor(any('12')), TypeError, 'tensor: values must be an array of numbers, got "12"'],
    [() => tensor(any(null)), TypeError, 'tensor: values must be an array of numbers, got null'],
    [() => tensor(any([1, '2'])), TypeError, 'tensor: values[1] must be a number, got "2"'],
    [
      () => tensor(any(new BigInt64Array(2))),
      TypeError,
      'tensor: values must be an array of numbers, got BigInt64Array(2)',
    ],
    [() => tensor([1, 2, 3], [2, 2]), RangeError, 'tensor: shape [2, 2] holds 4 numbers, but values holds 3'],
    [() => tensor([1], any(1)), TypeError, 'tensor: shape must be an array of whole numbers, got 1'],
    [() => tensor([1], [1.5]), RangeError, 'tensor: shape[0] must be a whole number of at least 0, got 1.5'],
    [() => tensor([1], [1, -1]), RangeError, 'tensor: shape[1] must be a whole number of at least 0, got -1'],
    [() => zeros([Number.NaN]), RangeError, 'zeros: shape[0] must be a whole number of at least 0, got NaN'],
    [() => zeros(new Array(2)), TypeError, 'zeros: shape[0] must be a whole number of at least 0, got undefined'],
    [() => tensor(new Array(2)), TypeError, 'tensor: values[0] must be a number, got undefined'],
    [() => tensor(any({ length: 2, 0: 1 })), TypeError, 'tensor: values[1] must be a number, got undefined'],
    [() => parameter(any({ length: 9, 0: 1n })), TypeError, 'parameter: values[0] must be a number, got 1'],
    [() => zeros(any(['2'])), TypeError, 'zeros: shape[0] must be a whole number of at least 0, got "2"'],
    [() => parameter([1, 2], [3]), RangeError, 'parameter: shape [3] holds 3 numbers, but values holds 2'],
    [() => p.set([1, 2]), RangeError, 'set: values must hold 3 numbers for shape [3], got 2'],
    [() => p.set(any(1)), TypeError, 'set: values must be an array of numbers, got 1'],
    [() => gone.data, UseAfterDisposeError, 'A Tensor of shape [1] was used after dispose()'],
  ]);
});

describe('layers and models', () => {
  const loss = 'halfSquaredError';
  refuses([
    [() => linear(0, 1), RangeError, 'linear: inputs must be a positive whole number, got 0'],
    [() => linear(1, 1.5), RangeError, 'linear: outputs must be a positive whole number, got 1.5'],
    [() => linear(any('3'), 1), TypeError, 'linear: inputs must be a positive whole number, got "3"'],
    [() => linear(1, 1, { bias: any(1) }), TypeError, 'linear: bias must be true or false, got 1'],
    [() => linear(1, 1, { seed: -1 }), RangeError, 'linear: seed must be a whole number from 0 to 2^53 - 1, got -1'],
    [
      () => linear(1, 1, any({ biass: true })),
      TypeError,
      'linear: unknown option "biass", expected one of bias, init, seed; did you mean \'bias\'?',
    ],
    [
      () => linear(1, 1, { init: any('ones') }),
      TypeError,
      'linear: init must be one of kaimingUniform, kaimingNormal, xavierUniform, xavierNormal, normal, uniform, zeros, or { name: options }, got "ones"',
    ],
    [
      () => linear(1, 1, { init: { normal: { std: -1 } } }),
      RangeError,
      'linear: init.normal.std must be a finite number of at least 0, got -1',
    ],
    [
      () => linear(1, 1, { init: { normal: { std: Infinity } } }),
      RangeError,
      'linear: init.normal.std must be a finite number of at least 0, got Infinity',
    ],
    [
      () => linear(1, 1, { init: { uniform: { low: 1, high: 0 } } }),
      RangeError,
      'linear: init.uniform.high must be a finite number of at least low, got 0',
    ],
    [() => sequential(), RangeError, 'sequential: layers must hold at least one layer, got none'],
    [() => sequential(any(5)), TypeError, 'sequential: layers[0] must be a layer or a model, got 5'],
    [
      () => sequential(model.layers[0]!, model.layers[0]!),
      RangeError,
      'sequential: layers[1] must not be given twice, got linear(3, 2) again',
    ],
    [() => model.predict(new Float32Array(4)), RangeError, 'predict: features must hold rows of 3 numbers, got 4'],
    [
      () => model.predict(any(5)),
      TypeError,
      'predict: features must be a Tensor, an array of numbers or an array of rows, got 5',
    ],
    [() => model.predict(any([1, '2', 3])), TypeError, 'predict: features[1] must be a number, got "2"'],
    [() => model.predict([1, 2, 3, 4]), RangeError, 'predict: features must hold rows of 3 numbers, got 4'],
    [() => model.predict([[1, 2]]), RangeError, 'predict: features must have shape [rows, 3], got [1, 2]'],
    [
      () => model.predict([[1, 2, 3], [4]]),
      RangeError,
      'predict: features must have 3 numbers in each row, got 1 in row 1',
    ],
    [() => model.predict(any([[1, 2, null]])), TypeError, 'predict: features[0][2] must be a number, got null'],
    [() => model.predict(any([[1, 2, 3], 4])), TypeError, 'predict: features[1] must be a row of numbers, got 4'],
    [
      () => model.predict(any(new BigInt64Array(3))),
      TypeError,
      'predict: features must be a Tensor, an array of numbers or an array of rows, got BigInt64Array(3)',
    ],
    [
      () => sequential(any([model.layers[0]])),
      TypeError,
      'sequential: layers[0] must be a layer: write sequential(...layers), without brackets, got [an object]',
    ],
    [
      () => model.predictClass(x, { names: true }),
      RangeError,
      'predictClass: the model has no names of classes: fit it on a dataset with names, or set its classes',
    ],
    [
      () => {
        model.classes = ['a'];
      },
      RangeError,
      'model.classes must hold 2 names, one per class, got 1',
    ],
    [
      () => {
        model.classes = ['a', 'a'];
      },
      RangeError,
      'model.classes[1] must differ from those before it, got "a"',
    ],
    [
      () => {
        model.classes = new Array(2) as string[];
      },
      TypeError,
      'model.classes[0] must be a string, got undefined',
    ],
    [() => model.predict(p.data.subarray(0, 2)), RangeError, 'predict: features must hold rows of 3 numbers, got 2'],
    [() => model.predict(data.targets), RangeError, 'predict: features must have shape [rows, 3], got [2, 2]'],
    [() => model.predict(x, new Float32Array(3)), RangeError, 'predict: out must hold 4 numbers (2 rows of 2), got 3'],
    [() => model.predict(x, any([])), TypeError, 'predict: out must be a Float32Array, got []'],
    [() => model.forward(new Float32Array(1)), RangeError, 'forward: features must hold rows of 3 numbers, got 1'],
    [() => model.lossAndGrad(loss, x, [1, 2, 3]), RangeError, 'lossAndGrad: y must hold 4 numbers for 2 rows, got 3'],
    [
      () => model.lossAndGrad(loss, new Float32Array(0), []),
      RangeError,
      'lossAndGrad: x must hold at least one row, got none',
    ],
    [
      () => model.lossAndGrad(any('squared'), x, [1, 2, 3, 4]),
      RangeError,
      'lossAndGrad: loss must be one of halfSquaredError, mse, l1, huber, binaryCrossEntropy, crossEntropy, got "squared"',
    ],
    [
      () => model.lossAndGrad(loss, x, [1, 2, 3, 4], { accumulate: any(1) }),
      TypeError,
      'lossAndGrad: accumulate must be true or false, got 1',
    ],
  ]);
});

describe('datasets', () => {
  const { NaN: nan } = Number;
  refuses([
    [
      () =>
        dataset(
          [
            [1, 2],
            [3, nan],
          ],
          [1, 2],
        ),
      RangeError,
      'dataset: features must be finite float32 numbers, got NaN in row 1, column 1',
    ],
    [
      () =>
        dataset(
          [
            [1, 2],
            [Infinity, 1],
          ],
          [1, 2],
        ),
      RangeError,
      'dataset: features must be finite float32 numbers, got Infinity in row 1, column 0',
    ],
    [
      () => dataset([[1e39, 2]], [1]),
      RangeError,
      'dataset: features must be finite float32 numbers, got 1e+39 in row 0, column 0',
    ],
    [
      () => dataset([[1], [2]], [1, nan]),
      RangeError,
      'dataset: targets must be finite float32 numbers, got NaN in row 1, column 0',
    ],
    [
      () =>
        dataset(
          [[1], [2]],
          [
            [1, 2],
            [3, -Infinity],
          ],
        ),
      RangeError,
      'dataset: targets must be finite float32 numbers, got -Infinity in row 1, column 1',
    ],
    [() => dataset([[1], [2]], [1]), RangeError, 'dataset: targets must have 2 rows like features, got 1'],
    [
      () => dataset([[1, 2], [3]], [1, 2]),
      RangeError,
      'dataset: features must have 2 numbers in each row, got 1 in row 1',
    ],
    [() => dataset([], []), RangeError, 'dataset: features must hold at least one sample, got none'],
    [() => dataset([1, 2], [1, 2]), RangeError, 'dataset: features must have shape [samples, features], got [2]'],
    [() => dataset(any([[1], ['2']]), [1, 2]), TypeError, 'dataset: features[1][0] must be a number, got "2"'],
    [
      () => dataset(any('x'), [1]),
      TypeError,
      'dataset: features must be a Tensor, an array of numbers or an array of rows, got "x"',
    ],
    [
      () => dataset(any((function* rows() {})()), [1]),
      TypeError,
      'dataset: features must be a Tensor, an array of numbers or an array of rows, got an object',
    ],
    [() => data.split(0), RangeError, 'split: fraction must be between 0 and 1, got 0'],
    [() => data.split(1), RangeError, 'split: fraction must be between 0 and 1, got 1'],
    [() => data.split(nan), RangeError, 'split: fraction must be between 0 and 1, got NaN'],
    [() => data.split(0.1), RangeError, 'split: fraction must leave samples in both parts, got 0.1 of 2 samples'],
    [
      () => data.split(0.5, { seed: 0.5 }),
      RangeError,
      'split: seed must be a whole number from 0 to 2^53 - 1, got 0.5',
    ],
  ]);

  it('standardize counts the deviation of a constant feature as 1', () => {
    using constant = dataset(
      [
        [1, 2],
        [1, 4],
      ],
      [1, 2],
    );
    using standard = constant.standardize();
    expect(Array.from(standard.features.data)).toEqual([0, -1, 0, 1]);
  });
});

describe('init', () => {
  refuses([
    [
      () => init({ bytes: new Uint8Array(1), url: 'x' }),
      TypeError,
      'init: expected one of module, url and bytes, got url and bytes',
    ],
    [() => init(), Error, 'init: the kernels are already in use; call init once, before anything else of adamas'],
  ]);
});
