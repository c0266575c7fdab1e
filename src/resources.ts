import { BusyError, UseAfterDisposeError } from './errors.js';

let registry: FinalizationRegistry<{ dispose(): void }> | undefined;

/** Disposes `resources`, which must not refer to `owner`, when the owner is garbage-collected: a safety net for a forgotten `dispose`. */
export function disposeWith(owner: object, resources: { dispose(): void }): void {
  if (typeof FinalizationRegistry === 'undefined') return;
  registry ??= new FinalizationRegistry((forgotten) => forgotten.dispose());
  registry.register(owner, resources, resources);
}

/** Removes disposed resources from that safety net, which would hold them until the event loop runs. */
export function unregister(resources: object): void {
  registry?.unregister(resources);
}

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
    unregister(this);
    for (let resource = this.#resources.pop(); resource; resource = this.#resources.pop()) resource.dispose();
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
  declare readonly resources: ResourceStack;

  constructor() {
    // An initializer of the field takes V8 three times as long: a tenth of the set-up of a small fit.
    this.resources = new ResourceStack();
  }

  dispose(): void {
    this.resources.dispose();
  }
}

/** Number of objects disposed so far: while it stays the same, none of those in use has been. */
export let disposals = 0;

/** Members that hosts call by symbols. A bundler keeps a class with computed names, even unused, unless it is made in a pure call. */
const CalledByHosts: abstract new () => {
  /** The same as `dispose()`, for `using`. */
  [Symbol.dispose](): void;
} = /* @__PURE__ */ (() => {
  // Or what transpiled `using` looks for on hosts that lack it.
  const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
  abstract class CalledByHosts {
    abstract dispose(): void;
    abstract get disposed(): boolean;
    protected abstract inspect(): string;

    [dispose](): void {
      this.dispose();
    }

    /** One line for `console.log`. */
    [Symbol.for('nodejs.util.inspect.custom')](): string {
      return this.inspect() + (this.disposed ? ' (disposed)' : '');
    }
  }
  return CalledByHosts;
})();

/** Something that holds Wasm memory until it is disposed. */
export abstract class Disposable extends CalledByHosts {
  #disposed = false;
  /** Names of the running passes that use it, the latest last. */
  #passes: string[] | undefined;
  /** Name of the running pass that changes it: there is one at most. */
  #changedBy: string | undefined;

  /** True once `dispose()` has been called. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /**
   * Frees the Wasm memory it holds. A second call does nothing; any other use after it throws UseAfterDisposeError.
   *
   * @throws BusyError while a running pass uses it, in a callback of a fit for instance
   */
  dispose(): void {
    if (this.#disposed) return;
    this.assertUnused('dispose');
    for (const one of this.owned()) one.assertUnused('dispose');
    this.#disposed = true;
    disposals++;
    this.release();
  }

  /** Throws: an object in Wasm memory is not plain data. */
  toJSON(): never {
    throw new TypeError(`${this.describe()} cannot become JSON: ${this.wayToSave()}`);
  }

  /** @internal Other objects that `dispose` disposes with this one. */
  protected owned(): readonly Disposable[] {
    return [];
  }

  /** @internal Frees the memory it owns, the latest first. Called once. */
  protected abstract release(): void;

  /** @internal Name of this object in errors. */
  protected abstract describe(): string;

  /** @internal Description of this object in one line. */
  protected inspect(): string {
    return this.describe().replace(/^An? /, '');
  }

  /** @internal Advice for those who would save it as JSON. */
  protected wayToSave(): string {
    return 'take encodeStateDict(object.stateDict()), or save the model by adamas/io';
  }

  /** @internal @throws UseAfterDisposeError once disposed */
  protected assertUsable(): void {
    if (this.#disposed) throw new UseAfterDisposeError(this.describe());
  }

  /** @internal Name of this object in a BusyError. */
  protected get busyName(): string {
    return this.describe();
  }

  /** @internal True while a pass changes it. */
  get busy(): boolean {
    return this.#changedBy !== undefined;
  }

  /** @internal Throws unless a pass may begin to change it. @throws BusyError; UseAfterDisposeError */
  assertIdle(call: string): void {
    this.assertUsable();
    if (this.#changedBy !== undefined) throw new BusyError(this.busyName, call, this.#changedBy);
  }

  /** @internal @throws BusyError while a pass uses it */
  assertUnused(call: string): void {
    const pass = this.#changedBy ?? this.#passes?.at(-1);
    if (pass !== undefined) throw new BusyError(this.busyName, call, pass);
  }

  /** @internal Notes that a pass of this name begins to use it. */
  beginPass(pass: string, changes: boolean): void {
    if (changes) this.#changedBy = pass;
    else if (this.#passes === undefined) this.#passes = [pass];
    else this.#passes.push(pass);
  }

  /** @internal Notes that a pass ends, which `beginPass` has begun with the same arguments. */
  endPass(pass: string, changes: boolean): void {
    if (changes) this.#changedBy = undefined;
    else {
      const passes = this.#passes!;
      passes.splice(passes.lastIndexOf(pass), 1);
    }
  }
}

/**
 * A running pass. Until it is disposed nothing that it uses can be disposed, and no second pass can change what this one changes: BusyError.
 */
export class Pass {
  readonly #name: string;
  readonly #changed: Disposable[];
  readonly #used: Disposable[];

  /**
   * @param name - the call that runs it, as errors name it
   * @param changed - a model or optimizer that it trains
   * @param used - all else that it reads or writes
   * @throws BusyError; UseAfterDisposeError. Nothing is marked then
   */
  constructor(name: string, changed: readonly Disposable[], used: Iterable<Disposable>) {
    for (const one of changed) one.assertIdle(name);
    this.#name = name;
    this.#changed = [...changed];
    this.#used = [...used];
    for (const one of changed) one.beginPass(name, true);
    for (const one of this.#used) one.beginPass(name, false);
  }

  /** Ends it; a second call does nothing. */
  dispose(): void {
    for (const one of this.#used.splice(0)) one.endPass(this.#name, false);
    for (const one of this.#changed.splice(0)) one.endPass(this.#name, true);
  }
}
