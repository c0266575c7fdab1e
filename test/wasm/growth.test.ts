// Memory that grows in the midst of a copy: the views that were taken before it are empty then.
import { expect, it } from 'vitest';
import { dataset, fitSync, linear, parameter, SGD, sequential, tensor } from '../../src/index.js';
import { hold } from './holding.js';

it.each([
  [700, 'the first growth'],
  [1200, 'another'],
  [1500, 'another'],
  [1800, 'another'],
])('a fit copies parameters of width %i: %s', (width) => {
  const model = hold(sequential(linear(width, width, { seed: 1 }), linear(width, 1, { seed: 2 })));
  const optimizer = hold(new SGD(model.parameters(), { lr: 1e-6 }));
  const data = hold(dataset([new Float32Array(width), new Float32Array(width).fill(0.1)], [1, 2]));
  expect(fitSync(model, data, { loss: 'mse', optimizer }).status).toBe('completed');
});

it.each([
  ['tensor', tensor],
  ['parameter', parameter],
])('%s copies a view of memory', (_, make) => {
  for (let n = 50_000; n < 4_000_000; n *= 2) {
    const from = hold(tensor(Float32Array.from({ length: n }, (_, i) => i)));
    const copy = hold(make(from.data));
    expect([copy.data[0], copy.data[n - 1]]).toEqual([0, n - 1]);
  }
});
