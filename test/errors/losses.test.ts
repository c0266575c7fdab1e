// Errors of bad losses and targets: the class, the exact message, and that nothing has changed.
import { describe } from 'vitest';
import { elu, fitSync, gelu, leakyRelu } from '../../src/index.js';
import { any, data, model, modelAdam, refuses, x } from './fixture.js';

const { NaN: nan } = Number;
const names = 'halfSquaredError, mse, l1, huber, binaryCrossEntropy, crossEntropy';

describe('classes', () => {
  const classes = (y: unknown) => () => model.lossAndGrad('crossEntropy', x, any(y));
  const index = 'must be a class index, a whole number from 0 to 1, got';
  const size = 'must hold 2 class indices, or one-hot rows of 2, for 2 rows, got';
  const oneHot = 'must be class indices, or one-hot rows with a single 1 among zeros, got';
  refuses([
    [classes([0, 2]), RangeError, `lossAndGrad: y[1] ${index} 2`],
    [classes([-1, 0]), RangeError, `lossAndGrad: y[0] ${index} -1`],
    [classes([0, 0.5]), RangeError, `lossAndGrad: y[1] ${index} 0.5`],
    [classes([nan, 0]), RangeError, `lossAndGrad: y[0] ${index} NaN`],
    [classes([0, Infinity]), RangeError, `lossAndGrad: y[1] ${index} Infinity`],
    [classes(Float32Array.of(0, 1.5)), RangeError, `lossAndGrad: y[1] ${index} 1.5`],
    [classes(Int32Array.of(0, -3)), RangeError, `lossAndGrad: y[1] ${index} -3`],
    [classes(Uint8Array.of(7, 0)), RangeError, `lossAndGrad: y[0] ${index} 7`],
    [classes(Uint32Array.of(0, 2 ** 32 - 1)), RangeError, `lossAndGrad: y[1] ${index} 4294967295`],
    [
      classes(['0', 1]),
      TypeError,
      'lossAndGrad: y[0] must be a number unless the model has names of classes: fit it on a dataset with names, or set model.classes, got "0"',
    ],
    [classes([0, undefined]), TypeError, `lossAndGrad: y[1] ${index} undefined`],
    [classes([0n, 1n]), TypeError, `lossAndGrad: y[0] ${index} 0`],
    [classes([0]), RangeError, `lossAndGrad: y ${size} 1`],
    [classes([0, 1, 0]), RangeError, `lossAndGrad: y ${size} 3`],
    [classes(undefined), RangeError, `lossAndGrad: y ${size} undefined`],
    [classes([0, 1, 0, 2]), RangeError, `lossAndGrad: y ${oneHot} [0, 2] in row 1`],
    [
      classes([
        [1, 0],
        [0, 0],
      ]),
      RangeError,
      `lossAndGrad: y ${oneHot} [0, 0] in row 1`,
    ],
    [
      classes([
        [1, 1],
        [1, 0],
      ]),
      RangeError,
      `lossAndGrad: y ${oneHot} [1, 1] in row 0`,
    ],
    [classes([true, 1]), TypeError, 'lossAndGrad: y[1] must be true or false, as those before it, got 1'],
    [classes(new BigInt64Array(2)), TypeError, 'lossAndGrad: y must be numbers, got BigInt64Array(2)'],
    [() => model.lossAndGrad('mse', x, any([1, 2, '3', 4])), TypeError, 'lossAndGrad: y[2] must be a number, got "3"'],
    [
      () => fitSync(model, data, { loss: 'crossEntropy', optimizer: modelAdam }),
      RangeError,
      `fitSync: data.targets ${oneHot} [1, 2] in row 0`,
    ],
  ]);
});

