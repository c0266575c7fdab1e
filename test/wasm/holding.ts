// Things that a test disposes at its end, after which no memory is in use.
import { afterEach, expect } from 'vitest';
import { memoryUsage } from '../../src/index.js';

const held: { dispose(): void }[] = [];
export const hold = <T extends { dispose(): void }>(one: T): T => {
  held.push(one);
  return one;
};
afterEach(() => {
  for (const one of held.splice(0).reverse()) one.dispose();
  expect(memoryUsage()).toBe(0);
});
