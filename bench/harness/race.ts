import { measure } from 'mitata';
import type { Contender, Contenders } from './row.js';

/** Duration and number of turns of each contender. */
export interface Effort {
  readonly rounds: number;
  /** Milliseconds of one contender in one round. */
  readonly budget: number;
}

/** A contender's nanoseconds a call in each round, and the most memory of its process, in bytes, where it tells that. */
export interface Result {
  readonly name: string;
  readonly times: readonly number[];
  readonly peaks: readonly number[];
}

/** Nanoseconds below which calls are timed in batches that take about as long: fifty steps of the clock, which a page's shows in steps of up to 1 ms. */
const BATCH = Math.max(100_000, 50 * clockStep());

/** The least nanoseconds by which the clock moves, of some of its moves. */
function clockStep(): number {
  let least = Infinity;
  for (let moves = 0; moves < 20; moves++) {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    least = Math.min(least, now - start);
  }
  return least * 1e6;
}

/**
 * Runs all contenders in turn, once a round and each time from another one on, so that a busy machine slows all of them alike.
 */
export async function race(contenders: Contenders, { rounds, budget }: Effort): Promise<Result[]> {
  const entries: {
    name: string;
    contender: Contender;
    once: () => Promise<number>;
    times: number[];
    peaks: number[];
  }[] = [];
  for (const [name, contender] of Object.entries(contenders)) {
    entries.push({ name, contender, once: await timer(contender, budget), times: [], peaks: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < entries.length; i++) {
      const { contender, once, times, peaks } = entries[(round + i) % entries.length]!;
      times.push(await once());
      if (typeof contender !== 'function' && contender.peakBytes !== undefined) peaks.push(contender.peakBytes);
    }
  }
  return entries.map(({ name, times, peaks }) => ({ name, times, peaks }));
}

/** A function that measures the contender once: the median time of a call. */
async function timer(contender: Contender, budget: number): Promise<() => Promise<number>> {
  if (typeof contender !== 'function') return () => contender.nanoseconds(budget);
  await warmUp(contender, budget);
  const calls = await callsInBatch(contender);
  const options = {
    // The decision is ours: mitata's own goes by a single call.
    warmup_threshold: calls > 1 ? Infinity : -1,
    batch_threshold: Infinity,
    batch_samples: 4 * Math.ceil(calls / 4),
    min_cpu_time: budget * 1e6,
    min_samples: 3,
  };
  return async () => (await measure(contender, { ...options })).p50;
}

/** Runs it for about so many milliseconds and some calls, until it is compiled. */
async function warmUp(contender: () => unknown, budget: number): Promise<void> {
  const start = performance.now();
  for (let calls = 0; calls < 3 || performance.now() - start < budget; calls++) {
    const result = contender();
    if (result instanceof Promise) await result;
  }
}

/** The calls that take as long as a batch, by the fastest of three turns: one that a busy machine interrupts would look too long to be timed in batches. */
async function callsInBatch(contender: () => unknown): Promise<number> {
  for (let calls = 1; ; calls *= 2) {
    let fastest = Infinity;
    for (let turn = 0; turn < 3; turn++) {
      const start = performance.now();
      for (let i = 0; i < calls; i++) {
        const result = contender();
        if (result instanceof Promise) await result;
      }
      fastest = Math.min(fastest, performance.now() - start);
      if (fastest * 1e6 < BATCH) break;
    }
    if (fastest * 1e6 >= BATCH) return calls;
  }
}
