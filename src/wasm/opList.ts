import { memoryBuffer, type Pointer } from './kernels.js';
import { Context } from './layouts.generated.js';
import { type Words, words } from './memory.js';
import type { Op } from './op.generated.js';

/** Words of an op before its arguments: its number, and its length in bytes. */
export const OP_HEADER = 2;

/** An op list being written: see assembly/vm/interpreter.ts for its form. */
export class OpList {
  readonly #words: number[] = [];

  /** Appends an op with its arguments in the order of its class in assembly/. */
  push(op: Op, ...args: number[]): void {
    this.#words.push(op, 4 * (OP_HEADER + args.length), ...args);
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

/** Allocates the state that the ops of a list share while it runs (assembly/vm/context.ts). */
export function context(workspace: Pointer = 0): Words {
  const block = words(Context.size);
  block.view.fill(0);
  block.view[Context.workspace] = workspace;
  return block;
}

/** Sums that a pass leaves in its context: the losses times their weights, and the weights. */
export function lossSums(context: Pointer): readonly [sum: number, weight: number] {
  const [sum, weight] = new Float64Array(memoryBuffer(), context + 4 * Context.lossSum, 2);
  return [sum!, weight!];
}

/** A number as two words of an op's arguments; what stands before it there must be an even number of words. */
export function wordsOf(value: number): Uint32Array {
  return new Uint32Array(Float64Array.of(value).buffer);
}

/** A number, rounded to float32, as an op's argument. */
export function wordOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}
