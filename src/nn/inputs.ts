import type { ResourceStack } from '../resources.js';
import { Tensor } from '../tensor.js';
import { checkNumber, refuse } from '../validate.js';
import type { Pointer } from '../wasm/kernels.js';
import { type Floats, floats } from '../wasm/memory.js';
import type { Layer } from './layer.js';
import { checkClasses, type Loss } from './losses.js';

/** What a model reads: rows of features, as a tensor [B, D] or as B * D numbers. */
export type Features = Tensor | Float32Array;

/** What a model is held against: a tensor [B] or [B, K], or as many numbers. */
export type Targets = Tensor | ArrayLike<number>;

/** How many rows these features are; throws unless the model can read them. */
export function rowsOf(
  call: string,
  features: Features,
  { inputs, layers }: { readonly inputs: number; readonly layers: readonly Layer[] },
): number {
  const first = layers[0]!;
  if (features instanceof Tensor) {
    const { shape } = features;
    const rows = shape.length === 2 ? shape[0]! : shape.length === 1 ? 1 : -1;
    if (rows < 0 || features.size !== rows * inputs) {
      refuse(RangeError, `${call}: features`, `have shape [rows, ${inputs}]`, shape);
    }
    first.checkInputs?.(`${call}: features`, features.data);
    return rows;
  }
  if (!(features instanceof Float32Array)) {
    refuse(TypeError, `${call}: features`, 'be a Tensor or a Float32Array', features);
  }
  const rows = features.length / inputs;
  if (!Number.isInteger(rows)) {
    refuse(RangeError, `${call}: features`, `hold rows of ${inputs} numbers`, features.length);
  }
  first.checkInputs?.(`${call}: features`, features);
  return rows;
}

/** Throws for targets that this loss has no value for. */
export function checkTargets(name: string, loss: Loss, targets: ArrayLike<number>, outputs: number): void {
  if (loss.takesClasses) checkClasses(name, targets, outputs);
  if (loss.key !== 'binaryCrossEntropy') return;
  const ok = (t: unknown) => typeof t === 'number' && t >= 0 && t <= 1;
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i]!;
    if (!ok(target)) checkNumber(`${name}[${i}]`, target, 'in [0, 1] for binaryCrossEntropy', ok);
  }
}

/** Room in Wasm memory for arrays of the caller's on their way in: made when first wanted, and anew when it must hold more. */
export class StagingBuffer {
  readonly #resources: ResourceStack;
  #block: Floats | undefined;

  constructor(resources: ResourceStack) {
    this.#resources = resources;
  }

  /** A block of at least so many numbers. */
  private atLeast(length: number): Floats {
    const block = this.#block;
    if (block !== undefined && block.length >= length) return block;
    this.#block = this.#resources.use(floats(length));
    block?.dispose();
    return this.#block;
  }

  /** Where rows `start` to `start + rows` are in Wasm memory, copying them there if they are not. */
  features(features: Features, start: number, rows: number, inputs: number): Pointer {
    const at = start * inputs;
    if (features instanceof Tensor) return features.data && features.block.ptr + 4 * at;
    const size = rows * inputs;
    const block = this.atLeast(size);
    block.view.set(size === features.length ? features : features.subarray(at, at + size));
    return block.ptr;
  }

  /** Where targets (or weights) are in Wasm memory, copying them there if they are not, as float32 or as `whole` words of 32 bits. */
  targets(y: Targets, size: number, whole: boolean): Pointer {
    if (y instanceof Tensor && !whole) return y.data && y.block.ptr;
    // Before the values are looked at: they may be a view, which this may detach.
    const block = this.atLeast(size);
    const { view } = block;
    const values = y instanceof Tensor ? y.data : y;
    if (whole) new Uint32Array(view.buffer, view.byteOffset, size).set(values);
    else view.set(values);
    return block.ptr;
  }
}
