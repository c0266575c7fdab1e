import { OutOfMemoryError } from '../errors.js';
import { unregister } from '../resources.js';
import { kernels, memoryBuffer, type Pointer } from './kernels.js';

let bytesInUse = 0;

/**
 * Bytes of Wasm memory in use: tensors, parameters with their gradients, optimizer state, datasets, and what models and running fits hold.
 *
 * @example
 * ```ts
 * import { memoryUsage, zeros } from 'adamas';
 * const before = memoryUsage();
 * const t = zeros([100]);
 * console.log(memoryUsage() - before); // 400
 * t.dispose();
 * console.log(memoryUsage() - before); // 0
 * ```
 */
export function memoryUsage(): number {
  return bytesInUse;
}

/** Allocates `bytes` bytes of unspecified content. Throws OutOfMemoryError. */
function allocate(bytes: number): Pointer {
  // A block is below 1 GiB, and past that the allocator's arithmetic on 32 bits would not trap but wrap.
  if (!(bytes < 2 ** 30 - 64)) throw new OutOfMemoryError(bytes, bytesInUse);
  const { alloc } = kernels();
  try {
    return alloc(wholeVectors(bytes)) >>> 0;
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    // The allocator's own trap, by its name in every engine; it makes no other.
    if (/unreachable/i.test(error.message)) throw new OutOfMemoryError(bytes, bytesInUse);
    const message =
      'Wasm memory is damaged: something wrote to a block that was disposed. Never keep `.data` or `.grad` beyond dispose()';
    throw new Error(message, { cause: error });
  }
}

/** Size of a block of `bytes` bytes: rounded up to whole vectors. */
function wholeVectors(bytes: number): number {
  return (bytes + 15) & ~15 || 16;
}

/** The typed arrays a block can be seen as: all with elements of `BYTES_PER_ELEMENT` bytes over an ArrayBuffer. */
interface ViewConstructor<View> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): View;
}

/** An array in Wasm memory until `dispose`. Its content is unspecified at first. */
export class Block<View extends { readonly length: number }> {
  declare readonly length: number;
  #ptr: Pointer;
  #view: View | undefined;
  readonly #type: ViewConstructor<View>;

  constructor(type: ViewConstructor<View>, length: number) {
    this.length = length;
    this.#type = type;
    this.#ptr = allocate(this.#bytes);
    bytesInUse += wholeVectors(this.#bytes);
  }

  /** Bytes of its content. */
  get #bytes(): number {
    return this.length * this.#type.BYTES_PER_ELEMENT;
  }

  /** Address of the block; 0 once disposed. */
  get ptr(): Pointer {
    return this.#ptr;
  }

  /** A view of it, never to be kept: memory that grows detaches every view, which then has length 0. */
  get view(): View {
    // A detached view has length 0, as has that of an empty block.
    if (this.#view?.length !== this.length || this.length === 0) {
      if (this.#ptr === 0) throw new RangeError('Disposed memory was viewed');
      this.#view = new this.#type(memoryBuffer(), this.#ptr, this.length);
    }
    return this.#view!;
  }

  /** Frees it; a second call does nothing. */
  dispose(): void {
    if (this.#ptr === 0) return;
    unregister(this);
    kernels().free(this.#ptr);
    bytesInUse -= wholeVectors(this.#bytes);
    this.#ptr = 0;
    this.#view = undefined;
  }
}

/** A block of `length` float32 numbers. */
export function floats(length: number): Block<Float32Array<ArrayBuffer>> {
  return new Block<Float32Array<ArrayBuffer>>(Float32Array, length);
}

/** A block that holds these numbers. */
export function copyOf(values: ArrayLike<number>): Block<Float32Array<ArrayBuffer>> {
  const kept = outlasting(values);
  const block = floats(values.length);
  block.view.set(kept);
  return block;
}

/**
 * These numbers, copied if they are a view of Wasm memory, which may grow for what is to hold them and so empty the view.
 *
 * @throws TypeError for a view that is empty because its buffer has gone
 */
export function outlasting(values: ArrayLike<number>): ArrayLike<number> {
  if (!ArrayBuffer.isView(values)) return values;
  if (values.byteLength === 0) checkAttached(values);
  return values.buffer === memoryBuffer() ? Float32Array.from(values as Float32Array) : values;
}

function checkAttached({ buffer }: ArrayBufferView): void {
  try {
    new Uint8Array(buffer);
  } catch {
    throw new TypeError(
      'The array has lost its numbers: its buffer was transferred, or it is `data` from before the memory grew. Read `data` anew',
    );
  }
}

/** A view of numbers wherever they are in Wasm memory, never to be kept. */
export function floatsAt(ptr: Pointer, length: number): Float32Array<ArrayBuffer> {
  return new Float32Array(memoryBuffer(), ptr, length);
}

/** A block of `length` words of 32 bits. */
export function words(length: number): Block<Uint32Array<ArrayBuffer>> {
  return new Block<Uint32Array<ArrayBuffer>>(Uint32Array, length);
}

/** A block of `length` float64 numbers. */
export function doubles(length: number): Block<Float64Array<ArrayBuffer>> {
  return new Block<Float64Array<ArrayBuffer>>(Float64Array, length);
}

export type Floats = Block<Float32Array<ArrayBuffer>>;
export type Words = Block<Uint32Array<ArrayBuffer>>;
export type Doubles = Block<Float64Array<ArrayBuffer>>;
