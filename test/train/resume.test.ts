// A fit resumed from a checkpoint against the one that was never interrupted: to the bit, whatever the options and wherever it was cut.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batchNorm,
  type Checkpoint,
  CosineAnnealingLR,
  type Dataset,
  dataset,
  decodeStateDict,
  dropout,
  ExponentialMovingAverage,
  encodeStateDict,
  type FitOptions,
  type FitResult,
  fit,
  fitSync,
  linear,
  memoryUsage,
  OneCycleLR,
  ReduceLROnPlateau,
  relu,
  StochasticWeightAverage,
  sequential,
} from '../../src/index.js';
import { optimizers } from '../optimizers.js';
import { noise, parameterBits, stateBits, timeless } from './byHand.js';

const N = 37;
const EPOCHS = 5;

function samples(n = N): Dataset {
  const random = noise(21);
  const rows = Array.from({ length: n }, () => [random(), random(), random()]);
  return dataset(
    rows,
    rows.map(([a, b]) => (a! * b! > 0 ? 1 : 0)),
  );
}

/** What a fit is of; all of it is drawn at random. */
interface Drawn {
  readonly optimizer: string;
  readonly batchSize: number;
  readonly accumulate: number;
  readonly seed: number;
  readonly schedule: 'none' | 'cosine' | 'plateau' | 'oneCycle';
  readonly average: 'none' | 'ema' | 'swa';
  readonly patience: number | undefined;
  readonly validation: number | undefined;
  readonly logEvery: number | undefined;
  readonly more: Pick<FitOptions, 'shuffle' | 'dropLast' | 'skipNonFinite' | 'classWeights'>;
  readonly clipGradNorm: number | undefined;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  optimizer: fc.constantFrom(...optimizers.keys()),
  batchSize: fc.integer({ min: 2, max: 17 }),
  accumulate: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(100),
  schedule: fc.constantFrom('none', 'cosine', 'plateau', 'oneCycle'),
  average: fc.constantFrom('none', 'ema', 'swa'),
  patience: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  validation: fc.constantFrom(undefined, 0.2, 0.5),
  logEvery: fc.constantFrom(undefined, 5, 1000),
  more: fc.record({
    shuffle: fc.boolean(),
    dropLast: fc.boolean(),
    skipNonFinite: fc.boolean(),
    classWeights: fc.constantFrom<NonNullable<FitOptions['classWeights']>[]>('balanced', [2, 1]),
  }),
  clipGradNorm: fc.constantFrom(undefined, 0.5),
});

/** All that a fit leaves behind, but for the clock. */
interface Ended {
  readonly result: ReturnType<typeof timeless>;
  readonly model: unknown;
  readonly optimizer: unknown;
  readonly schedule: unknown;
  readonly average: unknown;
}

/** Runs it over objects of its own, from a checkpoint if there is one, and gives each checkpoint to `keep`. */
async function ran(
  train: typeof fit | typeof fitSync,
  drawn: Drawn,
  keep?: (checkpoint: Checkpoint) => void,
  resume?: Checkpoint,
): Promise<Ended> {
  using data = samples();
  using model = sequential(
    linear(3, 6, { seed: 1 }),
    batchNorm(6),
    relu(),
    dropout(0.3, { seed: 2 }),
    linear(6, 2, { seed: 3 }),
  );
  const Class = optimizers.get(drawn.optimizer)!;
  using optimizer = new Class(model.parameters(), { lr: 0.02 });
  const scheduler =
    drawn.schedule === 'cosine'
      ? new CosineAnnealingLR(optimizer, { tMax: 40 })
      : drawn.schedule === 'plateau'
        ? new ReduceLROnPlateau(optimizer, { patience: 0, factor: 0.5 })
        : new OneCycleLR(optimizer, { maxLr: 0.05, totalSteps: 500, cycleMomentum: false });
  const average =
    drawn.average === 'ema'
      ? new ExponentialMovingAverage(model.parameters(), { decay: 0.8 })
      : new StochasticWeightAverage(model.parameters().slice(1));
  const { batchSize, accumulate, seed, patience, validation, logEvery, clipGradNorm, more } = drawn;
  const result: FitResult = await train(model, data, {
    ...{ loss: 'crossEntropy', optimizer, epochs: EPOCHS, batchSize, accumulate, seed, ...more },
    metrics: ['accuracy'],
    ...(drawn.schedule !== 'none' && { scheduler }),
    ...(drawn.schedule === 'oneCycle' && { scheduleEvery: 'step' }),
    ...(drawn.average !== 'none' && { average }),
    ...(patience !== undefined && { earlyStopping: { patience, monitor: 'accuracy' } }),
    ...(validation !== undefined && { validation }),
    ...(logEvery !== undefined && { logEvery }),
    ...(clipGradNorm !== undefined && { clipGradNorm }),
    ...(keep && { onCheckpoint: keep }),
    ...(resume && { resume }),
  });
  const ended: Ended = {
    result: timeless(result),
    model: encodeStateDict(model.stateDict()),
    optimizer: [stateBits(optimizer as never), optimizer.paramGroups.map(({ params: _, ...options }) => options)],
    schedule: scheduler.stateDict(),
    average: encodeStateDict(average.stateDict()),
  };
  average.dispose();
  return ended;
}

/** Out of the process and back in. */
const travelled = (checkpoint: Checkpoint): Checkpoint =>
  decodeStateDict(JSON.parse(JSON.stringify(encodeStateDict(structuredClone(checkpoint)))));

