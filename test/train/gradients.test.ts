// Gradients in a fit, against the loop written by hand with lossAndGrad and step, bit by bit.
import { describe, expect, it } from 'vitest';
import {
  clipGradNorm,
  clipGradValue,
  type Dataset,
  dataset,
  type FitOptions,
  fit,
  fitSync,
  type LossSpec,
  type Model,
  type Optimizer,
  type StepOptions,
} from '../../src/index.js';
import { type AnyOptions, optimizers } from '../optimizers.js';
import { noise, parameterBits, stateBits, twoLayers } from './byHand.js';
import { OVERFLOWS, overflowing } from './overflow.js';

const N = 45;
const BATCH = 4;
const EPOCHS = 2;

function samples(bad: readonly number[] = []): Dataset {
  const random = noise(7);
  const rows = Array.from({ length: N }, () => Array.from({ length: 4 }, random));
  const y = rows.map((row, n) => (bad.includes(n) ? OVERFLOWS : row[0]! - 3 * row[1]! + 0.1 * random()));
  return dataset(rows, y);
}

/** An epoch in order by hand: `accumulate` batches a step, which `take` makes. Returns how many steps were skipped. */
function byHand(
  model: Model,
  data: Dataset,
  loss: LossSpec,
  accumulate: number,
  take: (batches: number) => boolean,
): number {
  let gathered = 0;
  let skipped = 0;
  for (let start = 0; start < N; start += BATCH) {
    const end = Math.min(start + BATCH, N);
    const [x, y] = [data.features.data.slice(4 * start, 4 * end), data.targets.data.slice(start, end)];
    model.lossAndGrad(loss, x, y, { accumulate: gathered > 0 });
    gathered++;
    if (gathered === accumulate || end === N) {
      if (take(gathered)) skipped++;
      gathered = 0;
    }
  }
  return skipped;
}

const all = [...optimizers].map(([name, Class]) => ({ name, Class }));

interface Way {
  readonly title: string;
  readonly options: Partial<FitOptions>;
  /** The same by hand, on the way to a step. */
  readonly take: (model: Model, optimizer: Optimizer<AnyOptions>, batches: number) => boolean;
  readonly bad?: readonly number[];
}

const plain =
  (options: StepOptions = {}): Way['take'] =>
  (_, optimizer) =>
    optimizer.step(options).skipped;

const ways: readonly Way[] = [
  {
    title: 'clipGradNorm, as in place',
    options: { clipGradNorm: 0.1 },
    take: (model, optimizer) => {
      clipGradNorm(model.parameters(), 0.1);
      return optimizer.step().skipped;
    },
  },
  { title: 'clipGradNorm, as in the step', options: { clipGradNorm: 0.3 }, take: plain({ clipGradNorm: 0.3 }) },
  {
    title: 'clipGradValue',
    options: { clipGradValue: 0.05 },
    take: (model, optimizer) => {
      clipGradValue(model.parameters(), 0.05);
      return optimizer.step().skipped;
    },
  },
  ...[
    { clipGradNorm: 0.1, clipGradValue: 0.02 },
    { clipGradNorm: 0, clipGradValue: 0 },
    { clipGradNorm: 0, clipGradValue: 0.05 },
    { clipGradNorm: 0.1, clipGradValue: 0 },
  ].map(
    (options): Way => ({
      title: `clipped by norm and then by value, as in place: ${JSON.stringify(options)}`,
      options,
      take: (model, optimizer) => {
        clipGradNorm(model.parameters(), options.clipGradNorm);
        clipGradValue(model.parameters(), options.clipGradValue);
        return optimizer.step().skipped;
      },
    }),
  ),
  {
    title: 'accumulate, with a shorter last step',
    options: { accumulate: 5 },
    take: (_, optimizer, batches) => optimizer.step({ gradScale: 1 / batches }).skipped,
  },
  {
    title: 'accumulate with clipGradNorm',
    options: { accumulate: 3, clipGradNorm: 0.2 },
    take: (_, optimizer, batches) => optimizer.step({ gradScale: 1 / batches, clipGradNorm: 0.2 }).skipped,
  },
  {
    title: 'accumulate over 2 with clipGradValue, as in place on the mean',
    options: { accumulate: 2, clipGradValue: 0.05 },
    take: (model, optimizer, batches) => {
      for (const { grad } of model.parameters()) grad.set(grad.map((g) => g / batches));
      clipGradValue(model.parameters(), 0.05);
      return optimizer.step().skipped;
    },
  },
  {
    title: 'skipNonFinite',
    options: { skipNonFinite: true },
    take: plain({ skipNonFinite: true }),
    bad: [0, 21, 44],
  },
  {
    title: 'skipNonFinite with accumulate and clipGradNorm',
    options: { skipNonFinite: true, accumulate: 3, clipGradNorm: 0.2 },
    take: (_, optimizer, batches) =>
      optimizer.step({ skipNonFinite: true, gradScale: 1 / batches, clipGradNorm: 0.2 }).skipped,
    bad: [21],
  },
];

describe.each(ways)('$title', ({ options, take, bad = [] }) => {
  it.each(all)('$name', async ({ Class }) => {
    using data = samples(bad);

    const loss = bad.length > 0 ? overflowing : 'halfSquaredError';
    const ends = [];
    for (const train of [fit, fitSync, undefined]) {
      using model = twoLayers(4, 5, 1);
      using optimizer = new Class(model.parameters(), { lr: 0.01 });
      let skipped = 0;
      if (train === undefined) {
        for (let epoch = 0; epoch < EPOCHS; epoch++) {
          skipped += byHand(model, data, loss, options.accumulate ?? 1, (batches) => take(model, optimizer, batches));
        }
      } else {
        const result = await train(model, data, {
          loss,
          optimizer,
          epochs: EPOCHS,
          batchSize: BATCH,
          shuffle: false,
          ...options,
        });
        skipped = result.skipped;
      }
      ends.push({ skipped, parameters: parameterBits(model), state: stateBits(optimizer as never) });
    }
    expect(ends[0]).toEqual(ends[2]);
    expect(ends[1]).toEqual(ends[2]);
    expect(ends[2]!.skipped).toBe(EPOCHS * bad.length);
  });
});
