// Shared by the tests of every kernel: arrays in Wasm memory with guards around them, one matrix of sizes, and bounds on rounding errors.
import { afterEach, expect } from 'vitest';
import type { Pointer } from '../../src/wasm/kernels.js';
import { type Words, words } from '../../src/wasm/memory.js';
import { noise } from '../train/byHand.js';

/** Lengths: none, less than a lane, whole lanes, one more and one less, 4k + r, and several blocks of 64 with and without a rest. */
export const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 33, 63, 64, 65, 66, 127, 128, 130, 259, 1000];

/** Every combination of small lengths of three axes, and some of several blocks. */
export const SHAPES: readonly (readonly [number, number, number])[] = [
  ...[0, 1, 3, 4, 5, 8].flatMap((a) =>
    [0, 1, 3, 4, 5, 8].flatMap((b) => [0, 1, 3, 4, 5].map((c) => [a, b, c] as const)),
  ),
  [9, 17, 7],
  [10, 5, 1],
  [33, 31, 6],
  [64, 64, 10],
  [65, 20, 65],
  [130, 3, 2],
];

/** Half the distance from 1 to the next float32: the relative error of one rounding. */
export const ROUNDING = 2 ** -24;

const GUARD = 0xdeadbeef;
const BEFORE = 4;
const AFTER = 8;
/** Padding of an input: a NaN, so that whatever takes it in shows. */
const POISON = 0x7fc0dead;

/** An array of `length` words in Wasm memory, its allocation rounded up to whole lanes, with guards before and after. */
export class Guarded {
  readonly ptr: Pointer;
  readonly length: number;
  readonly #block: Words;

  constructor(values: ArrayLike<number>) {
    this.length = values.length;
    const rounded = (values.length + 3) & ~3;
    this.#block = words(BEFORE + rounded + AFTER);
    const { view } = this.#block;
    view.fill(GUARD);
    view.fill(POISON, BEFORE, BEFORE + rounded);
    this.ptr = this.#block.ptr + 4 * BEFORE;
    if (values instanceof Uint32Array) view.set(values, BEFORE);
    else new Float32Array(view.buffer, this.ptr, this.length).set(values);
    made.push(this);
  }

  /** A copy of what it holds. */
  get floats(): Float32Array {
    return new Float32Array(this.words.buffer);
  }

  get words(): Uint32Array<ArrayBuffer> {
    return this.#block.view.slice(BEFORE, BEFORE + this.length);
  }

  /** Fails if anything was written outside of its allocation. */
  check(): void {
    const { view } = this.#block;
    const guards = [...view.subarray(0, BEFORE), ...view.subarray(view.length - AFTER)];
    expect(
      guards.every((word) => word === GUARD),
      'something was written beyond an array',
    ).toBe(true);
  }

  dispose(): void {
    this.#block.dispose();
  }
}

const made: Guarded[] = [];

/** Checks the guards of all arrays made since the last time, and frees them. */
export function checkGuards(): void {
  const all = made.splice(0);
  try {
    for (const one of all) one.check();
  } finally {
    for (const one of all) one.dispose();
  }
}

afterEach(checkGuards);

/** An input. */
export function given(values: ArrayLike<number>): Guarded {
  return new Guarded(values);
}

/** An output: it holds NaNs until it is written. */
export function output(length: number): Guarded {
  return new Guarded(new Uint32Array(length).fill(POISON));
}

/** float32 numbers of either sign and of magnitudes from 1e-3 to 1e3. */
export function ordinary(length: number, seed = 1): Float32Array {
  const random = noise(seed + length);
  return Float32Array.from({ length }, () => random() * 10 ** (3 * random()));
}

/** Fails unless every number is within its bound of what it should be. */
export function expectWithin(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: (i: number) => number,
  what: string,
): void {
  expect(actual.length, what).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) {
    const distance = Math.abs(actual[i]! - expected[i]!);
    if (!(distance <= bound(i))) {
      expect.fail(`${what}: [${i}] is ${actual[i]}, which is ${distance} from ${expected[i]}, more than ${bound(i)}`);
    }
  }
}

/** Fails unless two arrays have the same bits; NaNs count as the same. */
export function expectSameBits(actual: Float32Array, expected: Float32Array, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  const at = actual.findIndex((value, i) => !Object.is(value, expected[i]));
  if (at >= 0) expect.fail(`${what}: [${at}] is ${actual[at]} instead of ${expected[at]}`);
}
