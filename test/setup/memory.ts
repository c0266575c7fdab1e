// Memory of the tests, under every one of them (vitest.config.ts). ADAMAS_TEST_MODE makes faults show that otherwise show by chance:
//
// - `growth`: every allocation detaches every view, as one that makes memory grow does;
// - `guard`: guard bytes stand around each block, a new block holds NaNs, and one that is freed holds a pattern for a while; all are checked
//   after each test.
//
// In either and in none, `failAllocation` makes one allocation fail.
import { afterEach, expect } from 'vitest';

const { Instance, instantiate } = WebAssembly;
/** Read once: some tests take `process` away. */
const mode = process.env.ADAMAS_TEST_MODE;

type Numeric = (...args: number[]) => number;
interface Heap {
  readonly alloc: Numeric;
  readonly free: Numeric;
}

let current: WebAssembly.Memory | undefined;
let allowed = Number.POSITIVE_INFINITY;
let message = '';
let isFull = false;
let count = 0;

/**
 * Makes the nth allocation from now on fail, counted from 1, by a trap: as it fails when memory cannot grow, or by another; Infinity for none.
 * With `full` all after it fail too, until the next call.
 */
export function failAllocation(n: number, trap = 'unreachable', full = false): void {
  allowed = n - 1;
  message = trap;
  isFull = full;
}

/** Detaches every view of Wasm memory, as memory that grows does. */
export function detachViews(): void {
  current!.grow(0);
}

/** Allocations that were made, or failed, so far. */
export function allocations(): number {
  return count;
}

/** The heap of some kernels with that switch, in the mode of this run. */
function tested(heap: Heap, memory: WebAssembly.Memory): Heap {
  current = memory;
  const inner = mode === 'guard' ? guarded(heap, memory) : heap;
  return {
    free: inner.free,
    alloc(bytes) {
      count++;
      if (allowed === 0) {
        if (!isFull) allowed = Number.POSITIVE_INFINITY;
        throw new WebAssembly.RuntimeError(message);
      }
      allowed--;
      const address = inner.alloc(bytes!);
      if (mode === 'growth') memory.grow(0);
      return address;
    },
  };
}

const GUARD = 16;
/** Bytes of a guard, of a block that is new (float32 NaNs), and of one that was freed. */
const EDGE = 0xa5;
const NEW = 0xff;
const FREED = 0xdb;
/** Bytes of freed blocks that are kept back, and of the largest that is filled. */
const KEPT = 2 ** 20;

/** Bytes by which memory may have grown for what was freed since: 0 but in guard mode. */
export const KEPT_BACK = mode === 'guard' ? 4 * KEPT : 0;

/** Bytes of JavaScript's heap that the records of blocks kept back may take, 128 each: 0 but in guard mode. */
export const RECORDS_KEPT = mode === 'guard' ? 128 * (KEPT / 16) : 0;

const checks: (() => void)[] = [];
const faults: string[] = [];

function guarded({ alloc, free }: Heap, memory: WebAssembly.Memory): Heap {
  const live = new Map<number, number>();
  const freed: (readonly [address: number, bytes: number])[] = [];
  let kept = 0;

  const fill = (address: number, bytes: number, value: number) =>
    new Uint8Array(memory.buffer, address, Math.min(bytes, KEPT)).fill(value);
  const holds = (address: number, bytes: number, value: number) =>
    new Uint8Array(memory.buffer, address, Math.min(bytes, KEPT)).every((byte) => byte === value);
  const checkEdges = (address: number, bytes: number) => {
    if (!holds(address - GUARD, GUARD, EDGE)) faults.push(`written before a block of ${bytes} bytes at ${address}`);
    if (!holds(address + bytes, GUARD, EDGE)) faults.push(`written past a block of ${bytes} bytes at ${address}`);
  };
  const checkFreed = (address: number, bytes: number) => {
    if (!holds(address, bytes, FREED))
      faults.push(`written to a block of ${bytes} bytes at ${address} after it was freed`);
  };
  const release = (limit: number) => {
    while (kept > limit) {
      const [address, bytes] = freed.shift()!;
      kept -= bytes;
      checkFreed(address, bytes);
      free(address - GUARD);
    }
  };
  checks.push(() => {
    for (const [address, bytes] of live) checkEdges(address, bytes);
    for (const [address, bytes] of freed) checkFreed(address, bytes);
  });

  return {
    alloc(bytes) {
      let start: number;
      try {
        start = alloc(bytes! + 2 * GUARD) >>> 0;
      } catch {
        release(0);
        start = alloc(bytes! + 2 * GUARD) >>> 0;
      }
      const address = start + GUARD;
      fill(start, GUARD, EDGE);
      fill(address, bytes!, NEW);
      fill(address + bytes!, GUARD, EDGE);
      live.set(address, bytes!);
      return address;
    },
    free(address) {
      const bytes = live.get(address!);
      if (bytes === undefined) {
        faults.push(`freed what is no block, at ${address}`);
        return 0;
      }
      live.delete(address!);
      checkEdges(address!, bytes);
      fill(address!, bytes, FREED);
      freed.push([address!, bytes]);
      kept += bytes;
      release(KEPT);
      return 0;
    },
  };
}

afterEach(() => {
  allowed = Number.POSITIVE_INFINITY;
  for (const check of checks) check();
  expect(faults.splice(0)).toEqual([]);
});

/** The exports of an instance of the kernels with that heap; those of any other instance as they are. */
function exportsOf(exports: WebAssembly.Exports, imports: WebAssembly.Imports | undefined): WebAssembly.Exports {
  const memory = imports?.env?.memory;
  if (!('alloc' in exports) || !(memory instanceof WebAssembly.Memory)) return exports;
  return { ...exports, ...tested(exports as unknown as Heap, memory) } as unknown as WebAssembly.Exports;
}

WebAssembly.Instance = class extends Instance {
  override readonly exports: WebAssembly.Exports;

  constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
    super(module, imports);
    this.exports = exportsOf(super.exports, imports);
  }
};

WebAssembly.instantiate = (async (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports) => {
  if (!(source instanceof WebAssembly.Module)) return instantiate(source, imports);
  const instance = await instantiate(source, imports);
  return Object.create(instance, { exports: { value: exportsOf(instance.exports, imports) } });
}) as typeof instantiate;
