import { kernels, type Pointer } from './kernels.js';
import { Block, type Words, words } from './memory.js';
import type { Op } from './op.generated.js';

/** An op list being written: see assembly/vm/interpreter.ts for its form. */
export class OpList {
  readonly #words: number[] = [];

  /** Appends an op with its arguments in the order of its class in assembly/. */
  push(op: Op, ...args: number[]): void {
    this.#words.push(op, 8 + 4 * args.length, ...args);
  }

  /** Appends all ops of another list. */
  append(other: OpList): void {
    this.#words.push(...other.#words);
  }

  /** Copies the list into Wasm memory. */
  write(): Words {
    const block = words(this.#words.length);
    block.view.set(this.#words);
    return block;
  }
}

/** Address of the first byte after a list. */
export function endOf(list: Words): Pointer {
  return list.ptr + 4 * list.length;
}

/** What the ops of a list share while it runs (assembly/vm/context.ts). */
export function context(): Block<Uint8Array<ArrayBuffer>> {
  const block = new Block<Uint8Array<ArrayBuffer>>(Uint8Array, Number(kernels().CONTEXT.value));
  block.view.fill(0);
  return block;
}

/** A number as two words of an op's arguments; what stands before it there must be an even number of words. */
export function wordsOf(value: number): Uint32Array {
  return new Uint32Array(Float64Array.of(value).buffer);
}

/** A number, rounded to float32, as an op's argument. */
export function wordOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}
