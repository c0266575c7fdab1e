import type { Parameter } from '../tensor.js';
import type { Pointer } from '../wasm/kernels.js';
import { type Floats, floats } from '../wasm/memory.js';

/** One parameter as an optimizer sees it: where it is, its state arrays, and how many steps it has taken. */
export class Slot {
  /** The parameter, or the user's own array. */
  readonly target: Parameter | Float32Array;
  /** Index of its group. */
  readonly group: number;
  /** State arrays by torch's names. */
  readonly state = new Map<string, Floats>();
  /** Steps taken. */
  step = 0;
  /** Whether the next step includes it. */
  active = true;
  /** Copies in Wasm memory of the user's array and its gradient. */
  readonly #copy: Floats | undefined;
  readonly #copyGrad: Floats | undefined;

  constructor(target: Parameter | Float32Array, group: number) {
    this.target = target;
    this.group = group;
    if (target instanceof Float32Array) {
      this.#copy = floats(target.length);
      try {
        this.#copyGrad = floats(target.length);
      } catch (error) {
        this.#copy.dispose();
        throw error;
      }
    }
  }

  get size(): number {
    return this.target instanceof Float32Array ? this.target.length : this.target.size;
  }

  get p(): Pointer {
    return this.target instanceof Float32Array ? this.#copy!.ptr : this.target.block.ptr;
  }

  get g(): Pointer {
    return this.target instanceof Float32Array ? this.#copyGrad!.ptr : this.target.gradBlock.ptr;
  }

  /** The gradient in Wasm memory. */
  get grad(): Float32Array {
    return this.target instanceof Float32Array ? this.#copyGrad!.view : this.target.grad;
  }

  /** Makes the state arrays of these names exist, each new one filled with its initial value. */
  ensureState(names: readonly string[], initial: (name: string) => number): void {
    for (const name of names) {
      if (this.state.has(name)) continue;
      const block = floats(this.size);
      block.view.fill(initial(name));
      this.state.set(name, block);
    }
  }

  /** Brings the user's array and its gradient into Wasm memory. */
  copyIn(grad: Float32Array): void {
    if (this.target instanceof Float32Array) this.#copy!.view.set(this.target);
    this.grad.set(grad);
  }

  /** Brings the user's array back. */
  copyOut(): void {
    if (this.target instanceof Float32Array) this.target.set(this.#copy!.view);
  }

  dispose(): void {
    for (const block of this.state.values()) block.dispose();
    this.state.clear();
    this.#copyGrad?.dispose();
    this.#copy?.dispose();
  }
}
