// node serve.mjs <module> <variant>: a peer's side of the bench, in a process of its own (harness/child.ts).
//
// It reads lines of JSON, and answers each with one. The first is the work; its answer has the peer's title and first results. Every further line is
// a number of milliseconds; its answer has the nanoseconds of one call, the median over about this time. If the work is a whole job, the answer has
// the nanoseconds of one run, its result, and the peak memory of this process.
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The peak memory of this process, in bytes. Without /proc, `maxRSS`, which on Linux counts from the process that started it. */
function peakMemory() {
  if (!existsSync('/proc/self/status')) return 1024 * process.resourceUsage().maxRSS;
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
  return 1024 * Number(kilobytes);
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const work = JSON.parse((await lines.next()).value);
const [module, variant] = process.argv.slice(2);
const { peer } = await import(`./${module}.mjs`);
const { title, works } = await peer(variant);
/** `check`: results of a steady call; `result`: returns the result of a whole job. */
const { call, check, result } = await works[work.kind](work);

async function timed() {
  const start = performance.now();
  await call();
  return 1e6 * (performance.now() - start);
}

const answers = {
  async once() {
    const nanoseconds = await timed();
    const peakBytes = peakMemory();
    return { nanoseconds, peakBytes, check: await result() };
  },
  async steady(budgetMs) {
    const times = [];
    for (const end = performance.now() + budgetMs; times.length === 0 || performance.now() < end; ) {
      times.push(await timed());
    }
    times.sort((a, b) => a - b);
    return { nanoseconds: times[times.length >> 1] };
  },
};
const answer = work.once ? answers.once : answers.steady;

if (!work.once) for (const end = performance.now() + 300; performance.now() < end; ) await call();
console.log(JSON.stringify({ title, check }));
for await (const line of lines) console.log(JSON.stringify(await answer(Number(line))));
