// Errors of bad input: the class, the exact message, and that nothing has changed. Here: fit and fitSync.
import { describe, expect, it } from 'vitest';
import { dataset, type FitOptions, fit, fitSync, linear, sequential } from '../../src/index.js';
import { any, data, model, modelAdam, own, refuses } from './fixture.js';

describe.each([
  ['fit', fit],
  ['fitSync', fitSync],
])('%s', (name, train) => {
  const options = (more: Record<string, unknown> = {}): FitOptions => ({
    loss: 'halfSquaredError',
    optimizer: modelAdam,
    ...any(more),
  });
  const run = (more: Record<string, unknown>) => () => train(model, data, options(more));
  const narrow = () => train(sequentialOnce, data, options());
  const sequentialOnce = sequential(linear(2, 2, { seed: 1 }));
  const flat = sequential(linear(3, 1, { seed: 1 }));
  const positive = 'must be a positive whole number';
  refuses([
    [run({ batchSize: 0 }), RangeError, `${name}: batchSize ${positive}, got 0`],
    [run({ batchSize: -8 }), RangeError, `${name}: batchSize ${positive}, got -8`],
    [run({ batchSize: 2.5 }), RangeError, `${name}: batchSize ${positive}, got 2.5`],
    [run({ batchSize: Number.NaN }), RangeError, `${name}: batchSize ${positive}, got NaN`],
    [run({ batchSize: Infinity }), RangeError, `${name}: batchSize ${positive}, got Infinity`],
    [run({ batchSize: '8' }), TypeError, `${name}: batchSize ${positive}, got "8"`],
    [run({ epochs: -1 }), RangeError, `${name}: epochs must be a whole number of at least 0, got -1`],
    [run({ epochs: 0.5 }), RangeError, `${name}: epochs must be a whole number of at least 0, got 0.5`],
    [run({ logEvery: 0 }), RangeError, `${name}: logEvery ${positive}, got 0`],
    [run({ shuffle: 1 }), TypeError, `${name}: shuffle must be true or false, got 1`],
    [run({ seed: -1 }), RangeError, `${name}: seed must be a whole number from 0 to 2^53 - 1, got -1`],
    [run({ signal: {} }), TypeError, `${name}: signal must be an AbortSignal, got an object`],
    [run({ onProgress: 1 }), TypeError, `${name}: onProgress must be a function, got 1`],
    [run({ resume: null }), TypeError, `${name}: resume must be a checkpoint, as onCheckpoint gets it, got null`],
    [run({ sampleOrder: [0, 1] }), TypeError, `${name}: sampleOrder must be a function, got [0, 1]`],
    [
      run({ loss: 'nothing' }),
      RangeError,
      `${name}: loss must be one of halfSquaredError, mse, l1, huber, binaryCrossEntropy, crossEntropy, got "nothing"`,
    ],
    [
      run({ loss: undefined }),
      TypeError,
      `${name}: loss must be one of halfSquaredError, mse, l1, huber, binaryCrossEntropy, crossEntropy, got undefined`,
    ],
    [run({ optimizer: undefined }), TypeError, `${name}: optimizer must be an optimizer, got undefined`],
    [run({ optimizer: own }), TypeError, 'Adam: step() needs grads, because parameter 0 is a Float32Array, got none'],
    [
      run({ sampleOrder: () => Uint32Array.of(0, 2) }),
      RangeError,
      `${name}: sampleOrder(epoch) must give indices below 2, got 2 at 1`,
    ],
    [
      run({ sampleOrder: () => Uint32Array.of(0) }),
      RangeError,
      `${name}: sampleOrder(epoch) must give 2 indices, got 1`,
    ],
    [run({ sampleOrder: () => [0, 1] }), TypeError, `${name}: sampleOrder(epoch) must give a Uint32Array, got [0, 1]`],
    [() => train(any({}), data, options()), TypeError, `${name}: model must be a model, got an object`],
    [() => train(model, any([]), options()), TypeError, `${name}: data must be a dataset, got []`],
    [narrow, RangeError, `${name}: data must have 2 features like the model, got [2, 3]`],
    [
      () => train(flat, data, options()),
      RangeError,
      `${name}: data must have 1 numbers per target for this model and loss, got [2, 2]`,
    ],
  ]);

  it('reads options of whatever kind of object', async () => {
    class Options {
      get epochs() {
        return -1;
      }
    }
    const given = (base: object) => Object.assign(base, options()) as ReturnType<typeof options>;
    const wrong = `${name}: epochs must be a whole number of at least 0, got -1`;
    await expect((async () => train(model, data, given(new Options())))()).rejects.toThrow(wrong);
    await expect((async () => train(model, data, given(Object.create({ epochs: -1 }))))()).rejects.toThrow(wrong);
    const bare = Object.assign(Object.create(null), options({ epochs: -1 }));
    await expect((async () => train(model, data, bare))()).rejects.toThrow(wrong);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ loss: 'MSE' }, 'mse'],
    [{ metrics: ['acc'] }, 'accuracy'],
    [{ validationSplit: 0.5 }, 'validation'],
    [{ validation: 0.5, earlyStopping: { patience: 1, monitor: 'val_loss' } }, 'validationLoss'],
  ])('knows the names of other frameworks: %o', async (more, meant) => {
    using labelled = dataset([[1, 2, 3], [4, 5, 6]], [[0, 1], [1, 0]]); // biome-ignore format: one line
    const call = async () => train(model, labelled, options({ loss: 'binaryCrossEntropy', ...more }));
    await expect(call()).rejects.toThrow(`; did you mean '${meant}'?`);
  });

  it('names the options it knows', async () => {
    const call = async () => train(model, data, options({ batchsize: 8 }));
    await expect(call()).rejects.toThrow(
      new RegExp(
        `^${name}: unknown option "batchsize", expected one of loss, optimizer, epochs, batchSize, .*signal; did you mean 'batchSize'\\?$`,
      ),
    );
  });
});
