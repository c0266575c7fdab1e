import type { Pointer } from '../wasm/kernels.js';
import { floatsAt } from '../wasm/memory.js';

/** An array for callbacks, in JavaScript's own memory: a view of Wasm memory would be detached when a callback makes memory grow. */
export class HostArray {
  #array = new Float32Array();

  /** An array of zeros of this length. */
  zeros(length: number): Float32Array {
    return this.#ofLength(length).fill(0);
  }

  /** A copy of numbers in Wasm memory. */
  copy(from: Pointer, length: number): Float32Array {
    const array = this.#ofLength(length);
    array.set(floatsAt(from, length));
    return array;
  }

  #ofLength(length: number): Float32Array {
    if (this.#array.length < length) this.#array = new Float32Array(length);
    return this.#array.length === length ? this.#array : this.#array.subarray(0, length);
  }
}
