// A training process killed at random and started again, a few times: `npm run prove -- kills` does it hundreds of times.
import { expect, it } from 'vitest';
import { run } from '../prove/kills.js';

it('killed and resumed, a training ends with the digest of the one that was never killed', {
  timeout: 300_000,
}, async () => {
  const seed = 1000;
  const fit = await run('fit', 5, seed);
  const partialFit = await run('partialFit', 5, seed);
  expect(fit.kills + partialFit.kills).toBeGreaterThan(10);
  expect(fit.writes + partialFit.writes).toBeGreaterThan(0);
  expect(fit.resumed + partialFit.resumed).toBeGreaterThan(5);
});
