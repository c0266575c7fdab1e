// Every call of the public API with its first, second, ... allocation failing: it throws OutOfMemoryError, leaves everything as it was, leaks
// nothing, and works when it is made again.
import { afterAll, describe, expect, it } from 'vitest';
import { memoryUsage } from '../../src/index.js';
import { collected } from '../collected.js';
import { allocations, failAllocation } from '../setup/memory.js';
import { core } from './everyCall/core.js';
import { distribute } from './everyCall/distribute.js';
import { optim } from './everyCall/optim.js';
import { others } from './everyCall/others.js';
import { publicNames } from './everyCall/publicNames.js';
import { type Prepare, stateOf } from './everyCall/table.js';
import { tabular } from './everyCall/tabular.js';
import { training } from './everyCall/train.js';

const calls = { ...core, ...optim, ...training, ...tabular, ...distribute, ...others };

/** So many allocations of a call fail one by one; then, for the digest, which makes thousands, ever fewer. */
const FIRST = 60;

const tried = { calls: 0, allocations: 0 };

it('the tables hold every function, constructor and method that is exported, and nothing else', {
  timeout: 120_000,
}, () => {
  const named = new Set(Object.keys(calls).map((key) => key.split(':')[0]!));
  const names = publicNames();
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => !named.has(name))).toEqual([]);
  expect([...named].filter((name) => !names.includes(name))).toEqual([]);
});

/** Makes a call with its nth allocation failing, and if memory is `full` all after it. Returns whether it failed. */
async function fails(prepare: Prepare, n: number, full: boolean): Promise<boolean> {
  const start = memoryUsage();
  const held: object[] = [];
  const call = await prepare((one) => {
    held.push(one);
    return one;
  });
  const see = () => held.map(stateOf);
  const before = see();
  failAllocation(n, 'unreachable', full);
  let outcome: unknown;
  let error: unknown;
  try {
    outcome = await call();
  } catch (thrown) {
    error = thrown;
  } finally {
    failAllocation(Infinity);
  }
  if (error !== undefined) {
    expect(error, `allocation ${n}`).toMatchObject({ name: 'OutOfMemoryError', steps: 0 });
    expect(see(), `allocation ${n}`).toEqual(before);
    outcome = await call();
  }
  for (const one of [outcome].flat()) dispose(one);
  for (const one of held.reverse()) dispose(one);
  // Layers that have not become a model's, as memory was out before, are freed once they are forgotten.
  for (let i = 0; memoryUsage() > start && i < 5; i++) await collected();
  expect(memoryUsage() - start, `bytes leaked when allocation ${n} fails`).toBe(0);
  return error !== undefined;
}

function dispose(one: unknown): void {
  if (typeof Object(one).dispose === 'function') (one as { dispose(): void }).dispose();
}

describe.each(Object.entries(calls))('%s', (_, prepare) => {
  it.each([
    ['one allocation', false],
    ['memory is full', true],
  ])('%s', { timeout: 120_000 }, async (_, full) => {
    let n = 1;
    while (await fails(prepare, n, full)) n = n < FIRST ? n + 1 : Math.ceil(1.5 * n);
    tried.calls += 1;
    tried.allocations += Math.min(n - 1, FIRST);
  });
});

afterAll(() => {
  console.log(`${tried.calls} calls, ${tried.allocations} failing allocations, ${allocations()} in all`);
});
