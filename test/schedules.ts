// Shared by the tests of schedules.
import { expect } from 'vitest';
import type { LRScheduler, OptimizerLike, ScheduledGroup } from '../src/index.js';

/** A schedule of one of the package's classes. */
export type AnySchedule = Required<LRScheduler> & { readonly lastLr: readonly number[] };

/** Parts of an optimizer that a schedule needs. */
export const groups = (...paramGroups: ScheduledGroup[]): OptimizerLike => ({ paramGroups });
export const lrOf = ({ paramGroups }: OptimizerLike) => paramGroups[0]!.lr;

/** The lr at each step, the first before any. */
export function run(scheduler: AnySchedule, steps: number): number[] {
  const lrs = [lrOf(scheduler.optimizer)];
  for (let i = 1; i < steps; i++) {
    scheduler.step();
    expect(scheduler.lastLr).toEqual(scheduler.optimizer.paramGroups.map(({ lr }) => lr));
    lrs.push(lrOf(scheduler.optimizer));
  }
  return lrs;
}

export function expectClose(actual: readonly number[], expected: readonly number[], relative = 1e-12): void {
  expect(actual.length).toBe(expected.length);
  const off = actual.findIndex((value, i) => !(Math.abs(value - expected[i]!) <= relative * Math.abs(expected[i]!)));
  if (off >= 0) expect.fail(`at ${off}: ${actual[off]} instead of ${expected[off]}`);
}

/** Values of `at` for 0, 1, ... */
export const steps = <T>(count: number, at: (t: number) => T): T[] => Array.from({ length: count }, (_, t) => at(t));
