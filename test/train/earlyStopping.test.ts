// Stopping early: when, and with which parameters.
import { expect, it } from 'vitest';
import {
  batchNorm,
  type EarlyStopping,
  encodeStateDict,
  type FitOptions,
  fit,
  fitSync,
  linear,
  type Model,
  SGD,
  sequential,
} from '../../src/index.js';
import { parameterBits } from './byHand.js';
import { samples } from './samples.js';

const snapshot = (model: Model) => JSON.stringify(encodeStateDict(model.stateDict()));

/** A fit that multiplies its lr by a given factor after each epoch: a negative one undoes what it has learnt. */
async function ran(train: typeof fit | typeof fitSync, lrs: number[], earlyStopping: EarlyStopping, more?: object) {
  using data = samples(40);
  using model = sequential(batchNorm(3), linear(3, 1, { seed: 1 }));
  using optimizer = new SGD(model.parameters(), { lr: lrs[0]! });
  const states: string[] = [];
  const options: FitOptions = {
    ...{ loss: 'mse', optimizer, epochs: lrs.length, batchSize: 10, shuffle: false, logEvery: 40, earlyStopping },
    onEpoch({ epoch }) {
      states.push(snapshot(model));
      const next = lrs[epoch + 1];
      if (next !== undefined) optimizer.paramGroups[0]!.lr = Math.abs(next);
      for (const group of optimizer.paramGroups) group.maximize = (next ?? 0) < 0;
    },
    ...more,
  };
  const result = await train(model, data, options);
  return { result, states, final: snapshot(model), parameters: parameterBits(model) };
}

for (const train of [fit, fitSync]) {
  it(`${train.name}: stops after patience epochs without a better one, and restores the best parameters and buffers`, async () => {
    const lrs = [0.02, 0.02, 0.02, -0.02, -0.02, -0.02, 0.02, 0.02];
    const { result, states, final } = await ran(train, lrs, { patience: 2 });
    expect(result).toMatchObject({ status: 'stopped', bestEpoch: 2 });
    expect(result.history).toHaveLength(5);
    expect(final).toBe(states[2]);
    const losses = result.history.map(({ loss }) => loss);
    expect(Math.min(...losses)).toBe(losses[2]);
  });

  it(`${train.name}: restores the best at the end of all epochs, too; not where it is told not to`, async () => {
    const { result, states, final } = await ran(train, [0.02, 0.02, -0.02], { patience: 5 });
    expect(result).toMatchObject({ status: 'completed', bestEpoch: 1 });
    expect(final).toBe(states[1]);
    const kept = await ran(train, [0.02, 0.02, -0.02, -0.02], { patience: 2, restoreBest: false });
    expect(kept.result).toMatchObject({ status: 'completed', bestEpoch: 1 });
    expect(kept.final).toBe(kept.states[3]);
  });
}

it('minDelta is how much better is better', async () => {
  const { result } = await ran(fitSync, [0.02, 1e-9, 1e-9, 1e-9, 1e-9], { patience: 2, minDelta: 0.01 });
  expect(result).toMatchObject({ status: 'stopped', bestEpoch: 0 });
  expect(result.history).toHaveLength(3);
});

it('r2 should become large', async () => {
  const lrs = [0.02, 0.02, -0.02, -0.02, 0.02];
  const { result, states, final } = await ran(fitSync, lrs, { patience: 2, monitor: 'r2' }, { metrics: ['r2'] });
  expect(result).toMatchObject({ status: 'stopped', bestEpoch: 1 });
  expect(final).toBe(states[1]);
});

it('goes by the validation loss where there is validation', async () => {
  using validation = samples(9);
  const { result } = await ran(fitSync, [0.02, 0.02, -0.02, -0.02, 0.02], { patience: 2 }, { validation });
  const values = result.history.map(({ validationLoss }) => validationLoss!);
  expect(result.bestEpoch).toBe(values.indexOf(Math.min(...values)));
});

it('NaN is never better', async () => {
  using validation = samples(2);
  validation.targets.data.fill(Number.NaN);
  // A dataset is checked when it is made; here its numbers change later.
  const { result, states, final } = await ran(fitSync, [0.02, 0.02, 0.02, 0.02], { patience: 3 }, { validation });
  expect(result.status).toBe('stopped');
  expect(result.bestEpoch).toBeUndefined();
  expect(result.history.every(({ validationLoss }) => Number.isNaN(validationLoss))).toBe(true);
  expect(final).toBe(states[2]);
});
