import { expect, it } from 'vitest';
import { hasBrowser, Site } from './harness.js';

/** Bytes in use, with those of typed arrays and of WebAssembly's memory, once all that can go is gone. */
const USED = '(gc(), gc(), performance.memory.usedJSHeapSize)';

it.runIf(hasBrowser)('holds no more memory after 50 runs of the chapter, in the page and in the worker', async () => {
  const site = await new Site().start('--js-flags=--expose-gc', '--enable-precise-memory-info');
  const page = await site.open('chapter');
  const row = page.locator('[data-optimizer=Adam]');
  let weights: string | null = null;
  const run = async (seed: number) => {
    await page.locator('.chapter .pair input').last().fill(String(seed));
    await expect
      .poll(() => row.getAttribute('data-weights'), { interval: 10 })
      .toSatisfy((found: string | null) => found !== null && found !== weights);
    weights = await row.getAttribute('data-weights');
    await page.waitForSelector('.chapter [data-status=ended]');
  };
  const used = async () => {
    await page.waitForTimeout(300);
    return [await page.evaluate<number>(USED), await page.workers()[0]!.evaluate<number>(USED)] as const;
  };
  // What is compiled and grown once is there after some runs.
  for (let seed = 1; seed <= 15; seed++) await run(seed);
  const before = await used();
  for (let seed = 16; seed <= 65; seed++) await run(seed);
  const after = await used();
  const growth = after.map((bytes, i) => bytes - before[i]!);
  expect(Math.max(...growth)).toBeLessThan(200_000);
  await site.stop();
});
