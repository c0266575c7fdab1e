// Reports of a fit while it runs and after it, and what its callbacks may do.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  dataset,
  type FitOptions,
  fit,
  fitSync,
  linear,
  memoryUsage,
  type Progress,
  relu,
  SGD,
  sequential,
} from '../../src/index.js';
import { data, options as fitOptions, freshEachTest, model, optimizer } from './fixture.js';

const make = () => sequential(linear(3, 5, { seed: 1 }), relu(), linear(5, 1, { seed: 2 }));
freshEachTest({ make, lr: 0.02, rows: 43 });
const options = (more: Partial<FitOptions> = {}): FitOptions => fitOptions({ loss: 'mse', batchSize: 6, ...more });

describe('history and progress', () => {
  it('tell where the fit is', async () => {
    const seen: Progress[] = [];
    const result = await fit(model, data, options({ epochs: 3, onProgress: (progress) => void seen.push(progress) }));
    expect(result.history.map(({ epoch, steps, skipped }) => [epoch, steps, skipped])).toEqual([
      [0, 8, 0],
      [1, 16, 0],
      [2, 24, 0],
    ]);
    expect(result.history.map(({ loss }) => loss)).toEqual(result.losses);
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
    const more = { epochs: 2, batchSize: 1, shuffle: false, logEvery: 3 };
    expect(fitSync(model, far, options(more))).toMatchObject({ status: 'diverged', steps: 0 });
    const result = fitSync(model, far, options({ ...more, skipNonFinite: true }));
    expect(result).toMatchObject({ status: 'completed', steps: 4, skipped: 2 });
    expect(result.losses.some(Number.isFinite)).toBe(false);
    expect(result.history.map(({ skipped }) => skipped)).toEqual([1, 2]);
    // Without evaluations the steps left out do not count.
    const { losses } = fitSync(model, far, options({ ...more, logEvery: undefined, skipNonFinite: true }));
    expect(losses.every(Number.isFinite)).toBe(true);
    model.parameters()[0]!.data[0] = Number.NaN;
    expect(fitSync(model, far, options({ ...more, skipNonFinite: true }))).toMatchObject({ status: 'diverged' });
  });
});
