import { memoryUsage } from 'adamas';
import { expect, it } from 'vitest';
import { chapterJob } from '../src/scenes/chapter/job.js';
import { INITIAL, OPTIMIZERS } from '../src/scenes/chapter/state.js';

it("holds no more of the package's memory after 50 runs of the chapter", async () => {
  const run = (seed: number) =>
    chapterJob(
      { ...INITIAL, seed, optimizers: OPTIMIZERS },
      { send() {}, onCommand() {}, signal: new AbortController().signal },
    );
  await run(0);
  const before = memoryUsage();
  for (let seed = 1; seed <= 50; seed++) await run(seed);
  expect(memoryUsage()).toEqual(before);
});
