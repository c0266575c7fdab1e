import { UseAfterDisposeError } from './errors.js';

/** `Symbol.dispose`, or what transpiled `using` looks for on hosts that lack it. */
const disposeSymbol: typeof Symbol.dispose = /* @__PURE__ */ (() =>
  Symbol.dispose ?? Symbol.for('Symbol.dispose'))() as typeof Symbol.dispose;

/** Something that holds Wasm memory until it is disposed. */
export abstract class Disposable {
  #disposed = false;

  /** Whether `dispose()` has been called. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /** Frees the Wasm memory it holds. A second call does nothing; any other use after it throws UseAfterDisposeError. */
  dispose(): void {
    if (this.#disposed) return;
    this.beforeDispose();
    this.#disposed = true;
    this.release();
  }

  /** The same as `dispose()`, for `using`. */
  [disposeSymbol](): void {
    this.dispose();
  }

  /** May refuse, by throwing, to be disposed now. */
  protected beforeDispose(): void {}

  /** Frees what is held, in reverse order of its making. Called once. */
  protected abstract release(): void;

  /** What an error calls this object. */
  protected abstract describe(): string;

  /** @throws UseAfterDisposeError once disposed */
  protected assertUsable(): void {
    if (this.#disposed) throw new UseAfterDisposeError(this.describe());
  }
}
