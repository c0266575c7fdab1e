/**
 * Base of the errors about states: memory, disposal, a host without SIMD, a running training. A wrong argument throws `TypeError` or
 * `RangeError` instead.
 */
export class AdamasError extends Error {
  override readonly name: string = 'AdamasError';
}

/**
 * Wasm memory cannot hold a block. Nothing was changed, but for the steps of training that were taken before, and everything in memory stays
 * usable.
 */
export class OutOfMemoryError extends AdamasError {
  override readonly name = 'OutOfMemoryError';
  /** Size of the block in bytes. */
  declare readonly bytesAsked: number;
  /** Bytes in use before the call. */
  declare readonly bytesInUse: number;
  /** Steps that the call had taken, which are kept. */
  declare readonly steps: number;
  constructor(bytesAsked: number, bytesInUse: number, steps = 0) {
    super(
      `Out of Wasm memory: ${bytesAsked} bytes were asked for with ${bytesInUse} in use ` +
        '(a block is at most 1 GiB, all of them at most 4 GiB). Dispose what is no longer needed, or use smaller arrays.' +
        (steps > 0 ? ` The ${steps} steps taken before are kept.` : ''),
    );
    this.bytesAsked = bytesAsked;
    this.bytesInUse = bytesInUse;
    this.steps = steps;
  }

  /** @internal The error of a training that has taken this number of steps: a new one if memory ran out, else the same. */
  static after(steps: number, error: unknown): unknown {
    return error instanceof OutOfMemoryError ? new OutOfMemoryError(error.bytesAsked, error.bytesInUse, steps) : error;
  }
}

/** An object was used after its `dispose()`. */
export class UseAfterDisposeError extends AdamasError {
  override readonly name = 'UseAfterDisposeError';
  constructor(object: string) {
    super(`${object} was used after dispose()`);
  }
}

/** A running pass uses the object, and the call must wait for the end of that pass. */
export class BusyError extends AdamasError {
  override readonly name = 'BusyError';
  constructor(object: string, call: string, pass = 'fit') {
    const way = /fit/i.test(pass) ? ' (await it, or abort it)' : '';
    super(`${object} is busy: ${call} must wait until the ${pass} that is running on it has ended${way}`);
  }
}

/** The host has no WebAssembly with SIMD, which the kernels need. */
export class SimdUnsupportedError extends AdamasError {
  override readonly name = 'SimdUnsupportedError';
  constructor() {
    super('This host has no WebAssembly with SIMD: take Chrome 98, Firefox 94, Safari 16.4, Node 20.19 or newer');
  }
}
