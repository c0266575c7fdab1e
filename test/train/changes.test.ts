// Options that callbacks and schedules change in the course of a fit count from the next step, as by hand; so does what a schedule throws.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  dataset,
  fit,
  fitSync,
  LambdaLR,
  linear,
  type Model,
  type Optimizer,
  partialFit,
  RMSprop,
  SGD,
  sequential,
} from '../../src/index.js';
import { bits, parameterBits, stateBits } from './byHand.js';

const rows = Array.from({ length: 20 }, (_, i) => [i / 20, (i % 3) / 3]);
const data = dataset(
  rows,
  rows.map(([a, b]) => 2 * a! - b!),
);

type Group = Record<string, unknown>;
const changes: [string, (model: Model) => Optimizer<never>, (group: Group, model: Model) => void][] = [
  ['momentum from 0', (m) => new SGD(m.parameters(), { lr: 0.1 }) as never, (g) => Object.assign(g, { momentum: 0.9 })],
  [
    'momentum to 0',
    (m) => new SGD(m.parameters(), { lr: 0.1, momentum: 0.9 }) as never,
    (g) => Object.assign(g, { momentum: g.momentum ? 0 : 0.5 }),
  ],
  ['amsgrad', (m) => new Adam(m.parameters(), { lr: 0.1 }) as never, (g) => Object.assign(g, { amsgrad: !g.amsgrad })],
  ['centered', (m) => new RMSprop(m.parameters()) as never, (g) => Object.assign(g, { centered: !g.centered })],
  ['lr', (m) => new Adam(m.parameters()) as never, (g) => Object.assign(g, { lr: (g.lr as number) / 2 })],
  [
    'requiresGrad',
    (m) => new Adam(m.parameters()) as never,
    (_, m) => {
      const first = m.parameters()[0]!;
      first.requiresGrad = !first.requiresGrad;
    },
  ],
];

describe.each(changes)('%s', (_, make, change) => {
  const EPOCHS = 9;
  /** Trains by 4 batches an epoch, and changes options after every second epoch or step. */
  async function ran(train: (model: Model, optimizer: Optimizer<never>, turn: () => void) => unknown) {
    using model = sequential(linear(2, 3, { seed: 1 }), linear(3, 1, { seed: 2 }));
    using optimizer = make(model);
    await train(model, optimizer, () => change((optimizer as unknown as Optimizer).paramGroups[0] as never, model));
    return [parameterBits(model), stateBits(optimizer)];
  }
  const byHand = (steps: number, every: number) => (model: Model, optimizer: Optimizer<never>, turn: () => void) => {
    for (let i = 0; i < steps; i++) {
      const at = 5 * (i % 4);
      model.lossAndGrad('mse', data.features.data.slice(2 * at, 2 * at + 10), data.targets.data.slice(at, at + 5));
      optimizer.step();
      if (i % every === every - 1) turn();
    }
  };
  const options = (optimizer: Optimizer<never>) =>
    ({ loss: 'mse', optimizer: optimizer as never, batchSize: 5, shuffle: false, epochs: EPOCHS }) as const;

  it('in onEpoch of fit and fitSync', async () => {
    const want = await ran(byHand(4 * EPOCHS, 8));
    for (const train of [fit, fitSync]) {
      const got = await ran((model, optimizer, turn) =>
        train(model, data, { ...options(optimizer), onEpoch: ({ epoch }) => void (epoch % 2 === 1 && turn()) }),
      );
      expect(got).toEqual(want);
    }
  });

  it('by a schedule, after every third step', async () => {
    const want = await ran(byHand(4 * EPOCHS, 3));
    for (const train of [fit, fitSync]) {
      const got = await ran((model, optimizer, turn) => {
        let steps = 0;
        const scheduler = {
          step: () => void (++steps % 3 === 0 && turn()),
          stateDict: () => ({ steps }),
          loadStateDict: (dict: Record<string, unknown>) => {
            steps = dict.steps as number;
          },
        };
        return train(model, data, { ...options(optimizer), scheduler, scheduleEvery: 'step' });
      });
      expect(got).toEqual(want);
    }
  });

  it('in onProgress of partialFit', async () => {
    const want = await ran(byHand(12, 2));
    const batches = Array.from({ length: 12 }, (_, i) => {
      const at = 5 * (i % 4);
      return {
        features: data.features.data.slice(2 * at, 2 * at + 10),
        targets: data.targets.data.slice(at, at + 5),
      };
    });
    const got = await ran((model, optimizer, turn) =>
      partialFit(model, batches, {
        ...{ loss: 'mse', optimizer: optimizer as never },
        onProgress: ({ steps }) => void (steps % 2 === 0 && turn()),
      }),
    );
    expect(got).toEqual(want);
  });
});

describe('a schedule that throws', () => {
  it.each([0, 1, 7, 101])('at step %i leaves what the same steps by hand leave', async (at) => {
    const ran = async (train: (model: Model, optimizer: SGD, scheduler: LambdaLR) => unknown) => {
      using model = sequential(linear(2, 1, { init: 'zeros' }));
      using optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
      let throws = false;
      const scheduler = new LambdaLR(optimizer, {
        lrLambda: (n) => {
          if (throws && n === at + 1) throw new Error('mine');
          return 1 / (1 + n);
        },
      });
      throws = true;
      await expect((async () => train(model, optimizer, scheduler))()).rejects.toThrow('mine');
      return [parameterBits(model), stateBits(optimizer as never), scheduler.stateDict()];
    };
    const want = await ran((model, optimizer, scheduler) => {
      for (let i = 0; ; i++) {
        const row = i % 20;
        model.lossAndGrad('mse', data.features.data.slice(2 * row, 2 * row + 2), [data.targets.data[row]!]);
        optimizer.step();
        scheduler.step();
      }
    });
    for (const train of [fit, fitSync]) {
      const options = { loss: 'mse', batchSize: 1, shuffle: false, epochs: 9, scheduleEvery: 'step' } as const;
      expect(
        await ran((model, optimizer, scheduler) => train(model, data, { ...options, optimizer, scheduler })),
      ).toEqual(want);
    }
  });
});

describe('accumulate', () => {
  it.each([2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 32 + 3, 2 ** 53 - 1])('of %i is all batches', (accumulate) => {
    const ran = (count: number) => {
      using model = sequential(linear(2, 1, { seed: 1 }));
      using optimizer = new SGD(model.parameters(), { lr: 0.01 });
      const { steps, losses } = fitSync(model, data, { loss: 'mse', optimizer, batchSize: 1, accumulate: count });
      return [steps, losses, bits(model.parameters()[0]!.data)];
    };
    expect(ran(accumulate)).toEqual(ran(20));
    expect(ran(20)[0]).toBe(1);
  });
});
