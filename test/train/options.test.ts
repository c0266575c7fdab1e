// Validation, metrics, weights of classes, averages, dropLast and the history, against the same by hand.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
  type Progress,
  ReduceLROnPlateau,
  relu,
  SGD,
  StochasticWeightAverage,
  sequential,
} from '../../src/index.js';
import { bits, epochByHand, noise, parameterBits, timeless } from './byHand.js';
import { OVERFLOWS, overflowing } from './overflow.js';
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

let model: Model;
let optimizer: Adam;
let data: Dataset;
beforeEach(() => {
  model = make();
  optimizer = new Adam(model.parameters(), { lr: 0.02 });
  data = samples(43);
});
afterEach(() => {
  for (const one of [optimizer, model, data]) one.dispose();
});
const options = (more: Partial<FitOptions> = {}): FitOptions => ({ loss: 'mse', optimizer, batchSize: 6, ...more });

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
          expected.push({ loss: training.loss, validationLoss: held.loss, ...both });
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
  ] as const)('are weights of the samples, for %s', (loss, outputs) => {
    using points = classed(50);
    const labels = points.targets.data;
    const ones = labels.reduce((sum, t) => sum + t, 0);
    const balanced = [50 / (2 * (50 - ones)), 50 / (2 * ones)];
    const ran = (more: Partial<FitOptions>) => {
      using one = make(outputs);
      using own = new Adam(one.parameters(), { lr: 0.02 });
      const result = fitSync(one, points, { loss, optimizer: own, epochs: 2, validation: points, ...more });
      return [timeless(result), parameterBits(one)];
    };
    const byHand = ran({ sampleWeights: labels.map((t) => balanced[t]!) }) as [ReturnType<typeof timeless>, unknown];
    const [result, parameters] = ran({ classWeights: 'balanced' }) as typeof byHand;
    expect([result.losses, parameters]).toEqual([byHand[0].losses, byHand[1]]);
    // They weigh in a validation dataset's loss, too.
    expect(result.history[1]!.validationLoss).toBeCloseTo(result.history[1]!.loss, 12);
    const own = labels.map((_, i) => 1 + (i % 3));
    expect(ran({ classWeights: [1, 3], sampleWeights: own })).not.toEqual(ran({ sampleWeights: own }));
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

describe('average', () => {
  it.each(['EMA', 'SWA'] as const)('%s: the bits of update() after each step', async (kind) => {
    const averageOf = (m: Model) =>
      kind === 'EMA'
        ? new ExponentialMovingAverage(m.parameters(), { decay: 0.6 })
        : new StochasticWeightAverage(m.parameters());
    using hand = make();
    using own = new Adam(hand.parameters(), { lr: 0.02 });
    using byHand = averageOf(hand);
    for (let epoch = 0; epoch < 3; epoch++) {
      for (let start = 0; start < 43; start += 6) {
        epochByHand(hand, data, own as never, inOrder(43).subarray(start, start + 6), 6, 'mse');
        byHand.update();
      }
    }
    for (const train of [fit, fitSync]) {
      using one = make();
      using adam = new Adam(one.parameters(), { lr: 0.02 });
      using average = averageOf(one);
      await train(one, data, options({ optimizer: adam, epochs: 1, shuffle: false, average }));
      await train(one, data, options({ optimizer: adam, epochs: 2, shuffle: false, average }));
      expect(average.count).toBe(24);
      expect(average.stateDict().averages.map(bits)).toEqual(byHand.stateDict().averages.map(bits));
      expect(parameterBits(one)).toEqual(parameterBits(hand));
    }
  });

  it('may be looked at between epochs, must not stay swapped in, and counts no step that is left out', () => {
    using average = new ExponentialMovingAverage(model.parameters(), { decay: 0.5 });
    const looks: number[] = [];
    const look = () => {
      average.swapIn();
      looks.push(model.evaluate(data).loss);
      average.swapOut();
    };
    fitSync(model, data, options({ epochs: 3, average, onEpoch: look }));
    expect(new Set(looks).size).toBe(3);
    const { count } = average;
    expect(() => fitSync(model, data, options({ epochs: 2, average, onEpoch: () => average.swapIn() }))).toThrow(
      'swapOut() first',
    );
    average.swapOut();
    expect(average.count).toBe(count + 8);
    using bad = dataset([...Array.from({ length: 6 }, () => [1, 2, 3]), [0, 0, 0]], [1, 2, 3, 1, 2, 3, OVERFLOWS]);
    const result = fitSync(model, bad, options({ loss: overflowing, average, skipNonFinite: true, shuffle: false }));
    expect(result).toMatchObject({ steps: 1, skipped: 1 });
    expect(average.count).toBe(count + 9);
  });

  it('is refused for other parameters, and when it was disposed', () => {
    using other = make();
    using average = new ExponentialMovingAverage(other.parameters());
    expect(() => fitSync(model, data, options({ average }))).toThrow(RangeError);
    const disposed = new ExponentialMovingAverage(model.parameters());
    disposed.dispose();
    expect(() => fitSync(model, data, options({ average: disposed }))).toThrow('ExponentialMovingAverage');
    expect(() => fitSync(model, data, options({ average: 3 as never }))).toThrow(TypeError);
    optimizer.step();
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

  it('records the loss after every epoch all the same', () => {
    const { losses, history } = fitSync(model, data, options({ epochs: 3, dropLast: true }));
    expect(losses).toHaveLength(4);
    expect(history.map(({ loss }) => loss)).toEqual(losses.slice(1));
    expect(losses.at(-1)).toBe(model.evaluate(data).loss);
  });

  it('needs a whole batch', () => {
    expect(() => fitSync(model, data, options({ dropLast: true, batchSize: 44 }))).toThrow(
      'fitSync: dropLast needs a batch: batchSize must be at most 43, got 44',
    );
    expect(fitSync(model, data, options({ dropLast: true, batchSize: 43 })).steps).toBe(1);
  });
});

describe('history and progress', () => {
  it('tell where the fit is', async () => {
    const seen: Progress[] = [];
    const result = await fit(model, data, options({ epochs: 3, onProgress: (progress) => void seen.push(progress) }));
    expect(result.history.map(({ epoch, steps, skipped }) => [epoch, steps, skipped])).toEqual([
      [0, 8, 0],
      [1, 16, 0],
      [2, 24, 0],
    ]);
    expect(result.history.map(({ loss }) => loss)).toEqual(result.losses.slice(1));
    expect(result.history.every(({ seconds, lr }) => seconds >= 0 && lr === 0.02)).toBe(true);
    expect(seen[0]).toMatchObject({ samplesPerSecond: 0, secondsLeft: Infinity, gradNorm: Number.NaN, skipped: 0 });
    const last = seen.at(-1)!;
    expect(last.samplesPerSecond).toBeGreaterThan(0);
    expect(last.secondsLeft).toBe(0);
    expect(last.gradNorm).toBe(result.history.at(-1)!.gradNorm);
  });

  it.each<[string, Partial<FitOptions>]>([
    ['', {}],
    [', clipped by norm', { clipGradNorm: 0.01 }],
    [', clipped by value', { clipGradValue: 0.01 }],
    [', of several batches', { accumulate: 3, dropLast: true, batchSize: 7 }],
  ])('gradNorm is that of the last step, before clipping%s', (_, more) => {
    using hand = make();
    const rows = more.accumulate ? 7 : 6;
    const { history } = fitSync(model, data, options({ shuffle: false, ...more, optimizer: still }));
    function gradNorm() {
      const used = more.dropLast ? 42 : 43;
      const starts = more.accumulate ? [21, 28, 35] : [42];
      starts.forEach((start, i) => {
        const end = Math.min(start + rows, used);
        const [x, y] = [data.features.data.slice(3 * start, 3 * end), data.targets.data.slice(start, end)];
        hand.lossAndGrad('mse', x, y, { accumulate: i > 0 });
      });
      const sum = hand.parameters().reduce((total, { grad }) => total + grad.reduce((s, g) => s + g * g, 0), 0);
      return Math.sqrt(sum) / starts.length;
    }
    expect(history[0]!.gradNorm).toBeCloseTo(gradNorm(), 5);
  });

  let still: SGD;
  beforeEach(() => {
    still = new SGD(model.parameters(), { lr: 0 });
  });
  afterEach(() => {
    still.dispose();
  });

  it('onEpoch may stop the fit, and change lr', () => {
    const onEpoch = ({ epoch }: { epoch: number }) => {
      optimizer.paramGroups[0]!.lr = 0.01;
      return epoch < 1;
    };
    const result = fitSync(model, data, options({ epochs: 9, onEpoch }));
    expect(result).toMatchObject({ status: 'stopped', steps: 16 });
    expect(result.history.map(({ lr }) => lr)).toEqual([0.02, 0.01]);
  });

  it('an exception from a callback leaves the last step, and all usable', async () => {
    const mine = new Error('mine');
    const throwing = () => {
      throw mine;
    };
    const before = memoryUsage();
    for (const name of ['onEpoch', 'onCheckpoint', 'onProgress'] as const) {
      for (const train of [fit, fitSync]) {
        const steps = optimizer.stateDict().state[0]?.step ?? 0;
        const more = { [name]: throwing, validation: 0.2, earlyStopping: { patience: 1 } };
        await expect(async () => train(model, data, options(more))).rejects.toBe(mine);
        const expected = name === 'onProgress' ? steps : (steps as number) + 6;
        expect(optimizer.stateDict().state[0]?.step ?? 0).toBe(expected);
        expect(memoryUsage()).toBe(before);
      }
    }
    expect(fitSync(model, data, options()).status).toBe('completed');
  });
});

describe('skipNonFinite', () => {
  it('goes on past an evaluated loss that is not finite, while all parameters are finite', () => {
    using far = dataset(
      [
        [1, 2, 3],
        [4, 5, 6],
        [3e38, 3e38, 3e38],
      ],
      [1, 2, 3],
    );
    const more = { epochs: 2, batchSize: 1, shuffle: false };
    expect(fitSync(model, far, options(more))).toMatchObject({ status: 'diverged', steps: 0 });
    const result = fitSync(model, far, options({ ...more, skipNonFinite: true }));
    expect(result).toMatchObject({ status: 'completed', steps: 4, skipped: 2 });
    expect(result.losses.some(Number.isFinite)).toBe(false);
    expect(result.history.map(({ skipped }) => skipped)).toEqual([1, 2]);
    model.parameters()[0]!.data[0] = Number.NaN;
    expect(fitSync(model, far, options({ ...more, skipNonFinite: true }))).toMatchObject({ status: 'diverged' });
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

it('refuses a validation dataset that does not fit the model', () => {
  using narrow = dataset([[1]], [1]);
  expect(() => fitSync(model, data, options({ validation: narrow }))).toThrow('fitSync: validation: data must have 3');
});
