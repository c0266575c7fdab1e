// The allocator by itself: blocks of any size, up to the largest, lie in memory and apart from each other, and it only ever traps where memory ends.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { noise } from '../train/byHand.js';

const module = new WebAssembly.Module(readFileSync(new URL('../../build/release.wasm', import.meta.url)));
const LARGEST = 2 ** 30 - 128;

interface Heap {
  alloc(bytes: number): number;
  free(address: number): void;
}

it.each(Array.from({ length: 12 }, (_, i) => i + 1))('any order of small and large blocks, %i', (seed) => {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const { exports } = new WebAssembly.Instance(module, { env: { memory, host: () => 0 } });
  const { alloc, free } = exports as unknown as Heap;
  const random = noise(seed);
  /** A whole number of vectors between these, in bytes. */
  const between = (low: number, high: number) => 16 * Math.floor((low + ((high - low) * (random() + 1)) / 2) / 16);
  const live: { readonly address: number; readonly bytes: number }[] = [];
  let refused = 0;
  for (let i = 0; i < 200; i++) {
    if (live.length > 0 && random() < -0.1) {
      free(live.splice(between(0, 16 * live.length) / 16, 1)[0]!.address);
      continue;
    }
    const bytes = random() < 0 ? between(16, 2 ** 22) : between(2 ** 28, LARGEST);
    try {
      const address = alloc(bytes) >>> 0;
      expect(address % 16).toBe(0);
      expect(address + bytes).toBeLessThanOrEqual(memory.buffer.byteLength);
      const overlaps = live.some((other) => address < other.address + other.bytes && other.address < address + bytes);
      expect(overlaps, `a block of ${bytes} bytes lies in another one`).toBe(false);
      live.push({ address, bytes });
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      expect(error.message).toMatch(/unreachable/i);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(0);
});
