// A checkpoint of fit is none of partialFit, nor the other way round: refused by name, whatever the overrides.
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
