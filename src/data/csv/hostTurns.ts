import type { AbortSignalLike } from '../../hostTypes.js';
import { abortSignal, checkRecord, func, type OptionTable, readOptions } from '../../validate.js';
import { TURN_MS, yieldToHost } from '../../yieldToHost.js';

/** Progress of a reading. */
export interface ReadProgress {
  /** Bytes of the source that have been read; characters of a source of strings. */
  readonly bytes: number;
  /** Rows that have been read. */
  readonly rows: number;
}

/** Options of a reading that takes a while. */
export interface ReadOptions {
  /** Ends the reading: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignalLike | undefined;
  /** Called each time control returns to the event loop, and at the end; a promise that it returns is awaited. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

const READ_OPTIONS: OptionTable<ReadOptions> = {
  signal: [abortSignal, undefined],
  onProgress: [func, undefined],
};

/** Divides options into those of a table and those of a reading, and checks the latter. */
export function splitOptions<Options extends ReadOptions>(
  call: string,
  options: Options,
): { csv: Omit<Options, 'signal' | 'onProgress'>; reading: ReadOptions } {
  checkRecord(`${call}: options`, options);
  const { signal, onProgress, ...csv } = options;
  return { csv, reading: readOptions(call, { signal, onProgress }, READ_OPTIONS) };
}

/** Milliseconds that a page may wait for a frame. */
const FRAME_MS = 15;
/** Milliseconds after which it is not waited for: a page that is hidden meanwhile draws none. */
const NO_FRAME_MS = 50;

/** Yields to the event loop every 10 ms, and lets a visible page draw: Firefox draws few frames while messages keep coming. */
export class HostTurns {
  /** The page's next frame, since when it is wanted. */
  #frame: Promise<void> | undefined;
  #wanted = 0;
  readonly #options: ReadOptions;
  #last = performance.now();
  #rows = 0;
  bytes = 0;

  constructor(options: ReadOptions) {
    this.#options = options;
    options.signal?.throwIfAborted();
  }

  /** The signal that ends the reading. */
  get signal(): AbortSignalLike | undefined {
    return this.#options.signal;
  }

  /** A promise to await if it is time to yield to the event loop. */
  pass(rows: number): Promise<void> | undefined {
    this.#rows = rows;
    return performance.now() - this.#last < TURN_MS ? undefined : this.#turn();
  }

  /** Reports the last progress. */
  async end(rows: number): Promise<void> {
    await this.#options.onProgress?.({ bytes: this.bytes, rows });
  }

  async #turn(): Promise<void> {
    await this.#options.onProgress?.({ bytes: this.bytes, rows: this.#rows });
    await (this.#frameIsLate() ? Promise.race([this.#frame, delay(NO_FRAME_MS)]) : yieldToHost());
    this.#options.signal?.throwIfAborted();
    this.#last = performance.now();
  }

  /** True if the requested frame is late. Requests the next one if it has come. */
  #frameIsLate(): boolean {
    const { document, requestAnimationFrame } = globalThis;
    if (document?.visibilityState !== 'visible') return false;
    if (this.#frame) return performance.now() - this.#wanted > FRAME_MS;
    this.#wanted = performance.now();
    this.#frame = new Promise((resolve) =>
      requestAnimationFrame(() => {
        this.#frame = undefined;
        resolve();
      }),
    );
    return false;
  }

  /** Runs a generator to its end, yielding to the event loop before its steps. An error thrown there is thrown at the `yield`. */
  async run<T>(steps: Generator<void, T, void>, rows: number): Promise<T> {
    for (;;) {
      try {
        await this.pass(rows);
      } catch (error) {
        steps.throw(error);
      }
      const step = steps.next();
      if (step.done) return step.value;
    }
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Runs a generator to its end at once. */
export function runSync<T>(steps: Generator<void, T, void>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The pieces of a source; stops waiting for the next when the signal is aborted. */
export async function* untilAborted<T>(
  pieces: AsyncIterable<T> | Iterable<T>,
  signal: AbortSignalLike | undefined,
): AsyncGenerator<T, void, undefined> {
  const iterator =
    Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : (pieces[Symbol.iterator]() as Iterator<T>);
  let abort: (() => void) | undefined;
  const aborted =
    signal &&
    new Promise<never>((_, reject) => {
      abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
    });
  aborted?.catch(() => {});
  let done = false;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const next = await (aborted ? Promise.race([iterator.next(), aborted]) : iterator.next());
      if (next.done) {
        done = true;
        return;
      }
      yield next.value;
    }
  } catch (error) {
    if (!signal?.aborted) done = true;
    throw error;
  } finally {
    if (abort) signal!.removeEventListener('abort', abort);
    if (!done) {
      const closing = iterator.return?.();
      // A source that hangs must not hold up the caller.
      if (signal?.aborted) Promise.resolve(closing).catch(() => {});
      else await closing;
    }
  }
}
