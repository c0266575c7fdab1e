/** Wasm memory cannot hold what was asked for. Nothing was changed; what is in memory stays usable. */
export class OutOfMemoryError extends Error {
  override readonly name = 'OutOfMemoryError';
  /** Bytes that were asked for. */
  declare readonly bytesAsked: number;
  /** Bytes in use when they were. */
  declare readonly bytesInUse: number;
  constructor(bytesAsked: number, bytesInUse: number) {
    super(
      `Out of Wasm memory: ${bytesAsked} bytes were asked for with ${bytesInUse} in use ` +
        '(a block is at most 1 GiB, all of them at most 4 GiB). Dispose what is no longer needed, or use smaller arrays.',
    );
    this.bytesAsked = bytesAsked;
    this.bytesInUse = bytesInUse;
  }
}

/** An object was used after its `dispose()`. */
export class UseAfterDisposeError extends Error {
  override readonly name = 'UseAfterDisposeError';
  constructor(what: string) {
    super(`${what} was used after dispose()`);
  }
}

/** A model or optimizer was asked for something that must wait for the `fit` that is running on it. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
  constructor(what: string, call: string) {
    super(`${what} is busy: ${call} must wait until the fit that is running on it has ended (await it, or abort it)`);
  }
}

/** The host has no WebAssembly, or one without SIMD, which the kernels need. */
export class SimdUnsupportedError extends Error {
  override readonly name = 'SimdUnsupportedError';
  constructor() {
    super('This host has no WebAssembly with SIMD: take Chrome 98, Firefox 94, Safari 16.4, Node 20.19 or newer');
  }
}
