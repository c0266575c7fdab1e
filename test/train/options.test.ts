// Validation, metrics, weights of classes and dropLast, against the same by hand.
import { describe, expect, it, vi } from 'vitest';
import {
  Adam,
  type Dataset,
  dataset,
  ExponentialMovingAverage,
  type FitOptions,
  fit,
  fitSync,
  linear,
  type Model,
  memoryUsage,
  ReduceLROnPlateau,
  relu,
  SGD,
  sequential,
} from '../../src/index.js';
import { meanLoss } from '../reference/losses.js';
import { bits, noise, parameterBits, timeless } from './byHand.js';
import { data, options as fitOptions, freshEachTest, model, optimizer } from './fixture.js';
import { overflowing } from './overflow.js';
import { inOrder, samples } from './samples.js';

const make = (outputs = 1) => sequential(linear(3, 5, { seed: 1 }), relu(), linear(5, outputs, { seed: 2 }));

/** Points of two classes, of which the second is rare. */
function classed(n: number, seed = 4): Dataset {
  const random = noise(seed);
  const rows = Array.from({ length: n }, () => [random(), random(), random()]);
  return dataset(
    rows,
    rows.map(([a, b]) => Number(a! + b! > 0.5)),
  );
}

freshEachTest({ make, lr: 0.02, rows: 43 });
const options = (more: Partial<FitOptions> = {}): FitOptions => fitOptions({ loss: 'mse', batchSize: 6, ...more });

describe('validation and metrics', () => {
  it('are what evaluate gives after each epoch, to the bit, and change nothing of the training', async () => {
    using validation = samples(29);
    const expected: unknown[] = [];
    const { history } = await fit(
      model,
      data,
      options({
        ...{ epochs: 3, validation, metrics: ['mae', 'r2'] },
        onEpoch() {
          const [training, held] = [model.evaluate(data), model.evaluate(validation)];
          const both = { mae: training.mae, validationMae: held.mae, r2: training.r2, validationR2: held.r2 };
          expected.push({ validationLoss: held.loss, ...both });
        },
      }),
    );
    expect(history).toHaveLength(3);
    history.forEach((row, i) => {
      expect(row).toMatchObject(expected[i] as object);
    });
    using plain = make();
    using own = new Adam(plain.parameters(), { lr: 0.02 });
    fitSync(plain, data, options({ optimizer: own, epochs: 3 }));
    expect(parameterBits(model)).toEqual(parameterBits(plain));
  });

  it.each(['crossEntropy', 'binaryCrossEntropy'] as const)('accuracy, for %s', (loss) => {
    using points = classed(60);
    using classifier = make(loss === 'crossEntropy' ? 2 : 1);
    using own = new Adam(classifier.parameters(), { lr: 0.05 });
    const { history } = fitSync(classifier, points, {
      ...{ loss, optimizer: own, epochs: 20, validation: points, metrics: ['accuracy'] },
    });
    const { accuracy } = classifier.evaluate(points);
    expect(history.at(-1)).toMatchObject({ accuracy, validationAccuracy: accuracy });
    expect(accuracy).toBeGreaterThan(0.8);
  });

  it('a fraction holds that much out, by the seed, with its weights', async () => {
    const sampleWeights = Float32Array.from({ length: 43 }, (_, i) => 1 + i);
    const ran = async (train: typeof fit | typeof fitSync) => {
      using one = make();
      using own = new Adam(one.parameters(), { lr: 0.02 });
      const more = { optimizer: own, epochs: 2, validation: 0.3, seed: 3, sampleWeights } as const;
      return [timeless(await train(one, data, options(more))), parameterBits(one)] as const;
    };
    const [result, parameters] = await ran(fitSync);
    expect(await ran(fit)).toEqual([result, parameters]);
    // By hand: split draws the same samples; each is found again by its features.
    const [held, training] = data.split(0.3, { seed: 3 });
    expect([held.length, training.length]).toEqual([13, 30]);
    const weightsOf = (part: Dataset) =>
      Float32Array.from({ length: part.length }, (_, i) => {
        const [a, b] = part.features.data.subarray(3 * i, 3 * i + 2);
        const all = data.features.data;
        return sampleWeights[inOrder(43).find((n) => all[3 * n] === a && all[3 * n + 1] === b)!]!;
      });
    using one = make();
    using own = new Adam(one.parameters(), { lr: 0.02 });
    fitSync(one, training, options({ optimizer: own, epochs: 2, seed: 3, sampleWeights: weightsOf(training) }));
    expect(parameters).toEqual(parameterBits(one));
    const weights = weightsOf(held);
    const [p, t] = [one.predict(held.features), held.targets.data];
    const validationLoss = p.reduce((sum, value, i) => sum + weights[i]! * (value - t[i]!) ** 2, 0) / 13;
    expect(result.history[1]!.validationLoss).toBeCloseTo(validationLoss, 4);
    for (const part of [held, training]) part.dispose();
  });

  it('ReduceLROnPlateau goes by the validation loss', () => {
    using validation = samples(9);
    const scheduler = new ReduceLROnPlateau(optimizer, { patience: 0, threshold: 0.9, factor: 0.5 });
    const { history } = fitSync(model, data, options({ epochs: 4, validation, scheduler }));
    using other = new SGD([new Float32Array(1)], { lr: 0.02 });
    const byHand = new ReduceLROnPlateau(other, { patience: 0, threshold: 0.9, factor: 0.5 });
    for (const { validationLoss } of history) byHand.step(validationLoss);
    expect(scheduler.stateDict()).toEqual(byHand.stateDict());
  });
});