describe('options', () => {
  const withLoss = (loss: unknown) => () => model.lossAndGrad(any(loss), x, [0, 1]);
  const withWeights = (weights: unknown) => () =>
    model.lossAndGrad('crossEntropy', x, [0, 1], { weights: any(weights) });
  const crossEntropy = 'lossAndGrad: loss.crossEntropy';
  const delta = 'lossAndGrad: loss.huber.delta must be a positive number, got';
  const weight = (k: number) => `${crossEntropy}.classWeights[${k}] must be a finite number of at least 0, got`;
  refuses([
    [
      withLoss('crossentropy'),
      RangeError,
      `lossAndGrad: loss must be one of ${names}, got "crossentropy"; did you mean 'crossEntropy'?`,
    ],
    [withLoss(undefined), TypeError, `lossAndGrad: loss must be one of ${names}, got undefined`],
    [withLoss(null), TypeError, `lossAndGrad: loss must be one of ${names}, got null`],
    [withLoss(3), TypeError, `lossAndGrad: loss must be one of ${names}, got 3`],
    [withLoss({}), TypeError, "lossAndGrad: loss must be a loss's name, or { name: options }, got an object"],
    [
      withLoss({ huber: {}, crossEntropy: {} }),
      TypeError,
      "lossAndGrad: loss must be a loss's name, or { name: options }, got an object",
    ],
    [
      withLoss({ mse: {} }),
      RangeError,
      'lossAndGrad: loss must be one of huber, binaryCrossEntropy, crossEntropy, got "mse"',
    ],
    [
      withLoss({ huber: { Delta: 1 } }),
      TypeError,
      'lossAndGrad: loss.huber: unknown option "Delta", expected one of delta; did you mean \'delta\'?',
    ],
    [withLoss({ huber: 2 }), TypeError, 'lossAndGrad: loss.huber: options must be an object, got 2'],
    [withLoss({ huber: { delta: 0 } }), RangeError, `${delta} 0`],
    [withLoss({ huber: { delta: -1 } }), RangeError, `${delta} -1`],
    [withLoss({ huber: { delta: nan } }), RangeError, `${delta} NaN`],
    [withLoss({ huber: { delta: '1' } }), TypeError, `${delta} "1"`],
    [
      withLoss({ crossEntropy: { smoothing: 0.1 } }),
      TypeError,
      `${crossEntropy}: unknown option "smoothing", expected one of labelSmoothing, classWeights`,
    ],
    [
      withLoss({ crossEntropy: { labelSmoothing: 1.1 } }),
      RangeError,
      `${crossEntropy}.labelSmoothing must be in [0, 1], got 1.1`,
    ],
    [
      withLoss({ crossEntropy: { labelSmoothing: nan } }),
      RangeError,
      `${crossEntropy}.labelSmoothing must be in [0, 1], got NaN`,
    ],
    [withLoss({ crossEntropy: { classWeights: [1, -1] } }), RangeError, `${weight(1)} -1`],
    [withLoss({ crossEntropy: { classWeights: [nan, 1] } }), RangeError, `${weight(0)} NaN`],
    [withLoss({ crossEntropy: { classWeights: [1, Infinity] } }), RangeError, `${weight(1)} Infinity`],
    [withLoss({ crossEntropy: { classWeights: ['1', 1] } }), TypeError, `${weight(0)} "1"`],
    [
      withLoss({ crossEntropy: { classWeights: [1, 2, 3] } }),
      RangeError,
      `${crossEntropy}.classWeights must hold 2 weights, one per class, got 3`,
    ],
    [
      withLoss({ crossEntropy: { classWeights: null } }),
      TypeError,
      `${crossEntropy}.classWeights must be an array of numbers, got null`,
    ],
    [
      withLoss({ crossEntropy: { classWeights: 5 } }),
      TypeError,
      `${crossEntropy}.classWeights must be an array of numbers, got 5`,
    ],
    [withWeights([1]), RangeError, 'lossAndGrad: weights must hold 2 numbers, one per row, got 1'],
    [withWeights(null), TypeError, 'lossAndGrad: weights must be an array of numbers, got null'],
    [withWeights([1, nan]), RangeError, 'lossAndGrad: weights[1] must be a finite number of at least 0, got NaN'],
    [withWeights([-1, 1]), RangeError, 'lossAndGrad: weights[0] must be a finite number of at least 0, got -1'],
    [withWeights(['1', 1]), TypeError, 'lossAndGrad: weights[0] must be a finite number of at least 0, got "1"'],
  ]);
});

describe('sampleWeights', () => {
  const weigh = (sampleWeights: unknown) => () =>
    fitSync(model, data, { loss: 'mse', optimizer: modelAdam, sampleWeights: any(sampleWeights) });
  const one = (i: number) => `fitSync: sampleWeights[${i}] must be a finite number of at least 0, got`;
  refuses([
    [weigh([1]), RangeError, 'fitSync: sampleWeights must hold 2 numbers, one per sample, got [1]'],
    [weigh(null), TypeError, 'fitSync: sampleWeights must be an array of numbers, got null'],
    [weigh([1, nan]), RangeError, `${one(1)} NaN`],
    [weigh([-1, 1]), RangeError, `${one(0)} -1`],
    [weigh([1, Infinity]), RangeError, `${one(1)} Infinity`],
    [weigh(['1', 1]), TypeError, `${one(0)} "1"`],
  ]);
});

describe('activations', () => {
  refuses([
    [() => elu(nan), RangeError, 'elu: alpha must be a finite number, got NaN'],
    [() => elu(any('1')), TypeError, 'elu: alpha must be a finite number, got "1"'],
    [() => leakyRelu(Infinity), RangeError, 'leakyRelu: slope must be a finite number, got Infinity'],
    [() => leakyRelu(any(null)), TypeError, 'leakyRelu: slope must be a finite number, got null'],
    [() => gelu({ approximate: any('erf') }), RangeError, 'gelu: approximate must be one of none, tanh, got "erf"'],
    [() => gelu({ approximate: any(true) }), TypeError, 'gelu: approximate must be one of none, tanh, got true'],
    [() => gelu(any({ approx: 'tanh' })), TypeError, 'gelu: unknown option "approx", expected one of approximate'],
    [() => gelu(any('tanh')), TypeError, 'gelu: options must be an object, got "tanh"'],
  ]);
});
