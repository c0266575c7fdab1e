// A fit by LBFGS: an epoch is one iteration over all rows, to the bit what `step` makes of lossAndGrad.
import { describe, expect, it } from 'vitest';
import {
  BusyError,
  type Checkpoint,
  type CustomLoss,
  type Dataset,
  dataset,
  decodeStateDict,
  dropout,
  ExponentialMovingAverage,
  encodeStateDict,
  type FitOptions,
  fit,
  fitSync,
  LBFGS,
  type LBFGSOptions,
  type LossSpec,
  linear,
  type Model,
  memoryUsage,
  partialFit,
  StepLR,
  sequential,
  tanh,
} from '../../src/index.js';
import { fit as workerFit } from '../../src/worker.js';
import { customMse } from '../nn/customParts.js';
import { noise, parameterBits, timeless } from './byHand.js';

const ROWS = 45;
const EPOCHS = 12;

const random = noise(4);
const rows = Array.from({ length: ROWS }, () => Array.from({ length: 3 }, random));
const values = rows.map(([a, b, c]) => Math.sin(2 * a!) - b! * c! + 0.1 * random());
const numbers = dataset(rows, values);
const classes = dataset(
  rows,
  rows.map(([a, b]) => (a! > 0.3 ? 2 : b! > 0 ? 1 : 0)),
);
const weights = Float32Array.from(rows, () => 1 + random() / 2);

const problems: readonly [string, () => Model, Dataset, LossSpec][] = [
  ['linear regression', () => sequential(linear(3, 1, { seed: 1 })), numbers, 'halfSquaredError'],
  ['a network', () => sequential(linear(3, 9, { seed: 1 }), tanh(), linear(9, 1, { seed: 2 })), numbers, 'mse'],
  [
    'dropout, which is drawn anew at every point',
    () => sequential(linear(3, 5, { seed: 1 }), dropout(0.2, { seed: 3 }), linear(5, 1, { seed: 2 })),
    numbers,
    'mse',
  ],
  ['three classes', () => sequential(linear(3, 3, { seed: 1 })), classes, 'crossEntropy'],
];
const variants: readonly Partial<LBFGSOptions>[] = [{ lineSearchFn: 'strong_wolfe' }, { lr: 0.5, historySize: 3 }];
const cases = problems.flatMap(([title, ...problem]) =>
  variants.map((options) => ({ title: `${title}, ${JSON.stringify(options)}`, problem, options })),
);

type Parts = readonly [LBFGS, ExponentialMovingAverage, StepLR];

const bitsOf = (model: Model, optimizer: LBFGS) => [parameterBits(model), optimizer.stateDict()];