describe('classWeights', () => {
  it.each([
    ['crossEntropy', 2],
    ['binaryCrossEntropy', 1],
  ] as const)("are the loss's own, its weighted mean, for %s", (loss, outputs) => {
    using points = classed(50);
    const labels = points.targets.data.slice();
    const ones = labels.reduce((sum, t) => sum + t, 0);
    const balanced = [50 / (2 * (50 - ones)), 50 / (2 * ones)];
    const ran = (more: Partial<FitOptions>) => {
      using one = make(outputs);
      using own = new Adam(one.parameters(), { lr: 0.02 });
      const result = fitSync(one, points, { loss, optimizer: own, epochs: 2, validation: points, ...more });
      return [timeless(result), parameterBits(one)] as const;
    };
    for (const sampleWeights of [undefined, labels.map((_, i) => 1 + (i % 3))]) {
      const weights = { ...(sampleWeights && { sampleWeights }) };
      const given = ran({ ...weights, loss: { [loss]: { classWeights: balanced } } as never });
      expect(ran({ ...weights, classWeights: 'balanced' })).toEqual(given);
      expect(ran({ ...weights, classWeights: [1, 3] })).not.toEqual(given);
      expect(ran({ ...weights, classWeights: [1, 1] })[0].losses).not.toEqual(given[0].losses);
    }
    const [{ losses, history }] = ran({ classWeights: [0.3, 2.5], logEvery: 50 });
    using fresh = make(outputs);
    const logits = fresh.predict(points.features);
    const { value } = meanLoss({ [loss]: { classWeights: [0.3, 2.5] } } as never, logits, labels, 50);
    expect(losses[0]).toBeCloseTo(value, 6);
    // It is the loss of a validation dataset, too.
    expect(history[1]!.validationLoss).toBeCloseTo(history[1]!.loss, 12);
  });

  it('are not given twice', () => {
    using points = classed(20);
    using two = make(2);
    using own = new Adam(two.parameters());
    const loss = { crossEntropy: { classWeights: [1, 2] } };
    expect(() => fitSync(two, points, { loss, optimizer: own, classWeights: [1, 2] })).toThrow(RangeError);
  });

  it('balanced needs a sample of each class', () => {
    using one = dataset([[1, 2, 3]], [1]);
    using points = classed(20);
    using three = make(3);
    using two = make(2);
    const ran = (m: Model, d: Dataset, more: Partial<FitOptions>) => () => {
      using own = new Adam(m.parameters());
      fitSync(m, d, { loss: 'crossEntropy', optimizer: own, classWeights: 'balanced', ...more });
    };
    expect(ran(two, one, {})).toThrow(
      "fitSync: classWeights: 'balanced' needs samples of each of 2 classes, got one class only, 1",
    );
    expect(ran(three, points, {})).toThrow(
      "fitSync: classWeights: 'balanced' needs samples of each of 3 classes, got none of class 2",
    );
    expect(ran(two, points, { classWeights: [1] })).toThrow(RangeError);
    expect(ran(two, points, { classWeights: [1, -1] })).toThrow(RangeError);
    expect(ran(two, points, { classWeights: 'even' as never })).toThrow(RangeError);
    expect(() => fitSync(model, data, options({ classWeights: [1, 2] }))).toThrow(RangeError);
  });
});

describe('dropLast', () => {
  it.each([1, 2])('leaves out the last batch, with accumulate %i', async (accumulate) => {
    const kept = dataset(
      data.features.data.slice(0, 3 * 42).reduce<number[][]>((rows, x, i) => {
        if (i % 3 === 0) rows.push([]);
        rows.at(-1)!.push(x);
        return rows;
      }, []),
      data.targets.data.slice(0, 42),
    );
    using other = make();
    using own = new Adam(other.parameters(), { lr: 0.02 });
    const more = { epochs: 2, shuffle: false, accumulate } as const;
    const whole = fitSync(other, kept, options({ ...more, optimizer: own }));
    const dropped = await fit(model, data, options({ ...more, dropLast: true }));
    expect(dropped.steps).toBe(whole.steps);
    expect(parameterBits(model)).toEqual(parameterBits(other));
    kept.dispose();
  });

  it('records the loss after every epoch all the same, or evaluates then', () => {
    const { losses, history } = fitSync(model, data, options({ epochs: 3, dropLast: true }));
    expect(losses).toHaveLength(3);
    expect(history.map(({ loss }) => loss)).toEqual(losses);
    const evaluated = fitSync(model, data, options({ epochs: 3, dropLast: true, logEvery: 42 }));
    expect(evaluated.losses).toHaveLength(4);
    expect(evaluated.losses.at(-1)).toBe(model.evaluate(data).loss);
  });

  it('needs a whole batch', () => {
    expect(() => fitSync(model, data, options({ dropLast: true, batchSize: 44 }))).toThrow(
      'fitSync: dropLast needs a batch: batchSize must be at most 43, got 44',
    );
    expect(fitSync(model, data, options({ dropLast: true, batchSize: 43 })).steps).toBe(1);
  });
});

