// A fit resumed from a checkpoint against the one that was never interrupted: to the bit, whatever the options and wherever it was cut.
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Checkpoint,
  dataset,
  decodeStateDict,
  ExponentialMovingAverage,
  encodeStateDict,
  type FitOptions,
  fit,
  fitSync,
  linear,
  linearRegression,
  memoryUsage,
  OneCycleLR,
  SGD,
  sequential,
} from '../../src/index.js';
import { checkpointBytes, checkpointOf } from '../../src/io/checkpoint/file.js';
import { optimizers } from '../optimizers.js';
import { drawn, EPOCHS, ran, samples, trains } from './anyOptions.js';
import { parameterBits, stateBits } from './byHand.js';

const SIZE = { N: 37, hidden: 6 };

/** Out of the process and back in. */
const travelled = (checkpoint: Checkpoint): Checkpoint =>
  decodeStateDict(JSON.parse(JSON.stringify(encodeStateDict(structuredClone(checkpoint)))));

describe('a fit resumed from a checkpoint', () => {
  it('gives the bits of the one that was not interrupted', { timeout: 120_000 }, async () => {
    const before = memoryUsage();
    await fc.assert(
      fc.asyncProperty(drawn, fc.nat(EPOCHS - 1), fc.boolean(), async (one, cut, sync) => {
        fc.pre(trains(one, SIZE));
        const checkpoints: Checkpoint[] = [];
        const whole = await ran(sync ? fitSync : fit, one, SIZE, (checkpoint) => {
          checkpoints.push(checkpoint);
        });
        const at = travelled(checkpoints[Math.min(cut, checkpoints.length - 1)]!);
        expect(await ran(sync ? fit : fitSync, one, SIZE, undefined, at)).toEqual(whole);
        // The fit that went on has not changed the checkpoint.
        expect(at.epoch).toBe(at.history.length);
      }),
      { numRuns: 60, seed: 5 },
    );
    expect(memoryUsage()).toBe(before);
  });
});

describe('a fit resumed from a checkpoint within an epoch, as a file', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('gives the bits of the one that was not interrupted, whichever batch or evaluation came next', {
    timeout: 240_000,
  }, async () => {
    // A clock that leaps: slices are as short as can be.
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
    const before = memoryUsage();
    let within = 0;
    await fc.assert(
      fc.asyncProperty(drawn, fc.nat(), fc.boolean(), async (one, cut, sync) => {
        fc.pre(trains(one, SIZE));
        const whole = await ran(fit, one, SIZE);
        const checkpoints: Checkpoint[] = [];
        const kept = await ran(fit, one, SIZE, (checkpoint) => checkpoints.push(checkpoint), undefined, true);
        expect(kept).toEqual(whole);
        for (const at of [cut, cut + 1, cut + 2]) {
          const chosen = checkpoints[at % checkpoints.length]!;
          const resume = checkpointOf('resume', checkpointBytes('checkpoint', chosen)) as Checkpoint;
          if (resume.position && resume.position.seen < SIZE.N) within++;
          expect(await ran(sync ? fitSync : fit, one, SIZE, undefined, resume)).toEqual(whole);
        }
      }),
      { numRuns: 40, seed: 7 },
    );
    expect(within).toBeGreaterThan(40);
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
    using data = samples(SIZE.N);
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
    using data = samples(SIZE.N);
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
    using data = samples(SIZE.N);
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
    let stopping: Checkpoint | undefined;
    fitSync(model, data, {
      ...{ ...options, earlyStopping: { patience: 1 } },
      onCheckpoint: (given) => {
        stopping = given;
      },
    });
    before.splice(0, 2, parameterBits(model), stateBits(optimizer as never));
    const best = { best: 1, bestEpoch: 0, waited: 0, values: model.parameters().map(({ data }) => data.slice()) };
    for (const earlyStopping of [
      { ...best, waited: undefined },
      { ...best, values: undefined },
      { ...best, values: [] },
    ]) {
      const resume = { ...stopping!, earlyStopping: earlyStopping as never };
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

it('goes on from the end of OneCycleLR, which has an lr below 0 after its last step', () => {
  const data = dataset([[1], [2]], [1, 2]);
  const run = (resume?: Checkpoint) => {
    const model = linearRegression({ inputs: 1, seed: 1 });
    const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
    const scheduler = new OneCycleLR(optimizer, { maxLr: 0.1, totalSteps: 10, annealStrategy: 'linear' });
    let last: Checkpoint | undefined;
    const { status, losses } = fitSync(model, data, {
      ...{ optimizer, scheduler, epochs: 10, resume },
      onCheckpoint: (checkpoint) => {
        last = checkpoint;
      },
    });
    return { status, losses, last, lr: optimizer.paramGroups[0]!.lr };
  };
  const { last, ...whole } = run();
  expect(whole.lr).toBeLessThan(0);
  expect(run(last)).toEqual({ ...whole, last: undefined });
});
