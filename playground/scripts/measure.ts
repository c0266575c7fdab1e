// npx tsx scripts/measure.ts [landscapes|boundary|table]: how smooth the built page stays, in Chromium, at full speed and on a CPU slowed 4 times.
// A task counts by its time on the processor, as the browser's own trace has it: what else runs on the machine does not lengthen it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { Site } from '../test/browser/harness.js';

/** What is measured: an address, what is done before, and seconds of frames. */
interface Case {
  readonly hash: string;
  readonly start: (page: Page) => Promise<unknown>;
  readonly seconds: number;
}

const folder = mkdtempSync(join(tmpdir(), 'adamas-measure-'));

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

const CASES: Readonly<Record<string, Case>> = {
  landscapes: {
    hash: 'landscapes',
    start: (page) => page.waitForSelector('[data-label]'),
    seconds: 5,
  },
  boundary: {
    hash: 'boundary?epochs=5000',
    start: (page) => page.waitForSelector('.figures[data-loss]'),
    seconds: 8,
  },
  'a file of 43 MB is read': {
    hash: 'table',
    async start(page) {
      await page.waitForSelector('.dropzone');
      await page.setInputFiles('input[type=file]', bigFile());
    },
    seconds: 6,
  },
  'a model is trained on a table': {
    hash: 'table?data=cars&fixes=date.2.listed,missing.38.fuel,missing.54.mileage,missing.21.power&hidden=512,512,512',
    async start(page) {
      await page.click('.primary:not([disabled])');
      await page.waitForSelector('[data-epochs]:not([data-epochs="0"])');
    },
    seconds: 4,
  },
};

/** Frames of some seconds: how many, and how many came later than 25 ms. A text, since tsx would add helpers to a function that the page lacks. */
const frames = (page: Page, seconds: number) =>
  page.evaluate<{ count: number; late: number }>(`new Promise((resolve) => {
    const first = performance.now();
    let [last, count, late] = [first, 0, 0];
    requestAnimationFrame(function next(now) {
      count++;
      if (now - last > 25) late++;
      last = now;
      if (now - first < ${1000 * seconds}) requestAnimationFrame(next);
      else resolve({ count, late });
    });
  })`);

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Milliseconds on the processor of the longest task of the page's main thread, while `work` runs. */
async function longestTask(cdp: CDPSession, work: () => Promise<void>): Promise<number> {
  const events: TraceEvent[] = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await cdp.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel'] } });
  await work();
  const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await complete;
  const keyOf = ({ pid, tid }: TraceEvent) => `${pid}.${tid}`;
  const mains = new Set(
    events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(keyOf),
  );
  const tasks = events.filter((event) => event.ph === 'X' && /RunTask$/.test(event.name) && mains.has(keyOf(event)));
  return Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur / 1000));
}

const site = await new Site().start();
const only = process.argv[2];
for (const [name, { hash, start, seconds }] of Object.entries(CASES)) {
  if (only !== undefined && !name.includes(only)) continue;
  for (const slowed of [1, 4]) {
    const page = await site.open(hash);
    await start(page);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowed });
    let seen = { count: 0, late: 0 };
    const longest = await longestTask(cdp, async () => {
      seen = await frames(page, seconds);
    });
    const share = ((100 * seen.late) / seen.count).toFixed(1);
    const speed = slowed === 1 ? '' : `, CPU slowed ${slowed} times`;
    console.log(
      `${name}${speed}: ${seen.count} frames in ${seconds} s, ${share} % later than 25 ms; longest task ${longest.toFixed(0)} ms`,
    );
    await page.context().close();
  }
}
await site.stop();
rmSync(folder, { recursive: true });
