// A fit in a worker leaves what a fit here leaves, to the bit: parameters, gradients, buffers, generators, optimizer, schedule, losses.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest } from '../../src/doctor.js';
import {
  Adam,
  batchNorm,
  ChainedScheduler,
  type Checkpoint,
  ConstantLR,
  dropout,
  ExponentialLR,
  ExponentialMovingAverage,
  elu,
  embedding,
  type FitOptions,
  fit as fitHere,
  fitSync,
  gelu,
  type Layer,
  layerNorm,
  leakyRelu,
  linear,
  mlp,
  normalization,
  OneCycleLR,
  type Optimizer,
  type Parameter,
  parameter,
  ReduceLROnPlateau,
  relu,
  SGD,
  StepLR,
  StochasticWeightAverage,
  sequential,
  sigmoid,
  silu,
  softplus,
  tanh,
  targetScaling,
  warmupCosine,
} from '../../src/index.js';
import { fit } from '../../src/worker.js';
import { optimizers, variants } from '../optimizers.js';
import type { AnySchedule } from '../schedules.js';
import { drawn, ran, trains } from '../train/anyOptions.js';
import { adamSide, common, everything, expectSame, N, samples, snapshot, timeless } from './subjects.js';

const data = samples();

describe('optimizers', () => {
  it.each([...optimizers.keys()])('%s', async (name) => {
    const Class = optimizers.get(name)!;
    const all = variants(Class);
    const [, options] = all.at(-1)!;
    await expectSame(() => {
      const model = everything();
      return { model, optimizer: new Class(model.parameters(), options) };
    }, data);
  });

  it('groups with options of their own, and a frozen parameter', async () => {
    await expectSame(() => {
      const model = everything();
      const [first, second, ...rest] = model.parameters();
      first!.requiresGrad = false;
      const groups = [{ params: rest, lr: 0.003, amsgrad: true }, { params: [second!, first!] }];
      return { model, optimizer: new Adam(groups, { lr: 0.01, weightDecay: 0.1 }) };
    }, data);
  });

  it('parameters that are not of the model, and some of the model without an optimizer', async () => {
    const make = () => {
      const model = everything();
      const other = parameter([1, 2, 3, 4, 5, 6], [2, 3]);
      other.grad.fill(0.5);
      return { model, other, optimizer: new SGD([other, model.parameters()[0]!], { lr: 0.1, momentum: 0.9 }) };
    };
    const made: Parameter[] = [];
    await expectSame(() => {
      const { other, ...side } = make();
      made.push(other);
      return side;
    }, data);
    const [here, there] = made.map(({ data }) => Array.from(data));
    expect(there).toEqual(here);
    expect(there![0]).toBeLessThan(1);
  });
});

describe('schedules', () => {
  // biome-ignore lint/suspicious/noExplicitAny: whatever its options are
  type Make = (optimizer: Optimizer<any>) => AnySchedule;
  const cases: [string, 'step' | 'epoch', Make][] = [
    ['OneCycleLR', 'step', (o) => new OneCycleLR(o, { maxLr: 0.05, totalSteps: 100 })],
    ['SequentialLR', 'step', (o) => warmupCosine(o, { warmupSteps: 5, totalSteps: 60 })],
    ['StepLR', 'epoch', (o) => new StepLR(o, { stepSize: 2, gamma: 0.3 })],
    ['ReduceLROnPlateau', 'epoch', (o) => new ReduceLROnPlateau(o, { patience: 0, threshold: 0.5, minLr: [1e-4] })],
    [
      'ChainedScheduler',
      'step',
      (o) => new ChainedScheduler([new ConstantLR(o, { factor: 0.5 }), new ExponentialLR(o, { gamma: 0.9 })]),
    ],
  ];
  it.each(cases)('%s per %s', async (_, scheduleEvery, make) => {
    await expectSame(
      () => {
        const side = adamSide();
        return { ...side, scheduler: make(side.optimizer) };
      },
      data,
      () => ({ scheduleEvery }),
    );
  });
});

