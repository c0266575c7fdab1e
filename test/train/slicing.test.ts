// fit against fitSync, to the bit, whatever the options and however short or long the slices come out.
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { fit, fitSync, memoryUsage } from '../../src/index.js';
import { drawn, ran, trains } from './anyOptions.js';
import { noise } from './byHand.js';

/** So wide that an evaluation takes several blocks of 80 rows. */
const SIZE = { N: 200, hidden: 200 };

const random = noise(3);
it.each<[title: string, tick: () => number, looksAtStep: number]>([
  // At the start and the end of a slice.
  ['that leaps, so that a slice is one batch or one block', () => 1000, 2],
  ['that does both', () => (random() > 0 ? 200 * random() ** 2 : 0.01), 0],
])('with a clock %s', { timeout: 120_000 }, async (_, tick, looksAtStep) => {
  const before = memoryUsage();
  const property = fc.asyncProperty(drawn, async (one) => {
    fc.pre(trains(one, SIZE));
    const whole = await ran(fitSync, one, SIZE);
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
      now += tick();
      return now;
    });
    try {
      expect(await ran(fit, one, SIZE)).toEqual(whole);
      expect(clock.mock.calls.length).toBeGreaterThan(looksAtStep * whole.result.steps);
    } finally {
      clock.mockRestore();
    }
  });
  await fc.assert(property, { numRuns: 25, seed: 7 });
  expect(memoryUsage()).toBe(before);
});
