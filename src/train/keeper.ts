import { positive, positiveInt, readOptions } from '../validate.js';

/** Time from one checkpoint to the next: epochs, for `partialFit` steps, or seconds. */
export type Every = number | { readonly seconds: number };

/** Checks {@link Every}. */
export function checkEvery(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) positiveInt(name, value);
  else readOptions(name, value as { seconds: number }, { seconds: [positive] }, '.');
}

/** Receiver of a fit's checkpoints. */
export interface Keeper<Kept> {
  readonly every: Every;
  /** Takes a checkpoint. The fit awaits a promise. */
  keep(checkpoint: Kept): void | PromiseLike<void>;
  /** True if an abort does not end the wait for such a promise, and causes a last checkpoint. */
  readonly lasting: boolean;
}

/** Tells when the next checkpoint is due. */
export class KeeperClock {
  readonly #every: Every;
  #last = performance.now();

  constructor(every: Every) {
    this.#every = every;
  }

  /** True if one is due, where `count` epochs or steps have just ended; without it only the seconds count. */
  due(count?: number): boolean {
    const now = performance.now();
    const every = this.#every;
    const due =
      typeof every === 'number' ? count !== undefined && count % every === 0 : now - this.#last >= 1000 * every.seconds;
    if (due) this.#last = now;
    return due;
  }
}