describe('layers', () => {
  const moments = { mean: [0, 1, 0.5, 0], std: [1, 2, 3, 4] };
  const chains: [string, () => Layer[]][] = [
    ['activations', () => [relu(), leakyRelu(0.2), elu(0.5), gelu(), gelu({ approximate: 'tanh' }), silu()]],
    ['more activations', () => [sigmoid(), softplus(), tanh()]],
    [
      'layerNorm',
      () => [layerNorm(4), linear(4, 3, { bias: false, seed: 7 }), layerNorm(3, { affine: false, eps: 0.1 })],
    ],
    ['batchNorm', () => [batchNorm(4, { momentum: 0.3, affine: false, eps: 0.1 })]],
    ['normalization', () => [normalization(moments), dropout(0.5, { seed: 8 })]],
  ];

  it.each(chains)('%s', async (_, make) => {
    const chain = (): Layer[] => [...make(), linear(make().length === 3 && make()[0]!.inputs ? 3 : 4, 1, { seed: 9 })];
    await expectSame(() => adamSide(sequential(...chain())), data);
  });

  it('targetScaling', async () => {
    const scaling = () => targetScaling({ mean: [5], std: [3] });
    await expectSame(() => adamSide(sequential(linear(4, 1, { seed: 9 }), scaling())), data);
  });

  it('embedding', async () => {
    const indices = samples();
    indices.features.set(indices.features.data.map((_, i) => i % 5));
    await expectSame(() => adamSide(sequential(embedding(5, 3, { seed: 1 }), linear(12, 1, { seed: 2 }))), indices);
  });
});

describe('options', () => {
  const weights = Float64Array.from({ length: N }, (_, i) => (i % 3) / 3);
  const order = Uint32Array.from({ length: N }, (_, i) => (i * 7) % N);
  const cases: [string, Partial<FitOptions>][] = [
    ['huber with delta', { loss: { huber: { delta: 0.5 } } }],
    ['sampleWeights', { sampleWeights: Array.from(weights) }],
    ['accumulate and clipping', { accumulate: 3, clipGradNorm: 0.1, clipGradValue: 0.01 }],
    ['another seed', { seed: 7 }],
    ['no shuffle', { shuffle: false }],
    ['sampleOrder', { sampleOrder: (epoch) => order.map((i) => (i + epoch) % N) }],
    ['no epochs', { epochs: 0 }],
  ];
  it.each(cases)('%s', async (_, options) => {
    await expectSame(
      () => adamSide(),
      data,
      () => options,
    );
  });

  it('validation by data of its own or by a part, with metrics and early stopping', async () => {
    const more = {
      metrics: ['r2', 'mae'],
      earlyStopping: { patience: 1, monitor: 'validationR2' },
      epochs: 20,
    } as const;
    for (const validation of [0.25, samples(2)]) {
      const { history } = await expectSame(
        () => adamSide(),
        data,
        () => ({ ...more, validation, logEvery: 7 }),
      );
      expect(history[0]).toHaveProperty('validationMae');
    }
  });

  it('classWeights, dropLast', async () => {
    const options = { loss: 'crossEntropy', classWeights: 'balanced', dropLast: true, sampleWeights: weights } as const;
    await expectSame(
      () => adamSide(everything(3)),
      samples(3),
      () => options,
    );
  });

  it.each([
    ['ExponentialMovingAverage', (all: readonly Parameter[]) => new ExponentialMovingAverage(all, { decay: 0.9 })],
    ['StochasticWeightAverage', (all: readonly Parameter[]) => new StochasticWeightAverage(all.slice(2))],
  ])('average: %s', async (_, make) => {
    await expectSame(() => {
      const side = adamSide();
      return { ...side, average: make(side.model.parameters()) };
    }, data);
  });

  it('classes with weights and smoothing', async () => {
    const loss = { crossEntropy: { labelSmoothing: 0.1, classWeights: Float32Array.of(1, 2, 3) } };
    await expectSame(
      () => adamSide(everything(3)),
      samples(3),
      () => ({ loss }),
    );
  });

  it("the model's own loss", async () => {
    const model = () => mlp({ inputs: 4, hidden: [5], outputs: 3, loss: 'crossEntropy', dropout: 0.1, seed: 4 });
    await expectSame(
      () => adamSide(model()),
      samples(3),
      () => ({ loss: undefined as never }),
    );
  });

  it('a fit that diverges, and one that skips its bad steps', async () => {
    const sgd = () => {
      const model = everything();
      return { model, optimizer: new SGD(model.parameters(), { lr: 1e30 }) };
    };
    const { status } = await expectSame(sgd, data);
    expect(status).toBe('diverged');
    await expectSame(sgd, data, () => ({ skipNonFinite: true }));
  });
});