describe('a fit resumed from a checkpoint', () => {
  it('gives the bits of the one that was not interrupted', { timeout: 120_000 }, async () => {
    const before = memoryUsage();
    await fc.assert(
      fc.asyncProperty(drawn, fc.nat(EPOCHS - 1), fc.boolean(), async (one, cut, sync) => {
        // A batch of one row is nothing that batchNorm can train on.
        const rows = N - Math.round(N * (one.validation ?? 0));
        fc.pre(one.more.dropLast || rows % one.batchSize !== 1);
        const checkpoints: Checkpoint[] = [];
        const whole = await ran(sync ? fitSync : fit, one, (checkpoint) => {
          checkpoints.push(checkpoint);
        });
        const at = travelled(checkpoints[Math.min(cut, checkpoints.length - 1)]!);
        expect(await ran(sync ? fit : fitSync, one, undefined, at)).toEqual(whole);
        // What is in a checkpoint is not what goes on.
        expect(at.epoch).toBe(at.history.length);
      }),
      { numRuns: 60, seed: 5 },
    );
    expect(memoryUsage()).toBe(before);
  });
});

describe('checkpoints', () => {
  const make = () => {
    const model = sequential(linear(3, 1, { seed: 1 }));
    const Adam = optimizers.get('Adam')!;
    return { model, optimizer: new Adam(model.parameters(), { lr: 0.02 }) };
  };

  it('come every so many epochs, and fit waits for what they are given to', async () => {
    using data = samples();
    const { model, optimizer } = make();
    const log: string[] = [];
    await fit(model, data, {
      ...{ loss: 'mse', optimizer, epochs: 5, checkpointEvery: 2 },
      onEpoch: ({ epoch }) => {
        log.push(`epoch ${epoch}`);
      },
      onCheckpoint: async ({ epoch }) => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        log.push(`checkpoint ${epoch}`);
      },
    });
    expect(log).toEqual(['epoch 0', 'epoch 1', 'checkpoint 2', 'epoch 2', 'epoch 3', 'checkpoint 4', 'epoch 4']);
    optimizer.dispose();
    model.dispose();
  });

  it('fitSync refuses to wait; what a promise comes to comes out of fit; both leave all usable', async () => {
    using data = samples();
    const { model, optimizer } = make();
    const onCheckpoint = () => Promise.reject(new Error('disk full'));
    const options = { loss: 'mse', optimizer, onCheckpoint } as const;
    expect(() => fitSync(model, data, { ...options, onCheckpoint: async () => {} })).toThrow(TypeError);
    await expect(fit(model, data, options)).rejects.toThrow('disk full');
    optimizer.step();
    expect(fitSync(model, data, { loss: 'mse', optimizer }).status).toBe('completed');
    optimizer.dispose();
    model.dispose();
  });

  it('of another fit are refused, and nothing is changed', () => {
    using data = samples();
    const { model, optimizer } = make();
    let checkpoint: Checkpoint | undefined;
    const onCheckpoint = (given: Checkpoint) => {
      checkpoint = given;
    };
    const options: FitOptions = { loss: 'mse', optimizer };
    fitSync(model, data, { ...options, onCheckpoint });
    const before = [parameterBits(model), stateBits(optimizer as never)];
    const { optimizer: state, model: weights } = checkpoint!;
    using average = new ExponentialMovingAverage(model.parameters());
    const wrong: [Partial<FitOptions>, typeof TypeError][] = [
      [{ resume: 3 as never }, TypeError],
      [{ resume: { ...checkpoint!, epoch: -1 } }, RangeError],
      [{ resume: { ...checkpoint!, generators: { shuffle: '1', layers: ['2'] } } }, TypeError],
      [{ resume: { ...checkpoint!, generators: { shuffle: 'x', layers: [] } } }, TypeError],
      [{ resume: { ...checkpoint!, generators: 5 as never } }, TypeError],
      [{ resume: { ...checkpoint!, history: null as never } }, TypeError],
      [{ resume: checkpoint!, average }, TypeError],
      [{ resume: checkpoint!, earlyStopping: { patience: 1 } }, TypeError],
      [{ resume: { ...checkpoint!, average: average.stateDict() } }, TypeError],
      [{ resume: { ...checkpoint!, model: {} } }, RangeError],
      // The model's state fits, and is another; the optimizer's does not.
      [
        {
          resume: {
            ...checkpoint!,
            model: { ...weights, '0.bias': { shape: [1], data: Float32Array.of(7) } },
            optimizer: { ...state, param_groups: [] },
          },
        },
        RangeError,
      ],
    ];
    const best = { best: 1, bestEpoch: 0, waited: 0, values: model.parameters().map(({ data }) => data.slice()) };
    for (const earlyStopping of [
      { ...best, waited: undefined },
      { ...best, values: undefined },
      { ...best, values: [] },
    ]) {
      const resume = { ...checkpoint!, earlyStopping: earlyStopping as never };
      wrong.push([{ resume, earlyStopping: { patience: 1 } }, TypeError]);
    }
    const used = memoryUsage();
    for (const [more, Kind] of wrong) {
      expect(() => fitSync(model, data, { ...options, ...more })).toThrow(Kind);
      expect(memoryUsage()).toBe(used);
      expect([parameterBits(model), stateBits(optimizer as never)]).toEqual(before);
    }
    optimizer.dispose();
    model.dispose();
  });
});
