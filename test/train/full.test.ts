// Memory that is full, at any allocation: what has not begun leaves everything as it was.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  type Checkpoint,
  dataset,
  dropout,
  ExponentialMovingAverage,
  type FitOptions,
  fit,
  fitSync,
  linear,
  memoryUsage,
  OutOfMemoryError,
  parameter,
  partialFit,
  relu,
  StepLR,
  sequential,
} from '../../src/index.js';
import { failAllocation } from '../setup/memory.js';
import { bits, parameterBits, stateBits } from './byHand.js';

const rows = Array.from({ length: 24 }, (_, i) => [i / 24, (i % 5) / 5]);
const data = dataset(
  rows,
  rows.map(([a, b]) => a! - 2 * b!),
);

function prepare() {
  const model = sequential(linear(2, 3, { seed: 1 }), relu(), dropout(0.1, { seed: 2 }), linear(3, 1, { seed: 3 }));
  const loose = parameter([1, 2]);
  const optimizer = new Adam([...model.parameters(), loose], { lr: 0.02 });
  const average = new ExponentialMovingAverage(model.parameters());
  const scheduler = new StepLR(optimizer, { stepSize: 1, gamma: 0.5 });
  const options = {
    ...{ loss: 'mse', optimizer, average, scheduler, batchSize: 4, validation: 0.25, metrics: ['r2'] },
    ...{ sampleWeights: rows.map(([a]) => 1 + a!), earlyStopping: { patience: 9 }, accumulate: 2, clipGradNorm: 1 },
  } as const satisfies FitOptions;
  const state = () => [
    ...[parameterBits(model), bits(loose.data), stateBits(optimizer as never), average.stateDict()],
    ...[scheduler.stateDict(), model.loss, average.count, optimizer.paramGroups[0]!.lr],
    model.layers.map(({ generator }) => generator?.state),
  ];
  return { model, optimizer, options, state };
}

let checkpoint: Checkpoint | undefined;
const onCheckpoint = (one: Checkpoint) => {
  checkpoint = one;
};
{
  const { model, options } = prepare();
  fitSync(model, data, { ...options, epochs: 2, onCheckpoint });
}

type Call = (one: ReturnType<typeof prepare>) => unknown;
const calls: [string, Call][] = [
  ['fitSync', ({ model, options }) => fitSync(model, data, options)],
  ['fitSync with checkpoints', ({ model, options }) => fitSync(model, data, { ...options, onCheckpoint: () => {} })],
  [
    'fitSync that resumes',
    ({ model, options }) => fitSync(model, data, { ...options, epochs: 3, resume: checkpoint! }),
  ],
  ['fit', ({ model, options }) => fit(model, data, options)],
  ['fit that resumes', ({ model, options }) => fit(model, data, { ...options, epochs: 3, resume: checkpoint! })],
  [
    'partialFit',
    ({ model, options: { loss, optimizer, average, scheduler } }) =>
      partialFit(model, [data, data], { loss, optimizer, average, scheduler }),
  ],
];

describe.each([
  ['fresh', () => prepare()],
  [
    'with state',
    () => {
      const one = prepare();
      fitSync(one.model, data, { ...one.options, epochs: 1 });
      return one;
    },
  ],
])('%s', (_, make) => {
  it.each(calls)('%s, whichever allocation fails', async (_, call) => {
    let failed = 0;
    for (let n = 1; ; n++) {
      const one = make();
      const before = [one.state(), memoryUsage()];
      failAllocation(n);
      const outcome: unknown = await Promise.resolve(one)
        .then(call)
        .catch((error: unknown) => error);
      failAllocation(Infinity);
      if (!(outcome instanceof Error)) break;
      expect(outcome).toBeInstanceOf(OutOfMemoryError);
      expect([one.state(), memoryUsage()]).toEqual(before);
      failed++;
      // It works once there is memory.
      const twin = make();
      await call(one);
      await call(twin);
      expect(one.state()).toEqual(twin.state());
    }
    expect(failed).toBeGreaterThan(8);
  });
});

describe('a call that has taken steps keeps them, and says how many', () => {
  /** Runs it, with the first allocation failing from that call of a callback on. Returns the error, and what is left. */
  async function interrupted(call: (at: () => void, one: ReturnType<typeof prepare>) => unknown, calls: number) {
    const one = prepare();
    let left = calls;
    const at = () => {
      if (--left === 0) failAllocation(1);
    };
    const error = await Promise.resolve()
      .then(() => call(at, one))
      .catch((error: unknown) => error);
    failAllocation(Infinity);
    return { error, one };
  }

  it.each([
    ['fit', fit],
    ['fitSync', fitSync],
  ] as const)('%s, where options that change need state', async (_, train) => {
    const turnOn = (optimizer: Adam) => {
      optimizer.paramGroups[0]!.amsgrad = true;
    };
    const { error, one } = await interrupted((at, { model, optimizer, options }) => {
      const onEpoch = () => {
        turnOn(optimizer);
        at();
      };
      return train(model, data, { ...options, epochs: 3, onEpoch });
    }, 1);
    expect(error).toMatchObject({ name: 'OutOfMemoryError', steps: 3 });
    expect((error as Error).message).toMatch(/ The 3 steps taken before are kept\.$/);
    const twin = prepare();
    fitSync(twin.model, data, { ...twin.options, epochs: 3, onEpoch: () => false });
    turnOn(twin.optimizer);
    // Statistics of batchNorm there are none, which the end of a fit would compute.
    expect(one.state()).toEqual(twin.state());
    expect(fitSync(one.model, data, one.options).status).toBe('completed');
  });

  it('partialFit, where a batch is larger', async () => {
    const batches = (at: () => void) =>
      [4, 4, 24].map((count, i) => {
        const batch = { features: rows.slice(0, count), targets: rows.slice(0, count).map(([a]) => a!) };
        return {
          get features() {
            if (i === 2) at();
            return batch.features;
          },
          targets: batch.targets,
        };
      });
    const options = ({ options: { loss, optimizer, average, scheduler } }: ReturnType<typeof prepare>) => ({
      ...{ loss, optimizer, average, scheduler },
    });
    const { error, one } = await interrupted((at, one) => partialFit(one.model, batches(at), options(one)), 1);
    expect(error).toMatchObject({ name: 'OutOfMemoryError', steps: 2 });
    const twin = prepare();
    await partialFit(twin.model, batches(() => {}).slice(0, 2), options(twin));
    expect(one.state()).toEqual(twin.state());
  });
});