describe('a fit by LBFGS', () => {
  it.each(cases)(
    'equals the loop of step and lossAndGrad: $title',
    async ({ problem: [make, data, loss], options }) => {
      const hand = make();
      const byHand = new LBFGS(hand.parameters(), { ...options, maxIter: 1 });
      const losses = Array.from({ length: EPOCHS }, () =>
        byHand.step(() => hand.lossAndGrad(loss, data.features, data.targets, { weights })),
      );
      for (const train of [fit, fitSync, workerFit]) {
        const model = make();
        // The number of iterations is the fit's.
        const optimizer = new LBFGS(model.parameters(), { ...options, maxIter: 1 });
        const result = await train(model, data, { loss, optimizer, epochs: EPOCHS, sampleWeights: weights });
        expect(bitsOf(model, optimizer)).toEqual(bitsOf(hand, byHand));
        expect(result).toMatchObject({ status: 'completed', steps: EPOCHS });
        expect(result.losses).toEqual(losses);
        expect(losses.at(-1)).toBeLessThan(losses[0]! / 1.2);
      }
    },
  );

  it('takes one iteration per epoch whatever maxIter is, and leaves that as it was', () => {
    const [one, other] = [1, 20].map((maxIter) => {
      const model = sequential(linear(3, 1, { seed: 1 }));
      const optimizer = new LBFGS(model.parameters(), { maxIter, lineSearchFn: 'strong_wolfe' });
      fitSync(model, numbers, { loss: 'mse', optimizer, epochs: 4 });
      expect(optimizer.stateDict().state[0]!.n_iter).toBe(4);
      expect(optimizer.paramGroups[0].maxIter).toBe(maxIter);
      return parameterBits(model);
    });
    expect(one).toEqual(other);
  });

  it('goes with an average, a schedule of steps and frozen parameters', () => {
    const hand = sequential(linear(3, 1, { seed: 1 }));
    const model = sequential(linear(3, 1, { seed: 1 }));
    const [[byHand, expected, halving], [optimizer, average, scheduler]] = [hand, model].map((one) => {
      one.parameters()[1]!.requiresGrad = false;
      const optimizer = new LBFGS(one.parameters(), { lr: 0.5, maxIter: 1 });
      const average = new ExponentialMovingAverage(one.parameters(), { decay: 0.5 });
      return [optimizer, average, new StepLR(optimizer, { stepSize: 1, gamma: 0.5 })] as const;
    }) as [Parts, Parts];
    for (let epoch = 0; epoch < 3; epoch++) {
      byHand.step(() => hand.lossAndGrad('mse', numbers.features, numbers.targets));
      expected.update();
      halving.step();
    }
    const options = { loss: 'mse', optimizer, average, scheduler, scheduleEvery: 'step', epochs: 3 } as const;
    const { history } = fitSync(model, numbers, options);
    expect(history.map(({ lr }) => lr)).toEqual([0.25, 0.125, 0.0625]);
    for (const { gradNorm } of history) expect(gradNorm).toBeGreaterThan(0);
    expect(bitsOf(model, optimizer)).toEqual(bitsOf(hand, byHand));
    expect(average.stateDict()).toEqual(expected.stateDict());
  });

  it('goes with validation, early stopping, metrics and a batchSize of all rows or more', () => {
    const model = sequential(linear(3, 1, { seed: 1 }));
    const optimizer = new LBFGS(model.parameters(), { lineSearchFn: 'strong_wolfe' });
    const { history, status, steps } = fitSync(model, numbers, {
      ...{ loss: 'mse', optimizer, batchSize: 1000, epochs: 300, validation: 0.2 },
      ...{ earlyStopping: { patience: 3 }, metrics: ['r2'], logEvery: 1 },
    });
    expect(status).toBe('stopped');
    expect(steps).toBe(history.length);
    expect(history.at(-1)!.validationR2).toBeGreaterThan(0.5);
  });

  it.each(cases)(
    'goes on from a checkpoint, also from JSON: $title',
    async ({ problem: [make, data, loss], options }) => {
      const run = async (train: typeof fit | typeof fitSync, more: Partial<FitOptions> = {}) => {
        const model = make();
        const optimizer = new LBFGS(model.parameters(), options);
        const result = await train(model, data, { loss, optimizer, epochs: EPOCHS, ...more });
        return [timeless(result), bitsOf(model, optimizer)];
      };
      const checkpoints: Checkpoint[] = [];
      const whole = await run(fit, {
        onCheckpoint: (checkpoint) => {
          checkpoints.push(checkpoint);
        },
      });
      for (const at of [0, 1, EPOCHS - 2]) {
        const resume = decodeStateDict(JSON.parse(JSON.stringify(encodeStateDict(checkpoints[at]!)))) as never;
        for (const train of [fit, fitSync, workerFit]) expect(await run(train, { resume })).toEqual(whole);
      }
      await expect(run(fit, { resume: { ...checkpoints[0]!, optimizer: {} as never } })).rejects.toThrow(/optimizer/);
    },
  );

  const wrong: [RegExp, Partial<FitOptions>, typeof TypeError][] = [
    [/batchSize must be at least 45.*LBFGS goes by all rows at once.*got 32/, { batchSize: 32 }, RangeError],
    [/accumulate must be 1.*got 2/, { accumulate: 2 }, RangeError],
    [/sampleOrder must be left out/, { sampleOrder: () => new Uint32Array(ROWS) }, TypeError],
    [/clipGradNorm must be left out/, { clipGradNorm: 0 }, TypeError],
    [/clipGradValue must be left out/, { clipGradValue: 1 }, TypeError],
    [/skipNonFinite must be left out/, { skipNonFinite: true }, TypeError],
  ];
  it.each(wrong)('refuses what is for batches: %s', async (words, more, Kind) => {
    const model = sequential(linear(3, 1, { seed: 1 }));
    const optimizer = new LBFGS(model.parameters());
    const before = [bitsOf(model, optimizer), memoryUsage()];
    for (const train of [fit, fitSync, workerFit]) {
      const fitting = async () => train(model, numbers, { loss: 'mse', optimizer, ...more });
      await expect(fitting).rejects.toThrow(words);
      await expect(fitting).rejects.toThrow(Kind);
    }
    expect([bitsOf(model, optimizer), memoryUsage()]).toEqual(before);
  });

  it('partialFit refuses it, and names fit', async () => {
    const model = sequential(linear(3, 1, { seed: 1 }));
    const optimizer = new LBFGS(model.parameters()) as never;
    await expect(partialFit(model, [numbers], { loss: 'mse', optimizer })).rejects.toThrow(
      /optimizer.*LBFGS goes by all rows at once.*use fit/,
    );
  });

  it('ends as diverged where loss or gradient are not finite, with nothing changed', () => {
    const model = sequential(linear(3, 1, { seed: 1 }));
    const optimizer = new LBFGS(model.parameters());
    const before = parameterBits(model);
    const steep: CustomLoss = (prediction, target, gradient) => {
      gradient?.fill(Number.NaN);
      return customMse(prediction, target, null, { outputs: 1 } as never);
    };
    expect(fitSync(model, numbers, { loss: steep, optimizer, epochs: 5 })).toMatchObject({
      ...{ status: 'diverged', divergedAt: 1, steps: 0 },
    });
    expect(parameterBits(model)).toEqual(before);
  });

  it('leaves the last iteration when a loss written in JavaScript throws, and everything usable', () => {
    const model = sequential(linear(3, 1, { seed: 1 }));
    const optimizer = new LBFGS(model.parameters(), { lineSearchFn: 'strong_wolfe' });
    let calls = 0;
    const thrower: CustomLoss = (...args) => {
      if (++calls === 12) throw new Error('no more');
      return customMse(...args);
    };
    const used = memoryUsage();
    expect(() => fitSync(model, numbers, { loss: thrower, optimizer, epochs: 9 })).toThrow('no more');
    expect(memoryUsage()).toBe(used);
    expect(fitSync(model, numbers, { loss: 'mse', optimizer }).status).toBe('completed');
  });

  it('is busy meanwhile', () => {
    const model = sequential(linear(3, 1, { seed: 1 }));
    const optimizer = new LBFGS(model.parameters());
    const thrown: unknown[] = [];
    fitSync(model, numbers, {
      ...{ loss: 'mse', optimizer },
      onEpoch: () => {
        for (const call of [() => optimizer.step(() => 1), () => optimizer.loadStateDict(optimizer.stateDict())]) {
          try {
            call();
          } catch (error) {
            thrown.push(error);
          }
        }
      },
    });
    expect(thrown).toHaveLength(2);
    for (const error of thrown) expect(error).toBeInstanceOf(BusyError);
  });
});
