// Plain numbers that are refused, here or by the worker: the errors are those of `dataset` and `fit`, and everything is as it was.
import { describe, expect, it } from 'vitest';
import { type FitOptions, memoryUsage } from '../../src/index.js';
import { fit, type WorkerData, type WorkerFitOptions } from '../../src/worker.js';
import { collected } from '../collected.js';
import { adamSide, common, everything, numbers, snapshot, views } from './subjects.js';

const plain = numbers();

describe('an array whose buffer is transferred', () => {
  const message =
    'The array has lost its numbers: its buffer was transferred, or it is `data` from before the memory grew. Read `data` anew';
  const lose = (array: Float32Array) => structuredClone(array, { transfer: [array.buffer as ArrayBuffer] });

  it.each(['before', 'while it is read'])('%s is refused', async (when) => {
    for (const key of ['features', 'targets'] as const) {
      const side = adamSide();
      const before = snapshot(side);
      const all = Float32Array.from(key === 'features' ? plain.features.flat() : plain.targets);
      const given = { ...plain, [key]: key === 'features' ? views(all, 4) : all };
      if (when === 'before') lose(all);
      const running = fit(side.model, given, { ...common, optimizer: side.optimizer });
      if (when !== 'before') lose(all);
      await expect(running).rejects.toThrow(new TypeError(message));
      expect(snapshot(side)).toEqual(before);
    }
  });
});

describe('refuses, with everything as it was,', () => {
  const { features, targets } = plain;
  const [first, ...rest] = features as [number[], ...number[][]];
  const changed = (row: unknown) => [...rest.slice(0, 2), row, ...rest.slice(2)] as number[][];
  const three = numbers(3).targets;
  const many: Partial<FitOptions> = { loss: 'crossEntropy' };

  it.each<[string, unknown, Partial<WorkerFitOptions>, new (message: string) => Error]>([
    ['fit: data must be a dataset, or { features, targets }, got an array of 43', features, {}, TypeError],
    ['fit: data must be a dataset, or { features, targets }, got undefined', undefined, {}, TypeError],
    [
      `fit: data: unknown option "feature", expected one of features, targets; did you mean 'features'?`,
      { feature: features, targets },
      {},
      TypeError,
    ],
    [
      'fit: data.targets must be a Tensor, an array of numbers or an array of rows, got undefined',
      { features },
      {},
      TypeError,
    ],
    ['fit: data.features must hold at least one sample, got none', { features: [], targets: [] }, {}, RangeError],
    [
      'fit: data.features must have shape [samples, features], got [172]',
      { features: features.flat(), targets },
      {},
      RangeError,
    ],
    [
      'fit: data.features must have 4 numbers in each row, got 3 in row 2',
      { features: changed([1, 2, 3]), targets },
      {},
      RangeError,
    ],
    [
      'fit: data.features[2][1] must be a number, got "2"',
      { features: changed([1, '2', 3, 4]), targets },
      {},
      TypeError,
    ],
    [
      'fit: data.features must be finite float32 numbers, got NaN in row 2, column 3',
      { features: changed([1, 2, 3, Number.NaN]), targets },
      {},
      RangeError,
    ],
    [
      'fit: data.targets must have 43 rows like features, got 42',
      { features, targets: targets.slice(1) },
      {},
      RangeError,
    ],
    [
      'fit: data.targets must be finite float32 numbers, got Infinity in row 42, column 0',
      { features, targets: [...targets.slice(1), Infinity] },
      {},
      RangeError,
    ],
    [
      'fit: data must have 4 features like the model, got [43, 3]',
      { features: features.map((row) => row.slice(1)), targets },
      {},
      RangeError,
    ],
    [
      'fit: validation.targets must have 43 rows like features, got 1',
      plain,
      { validation: { features, targets: [1] } },
      RangeError,
    ],
    [
      'fit: validation must be a dataset, or { features, targets }, got []',
      plain,
      { validation: [] as never },
      TypeError,
    ],
    ['fit: validation must be a dataset, or a fraction in (0, 1), got 1', plain, { validation: 1 }, RangeError],
    [
      'fit: validation must be a dataset, or a fraction in (0, 1), got "half"',
      plain,
      { validation: 'half' as never },
      TypeError,
    ],
    [
      'fit: sampleWeights must hold 43 numbers, one per sample, got Float64Array(1)',
      plain,
      { sampleWeights: [1] },
      RangeError,
    ],
    ['fit: batchSize must be a positive whole number, got 0', plain, { batchSize: 0 }, RangeError],
    ['fit: override needs a checkpoint to resume', plain, { override: ['data'] }, RangeError],
  ])('%s', async (message, given, options, Kind) => {
    await expectRefused(adamSide(), message, given, options, Kind);
  });

  it.each([
    ['fit: data.targets[42] must be a class index, a whole number from 0 to 2, got 3', [...three.slice(1), 3]],
    ['fit: data.targets must be class indices, or one-hot rows', three.map(() => [0, 1, 1])],
  ])('%s', async (message, targets) => {
    await expectRefused(adamSide(everything(3)), message, { features, targets }, many, RangeError);
  });

  it('names that are not those of the model, or of the data', async () => {
    const side = adamSide(everything(3));
    side.model.classes = ['a', 'b', 'c'];
    const named = (...all: string[]) => ({ features, targets: three.map((k) => all[k]!) });
    const message = "must have the model's classes, a, b, c, in this order, got a, b, d";
    await expectRefused(side, `fit: data ${message}`, named('a', 'b', 'd'), many, RangeError);
    const validation = named('a', 'b', 'd');
    await expectRefused(
      side,
      `fit: validation: data ${message}`,
      named('a', 'b', 'c'),
      { ...many, validation },
      RangeError,
    );
  });

  it('an optimizer of another model', async () => {
    const { optimizer } = adamSide();
    const message = 'fit: optimizer must be made of parameters of this model, model.parameters()';
    await expectRefused({ ...adamSide(), optimizer }, message, plain, {}, RangeError);
  });

  async function expectRefused(
    side: ReturnType<typeof adamSide>,
    message: string,
    given: unknown,
    options: Partial<WorkerFitOptions>,
    Kind: new (message: string) => Error,
  ): Promise<void> {
    await collected();
    const [before, memory] = [snapshot(side), memoryUsage()];
    const all = { ...common, optimizer: side.optimizer, ...options };
    const error = await fit(side.model, given as WorkerData, all).catch((error) => error);
    expect(error).toBeInstanceOf(Kind);
    expect(error.message.slice(0, message.length)).toBe(message);
    expect([snapshot(side), memoryUsage(), side.model.busy]).toEqual([before, memory, false]);
  }

  it('the numbers are not to blame: the same side trains', async () => {
    const side = adamSide();
    const options = { ...common, optimizer: side.optimizer };
    await expect(fit(side.model, { features: [first], targets: [Number.NaN] }, options)).rejects.toThrow(RangeError);
    expect((await fit(side.model, plain, options)).status).toBe('completed');
  });
});
