// A schedule in a fit against the loop written by hand: to the bit, a step or an epoch at a time, and however the fit is sliced.
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Dataset,
  dataset,
  type FitOptions,
  fit,
  fitSync,
  OneCycleLR,
  type Optimizer,
  type OptimizerLike,
  ReduceLROnPlateau,
  StepLR,
  warmupCosine,
} from '../../src/index.js';
import { type AnyOptions, optimizers } from '../optimizers.js';
import type { AnySchedule } from '../schedules.js';
import { noise, parameterBits, stateBits, twoLayers } from './byHand.js';
import { OVERFLOWS, overflowing } from './overflow.js';

const N = 43;
const BATCH = 5;
const EPOCHS = 4;
const STEPS = EPOCHS * Math.ceil(N / BATCH);

function samples(bad: readonly number[] = []): Dataset {
  const random = noise(9);
  const rows = Array.from({ length: N }, () => Array.from({ length: 4 }, random));
  return dataset(
    rows,
    rows.map((row, n) => (bad.includes(n) ? OVERFLOWS : row[0]! - 2 * row[2]! + 0.1 * random())),
  );
}

interface Case {
  readonly title: string;
  readonly every: 'step' | 'epoch';
  readonly make: (optimizer: Optimizer<AnyOptions>) => AnySchedule;
  readonly more?: Partial<FitOptions>;
}

const cases: readonly Case[] = [
  {
    title: 'OneCycleLR with momentum, per step',
    every: 'step',
    make: (optimizer) => {
      const group = optimizer.paramGroups[0]!;
      const cycleMomentum = 'momentum' in group || 'betas' in group;
      return new OneCycleLR(optimizer, { maxLr: 0.05, totalSteps: STEPS, cycleMomentum });
    },
  },
  {
    title: 'warm-up and cosine, per step',
    every: 'step',
    make: (optimizer) => warmupCosine(optimizer, { warmupSteps: 5, totalSteps: STEPS }),
  },
  { title: 'StepLR, per epoch', every: 'epoch', make: (o) => new StepLR(o, { stepSize: 2, gamma: 0.3 }) },
];

const all = [...optimizers].map(([name, Class]) => ({ name, Class }));
afterEach(() => {
  vi.restoreAllMocks();
});

interface Ended {
  readonly parameters: number[];
  readonly state: unknown;
  readonly groups: unknown;
  readonly schedule: unknown;
}

function ended(model: ReturnType<typeof twoLayers>, optimizer: Optimizer<AnyOptions>, scheduler: AnySchedule): Ended {
  return {
    parameters: parameterBits(model),
    state: stateBits(optimizer as never),
    groups: optimizer.stateDict().param_groups,
    schedule: scheduler.stateDict(),
  };
}

// An optimizer of whatever options is one that schedules take.
// biome-ignore lint/suspicious/noExplicitAny: the point of this line
export const taken = (optimizer: Optimizer<any>): OptimizerLike => optimizer;

type Class = (typeof all)[number]['Class'];

async function trained(train: typeof fit | typeof fitSync, Class: Class, { make, every, more }: Case, data: Dataset) {
  using model = twoLayers(4, 3, 1);
  using optimizer = new Class(model.parameters(), { lr: 0.02 });
  const scheduler = make(optimizer);
  const options = { loss: 'halfSquaredError', optimizer, epochs: EPOCHS, batchSize: BATCH, shuffle: false } as const;
  const result = await train(model, data, { ...options, scheduler, scheduleEvery: every, ...more });
  return { ...ended(model, optimizer, scheduler), steps: result.steps, losses: result.losses };
}

function byHand(Class: Class, { make, every, more }: Case, data: Dataset): Ended {
  using model = twoLayers(4, 3, 1);
  using optimizer = new Class(model.parameters(), { lr: 0.02 });
  const scheduler = make(optimizer);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let start = 0; start < N; start += BATCH) {
      const end = Math.min(start + BATCH, N);
      const [x, y] = [data.features.data.slice(4 * start, 4 * end), data.targets.data.slice(start, end)];
      model.lossAndGrad(more?.loss ?? 'halfSquaredError', x, y);
      const { skipped } = optimizer.step({ skipNonFinite: true });
      if (every === 'step' && !skipped) scheduler.step();
    }
    if (every === 'epoch') scheduler.step();
  }
  return ended(model, optimizer, scheduler);
}

describe.each(cases)('$title', (one) => {
  it.each(all)('$name: fit, fitSync and the loop by hand', async ({ Class }) => {
    using data = samples();
    const hand = byHand(Class, one, data);
    const sync = await trained(fitSync, Class, one, data);
    expect(sync).toMatchObject({ ...hand, steps: STEPS });
    expect(await trained(fit, Class, one, data)).toEqual(sync);
  });

  it.each(['Adam', 'SGD', 'NAdam'])('%s: by slices of one step', async (name) => {
    using data = samples();
    const Class = optimizers.get(name)!;
    const sync = await trained(fitSync, Class, one, data);
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 1000;
      return now;
    });
    expect(await trained(fit, Class, one, data)).toEqual(sync);
  });
});

it('a step that is skipped is none for the schedule', async () => {
  const data = samples([7, 8, 23]);
  const one: Case = { ...cases[0]!, more: { skipNonFinite: true, loss: overflowing } };
  const hand = byHand(optimizers.get('Adam')!, one, data);
  for (const train of [fit, fitSync]) {
    const result = await trained(train, optimizers.get('Adam')!, one, data);
    expect(result).toMatchObject({ ...hand, steps: STEPS - 2 * EPOCHS });
  }
});

it('ReduceLROnPlateau goes by the loss of each epoch', async () => {
  using data = samples();
  const make = (optimizer: Optimizer<AnyOptions>) =>
    new ReduceLROnPlateau(optimizer, { patience: 0, threshold: 0.5, factor: 0.1 });
  const { losses, groups, schedule } = await trained(
    fitSync,
    optimizers.get('SGD')!,
    { title: '', every: 'epoch', make },
    data,
  );
  using optimizer = new (optimizers.get('SGD')!)([new Float32Array(1)], { lr: 0.02 });
  const scheduler = make(optimizer);
  for (const loss of losses) scheduler.step(loss);
  expect(schedule).toEqual(scheduler.stateDict());
  expect((groups as { lr: number }[])[0]!.lr).toBe(optimizer.paramGroups[0]!.lr);
  expect(optimizer.paramGroups[0]!.lr).toBeLessThan(0.02);
});
