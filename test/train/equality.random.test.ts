// The fused loop against lossAndGrad and step, to the bit, over random everything; `npm run prove -- equality` tries more.
import { expect, it } from 'vitest';
import { run } from '../prove/equality.js';

it('1,000 fits of random everything have the bits of the steps by hand', { timeout: 120_000 }, () => {
  expect(run(1000, 1)).toEqual({ different: 0, first: undefined });
});
