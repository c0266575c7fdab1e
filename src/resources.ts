/// <reference lib="esnext.disposable" preserve="true" />
import { UseAfterDisposeError } from './errors.js';

/** `Symbol.dispose`, or what transpiled `using` looks for on hosts that lack it. */
const disposeSymbol: typeof Symbol.dispose = /* @__PURE__ */ (() =>
  Symbol.dispose ?? Symbol.for('Symbol.dispose'))() as typeof Symbol.dispose;

/** Resources that are disposed together, in reverse order: the part of ECMAScript's `DisposableStack` that is needed here. */
export class ResourceStack {
  #resources: { dispose(): void }[] = [];

  /** Takes over a resource and returns it. */
  readonly use = <T extends { dispose(): void }>(resource: T): T => {
    this.#resources.push(resource);
    return resource;
  };

  /** Calls `callback` when the stack is disposed. */
  defer(callback: () => void): void {
    this.#resources.push({ dispose: callback });
  }

  /** Moves all resources to a new stack. Disposing this one then does nothing. */
  move(): ResourceStack {
    const moved = new ResourceStack();
    moved.#resources = this.#resources;
    this.#resources = [];
    return moved;
  }

  /** Runs `make` and returns its result. If it throws, disposes every resource. */
  disposeOnError<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Disposes every resource, in reverse order. */
  dispose(): void {
    for (const resource of this.#resources.splice(0).reverse()) resource.dispose();
  }
}

/** Runs `make` with a new stack and returns its result. If it throws, disposes the resources used so far. */
export function disposeOnError<T>(make: (use: ResourceStack['use']) => T): T {
  const resources = new ResourceStack();
  return resources.disposeOnError(() => make(resources.use));
}

/** Runs `body` with a new stack, returns its result, and disposes the stack. */
export function disposeAfter<T>(body: (use: ResourceStack['use']) => T): T {
  const resources = new ResourceStack();
  try {
    return body(resources.use);
  } finally {
    resources.dispose();
  }
}

/** Base class for owners of several memory blocks. One that outlives its call is registered with `disposeWith`. */
export abstract class ResourceOwner {
  readonly resources = new ResourceStack();

  dispose(): void {
    this.resources.dispose();
  }
}

/** Something that holds Wasm memory until it is disposed. */
export abstract class Disposable {
  #disposed = false;

  /** True once `dispose()` has been called. */
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

  /** @internal Name of this object in errors. */
  protected abstract describe(): string;

  /** @internal @throws UseAfterDisposeError once disposed */
  protected assertUsable(): void {
    if (this.#disposed) throw new UseAfterDisposeError(this.describe());
  }
}
