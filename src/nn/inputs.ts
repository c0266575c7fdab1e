import { type Rows, readRows } from '../rows.js';
import { Tensor } from '../tensor.js';
import { refuse } from '../validate.js';
import { memoryBuffer, type Pointer } from '../wasm/kernels.js';
import { type Floats, floats } from '../wasm/memory.js';
import type { Layer } from './layer.js';
import type { Network } from './network.js';

/** Rows of features that stay valid when memory grows: a tensor, or an array outside Wasm memory. */
export type Features = Tensor | Float32Array;

/**
 * Rows of features for a network: as they are where they can be, else copied.
 *
 * @param call - the call in errors
 * @throws TypeError or RangeError unless the network can read them; UseAfterDisposeError
 */
export function readFeatures(call: string, rows: Rows | { readonly features: Tensor }, network: Network): Features {
  const { inputs, layers } = network;
  // The names of errors are not built here: this is called for every prediction of one row.
  const isOwn =
    rows instanceof Float32Array && rows.length > 0 && rows.buffer !== memoryBuffer() && rows.length % inputs === 0;
  const features = isOwn ? rows : featuresOf(`${call}: features`, rows, inputs);
  const first = layers[0]!;
  if (first.checkInputs) {
    first.checkInputs(`${call}: features`, features instanceof Tensor ? features.data : features);
  }
  return features;
}

function featuresOf(name: string, rows: Rows | { readonly features: Tensor }, inputs: number): Features {
  const given =
    Object(rows).features instanceof Tensor ? (rows as { readonly features: Tensor }).features : (rows as Rows);
  const { shape, size, copyTo } = readRows(name, given);
  const flat = shape.length === 1;
  if (!flat && (shape.length !== 2 || shape[1] !== inputs)) {
    refuse(RangeError, name, `have shape [rows, ${inputs}]`, shape);
  }
  if (size % inputs !== 0) refuse(RangeError, name, `hold rows of ${inputs} numbers`, size);
  if (given instanceof Tensor) return given;
  const values = new Float32Array(size);
  copyTo(values);
  return values;
}

/** Numbers that are copied one by one: a call of `set` takes longer than they do. */
export const FEW = 16;

/** Number of rows. */
export function rowCount(features: Features, inputs: number): number {
  return (features instanceof Tensor ? features.size : features.length) / inputs;
}

/** A block of Wasm memory into which the caller's arrays are copied: allocated at its first use, and again when it must hold more. */
export class StagingBuffer {
  #block: Floats | undefined;

  /** Numbers that fit without a new block. */
  get length(): number {
    return this.#block?.length ?? 0;
  }

  /** A block of at least this length. */
  #atLeast(length: number): Floats {
    const block = this.#block;
    if (block !== undefined && block.length >= length) return block;
    const larger = floats(length);
    block?.dispose();
    this.#block = larger;
    return larger;
  }

  /** Address of rows `start` to `start + rows` in Wasm memory, copying them there if they are not. */
  features(features: Features, start: number, rows: number, inputs: number): Pointer {
    const at = start * inputs;
    if (features instanceof Tensor) return features.data && features.block.ptr + 4 * at;
    const size = rows * inputs;
    this.#atLeast(size);
    return this.copy(size === features.length ? features : features.subarray(at, at + size));
  }

  /** Address of these numbers in Wasm memory; they must fit. */
  copy(values: Float32Array): Pointer {
    const { view, ptr } = this.#block!;
    const { length } = values;
    if (length <= FEW) for (let i = 0; i < length; i++) view[i] = values[i]!;
    else view.set(values);
    return ptr;
  }

  /** Address of targets (or weights) in Wasm memory, copying them there if they are not, as float32 or as `whole` words of 32 bits. */
  targets(y: Tensor | ArrayLike<number>, size: number, whole: boolean): Pointer {
    if (y instanceof Tensor && !whole) return y.data && y.block.ptr;
    // Before the values are looked at: a tensor's view, which this may detach.
    const block = this.#atLeast(size);
    const { view } = block;
    const values = y instanceof Tensor ? y.data : y;
    if (whole) new Uint32Array(view.buffer, view.byteOffset, size).set(values);
    else view.set(values);
    return block.ptr;
  }

  /** Address of targets in Wasm memory, as a layer scales them for training. */
  scaledTargets(y: Tensor | ArrayLike<number>, size: number, scaling: Layer): Pointer {
    const { ptr, view } = this.#atLeast(size);
    scaling.scaleTargets!(y instanceof Tensor ? y.data : y, view.subarray(0, size));
    return ptr;
  }

  dispose(): void {
    this.#block?.dispose();
    this.#block = undefined;
  }
}
