/// <reference lib="esnext.disposable" preserve="true" />
import { UseAfterDisposeError } from './errors.js';

/** `Symbol.dispose`, or what transpiled `using` looks for on hosts that lack it. */
const disposeSymbol: typeof Symbol.dispose = /* @__PURE__ */ (() =>
  Symbol.dispose ?? Symbol.for('Symbol.dispose'))() as typeof Symbol.dispose;

/** Things that are disposed together. */
export class Held {
  readonly #all: { dispose(): void }[] = [];

  /** Takes over a thing. */
  readonly hold = <T extends { dispose(): void }>(one: T): T => {
    this.#all.push(one);
    return one;
  };

  /** What `make` gives; if it throws, all that is held is disposed. */
  attempt<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Disposes all that is held, in reverse order. */
  dispose(): void {
    for (const one of this.#all.splice(0).reverse()) one.dispose();
  }
}

/** What `make` gives; if it throws, all that it held until then is disposed. */
export function allOrNothing<T>(make: (hold: Held['hold']) => T): T {
  const held = new Held();
  return held.attempt(() => make(held.hold));
}

/** What `use` gives; all that it held is disposed. */
export function scoped<T>(use: (hold: Held['hold']) => T): T {
  const held = new Held();
  try {
    return use(held.hold);
  } finally {
    held.dispose();
  }
}

/** What is made of several blocks. Whoever keeps one beyond a call has it freed with something that is collected: see {@link disposeWith}. */
export abstract class Holder {
  readonly held = new Held();

  dispose(): void {
    this.held.dispose();
  }
}

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

  /** @internal May refuse, by throwing, to be disposed now. */
  protected beforeDispose(): void {}

  /** @internal Frees what is held, in reverse order of its making. Called once. */
  protected abstract release(): void;

  /** @internal What an error calls this object. */
  protected abstract describe(): string;

  /** @internal @throws UseAfterDisposeError once disposed */
  protected assertUsable(): void {
    if (this.#disposed) throw new UseAfterDisposeError(this.describe());
  }
}