it.each([
  ['crawls', () => 0.001],
  ['leaps', () => 1000],
])('with all of it on, the bits do not depend on slices: a clock that %s', async (_, tick) => {
  using points = classed(700);
  const ran = async (train: typeof fit | typeof fitSync) => {
    using one = sequential(linear(3, 300, { seed: 1 }), relu(), linear(300, 2, { seed: 2 }));
    using own = new Adam(one.parameters(), { lr: 0.01 });
    using average = new ExponentialMovingAverage(one.parameters());
    const result = await train(one, points, {
      ...{ loss: 'crossEntropy', optimizer: own, epochs: 4, batchSize: 16, validation: 0.4, metrics: ['accuracy'] },
      ...{ average, classWeights: 'balanced', earlyStopping: { patience: 1 }, accumulate: 2, logEvery: 100 },
    });
    return [timeless(result), parameterBits(one), average.stateDict().averages.map(bits)];
  };
  const sync = await ran(fitSync);
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += tick();
    return now;
  });
  const sliced = await ran(fit);
  vi.restoreAllMocks();
  expect(sliced).toEqual(sync);
});

it.each<[object, typeof TypeError, string]>([
  [{ validation: 0 }, RangeError, 'validation'],
  [{ validation: 1 }, RangeError, 'validation'],
  [{ validation: 0.001 }, RangeError, 'validation must leave samples in both parts, got 0.001 of 43 samples'],
  [{ validation: 'some' }, TypeError, 'validation'],
  [{ metrics: ['accuracy'] }, RangeError, 'metrics[0]'],
  [{ metrics: 'mae' }, TypeError, 'metrics'],
  [{ metrics: ['r2'], loss: overflowing }, RangeError, 'metrics[0]'],
  [{ earlyStopping: {} }, TypeError, 'earlyStopping.patience'],
  [{ earlyStopping: { patience: 0 } }, RangeError, 'earlyStopping.patience'],
  [{ earlyStopping: { patience: 1, monitor: 'validationLoss' } }, RangeError, 'earlyStopping.monitor'],
  [{ earlyStopping: { patience: 1, monitor: 'r2' } }, RangeError, 'earlyStopping.monitor'],
  [{ earlyStopping: { patience: 1, minDelta: -1 } }, RangeError, 'earlyStopping.minDelta'],
  [{ earlyStopping: { patience: 1, restoreBest: 1 } }, TypeError, 'earlyStopping.restoreBest'],
  [{ earlyStopping: { patience: 1, mode: 'min' } }, TypeError, 'earlyStopping'],
  [{ earlyStopping: null }, TypeError, 'earlyStopping'],
  [{ classWeights: null }, RangeError, 'classWeights'],
  [{ dropLast: 1 }, TypeError, 'dropLast'],
  [{ onEpoch: 1 }, TypeError, 'onEpoch'],
  [{ onCheckpoint: 1 }, TypeError, 'onCheckpoint'],
  [{ checkpointEvery: 0 }, RangeError, 'checkpointEvery'],
])('refuses %j', (more, Kind, message) => {
  const before = [parameterBits(model), memoryUsage()];
  expect(() => fitSync(model, data, options(more as never))).toThrow(Kind);
  expect(() => fitSync(model, data, options(more as never))).toThrow(`fitSync: ${message}`);
  expect([parameterBits(model), memoryUsage()]).toEqual(before);
  optimizer.step();
});

it('takes a batch and an interval of logging that are far more than the samples', () => {
  for (const large of [2 ** 31, 2 ** 32, 2 ** 53 - 1]) {
    const { status, steps, losses } = fitSync(model, data, options({ batchSize: large, logEvery: large, epochs: 2 }));
    expect([status, steps]).toEqual(['completed', 2]);
    expect(losses.every(Number.isFinite)).toBe(true);
  }
});

it('refuses a validation dataset that does not fit the model', () => {
  using narrow = dataset([[1]], [1]);
  expect(() => fitSync(model, data, options({ validation: narrow }))).toThrow('fitSync: validation: data must have 3');
});
