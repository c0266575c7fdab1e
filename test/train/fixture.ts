// A model, an optimizer and data that each test of a file has anew.
import { afterEach, beforeEach } from 'vitest';
import { Adam, type Dataset, type FitOptions, linear, type Model, sequential } from '../../src/index.js';
import { samples } from './samples.js';

export let model: Model;
export let optimizer: Adam;
export let data: Dataset;

export function freshEachTest({ make = () => sequential(linear(3, 1, { seed: 1 })), lr = 0.01, rows = 23 } = {}): void {
  beforeEach(() => {
    model = make();
    optimizer = new Adam(model.parameters(), { lr });
    data = samples(rows);
  });
  afterEach(() => {
    for (const one of [optimizer, model, data]) one.dispose();
  });
}

export const options = (more: Partial<FitOptions> = {}): FitOptions => ({
  loss: 'halfSquaredError',
  optimizer,
  batchSize: 5,
  ...more,
});
