// The fused loop against lossAndGrad and step, to the bit, for a network with every activation and each loss.
import { describe, expect, it } from 'vitest';
import { Adam, type Dataset, dataset, fit, fitSync, linear, type Model, SGD, sequential } from '../../src/index.js';
import { makeActivation } from '../nn/named.js';
import { activationNames } from '../reference/activations.js';
import type { BuiltIn } from '../reference/losses.js';
import { epochByHand, noise, parameterBits, permutation, stateBits } from './byHand.js';

const N = 45;
const [BATCH, EPOCHS, CLASSES] = [7, 2, 3];

const losses: readonly BuiltIn[] = [
  'halfSquaredError',
  'mse',
  'l1',
  'huber',
  { huber: { delta: 0.5 } },
  'binaryCrossEntropy',
  'crossEntropy',
  { crossEntropy: { labelSmoothing: 0.1 } },
  { crossEntropy: { labelSmoothing: 0.2, classWeights: [0.5, 2, 1] } },
];

/** All activations; the last, tanh, has either sign, as the losses on logits ask for. */
const names = [...activationNames.filter((name) => name !== 'tanh'), 'tanh'] as const;

/** A dense layer before each activation, of sizes that fill no lane; the first and the last layer are activations. */
function everyActivation(): Model {
  const widths = [5, 7, 9, 6, 11, 5, 13, 7, 3, CLASSES];
  return sequential(
    makeActivation.tanh(),
    ...names.flatMap((name, i) => [
      linear(widths[i]!, widths[i + 1]!, { seed: i, init: { normal: { std: 0.6 } } }),
      makeActivation[name](),
    ]),
  );
}

function samples(loss: BuiltIn): Dataset {
  const random = noise(3);
  const takesClasses = JSON.stringify(loss).includes('crossEntropy');
  const rows = Array.from({ length: N }, () => Array.from({ length: 5 }, () => 2 * random()));
  const target = (row: number[], k: number) => (row[k]! * row[k + 1]! > 0 ? 1 : 0);
  if (takesClasses)
    return dataset(
      rows,
      rows.map((row) => (target(row, 0) + 2 * target(row, 2)) % CLASSES),
    );
  return dataset(
    rows,
    rows.map((row) => Array.from({ length: CLASSES }, (_, k) => target(row, k))),
  );
}

const cases = losses.flatMap((loss) =>
  [false, true].map((weighted) => ({ loss, weighted, title: JSON.stringify(loss) + (weighted ? ', weighted' : '') })),
);

describe.each(cases)('$title', ({ loss, weighted }) => {
  const random = noise(5);
  const sampleWeights = weighted ? Float32Array.from({ length: N }, () => 1 + random()) : undefined;
  const orders = Array.from({ length: EPOCHS }, () => permutation(N, random));

  it.each([
    ['Adam', Adam, { lr: 0.01 }],
    ['SGD', SGD, { lr: 0.1, momentum: 0.9 }],
  ] as const)('k steps of fitSync equal k times lossAndGrad + step: %s', (_, Class, options) => {
    using data = samples(loss);
    using fused = everyActivation();
    using byHand = everyActivation();
    using fusedOptimizer = new Class(fused.parameters(), options as never);
    using handOptimizer = new Class(byHand.parameters(), options as never);

    const result = fitSync(fused, data, {
      loss,
      optimizer: fusedOptimizer,
      epochs: EPOCHS,
      batchSize: BATCH,
      sampleOrder: (epoch) => orders[epoch]!,
      ...(sampleWeights && { sampleWeights }),
    });
    const lossesByHand: number[] = [];
    let steps = 0;
    for (const order of orders) {
      const epoch = epochByHand(byHand, data, handOptimizer as never, order, BATCH, loss, sampleWeights);
      steps += epoch.steps;
      lossesByHand.push(epoch.loss);
    }

    expect(result.status).toBe('completed');
    expect(result.steps).toBe(steps);
    expect(parameterBits(fused)).toEqual(parameterBits(byHand));
    expect(stateBits(fusedOptimizer as never)).toEqual(stateBits(handOptimizer as never));
    expect(result.losses).toHaveLength(lossesByHand.length);
    result.losses.forEach((value, i) => {
      expect(Math.abs(value - lossesByHand[i]!)).toBeLessThan(1e-12 * Math.max(1, lossesByHand[i]!));
    });
    expect(lossesByHand.at(-1)).not.toBe(lossesByHand[0]);
    // The gradient came through all layers.
    const start = parameterBits(everyActivation());
    const moved = parameterBits(fused).filter((word, i) => word !== start[i]);
    expect(moved.length).toBeGreaterThan(0.6 * start.length);
  });

  it('fit gives the bits of fitSync', async () => {
    using data = samples(loss);
    const run = async (train: typeof fit | typeof fitSync) => {
      using model = everyActivation();
      using optimizer = new Adam(model.parameters(), { lr: 0.01 });
      const { losses } = await train(model, data, {
        loss,
        optimizer,
        epochs: EPOCHS,
        batchSize: BATCH,
        logEvery: 11,
        ...(sampleWeights && { sampleWeights }),
      });
      return [losses, parameterBits(model), stateBits(optimizer as never)];
    };
    expect(await run(fit)).toEqual(await run(fitSync));
  });
});
