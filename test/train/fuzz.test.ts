// Broken state dicts, checkpoints, messages and options; `npm run prove -- fuzz` tries more.
import { expect, it } from 'vitest';
import { run } from '../prove/fuzz.js';

it('20,000 are taken, or refused by name with nothing changed', { timeout: 120_000 }, () => {
  const { taken, refused } = run(20_000, 1);
  expect(taken + refused).toBeGreaterThanOrEqual(20_000);
  expect(Math.min(taken, refused)).toBeGreaterThan(1000);
});
