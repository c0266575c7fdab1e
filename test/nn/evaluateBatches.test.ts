// Evaluation of batches as they come: the scores of the same samples in one dataset.
import { describe, expect, it } from 'vitest';
import { csvBatches, parseCsv } from '../../src/datasets.js';
import {
  type Batch,
  BusyError,
  type Dataset,
  dataset,
  linear,
  memoryUsage,
  sequential,
  tensor,
} from '../../src/index.js';
import { noise } from '../train/byHand.js';

const random = noise(3);
const rows = Array.from({ length: 50 }, () => [random(), random(), random()]);

/** The samples in batches of 16; the last has 2. */
function inBatches(data: Dataset) {
  const batches = [];
  for (let at = 0; at < data.length; at += 16) {
    const width = data.targets.size / data.length;
    batches.push({
      features: data.features.data.slice(3 * at, 3 * (at + 16)),
      targets: data.targets.data.slice(width * at, width * (at + 16)),
    });
  }
  return batches;
}

describe('evaluate(batches)', () => {
  it('takes weights, as a view of Wasm memory too, and refuses what are none', async () => {
    using model = sequential(linear(3, 1, { seed: 1 }));
    const few = rows.slice(0, 3);
    const features = tensor(few.flat(), [3, 3]);
    using whole = dataset(few, [1, 2, 3]);
    const evaluate = (weights: unknown, batch: Batch = { features, targets: [1, 2, 3] }) => {
      const given = { features: batch.features, targets: batch.targets, weights: weights as never };
      return model.evaluate([given], { loss: 'mse' });
    };
    using held = tensor([1, 0, 5]);
    const before = await evaluate([1, 0, 5]);
    expect(await evaluate(held.data)).toEqual(before);
    expect(await evaluate(held.data, whole)).toEqual(before);
    for (const [weights, Kind, message] of [
      [['a', 1, 1], TypeError, 'weights[0] must be a finite number of at least 0, got "a"'],
      [[1, Number.NaN, 1], RangeError, 'weights[1] must be a finite number of at least 0, got NaN'],
      [5, TypeError, 'weights must be an array of numbers, got 5'],
      [[1, 1], RangeError, 'weights must hold 3 numbers, one per row, got 2'],
    ] as const) {
      await expect(evaluate(weights)).rejects.toThrow(Kind);
      await expect(evaluate(weights)).rejects.toThrow(`evaluate: batch 0: ${message}`);
    }
  });

  it('keeps a dataset that is the batch until it has been evaluated', async () => {
    using model = sequential(linear(3, 1, { seed: 1 }));
    using data = dataset(
      rows,
      rows.map(([a]) => a!),
    );
    for (const part of [data, data.features, data.targets]) {
      const loss = (prediction: Float32Array) => {
        part.dispose();
        return prediction[0]!;
      };
      await expect(model.evaluate([data], { loss })).rejects.toThrow(BusyError);
      expect(part.disposed).toBe(false);
    }
    expect((await model.evaluate([data], { loss: 'mse' })).loss).toBe(model.evaluate(data, { loss: 'mse' }).loss);
  });

  it('regression: loss, r2 and mae are those of the whole, to rounding', async () => {
    using model = sequential(linear(3, 2, { seed: 1 }));
    using data = dataset(
      rows,
      rows.map(([a, b, c]) => [100 + a! + b!, c! - 3]),
    );
    const whole = model.evaluate(data, { loss: 'mse' });
    const parts = await model.evaluate(inBatches(data), { loss: 'mse' });
    expect(Object.keys(parts)).toEqual(Object.keys(whole));
    // The sums of a block are float32.
    expect(parts.loss / whole.loss).toBeCloseTo(1, 6);
    for (const key of ['r2', 'mae'] as const) expect(parts[key] / whole[key]).toBeCloseTo(1, 12);
    expect(await model.evaluate([data], { loss: 'mse' })).toEqual(whole);
  });

  it('classes: the same counts, from an async generator too, and nothing is held after', async () => {
    using model = sequential(linear(3, 3, { seed: 1 }));
    using data = dataset(
      rows,
      rows.map((_, i) => i % 3),
    );
    const whole = model.evaluate(data, { loss: 'crossEntropy' });
    const bytes = memoryUsage();
    async function* generator() {
      yield* inBatches(data);
    }
    for (const batches of [inBatches(data), generator(), inBatches(data).map((one) => Promise.resolve(one))]) {
      const parts = await model.evaluate(batches, { loss: 'crossEntropy' });
      expect([parts.accuracy, parts.confusion]).toEqual([whole.accuracy, whole.confusion]);
      expect(parts.loss).toBeCloseTo(whole.loss, 12);
    }
    expect(memoryUsage()).toBe(bytes);
  });

  it('a file: the scores of what is held out', async () => {
    const text = `a,b,c,y\n${rows.map((row) => `${row.join()},${row[0]! > 0 ? 'yes' : 'no'}`).join('\n')}\n`;
    using table = parseCsv(text, { target: 'y' });
    using model = sequential(linear(3, 1, { seed: 1 }));
    model.loss = 'binaryCrossEntropy';
    const whole = model.evaluate(table.data);
    const part = (name: 'training' | 'heldOut') =>
      model.evaluate(csvBatches(new Blob([text]), table, { holdOut: 0.4, part: name, batchSize: 7 }));
    const scores = [await part('training'), await part('heldOut')];
    const sum = whole.confusion!.map((row, i) =>
      row.map((_, j) => scores.reduce((n, one) => n + one.confusion![i]![j]!, 0)),
    );
    expect(sum).toEqual(whole.confusion);
  });

  it('the model cannot be disposed meanwhile; a wrong batch is named, and the generator ended', async () => {
    using model = sequential(linear(3, 1, { seed: 1 }));
    let ended = 0;
    async function* batches() {
      try {
        yield { features: rows[0]!, targets: [1] };
        yield { features: [1, 2], targets: [1] };
      } finally {
        ended++;
      }
    }
    const running = model.evaluate(batches(), { loss: 'mse' });
    expect(() => model.dispose()).toThrow(BusyError);
    await expect(running).rejects.toThrow('evaluate: batch 1: features must hold rows of 3 numbers, got 2');
    expect(ended).toBe(1);
    await expect(model.evaluate([], { loss: 'mse' })).rejects.toThrow('evaluate: data must give at least one batch');
    await expect(model.evaluate([[1]] as never, { loss: 'mse' })).rejects.toThrow('evaluate: batch 0 must be');
  });
});
