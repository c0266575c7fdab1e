// Every way in which training on batches ends, its errors among them; nothing is left behind.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Adam,
  type Batch,
  type Batches,
  BusyError,
  type Dataset,
  linear,
  type Model,
  memoryUsage,
  type PartialFitOptions,
  partialFit,
  relu,
  sequential,
} from '../../src/index.js';
import { cut, slowly } from './batches.js';
import { OVERFLOWS, overflowing } from './overflow.js';
import { samples } from './samples.js';

let model: Model;
let optimizer: Adam;
let data: Dataset;

beforeEach(() => {
  model = sequential(linear(3, 5, { seed: 1 }), relu(), linear(5, 1, { seed: 2 }));
  optimizer = new Adam(model.parameters(), { lr: 0.02 });
  data = samples(61);
});
afterEach(() => {
  for (const one of [optimizer, model, data]) one.dispose();
});

const options = (more: Partial<PartialFitOptions> = {}): PartialFitOptions => ({ loss: 'mse', optimizer, ...more });

describe('ends', () => {
  /** Batches without end, and whether their generator was closed. */
  function endless(): Batches & { closed: boolean } {
    const source = {
      closed: false,
      async *[Symbol.asyncIterator]() {
        try {
          for (;;) {
            await Promise.resolve();
            yield data as Batch;
          }
        } finally {
          source.closed = true;
        }
      },
    };
    return source;
  }

  it('where onProgress says so', async () => {
    const batches = endless();
    const result = await partialFit(model, batches, options({ onProgress: ({ steps }) => steps < 4 }));
    expect(result).toMatchObject({ status: 'stopped', steps: 4, samples: 4 * 61 });
    expect(batches.closed).toBe(true);
  });

  it('where it is aborted, before, between and while it waits for a batch that never comes', async () => {
    expect((await partialFit(model, endless(), options({ signal: AbortSignal.abort() }))).steps).toBe(0);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const batches = endless();
    expect((await partialFit(model, batches, options({ signal: controller.signal }))).status).toBe('aborted');
    expect(batches.closed).toBe(true);
    const waiting = new AbortController();
    setTimeout(() => waiting.abort(), 20);
    async function* never(): AsyncGenerator<Batch> {
      yield data;
      await new Promise(() => {});
    }
    const result = await partialFit(model, never(), options({ signal: waiting.signal }));
    expect(result).toMatchObject({ status: 'aborted', steps: 1 });
    optimizer.step();
  });

  it('where it diverges, without the step; or leaves that step out', async () => {
    const bad: Batch = { features: new Float32Array(3), targets: [OVERFLOWS] };
    const good: Batch = { features: Float32Array.of(1, 2, 3), targets: [1] };
    const diverged = await partialFit(model, [good, bad, good], options({ loss: overflowing }));
    expect(diverged).toMatchObject({ status: 'diverged', steps: 1, divergedAt: 2 });
    expect(optimizer.stateDict().state[0]!.step).toBe(1);
    const skipped = await partialFit(model, [good, bad, good], options({ loss: overflowing, skipNonFinite: true }));
    expect(skipped).toMatchObject({ status: 'completed', steps: 2, skipped: 1, samples: 3 });
    const huge: Batch = { features: new Float32Array(3).fill(1e38), targets: [0] };
    const lost = await partialFit(model, [huge, good], options({ skipNonFinite: true }));
    expect(lost).toMatchObject({ steps: 1, skipped: 1 });
    expect(lost.loss).toBeGreaterThan(0);
    expect(model.predict(new Float32Array(3)).every(Number.isFinite)).toBe(true);
  });

  it('with what is thrown, the model as of the last step, and the batch named by its index', async () => {
    const mine = new Error('mine');
    const good: Batch = { features: new Float32Array(3), targets: [1] };
    async function* failing(): AsyncGenerator<Batch> {
      yield good;
      throw mine;
    }
    let closed = 0;
    const closing = (batches: readonly unknown[]) => ({
      *[Symbol.iterator](): Generator<Batch> {
        try {
          yield* batches as Batch[];
        } finally {
          closed++;
        }
      },
    });
    const before = memoryUsage();
    const throwing = () => {
      throw mine;
    };
    const cases: [Batches, Partial<PartialFitOptions>, unknown][] = [
      [failing(), {}, mine],
      [closing([good, good]), { onProgress: throwing }, mine],
      [closing([good, 3]), {}, /^partialFit: batch 1 must be \{ features, targets, weights\? \} or a dataset, got 3$/],
      [closing([good, { ...good, targets: [1, 2] }]), {}, /^partialFit: batch 1: y must hold 1 numbers for 1 rows/],
      [closing([good, { ...good, features: new Float32Array(4) }]), {}, /^partialFit: batch 1: features must/],
      [closing([good, { ...good, weights: [Number.NaN] }]), {}, /^partialFit: batch 1: weights\[0\] must be/],
    ];
    for (const [i, [batches, more, error]] of cases.entries()) {
      const failed = partialFit(model, batches, options(more));
      await (error === mine ? expect(failed).rejects.toBe(mine) : expect(failed).rejects.toThrow(error as RegExp));
      expect(optimizer.stateDict().state[0]!.step).toBe(i + 1);
      expect(memoryUsage()).toBe(before);
    }
    expect(closed).toBe(cases.length - 1);
  });
});

it('is busy from the call on, and no longer once it has ended', async () => {
  const running = partialFit(model, slowly(cut(data)), options());
  await expect(partialFit(model, cut(data), options())).rejects.toThrow(BusyError);
  expect(() => model.lossAndGrad('mse', new Float32Array(3), [1])).toThrow(BusyError);
  expect(() => optimizer.dispose()).toThrow(BusyError);
  expect(model.predict(new Float32Array(3))).toHaveLength(1);
  await running;
  optimizer.step();
});

it.each<[string, unknown, unknown, typeof TypeError]>([
  ['model', 3, [], TypeError],
  ['batches', undefined, 3, TypeError],
  ['batches', undefined, undefined, TypeError],
])('refuses a wrong %s', async (name, wrongModel, batches, Kind) => {
  const failed = partialFit((wrongModel ?? model) as Model, batches as Batches, options());
  await expect(failed).rejects.toThrow(Kind);
  await expect(failed).rejects.toThrow(`partialFit: ${name}`);
  optimizer.step();
});

it.each<[object, typeof TypeError]>([
  [{ optimizer: undefined }, TypeError],
  [{ loss: 'nothing' }, RangeError],
  [{ accumulate: 0 }, RangeError],
  [{ epochs: 2 }, TypeError],
  [{ onProgress: 3 }, TypeError],
  [{ average: {} }, TypeError],
  [{ clipGradNorm: -1 }, RangeError],
])('refuses %j', async (wrong, Kind) => {
  await expect(partialFit(model, cut(data), options(wrong as never))).rejects.toThrow(Kind);
  optimizer.step();
});
