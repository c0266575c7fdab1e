// Checkpoints that no such fit wrote: refused by name, whatever the overrides.
import { expect, it } from 'vitest';
import {
  type Checkpoint,
  dataset,
  fit,
  fitSync,
  linearRegression,
  type PartialCheckpoint,
  partialFit,
  SGD,
} from '../../src/index.js';

const data = dataset([[1], [2]], [1, 2]);
const parts = () => {
  const model = linearRegression({ inputs: 1, seed: 1 });
  return { model, optimizer: new SGD(model.parameters(), { lr: 0.1 }) };
};
const batches = () => [data, data];

it('refuses a checkpoint of the other function', async () => {
  let ofFit: Checkpoint | undefined;
  let ofPartial: PartialCheckpoint | undefined;
  const [one, other, next] = [parts(), parts(), parts()];
  fitSync(one.model, data, {
    optimizer: one.optimizer,
    onCheckpoint: (checkpoint) => {
      ofFit = checkpoint;
    },
  });
  await partialFit(other.model, batches, {
    ...{ optimizer: other.optimizer, id: 'x', checkpointEvery: 1 },
    onCheckpoint: (checkpoint) => {
      ofPartial = checkpoint;
    },
  });
  const { model, optimizer } = next;
  const before = [model.stateDict(), optimizer.stateDict()];
  const wrong = { optimizer, resume: ofPartial as unknown as Checkpoint };
  const message = /resume must be a checkpoint of fit, got one of partialFit$/;
  expect(() => fitSync(model, data, wrong)).toThrow(message);
  await expect(fit(model, data, { ...wrong, override: ['data'] })).rejects.toThrow(message);
  const resume = ofFit as unknown as PartialCheckpoint;
  for (const override of [[], ['data']]) {
    await expect(partialFit(model, batches, { optimizer, id: 'x', resume, override })).rejects.toThrow(
      /^partialFit: resume must be a checkpoint of partialFit, got one of fit$/,
    );
  }
  expect([model.stateDict(), optimizer.stateDict()]).toEqual(before);
});

it('refuses sums that no batches have', async () => {
  let ofPartial: PartialCheckpoint | undefined;
  const ofFit: Checkpoint[] = [];
  const [one, other, { model, optimizer }] = [parts(), parts(), parts()];
  await fit(one.model, data, {
    ...{ optimizer: one.optimizer, epochs: 2, batchSize: 1, checkpointEvery: { seconds: 1e-9 } },
    onCheckpoint: (checkpoint) => {
      if (checkpoint.position) ofFit.push(checkpoint);
    },
  });
  await partialFit(other.model, batches, {
    ...{ optimizer: other.optimizer, id: 'x', checkpointEvery: 1 },
    onCheckpoint: (checkpoint) => {
      ofPartial = checkpoint;
    },
  });
  const before = [model.stateDict(), optimizer.stateDict()];
  for (const lossWeight of [-1, Number.POSITIVE_INFINITY, Number.NaN]) {
    const message = `lossWeight must be a finite number of at least 0, got ${lossWeight}`;
    const resume = { ...ofFit[0]!, position: { ...ofFit[0]!.position!, lossWeight } };
    await expect(fit(model, data, { optimizer, epochs: 2, batchSize: 1, resume })).rejects.toThrow(message);
    const partial = { ...ofPartial!, lossWeight };
    await expect(partialFit(model, batches, { optimizer, id: 'x', resume: partial })).rejects.toThrow(message);
  }
  const resume = { ...ofPartial!, lossSum: Number.NEGATIVE_INFINITY };
  await expect(partialFit(model, batches, { optimizer, id: 'x', resume })).rejects.toThrow(
    'lossSum must be a finite number, got -Infinity',
  );
  expect([model.stateDict(), optimizer.stateDict()]).toEqual(before);
});
