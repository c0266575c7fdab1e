import type { Side } from './works.js';

/** A time in milliseconds, and how many times as long as that of adamas it is. */
export interface Timing {
  readonly time: number;
  readonly ratio: number;
}

/** Number of rounds, in each of which every side has a turn. */
const ROUNDS = 9;

/** Milliseconds of a turn: the clocks of browsers are coarse. */
const TURN = 25;

/**
 * Times the sides by turns, each round starting with another, so that a busy machine slows all alike. A time is the median over the rounds, a ratio the
 * median of the ratios within the rounds. Before the first round each side is warmed up. Ratios are to the first side.
 */
export async function race(sides: readonly Side[], signal: AbortSignal): Promise<readonly Timing[] | undefined> {
  const calls: number[] = [];
  for (const side of sides) {
    await side.ready?.();
    let count = 1;
    while (turn(side, count) * count < TURN && !signal.aborted) count *= 2;
    calls.push(count);
  }
  const rounds: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const times: number[] = [];
    for (let i = 0; i < sides.length; i++) {
      const at = (round + i) % sides.length;
      await sides[at]!.ready?.();
      times[at] = turn(sides[at]!, calls[at]!);
      // A message of the page comes in here.
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) return undefined;
    }
    rounds.push(times);
  }
  return sides.map(({ times = 1 }, at) => ({
    time: median(rounds.map((round) => round[at]! / times)),
    ratio: median(rounds.map((round) => round[at]! / times / (round[0]! / (sides[0]!.times ?? 1)))),
  }));
}

/** Milliseconds per call, over this number of calls. */
function turn(side: Side, calls: number): number {
  const begin = performance.now();
  for (let i = 0; i < calls; i++) side.call();
  return (performance.now() - begin) / calls;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
