// Training on batches as they come: the bits of the loop by hand, back-pressure, how it ends, and that nothing is left behind.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Adam,
  type Batch,
  type Batches,
  BusyError,
  clipGradNorm,
  clipGradValue,
  type Dataset,
  ExponentialMovingAverage,
  fitSync,
  linear,
  type Model,
  memoryUsage,
  OneCycleLR,
  type PartialFitOptions,
  partialFit,
  relu,
  SGD,
  sequential,
} from '../../src/index.js';
import { bits, parameterBits, stateBits } from './byHand.js';
import { OVERFLOWS, overflowing } from './overflow.js';
import { samples } from './samples.js';

let model: Model;
let optimizer: Adam;
let data: Dataset;
const make = () => sequential(linear(3, 5, { seed: 1 }), relu(), linear(5, 1, { seed: 2 }));

beforeEach(() => {
  model = make();
  optimizer = new Adam(model.parameters(), { lr: 0.02 });
  data = samples(61);
});
afterEach(() => {
  for (const one of [optimizer, model, data]) one.dispose();
});

/** The data in batches of sizes that go up and down. */
function cut(weighted = false): Batch[] {
  const batches: Batch[] = [];
  const [x, y] = [data.features.data, data.targets.data];
  for (let at = 0, i = 0; at < y.length; i++) {
    const end = Math.min(at + 3 + ((5 * i) % 7), y.length);
    const weights = Array.from({ length: end - at }, (_, k) => 1 + (k % 3));
    batches.push({ features: x.slice(3 * at, 3 * end), targets: y.slice(at, end), ...(weighted && { weights }) });
    at = end;
  }
  return batches;
}

async function* slowly(batches: Iterable<Batch>): AsyncGenerator<Batch> {
  for (const batch of batches) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield batch;
  }
}

const options = (more: Partial<PartialFitOptions> = {}): PartialFitOptions => ({ loss: 'mse', optimizer, ...more });

describe('the same bits as by hand', () => {
  it.each<[string, { accumulate?: number; norm?: number; value?: number; weighted?: boolean }]>([
    ['a step per batch', {}],
    ['with weights', { weighted: true }],
    ['of three batches a step', { accumulate: 3 }],
    ['clipped by norm', { norm: 0.3 }],
    ['clipped by value', { value: 0.1 }],
    ['clipped by both', { norm: 0.5, value: 0.1 }],
    ['with all of it', { accumulate: 2, norm: 0.5, weighted: true }],
  ])('%s', async (_, { accumulate = 1, norm, value, weighted }) => {
    const batches = cut(weighted);
    using hand = make();
    using handOptimizer = new Adam(hand.parameters(), { lr: 0.02 });
    const schedule = (of: Adam) => new OneCycleLR(of, { maxLr: 0.05, totalSteps: 100 });
    const scheduler = schedule(handOptimizer);
    using average = new ExponentialMovingAverage(hand.parameters(), { decay: 0.7 });
    const norms: number[] = [];
    batches.forEach(({ features, targets, weights }, i) => {
      const start = i - (i % accumulate);
      hand.lossAndGrad('mse', features, targets, { accumulate: i > start, ...(weights && { weights }) });
      const gathered = i - start + 1;
      if (gathered < accumulate && i + 1 < batches.length) return;
      for (const { grad } of hand.parameters()) grad.set(grad.map((g) => g * Math.fround(1 / gathered)));
      norms.push(clipGradNorm(hand.parameters(), norm ?? Infinity));
      if (value !== undefined) clipGradValue(hand.parameters(), value);
      handOptimizer.step();
      scheduler.step();
      average.update();
    });

    using own = new ExponentialMovingAverage(model.parameters(), { decay: 0.7 });
    const gradNorms: number[] = [];
    const result = await partialFit(model, slowly(batches), {
      ...options({ accumulate, scheduler: schedule(optimizer), average: own }),
      ...(norm !== undefined && { clipGradNorm: norm }),
      ...(value !== undefined && { clipGradValue: value }),
      onProgress: ({ gradNorm }) => void gradNorms.push(gradNorm),
    });
    expect(result).toMatchObject({ status: 'completed', steps: norms.length, samples: 61, skipped: 0 });
    if (accumulate !== 3) {
      expect(parameterBits(model)).toEqual(parameterBits(hand));
      expect(stateBits(optimizer as never)).toEqual(stateBits(handOptimizer as never));
      expect(own.stateDict().averages.map(bits)).toEqual(average.stateDict().averages.map(bits));
    }
    // A third rounds once less where it rides on the step.
    else expect(model.parameters()[0]!.data[0]).toBeCloseTo(hand.parameters()[0]!.data[0]!, 6);
    gradNorms.forEach((gradNorm, i) => {
      expect(gradNorm).toBeCloseTo(norms[i]!, 5);
    });
  });

  it('and those of a fit over the same batches, from arrays, from tensors and from a dataset', async () => {
    const batches = Array.from({ length: 3 }, () => ({ features: data.features, targets: data.targets }));
    await partialFit(model, [data, ...batches.slice(1)], options());
    using other = make();
    using fitted = new Adam(other.parameters(), { lr: 0.02 });
    fitSync(other, data, { loss: 'mse', optimizer: fitted, epochs: 3, batchSize: 61, shuffle: false });
    expect(parameterBits(model)).toEqual(parameterBits(other));
    expect(data.disposed).toBe(false);
  });
});

