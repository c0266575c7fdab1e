// The fused loop against lossAndGrad and step, and fit against fitSync: to the bit.
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Dataset,
  dataset,
  fit,
  fitSync,
  linear,
  type Model,
  type Optimizer,
  sequential,
} from '../../src/index.js';
import { optimizers, variants } from '../optimizers.js';
import { epochByHand, noise, parameterBits, permutation, stateBits, timeless, twoLayers } from './byHand.js';

const BATCH = 7;
const EPOCHS = 3;

/** Samples of a noisy linear map: 45 of them make six batches of 7 and one of 3. */
function samples(inputs: number, outputs: number, n = 45): Dataset {
  const random = noise(n + inputs);
  const rows = Array.from({ length: n }, () => Array.from({ length: inputs }, random));
  const y = rows.map((row) =>
    Array.from({ length: outputs }, (_, k) => row.reduce((sum, x, j) => sum + x * (j - k), 0.1 * random())),
  );
  return dataset(rows, outputs === 1 ? y.flat() : y);
}

const problems: readonly [string, () => Model, () => Dataset][] = [
  ['linear regression', () => sequential(linear(5, 1, { seed: 3 })), () => samples(5, 1)],
  ['two dense layers', () => twoLayers(6, 9, 2), () => samples(6, 2)],
  [
    'two layers without bias',
    () => sequential(linear(3, 5, { bias: false, seed: 1 }), linear(5, 3, { seed: 2 })),
    () => samples(3, 3),
  ],
];

const everyOptimizer = [...optimizers].flatMap(([name, Class]) =>
  variants(Class).map(([title, options]) => ({ title: `${name} ${title}`, Class, options })),
);

it('covers Adam and AdamW', () => {
  expect([...optimizers.keys()]).toEqual(expect.arrayContaining(['Adam', 'AdamW']));
});

describe.each(problems)('%s', (_, makeModel, makeData) => {
  it.each(everyOptimizer)('k steps of fitSync equal k times lossAndGrad + step: $title', ({ Class, options }) => {
    using data = makeData();
    using fused = makeModel();
    using byHand = makeModel();
    using fusedOptimizer = new Class(fused.parameters(), options);
    using handOptimizer = new Class(byHand.parameters(), options);
    const random = noise(11);
    const orders = Array.from({ length: EPOCHS }, () => permutation(data.length, random));

    const result = fitSync(fused, data, {
      loss: 'halfSquaredError',
      optimizer: fusedOptimizer,
      epochs: EPOCHS,
      batchSize: BATCH,
      sampleOrder: (epoch) => orders[epoch]!,
    });
    let steps = 0;
    const losses: number[] = [];
    for (const order of orders) {
      const epoch = epochByHand(byHand, data, handOptimizer as never, order, BATCH);
      steps += epoch.steps;
      losses.push(epoch.loss);
    }

    expect(result.steps).toBe(steps);
    expect(steps).toBe(EPOCHS * 7);
    expect(parameterBits(fused)).toEqual(parameterBits(byHand));
    expect(stateBits(fusedOptimizer as never)).toEqual(stateBits(handOptimizer as never));
    expect(result.losses).toHaveLength(losses.length);
    result.losses.forEach((loss, i) => {
      expect(Math.abs(loss - losses[i]!)).toBeLessThan(1e-12 * Math.max(1, losses[i]!));
    });
    expect(losses.at(-1)).not.toBe(losses[0]);
  });
});

describe('fit equals fitSync, however it is sliced', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** Several blocks of an evaluation (212 rows each), and a last one that is not full. */
  const wide = () => twoLayers(7, 300, 2);

  interface Ran {
    readonly result: ReturnType<typeof timeless>;
    readonly parameters: number[];
    readonly state: unknown;
    readonly turns: number;
  }

  async function ran(
    train: typeof fit | typeof fitSync,
    Class: new (...args: never) => Optimizer<never>,
  ): Promise<Ran> {
    using data = samples(7, 2, 700);
    using model = wide();
    using optimizer = new Class(...([model.parameters(), { lr: 0.01 }] as never));
    let turns = 0;
    const result = await train(model, data, {
      loss: 'halfSquaredError',
      optimizer: optimizer as never,
      epochs: 2,
      batchSize: 64,
      logEvery: 150,
      seed: 4,
      onProgress: () => {
        turns++;
      },
    });
    expect(result.secondsPerEpoch).toBeGreaterThan(0);
    return { result: timeless(result), parameters: parameterBits(model), state: stateBits(optimizer), turns };
  }

  it.each([...optimizers])('%s', async (_, Class) => {
    const { turns: syncTurns, ...sync } = await ran(fitSync, Class as never);
    const { turns: asyncTurns, ...async } = await ran(fit, Class as never);
    expect(async).toEqual(sync);
    expect(sync.result.losses).toHaveLength(1 + 2 * 4);
    expect(asyncTurns).toBeGreaterThanOrEqual(syncTurns);
  });

  it.each([
    ['a clock that crawls, so that slices grow as fast as they may', () => 0.001],
    ['a clock that leaps, so that slices are as short as can be', () => 1000],
    [
      'a clock that does both',
      (
        (random) => () =>
          random() > 0 ? 200 * random() ** 2 : 0.01
      )(noise(3)),
    ],
  ])('with %s', async (_, tick) => {
    const Class = optimizers.get('Adam')!;
    const { turns: _syncTurns, ...sync } = await ran(fitSync, Class as never);
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      now += tick();
      return now;
    });
    const { turns, ...async } = await ran(fit, Class as never);
    expect(async).toEqual(sync);
    expect(turns).toBeGreaterThan(3);
  });
});
