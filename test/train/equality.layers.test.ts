// The fused loop against lossAndGrad and step, to the bit, for one multi-layer perceptron with every layer there is.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  batchNorm,
  dataset,
  dropout,
  embedding,
  layerNorm,
  linear,
  type Model,
  normalization,
  sequential,
} from '../../src/index.js';
import { expectFitEqualsSteps, expectNoLeak } from '../nn/layers.js';
import { makeActivation } from '../nn/named.js';

const [VALUES, CLASSES, N] = [6, 3, 45];

function everyLayer(): Model {
  const mean = Array.from({ length: 9 }, (_, i) => (i - 4) / 10);
  const std = mean.map((value) => 1 + value);
  return sequential(
    embedding(VALUES, 5, { seed: 1 }),
    linear(15, 9, { seed: 2 }),
    normalization({ mean, std }),
    batchNorm(9),
    layerNorm(9),
    dropout(0.2, { seed: 3 }),
    ...Object.values(makeActivation).flatMap((activation, i) => [activation(), linear(9, 9, { seed: 4 + i })]),
    linear(9, CLASSES, { seed: 20 }),
  );
}

it('holds every layer that the README names', () => {
  const [, list] = /^- Layers: (.*?), and your own/ms.exec(readFileSync('README.md', 'utf8'))!;
  const named = Array.from(list!.matchAll(/`(\w+)`/g), ([, name]) => name);
  using model = everyLayer();
  expect(named.length).toBeGreaterThan(10);
  expect(model.layers.map(({ name }) => /^\w+/.exec(name)![0])).toEqual(expect.arrayContaining(named));
});

it.each(['crossEntropy', 'mse'] as const)(
  'fit, fitSync, and lossAndGrad with step give the same bits: %s',
  async (loss) => {
    const rows = Array.from({ length: N }, (_, i) => [i % VALUES, (i * 7 + 2) % VALUES, (i * i) % VALUES]);
    using data = dataset(
      rows,
      loss === 'mse' ? rows.map(([a, b, c]) => [a!, b! - c!, c! / 2]) : rows.map(([a, b]) => (a! + b!) % CLASSES),
    );
    await expectNoLeak(() => expectFitEqualsSteps(everyLayer, { data, loss }));
  },
);
