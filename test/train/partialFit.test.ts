// Training on batches as they come: the bits of the loop by hand, back-pressure, and memory.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Adam,
  type Batch,
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
import { cut, slowly } from './batches.js';
import { bits, parameterBits, stateBits } from './byHand.js';
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
    const batches = cut(data, weighted);
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
  const [a, b, c] = cut(data).map(({ features }) => features as Float32Array);
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
      for (const [i, batch] of cut(data).entries()) {
        seen.push(`batch ${i}`);
        yield batch;
      }
    }
    await partialFit(model, batches(), options({ onProgress: ({ steps }) => void seen.push(`step ${steps}`) }));
    expect(seen).toEqual(cut(data).flatMap((_, i) => [`batch ${i}`, `step ${i + 1}`]));
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
