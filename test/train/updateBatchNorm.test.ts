// Averages own the statistics of batchNorm, as torch's AveragedModel does.
import { describe, expect, it } from 'vitest';
import {
  BusyError,
  batchNorm,
  customLayer,
  dataset,
  dropout,
  ExponentialMovingAverage,
  fit,
  fitSync,
  linear,
  type Model,
  memoryUsage,
  relu,
  SGD,
  StochasticWeightAverage,
  sequential,
  updateBatchNorm,
} from '../../src/index.js';
import { fit as workerFit } from '../../src/worker.js';

const rows = Array.from({ length: 65 }, (_, i) => [Math.sin(i), Math.cos(3 * i), Math.sin(7 * i)]);
const data = dataset(
  rows,
  rows.map(([a, b, c]) => a! * b! - c!),
);
const block = (inputs: number, seed: number) => [linear(inputs, 8, { seed }), batchNorm(8), relu()];
const make = () => sequential(...block(3, 1), ...block(8, 3), dropout(0.2, { seed: 4 }), linear(8, 1, { seed: 2 }));
const statistics = (model: Model) =>
  Object.entries(model.stateDict()).flatMap(([key, { data }]) => (/running|tracked/.test(key) ? [...data] : []));

describe('updateBatchNorm', () => {
  it('keeps the average until it ends, and leaves weights and statistics where a layer throws', () => {
    let act = () => {};
    const watching = customLayer({
      outputs: (n) => n,
      forward(x, y) {
        act();
        y.set(x);
      },
      backward: (dy, dx) => dx.set(dy),
    });
    const model = sequential(linear(3, 2, { seed: 1 }), batchNorm(2), watching, linear(2, 1, { seed: 2 }));
    const average = new StochasticWeightAverage(model);
    average.update();
    model.parameters()[0]!.data.fill(3);
    const before = [model.stateDict(), average.stateDict(), memoryUsage()];
    act = () => average.dispose();
    expect(() => updateBatchNorm(average, data)).toThrow(BusyError);
    act = () => model.dispose();
    expect(() => updateBatchNorm(average, data)).toThrow(BusyError);
    expect([model.stateDict(), average.stateDict(), memoryUsage()]).toEqual(before);
    act = () => {};
    updateBatchNorm(average, data);
    expect(() => updateBatchNorm(5 as never, data)).toThrow(
      new TypeError('updateBatchNorm: average must be an average of weights, or a model, got 5'),
    );
    expect(() => updateBatchNorm(average, [[1]] as never)).toThrow(
      new TypeError('updateBatchNorm: data must be a dataset, got [[1]]'),
    );
  });

  it('gives the mean over batches of each batch’s mean and unbiased variance, for the averaged weights', () => {
    const model = sequential(linear(3, 2, { seed: 1 }), batchNorm(2));
    const average = new StochasticWeightAverage(model);
    const { weight } = model.layers[0]!.parameters;
    for (const factor of [1, 3]) {
      weight!.set(Array.from(weight!.data, (w) => w * factor));
      average.update();
    }
    const before = model.stateDict();
    updateBatchNorm(average, data, { batchSize: 16 }); // 16, 16, 16 and 17 rows
    expect(model.stateDict()).toEqual(before);
    average.swapIn();
    const first = sequential(linear(3, 2, { init: 'zeros' }));
    const { '0.weight': w, '0.bias': b } = model.stateDict();
    first.loadStateDict({ '0.weight': w!, '0.bias': b! });
    const outputs = first.predict(data.features);
    const [mean, variance] = [
      [0, 0],
      [0, 0],
    ];
    for (const [start, end] of [
      [0, 16],
      [16, 32],
      [32, 48],
      [48, 65],
    ] as const) {
      for (const j of [0, 1]) {
        const column = Array.from({ length: end - start }, (_, i) => outputs[2 * (start + i) + j]!);
        const m = column.reduce((sum, x) => sum + x, 0) / column.length;
        mean![j]! += m / 4;
        variance![j]! += column.reduce((sum, x) => sum + (x - m) ** 2, 0) / (column.length - 1) / 4;
      }
    }
    const found = model.stateDict();
    expect(found['1.num_batches_tracked']!.data[0]).toBe(4);
    for (const j of [0, 1]) {
      expect(found['1.running_mean']!.data[j]).toBeCloseTo(mean![j]!, 6);
      expect(found['1.running_var']!.data[j]).toBeCloseTo(variance![j]!, 6);
    }
  });

  it('leaves model, generators and memory as they were, swapped in or not', () => {
    for (const Average of [StochasticWeightAverage, ExponentialMovingAverage]) {
      const [a, b] = [make(), make()];
      const averages = [a, b].map((model) => new Average(model));
      for (const [i, model] of [a, b].entries()) {
        const optimizer = new SGD(model.parameters(), { lr: 0.1 });
        fitSync(model, data, {
          loss: 'mse',
          optimizer,
          epochs: 2,
          batchSize: 13,
          shuffle: false,
          average: averages[i]!,
        });
      }
      const before = [a.stateDict(), a.layers.map(({ generator }) => generator?.state), memoryUsage()];
      updateBatchNorm(averages[0]!, data);
      expect([a.stateDict(), a.layers.map(({ generator }) => generator?.state), memoryUsage()]).toEqual(before);
      averages[0]!.swapIn();
      averages[1]!.swapIn();
      updateBatchNorm(averages[1]!, data);
      expect(b.stateDict()).toEqual(a.stateDict());
      averages[0]!.swapOut();
      expect(a.stateDict()).toEqual(before[0]);
    }
  });

  it('makes the averaged weights as good as their statistics can', () => {
    const model = make();
    const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
    const average = new StochasticWeightAverage(model);
    fitSync(model, data, { loss: 'mse', optimizer, epochs: 30, batchSize: 13, average });
    updateBatchNorm(average, data);
    average.swapIn();
    const { loss } = model.evaluate(data);
    for (let i = 0; i < 60; i++) model.forward(data.features, { training: true }).dispose();
    expect(loss).toBeLessThan(1.5 * model.evaluate(data).loss);
  });

  it('refuses an average that knows no model, and does nothing without batchNorm', () => {
    const model = sequential(linear(3, 1, { seed: 1 }));
    expect(() => updateBatchNorm(new StochasticWeightAverage(model.parameters()), data)).toThrow(
      new RangeError(
        'updateBatchNorm: average must be made of a model, as new StochasticWeightAverage(model), got one of parameters',
      ),
    );
    updateBatchNorm(new StochasticWeightAverage(model), data);
    expect(() => updateBatchNorm(new StochasticWeightAverage(model), data, { batchSize: 0 })).toThrow(
      'updateBatchNorm: batchSize must be a positive whole number, got 0',
    );
  });
});

