import { expect, it } from 'vitest';
import { Adam, batchNorm, dataset, dropout, fit, linear, memoryUsage, sequential } from '../../src/index.js';

const x = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));

it('gives the outputs of predict as a tensor of their own', () => {
  const model = sequential(linear(3, 2, { seed: 1 }), dropout(0.5, { seed: 2 }));
  const y = model.forward(x);
  expect(y.shape).toEqual([8, 2]);
  expect(y.data).toEqual(model.predict(x));
});

it('in training mode drops, and goes by the batch; in evaluation mode it does neither', () => {
  const model = sequential(linear(3, 2, { seed: 1 }), batchNorm(2), dropout(0.5, { seed: 2 }));
  const trained = model.forward(x, { training: true });
  const kept = [...trained.data].filter((value) => value !== 0);
  expect(kept.length).toBeLessThan(16);
  expect(kept.length).toBeGreaterThan(0);
  expect([...model.forward(x).data].every((value) => value !== 0)).toBe(true);
});

it('leaves no memory behind in training mode, and refuses a batch of one to batchNorm', () => {
  const model = sequential(linear(3, 2, { seed: 1 }), batchNorm(2));
  model.forward(x, { training: true }).dispose();
  const before = memoryUsage();
  model.forward(x, { training: true }).dispose();
  expect(() => model.forward(x.slice(0, 3), { training: true })).toThrow(RangeError);
  expect(memoryUsage()).toBe(before);
});

it('waits in training mode for a fit that runs', async () => {
  const model = sequential(linear(3, 2, { seed: 1 }));
  const optimizer = new Adam(model.parameters());
  const data = dataset([[1, 2, 3]], [[1, 2]]);
  const running = fit(model, data, { loss: 'mse', optimizer, epochs: 1000 });
  expect(() => model.forward(x, { training: true })).toThrow('busy');
  await running;
});