it('the loss is the mean over all steps: by numerators and denominators where classes have weights', async () => {
  using classifier = sequential(linear(3, 2, { seed: 1 }));
  using still = new SGD(classifier.parameters(), { lr: 0 });
  const [a, b, c] = cut().map(({ features }) => features as Float32Array);
  const batches = [a!, b!, c!].map((features, i) => {
    const targets = Array.from({ length: features.length / 3 }, (_, k) => Number(k < i));
    return { features, targets };
  });
  const spec = { crossEntropy: { classWeights: [0.2, 3] } };
  const { loss } = await partialFit(classifier, batches, { loss: spec, optimizer: still });
  const features = Float32Array.from([...a!, ...b!, ...c!]);
  const targets = batches.flatMap((batch) => batch.targets);
  expect(loss).toBeCloseTo(classifier.lossAndGrad(spec, features, targets), 6);
});

describe('batches', () => {
  it('are asked for one at a time, once the last has been used', async () => {
    const seen: string[] = [];
    function* batches() {
      for (const [i, batch] of cut().entries()) {
        seen.push(`batch ${i}`);
        yield batch;
      }
    }
    await partialFit(model, batches(), options({ onProgress: ({ steps }) => void seen.push(`step ${steps}`) }));
    expect(seen).toEqual(cut().flatMap((_, i) => [`batch ${i}`, `step ${i + 1}`]));
  });

  it('may be none', async () => {
    const before = parameterBits(model);
    const result = await partialFit(model, [], options());
    expect(result).toEqual({ status: 'completed', steps: 0, samples: 0, skipped: 0, loss: Number.NaN });
    expect(parameterBits(model)).toEqual(before);
  });

  it('give the host its turn though they never wait', async () => {
    let turns = 0;
    const tick = () => {
      turns++;
      if (turns < 1e6) timer = setImmediate(tick);
    };
    let timer = setImmediate(tick);
    const end = performance.now() + 100;
    function* endless(): Generator<Batch> {
      while (performance.now() < end) yield data;
    }
    await partialFit(model, endless(), options());
    clearImmediate(timer);
    expect(turns).toBeGreaterThan(2);
  });

  it('take memory for the largest of them while it runs, and none after', async () => {
    const before = memoryUsage();
    let most = 0;
    const rows = (n: number): Batch => ({ features: new Float32Array(3 * n), targets: new Float32Array(n) });
    function* batches() {
      for (let i = 0; i < 300; i++) yield rows(i % 2 === 0 ? 100 : 10);
    }
    let first = 0;
    await partialFit(
      model,
      batches(),
      options({
        onProgress: ({ steps }) => {
          first ||= memoryUsage();
          most = Math.max(most, memoryUsage());
          return steps < 300;
        },
      }),
    );
    expect(most).toBe(first);
    expect(first - before).toBeGreaterThan(100 * 4 * 4);
    expect(memoryUsage()).toBe(before);
  });
});

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
  const running = partialFit(model, slowly(cut()), options());
  await expect(partialFit(model, cut(), options())).rejects.toThrow(BusyError);
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
  await expect(partialFit(model, cut(), options(wrong as never))).rejects.toThrow(Kind);
  optimizer.step();
});
