import type { CDPSession, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { hasBrowser, Site } from './harness.js';

/** Sends a command of the browser's protocol to a page or its worker. */
type Send = (method: string) => Promise<unknown>;

/** The same for the worker of a page. */
async function workerOf(cdp: CDPSession): Promise<Send> {
  const attached = new Promise<string>((resolve) => {
    cdp.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') resolve(sessionId);
    });
  });
  await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  let id = 0;
  return (method) =>
    new Promise((resolve) => {
      const mine = ++id;
      cdp.on('Target.receivedMessageFromTarget', function take({ message }) {
        const answer = JSON.parse(message);
        if (answer.id !== mine) return;
        cdp.off('Target.receivedMessageFromTarget', take);
        resolve(answer.result);
      });
      cdp.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id: mine, method }) });
    });
}

/** Bytes of objects, of typed arrays and of WebAssembly's memory, once all that can go is gone. */
async function used(send: Send): Promise<number> {
  for (let i = 0; i < 3; i++) await send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = (await send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  return usedSize + backingStorageSize;
}

/** Trains with one seed after another. All within the page: what a test asks a page leaves traces in its memory. */
const train = (page: Page, first: number, last: number) =>
  page.evaluate(`(async () => {
    const row = document.querySelector('[data-optimizer=Adam]');
    const slider = [...document.querySelectorAll('.chapter .pair input')].at(-1);
    const ended = () => document.querySelector('.chapter [data-status=ended]') !== null;
    for (let seed = ${first}; seed <= ${last}; seed++) {
      const { weights } = row.dataset;
      slider.value = seed;
      slider.dispatchEvent(new InputEvent('input'));
      while ((row.dataset.weights ?? weights) === weights || !ended()) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })()`);

it.runIf(hasBrowser)('holds no more memory after 50 runs of the chapter, in the page and in the worker', async () => {
  const site = await new Site().start();
  const page = await site.open('chapter');
  await page.waitForSelector('.chapter [data-status=ended]');
  const cdp = await page.context().newCDPSession(page);
  const sides = [(method: string) => cdp.send(method as 'HeapProfiler.collectGarbage'), await workerOf(cdp)];
  const usedBySides = async () => {
    await page.waitForTimeout(300);
    return [await used(sides[0]!), await used(sides[1]!)] as const;
  };
  // Code and memory that are made once are there after some runs.
  await train(page, 1, 20);
  const before = await usedBySides();
  await train(page, 21, 70);
  const after = await usedBySides();
  await site.stop();
  const growth = after.map((bytes, i) => bytes - before[i]!);
  // Compiled code still grows by some kilobytes; the trace of each run's steps alone has 36.
  expect(Math.max(...growth)).toBeLessThan(250_000);
});