describe('a fit with an average', () => {
  const trainings = [
    ['fit', fit],
    ['fitSync', fitSync],
    ['fit of the worker', workerFit],
  ] as const;

  it.each(trainings)('%s computes its statistics when it is completed or stopped', async (_, train) => {
    for (const stop of [false, true]) {
      const [model, twin] = [make(), make()];
      const averages = [model, twin].map((one) => new StochasticWeightAverage(one));
      const runs = [
        [model, train, averages[0]],
        [twin, fitSync, undefined],
      ] as const;
      for (const [one, run, average] of runs) {
        const optimizer = new SGD(one.parameters(), { lr: 0.1 });
        const more = { ...(average && { average }), ...(stop && { onEpoch: () => false }) };
        await run(one, data, { loss: 'mse', optimizer, epochs: 2, batchSize: 13, ...more });
      }
      // The averages are those of the steps; the statistics those of another pass, which the twin makes by hand.
      averages[1]!.loadStateDict(averages[0]!.stateDict());
      updateBatchNorm(averages[1]!, data);
      const before = statistics(model);
      for (const average of averages) average.swapIn();
      expect(statistics(model)).toEqual(statistics(twin));
      expect(statistics(model)).not.toEqual(before);
    }
  });

  it('that is aborted leaves them as they are', async () => {
    const model = make();
    const average = new StochasticWeightAverage(model);
    const controller = new AbortController();
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const onEpoch = () => controller.abort();
    await fit(model, data, {
      ...{ loss: 'mse', optimizer, epochs: 2, batchSize: 13 },
      average,
      onEpoch,
      signal: controller.signal,
    });
    expect(average.count).toBeGreaterThan(0);
    average.swapIn();
    const counted = model.stateDict()['1.num_batches_tracked']!.data[0];
    expect(counted).toBe(average.count); // batches of training, not of another pass
  });
});

describe('statistics of an average', () => {
  it('go with its state dict, loaded before the model is known or after', () => {
    const model = make();
    const average = new StochasticWeightAverage(model);
    model.forward(data.features, { training: true }).dispose();
    average.update();
    updateBatchNorm(average, data);
    const dict = average.stateDict();
    expect(dict.buffers).toHaveLength(6);
    for (const late of [false, true]) {
      const twin = make();
      const other = new StochasticWeightAverage(late ? twin.parameters() : twin);
      other.loadStateDict(dict);
      other.track(twin);
      expect(other.stateDict()).toEqual(dict);
      other.swapIn();
      average.swapIn();
      expect(statistics(twin)).toEqual(statistics(model));
      average.swapOut();
    }
    for (const buffers of [[], 5, dict.buffers!.slice(1), dict.buffers!.with(0, new Float32Array(1))]) {
      expect(() => average.loadStateDict({ ...dict, buffers: buffers as never })).toThrow(TypeError);
      expect(average.stateDict()).toEqual(dict);
    }
  });

  it('are those of one model', () => {
    const average = new StochasticWeightAverage(make());
    expect(() => average.track(make())).toThrow(RangeError);
  });

  it('counts past 2^32 keep their weight', () => {
    const model = sequential(linear(1, 1, { init: 'zeros' }));
    const run = (n_averaged: number, fused: boolean) => {
      const { weight } = model.layers[0]!.parameters;
      weight!.set([4]);
      const average = new StochasticWeightAverage(model.parameters());
      average.loadStateDict({ n_averaged, averages: [new Float32Array([1]), new Float32Array([0])] });
      if (fused) {
        const optimizer = new SGD(model.parameters(), { lr: 0 });
        fitSync(model, dataset([[1], [2]], [1, 2]), { loss: 'mse', optimizer, batchSize: 1, average });
      } else for (let i = 0; i < 2; i++) average.update();
      const { averages, n_averaged: count } = average.stateDict();
      average.dispose();
      return [averages[0]![0], count];
    };
    for (const count of [1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 5, 2 ** 40]) {
      expect(run(count, true)).toEqual(run(count, false));
      expect(run(count, true)[1]).toBe(count + 2);
      expect(run(count, true)[0]).toBe(count === 1 ? 3 : 1 + (count < 2 ** 20 ? 1 : 0));
    }
  });
});
