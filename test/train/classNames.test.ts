// Names of classes: training gives them to the model; data whose names do not suit model or loss is refused.
import { describe, expect, it } from 'vitest';
import { csvBatches, parseCsv } from '../../src/datasets.js';
import {
  type Dataset,
  dataset,
  fit,
  fitSync,
  linear,
  type Model,
  partialFit,
  SGD,
  sequential,
  type TargetRows,
} from '../../src/index.js';
import { fit as workerFit } from '../../src/worker.js';
import { parameterBits } from './byHand.js';

const rows = [[1, 0], [0, 1], [1, 1]]; // biome-ignore format: one line
const named = dataset(rows, ['fig', 'plum', 'pear']);
const csv = 'a,b,kind\n1,0,fig\n0,1,plum\n1,1,pear\n';

const make = (outputs = 3) => {
  const model = sequential(linear(2, outputs, { seed: 1 }));
  return { model, optimizer: new SGD(model.parameters(), { lr: 0.1 }) };
};

type Train = (model: Model, data: Dataset, options: never) => unknown;
const trainings: readonly [string, Train][] = [
  ['fit', fit as Train],
  ['fitSync', fitSync as Train],
  ['fit of the worker', workerFit as Train],
  ['partialFit', (model, data, options) => partialFit(model, [data], options)],
];

describe.each(trainings)('%s', (_, train) => {
  const run = async ({ model, optimizer }: ReturnType<typeof make>, data: Dataset, loss: string) =>
    train(model, data, { loss, optimizer } as never);

  it('gives the model the names of its classes, if it has none', async () => {
    const one = make();
    await run(one, named, 'crossEntropy');
    expect(one.model.classes).toEqual(['fig', 'pear', 'plum']);
    expect(one.model.lossAndGrad('crossEntropy', rows, ['fig', 'plum', 'pear'])).toBeTypeOf('number');
    const binary = make(1);
    await run(binary, dataset(rows, [true, false, true]), 'binaryCrossEntropy');
    expect(binary.model.classes).toEqual(['false', 'true']);
    const wider = make(5);
    await run(wider, named, 'crossEntropy');
    expect(wider.model.classes).toBeUndefined();
    const numbered = make();
    await run(numbered, dataset(rows, [0, 1, 2]), 'crossEntropy');
    expect(numbered.model.classes).toBeUndefined();
  });

  it('refuses names that are not those of the model, and the loss of a regression, before anything happens', async () => {
    const refused: readonly [TargetRows, string, RegExp][] = [
      [['plum', 'pear', 'pear'], 'crossEntropy', /data must have the model's classes, fig, pear, plum, in this order, got pear, plum$/],
      [['fig', 'plum', 'kiwi'], 'crossEntropy', /got fig, kiwi, plum$/],
      [['fig', 'plum', 'pear'], 'mse', /loss must be crossEntropy or binaryCrossEntropy for .* names of classes, got mse$/],
      [[true, false, true], 'huber', /got huber$/],
    ]; // biome-ignore format: a line each
    for (const [targets, loss, message] of refused) {
      const one = make(loss === 'crossEntropy' ? 3 : 1);
      if (loss === 'crossEntropy') one.model.classes = ['fig', 'pear', 'plum'];
      const before = parameterBits(one.model);
      const running = run(one, dataset(rows, targets), loss);
      await expect(running).rejects.toThrow(RangeError);
      await expect(running).rejects.toThrow(message);
      expect([parameterBits(one.model), one.model.loss]).toEqual([before, undefined]);
    }
    const one = make();
    one.model.classes = ['fig', 'pear', 'plum'];
    // Each has its index, though the last is missing.
    await run(one, dataset(rows, ['fig', 'pear', 'fig']), 'crossEntropy');
  });
});

it('validation data has the names of the training data', () => {
  const { model, optimizer } = make();
  const validation = dataset(rows, ['pear', 'plum', 'pear']);
  expect(() => fitSync(model, named, { loss: 'crossEntropy', optimizer, validation })).toThrow(
    "fitSync: validation: data must have the model's classes, fig, pear, plum, in this order, got pear, plum",
  );
  expect(model.loss).toBeUndefined();
});

it('an evaluation has the names of the model', async () => {
  const { model } = make();
  model.classes = ['fig', 'pear', 'plum'];
  model.loss = 'crossEntropy';
  const other = dataset(rows, ['pear', 'plum', 'pear']);
  expect(() => model.evaluate(other)).toThrow('in this order, got pear, plum');
  await expect(model.evaluate([other])).rejects.toThrow('in this order, got pear, plum');
  expect(model.evaluate(named)).toHaveProperty('accuracy');
});

it('batches of a CSV file bring theirs, in every pass', async () => {
  const table = parseCsv(csv, { target: 'kind' });
  const { model, optimizer } = make();
  const batches = () => csvBatches([csv], table);
  await partialFit(model, batches, { loss: 'crossEntropy', optimizer, epochs: 2 });
  expect(model.classes).toEqual(['fig', 'pear', 'plum']);
  expect(await model.evaluate(batches())).toHaveProperty('accuracy');
  model.classes = ['a', 'b', 'c'];
  await expect(model.evaluate(batches())).rejects.toThrow("have the model's classes, a, b, c");
});

it("'balanced' counts the classes of one-hot rows, and of two classes", () => {
  const indices = [0, 1, 1, 2, 2, 2];
  const features = indices.map((k) => [k, 1]);
  const oneHot = indices.map((k) => [0, 1, 2].map((i) => Number(i === k)));
  const run = (targets: TargetRows, classWeights: 'balanced' | number[], outputs = 3) => {
    const { model, optimizer } = make(outputs);
    const loss = outputs === 1 ? 'binaryCrossEntropy' : 'crossEntropy';
    fitSync(model, dataset(features, targets), { loss, optimizer, classWeights, batchSize: 4 });
    return parameterBits(model);
  };
  expect(run(oneHot, 'balanced')).toEqual(run(indices, [2, 1, 2 / 3]));
  expect(run(oneHot, 'balanced')).toEqual(run(indices, 'balanced'));
  const two = indices.map((k) => Math.min(k, 1));
  const pairs = two.map((k) => [1 - k, k]);
  expect(run(pairs, 'balanced', 2)).toEqual(run(two, [3, 0.6], 2));
  expect(run(two, 'balanced', 1)).toEqual(run(two, [3, 0.6], 1));
});
