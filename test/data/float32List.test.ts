import { describe, expect, it } from 'vitest';
import { Float32List, PENDING } from '../../src/data/csv/float32List.js';
import { runSync } from '../../src/data/csv/hostTurns.js';

/** The median by sorting. */
function sorted(values: readonly number[]): number {
  const list = values
    .filter((value) => !Number.isNaN(value))
    .map(Math.fround)
    .sort((a, b) => a - b);
  const middle = list.length >> 1;
  return list.length % 2 === 1 ? list[middle]! : (list[middle - 1]! + list[middle]!) / 2;
}

function listOf(values: readonly number[]): Float32List {
  const list = new Float32List();
  for (let at = 0; at < values.length; at += PENDING) {
    const some = Float64Array.from(values.slice(at, at + PENDING));
    list.add(some, some.length);
  }
  return list;
}

describe('the median of a list', () => {
  it.each([
    ['one number', [7]],
    ['two of both signs', [-1, 4]],
    ['equal ones', [2, 2, 2, 2]],
    ['the smallest and the largest', [-3.4e38, 3.4e38, 1e-45, -1e-45, 0]],
    ['missing ones between', [Number.NaN, 3, Number.NaN, 1, 2, Number.NaN]],
    ['negative ones', [-5, -1.5, -1.25, -1e-30]],
    ['several chunks', Array.from({ length: 40_001 }, (_, i) => Math.sin(i) * 10 ** (i % 9))],
    ['several chunks, an even number', Array.from({ length: 40_000 }, (_, i) => Math.cos(i) - 0.3)],
  ])('%s', (_, values) => {
    expect(runSync(listOf(values).median())).toBe(sorted(values));
  });

  it('of no number is NaN, and the host gets turns while it is found', () => {
    expect(runSync(listOf([Number.NaN]).median())).toBeNaN();
    let turns = 0;
    for (const steps = listOf(new Array(100_000).fill(1)).median(); !steps.next().done; ) turns++;
    expect(turns).toBeGreaterThan(10);
  });
});
