// The chapter's run, with PyTorch's initial weights and orders of samples: test/golden/chapter.json.
import { describe, expect, it } from 'vitest';
import { airfoil } from '../../src/datasets.js';
import { fit, fitSync, linear, sequential } from '../../src/index.js';
import { golden } from '../golden.js';
import { optimizers } from '../optimizers.js';

interface Run {
  readonly optimizer: string;
  readonly options: Record<string, unknown>;
  readonly losses: number[];
  readonly weights: number[];
  readonly bias: number;
}

const file = golden<{
  batchSize: number;
  epochs: number;
  initialWeights: number[];
  initialBias: number;
  orders: number[][];
  runs: Run[];
}>('chapter.json');
const runs = file.runs.filter(({ optimizer }) => optimizers.has(optimizer));

it('has a run of each of six optimizers, and all are run', () => {
  expect(runs).toEqual(file.runs);
  expect(new Set(runs.map(({ optimizer, options }) => optimizer + JSON.stringify(options))).size).toBe(6);
  expect(runs.every(({ losses }) => losses.length === 31)).toBe(true);
});

describe.each(runs.map((run) => [run.optimizer, JSON.stringify(run.options), run] as const))('%s %s', (_, __, run) => {
  it.each([
    ['fitSync', fitSync],
    ['fit', fit],
  ])('%s gives each loss, the weights and the bias within 1e-5', async (_name, train) => {
    using data = airfoil();
    using model = sequential(linear(5, 1));
    const [weight, bias] = model.parameters();
    weight!.set(file.initialWeights);
    bias!.set([file.initialBias]);
    using optimizer = new (optimizers.get(run.optimizer)!)(model.parameters(), run.options);
    const result = await train(model, data, {
      loss: 'halfSquaredError',
      optimizer,
      epochs: file.epochs,
      batchSize: file.batchSize,
      logEvery: 100,
      sampleOrder: (epoch) => Uint32Array.from(file.orders[epoch]!),
    });
    expect(result.status).toBe('completed');
    expect(result.steps).toBe(300);
    expect(result.losses).toHaveLength(run.losses.length);
    expectWithin(result.losses, run.losses);
    expectWithin(weight!.data, run.weights);
    expectWithin(bias!.data, [run.bias]);
  });
});

function expectWithin(mine: ArrayLike<number>, theirs: readonly number[]): void {
  const far = theirs.map((value, i) => Math.abs(mine[i]! - value)).findIndex((distance) => !(distance <= 1e-5));
  expect(far, far < 0 ? '' : `${mine[far]} is not within 1e-5 of ${theirs[far]}`).toBe(-1);
}
