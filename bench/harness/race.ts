import { measure } from 'mitata';
import type { Contender, Contenders } from './row.js';

/** How long and how often contenders run. */
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

/** Below this, calls are timed in batches that take about as long, in nanoseconds. */
const BATCH = 100_000;

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
  const estimate = await warmUp(contender, budget / 4);
  const batched = estimate < BATCH / 4;
  const options = {
    // The decision is ours: mitata's own goes by a single call.
    warmup_threshold: batched ? Infinity : -1,
    batch_threshold: Infinity,
    batch_samples: 4 * Math.min(4096, Math.ceil(BATCH / estimate / 4)),
    min_cpu_time: budget * 1e6,
    min_samples: 3,
  };
  return async () => (await measure(contender, { ...options })).p50;
}

/** Milliseconds below which a clock may be too coarse to tell: a page's shows steps of up to 20 us. */
const LEAST = 0.5;

/**
 * Runs it for about so many milliseconds and some calls, until it is compiled; returns the nanoseconds of a call, by the fastest of its turns: one
 * that a busy machine interrupts would look too long to be timed in batches.
 */
async function warmUp(contender: () => unknown, budget: number): Promise<number> {
  let fastest = Infinity;
  for (let calls = 1; ; calls *= 2) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) {
      const result = contender();
      if (result instanceof Promise) await result;
    }
    const elapsed = performance.now() - start;
    if (elapsed > LEAST) fastest = Math.min(fastest, elapsed / calls);
    if (elapsed > budget && calls > 2) return fastest * 1e6;
  }
}