it('goes on with the optimizer in a second fit: two in the worker are one here', async () => {
  const [whole, parts] = [adamSide(), adamSide()];
  const options = { ...common, logEvery: N, shuffle: false };
  await fit(whole.model, data, { ...options, optimizer: whole.optimizer, epochs: 4 });
  await fit(parts.model, data, { ...options, optimizer: parts.optimizer, epochs: 1 });
  await fit(parts.model, data, { ...options, optimizer: parts.optimizer, epochs: 3 });
  expect(snapshot(parts)).toEqual(snapshot(whole));
});

it('any options, drawn at random, together', { timeout: 120_000 }, async () => {
  const size = { N: 61, hidden: 6 };
  const property = fc.asyncProperty(drawn, async (one) => {
    fc.pre(trains(one, size));
    expect(await ran(fit, one, size)).toEqual(await ran(fitSync, one, size));
  });
  await fc.assert(property, { numRuns: 12, seed: 11 });
});

it('gives the digest of some of everything that trains', { timeout: 120_000 }, async () => {
  expect(await digest({ fit })).toBe(await digest({ fit: fitHere }));
});

it('two fits in two workers at once', async () => {
  const sides = [adamSide(), adamSide(), adamSide()];
  const run = ({ model, optimizer }: (typeof sides)[0], seed: number) =>
    fit(model, data, { ...common, optimizer, seed });
  await Promise.all([run(sides[0]!, 1), run(sides[1]!, 2)]);
  await run(sides[2]!, 1);
  expect(snapshot(sides[2]!)).toEqual(snapshot(sides[0]!));
  expect(snapshot(sides[1]!)).not.toEqual(snapshot(sides[0]!));
});

it('checkpoints: those of a fit here, and a fit goes on from one on either side', async () => {
  const checkpointsOf = async (train: typeof fitHere, side: ReturnType<typeof adamSide>) => {
    const all: Checkpoint[] = [];
    const onCheckpoint = (checkpoint: Checkpoint) => void all.push(checkpoint);
    const { optimizer } = side;
    const options = { ...common, optimizer, epochs: 6, checkpointEvery: 2, validation: 0.3, onCheckpoint };
    const result = await train(side.model, data, { ...options, earlyStopping: { patience: 5 } });
    const untimed = all.map(({ history, ...rest }) => ({
      ...rest,
      history: history.map((row) => ({ ...row, seconds: 0 })),
    }));
    return { all, untimed, result };
  };
  const [here, there, resumed] = [adamSide(), adamSide(), adamSide()];
  const expected = await checkpointsOf(fitHere, here);
  const actual = await checkpointsOf(fit, there);
  expect(actual.untimed).toHaveLength(3);
  expect(actual.untimed).toEqual(expected.untimed);
  expect(snapshot(there)).toEqual(snapshot(here));
  const { optimizer } = resumed;
  const options = { ...common, optimizer, epochs: 6, validation: 0.3, earlyStopping: { patience: 5 } };
  const result = await fit(resumed.model, data, { ...options, resume: actual.all[0]! });
  expect(timeless(result)).toEqual(timeless(expected.result));
  expect(snapshot(resumed)).toEqual(snapshot(here));
});
