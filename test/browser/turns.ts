// The page of scripts/turns.mjs: reads a table of 43 MB by every function that promises the host its turn, and reports how long the page was kept waiting.
import { dirtyRows } from '../../bench/dirtyRows.js';
import { csvBatches, inspectCsv, readCsv, readTable, scanCsv } from '../../src/datasets.js';

const OPTIONS = { target: 'y', columns: { day: 'date' }, missing: 'median' } as const;
const text = dirtyRows(430_000);
const file = new Blob([text]);
const bytes = new TextEncoder().encode(text);
const zipped = await new Response(file.stream().pipeThrough(new CompressionStream('gzip'))).blob();
const schema = await scanCsv(file, OPTIONS);
const objects = Array.from({ length: 430_000 }, (_, i) => ({ a: i, b: i / 7, c: `c${i % 50}`, d: null, y: i % 3 }));

const READERS: Readonly<Record<string, () => Promise<unknown>>> = {
  // The machine's own part in what is measured.
  nothing: () => new Promise((resolve) => setTimeout(resolve, 3000)),
  'readCsv of a Blob': async () => (await readCsv(file, OPTIONS)).dispose(),
  'readCsv of one piece of text': async () => (await readCsv([text], OPTIONS)).dispose(),
  'readCsv of one piece of bytes': async () => (await readCsv([bytes], OPTIONS)).dispose(),
  'readCsv of gzip': async () => (await readCsv(zipped, OPTIONS)).dispose(),
  scanCsv: () => scanCsv(file, OPTIONS),
  inspectCsv: () => inspectCsv(file, { target: 'y' }),
  csvBatches: async () => {
    for await (const _ of csvBatches(file, schema, { shuffleWindow: 1000, holdOut: 0.1 }));
  },
  readTable: async () => (await readTable(objects, { target: 'y', columns: { d: 'ignore' } })).dispose(),
};

/** Times in milliseconds that a reading kept the page waiting. */
interface Waits {
  /** Tasks of more than 50 ms, where the browser tells them. */
  readonly longTasks: readonly number[];
  /** The longest time between two animation frames. */
  readonly frame: number;
  /** Times between two turns of another task of the page: the middle and the longest one. */
  readonly turn: number;
  readonly longestTurn: number;
  readonly total: number;
}

async function waitsOf(run: () => Promise<unknown>): Promise<Waits> {
  const longTasks: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasks.push(duration);
  });
  if (PerformanceObserver.supportedEntryTypes.includes('longtask')) observer.observe({ type: 'longtask' });
  let running = true;
  let [frame, lastFrame] = [0, performance.now()];
  const onFrame = () => {
    frame = Math.max(frame, performance.now() - lastFrame);
    lastFrame = performance.now();
    if (running) requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  const turns: number[] = [];
  let lastTurn = performance.now();
  // Messages one after another would keep Firefox itself from drawing frames.
  const onTurn = () => {
    turns.push(performance.now() - lastTurn);
    lastTurn = performance.now();
    if (running) setTimeout(onTurn);
  };
  setTimeout(onTurn);
  const start = performance.now();
  await run();
  const total = performance.now() - start;
  running = false;
  // Entries come after their tasks.
  await new Promise((resolve) => setTimeout(resolve, 300));
  observer.disconnect();
  // Most turns of the other task find nothing to wait for but their own 4 ms.
  const waits = turns.filter((one) => one > 6).sort((a, b) => a - b);
  return { longTasks, frame, turn: waits[waits.length >> 1] ?? 0, longestTurn: waits.at(-1) ?? 0, total };
}

async function measure(rounds: number): Promise<Record<string, Waits[]>> {
  const waits: Record<string, Waits[]> = {};
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(READERS)) {
      waits[name] ??= [];
      waits[name].push(await waitsOf(run));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return waits;
}

const query = new URL(location.href).searchParams;
const result = await measure(Number(query.get('rounds'))).catch((error: Error) => ({ error: String(error?.stack) }));
await fetch(query.get('report')!, { method: 'POST', mode: 'no-cors', body: JSON.stringify(result) });
