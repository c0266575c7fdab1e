// A fit that keeps an average of the weights, against update() after each step by hand.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  batchNorm,
  dataset,
  ExponentialMovingAverage,
  type FitOptions,
  fit,
  fitSync,
  linear,
  type Model,
  type PartialCheckpoint,
  partialFit,
  relu,
  StochasticWeightAverage,
  sequential,
} from '../../src/index.js';
import { bits, epochByHand, parameterBits } from './byHand.js';
import { data, options as fitOptions, freshEachTest, model, optimizer } from './fixture.js';
import { OVERFLOWS, overflowing } from './overflow.js';
import { inOrder } from './samples.js';

const make = () => sequential(linear(3, 5, { seed: 1 }), relu(), linear(5, 1, { seed: 2 }));
freshEachTest({ make, lr: 0.02, rows: 43 });
const options = (more: Partial<FitOptions> = {}): FitOptions => fitOptions({ loss: 'mse', batchSize: 6, ...more });

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

it('partialFit resumed where no batch is left has the averaged statistics that were kept', async () => {
  const batches = (start: number) => [{ features: [[1], [2], [4]], targets: [1, 2, 4] }].slice(start);
  let kept: PartialCheckpoint | undefined;
  const run = async (resume?: PartialCheckpoint) => {
    using model = sequential(batchNorm(1), linear(1, 1, { seed: 1 }));
    using optimizer = new Adam(model.parameters());
    using average = new ExponentialMovingAverage(model.parameters(), { decay: 0.5 });
    const onCheckpoint = (one: PartialCheckpoint) => {
      kept = one;
    };
    const { steps } = await partialFit(model, batches, {
      ...{ loss: 'mse', optimizer, average, epochs: 2, id: 'three' },
      ...{ onCheckpoint, checkpointEvery: 1, resume },
    });
    return { steps, average: average.stateDict() };
  };
  const whole = await run();
  expect(whole.average.buffers).toHaveLength(3);
  expect(await run(kept)).toEqual(whole);
});
