import { writeTable } from '../optim/rowTable.js';
import { ResourceOwner } from '../resources.js';
import type { Tensor } from '../tensor.js';
import type { Pointer } from '../wasm/kernels.js';
import { type Floats, floats, type Words } from '../wasm/memory.js';
import { modelKernels } from '../wasm/modelKernels.js';

/** Copies of tensors in Wasm memory: at first of what these hold then, finite or not. */
export class Snapshot extends ResourceOwner {
  readonly #table: Words;
  readonly #copies: readonly Floats[];

  constructor(tensors: readonly Tensor[]) {
    super();
    const { resources } = this;
    [this.#copies, this.#table] = resources.disposeOnError(() => {
      const copies = tensors.map(({ block, size }) => {
        const copy = resources.use(floats(size));
        copy.view.set(block.view);
        return copy;
      });
      const rows = tensors.map(({ block, size }, i) => ({ p: block.ptr, n: size, s0: copies[i]!.ptr }));
      return [copies, resources.use(writeTable(rows))];
    });
  }

  /** The address and length of its table, as the loop's own `snapshot` takes them. */
  get table(): readonly [Pointer, number] {
    return [this.#table.ptr, this.#copies.length];
  }

  /** Takes new copies, if all numbers are finite; returns whether they are. */
  take(): boolean {
    return Boolean(modelKernels().snapshot(...this.table));
  }

  /** Restores the last copies. */
  restore(): void {
    modelKernels().restore(...this.table);
  }

  /** The copies, as plain data. */
  get values(): Float32Array[] {
    return this.#copies.map(({ view }) => view.slice());
  }

  set values(values: readonly Float32Array[]) {
    this.#copies.forEach(({ view }, i) => {
      view.set(values[i]!);
    });
  }
}
