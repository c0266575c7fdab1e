// npm run metrics [-- <part of a row's name>]: how fast the built page paints and how smooth it stays, in Chromium, on a CPU that is made slower.
// The longest task is given twice: by processor time, and by the clock, which counts other programs of the machine too.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { Site } from '../test/browser/harness.js';

/** A scene's address, the start of its work, and the seconds for which frames are counted. */
interface Case {
  readonly hash: string;
  readonly start: (page: Page) => Promise<unknown>;
  readonly seconds: number;
  /** Pressed again whenever it is there. */
  readonly again?: string;
  /** Pressed once, and frames are counted until it is there again. */
  readonly once?: string;
  /** Factor by which the CPU is slowed: 4 where it is not given. */
  readonly slowed?: number;
}

const folder = mkdtempSync(join(tmpdir(), 'adamas-metrics-'));

/** 43 MB of CSV. */
function bigFile(): string {
  const path = join(folder, 'big.csv');
  const lines = ['a,b,c,kind,y'];
  for (let i = 0; i < 1_650_000; i++) {
    const a = ((i * 7919) % 10007) / 100;
    lines.push(`${a},${(i * 104729) % 1000},${i % 97}.25,${['red', 'green', 'blue'][i % 3]},${2 * a + (i % 3)}`);
  }
  const text = lines.join('\n').slice(0, 43_000_000);
  writeFileSync(path, text.slice(0, text.lastIndexOf('\n') + 1));
  return path;
}

const chapter = (page: Page) => page.waitForSelector('.chapter [data-status]');
const FOUR = 'run=Adam,RMSprop,Momentum,SGD';
/** The button of the chapter once its run has ended. */
const RUN = '.chapter [data-status=ended] .primary';

const CASES: Readonly<Record<string, Case>> = {
  'the chapter, one curve, 2 epochs': {
    hash: 'chapter',
    start: chapter,
    seconds: 3,
    again: RUN,
  },
  // Batches of one row: the longest run that the sliders allow.
  'the chapter, four curves, 5000 epochs of batches of 1': {
    hash: `chapter?epochs=5000&batchSize=1&${FOUR}`,
    start: (page) => page.waitForSelector(RUN),
    seconds: 5,
    once: RUN,
  },
  'the chapter, four curves, 500 epochs': {
    hash: `chapter?epochs=500&${FOUR}`,
    start: chapter,
    seconds: 5,
    again: RUN,
  },
  'the chapter, four curves, 500 epochs, not slowed': {
    hash: `chapter?epochs=500&${FOUR}`,
    start: chapter,
    seconds: 5,
    again: RUN,
    slowed: 1,
  },
  landscapes: {
    hash: 'landscapes?steps=1000&run=adam,sgd,momentum,rmsprop',
    start: (page) => page.waitForSelector('[data-label]'),
    seconds: 5,
  },
  boundary: {
    hash: 'boundary?epochs=5000',
    start: (page) => page.waitForSelector('.figures[data-loss]'),
    seconds: 8,
  },
  'table, a file of 43 MB is read': {
    hash: 'table',
    async start(page) {
      await page.waitForSelector('.dropzone');
      await page.setInputFiles('input[type=file]', bigFile());
    },
    seconds: 8,
  },
  'table, a model is trained': {
    hash: 'table?data=cars&fixes=date.2.listed,missing.38.fuel,missing.54.mileage,missing.21.power&hidden=512,512,512',
    async start(page) {
      await page.click('.primary:not([disabled])');
      await page.waitForSelector('[data-epochs]:not([data-epochs="0"])');
    },
    seconds: 5,
  },
  speed: {
    hash: 'speed',
    start: (page) => page.click('.primary:not([disabled])'),
    seconds: 5,
  },
};

/** Frames of some seconds. */
interface Frames {
  readonly count: number;
  /** Those that came later than 25 ms. */
  readonly late: number;
  readonly seconds: number;
  /** Number of times the work was started again. */
  readonly again: number;
}

/** Counts frames. A text, since tsx would add helpers to a function that the page lacks. */
const frames = (page: Page, { seconds, again, once }: Case) =>
  page.evaluate<Frames>(`new Promise((resolve) => {
    const find = (selector) => selector && document.querySelector(selector);
    find(${JSON.stringify(once)})?.click();
    const first = performance.now();
    let [last, count, late, again] = [first, 0, 0, 0];
    const pressing = setInterval(() => {
      const button = find(${JSON.stringify(again)});
      if (!button) return;
      button.click();
      again++;
    }, 50);
    requestAnimationFrame(function next(now) {
      count++;
      if (now - last > 25) late++;
      last = now;
      if (now - first < ${1000 * seconds} && !find(${JSON.stringify(once)})) return requestAnimationFrame(next);
      clearInterval(pressing);
      resolve({ count, late, seconds: (now - first) / 1000, again });
    });
  })`);

const firstPaint = (page: Page) =>
  page.evaluate<number>(`performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`);

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds by the clock and on the processor. */
  readonly dur?: number;
  readonly tdur?: number;
}

/** Milliseconds of the longest task of the page's main thread while `work` runs. */
async function longestTask(page: Page, cdp: CDPSession, work: () => Promise<unknown>): Promise<string> {
  const events: TraceEvent[] = [];
  const take = ({ value }: { value: object[] }) => events.push(...(value as TraceEvent[]));
  cdp.on('Tracing.dataCollected', take);
  const includedCategories = ['toplevel', 'blink.user_timing'];
  await cdp.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories } });
  await work();
  await page.evaluate("performance.mark('here')");
  const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await complete;
  cdp.off('Tracing.dataCollected', take);
  // The browser has more processes with a main thread of this kind than that of the page.
  const { pid, tid } = events.findLast(({ name }) => name === 'here')!;
  const tasks = events.filter(
    (one) => one.pid === pid && one.tid === tid && one.ph === 'X' && /RunTask$/.test(one.name),
  );
  const longest = (key: 'dur' | 'tdur') => Math.max(0, ...tasks.map((task) => (task[key] ?? 0) / 1000)).toFixed(0);
  return `${longest('tdur')} (${longest('dur')})`;
}

const site = await new Site().start();
const load = () => loadavg()[0]!.toFixed(1);
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} processors (${cpus()[0]!.model}), Chromium ${site.version}. Milliseconds; in brackets by the clock.\n`,
);
console.log(
  '| scene | CPU slowed | first paint | longest task while it loads | while it works | frames counted for | frames later than 25 ms | load |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const [name, one] of Object.entries(CASES)) {
  if (!name.includes(process.argv[2] ?? '')) continue;
  const { slowed = 4 } = one;
  const page = await site.newPage();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowed });
  const loading = await longestTask(page, cdp, async () => {
    await page.goto(site.url(one.hash));
    await one.start(page);
  });
  const paint = await firstPaint(page);
  let counted!: Frames;
  const working = await longestTask(page, cdp, async () => {
    counted = await frames(page, one);
  });
  const { count, late, seconds, again } = counted;
  const span = `${seconds.toFixed(1)} s${again === 0 ? '' : `, ${again} restarts`}`;
  const share = `${late} of ${count}: ${((100 * late) / count).toFixed(1)} %`;
  console.log(
    `| ${name} | ${slowed === 1 ? 'no' : `${slowed} times`} | ${paint.toFixed(0)} | ${loading} | ${working} | ${span} | ${share} | ${load()} |`,
  );
  await page.context().close();
}
await site.stop();
rmSync(folder, { recursive: true });
