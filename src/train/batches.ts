import type { Targets } from '../nn/targets.js';
import type { Rows } from '../rows.js';
import { refuse } from '../validate.js';

/** Some samples: a {@link Dataset} is one, and so are arrays. */
export interface Batch {
  /** Rows [B, D]. */
  readonly features: Rows;
  /** Their targets: [B] or [B, K] numbers; for `crossEntropy` class indices [B]. */
  readonly targets: Targets;
  /** What each row's loss is multiplied by; the mean still divides by the number of rows (or elements). */
  readonly weights?: ArrayLike<number> | undefined;
}

/** Batches as they come. */
export type Batches = AsyncIterable<Batch> | Iterable<Batch | PromiseLike<Batch>>;

/** The iterator of some batches, and whether it is to be closed. */
export class Source {
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  #ended = false;
  /** Whether a batch was asked for that has not come. */
  #pending = false;

  constructor(label: string, batches: Batches) {
    const { [Symbol.asyncIterator]: one, [Symbol.iterator]: other } = Object(batches);
    if (typeof (one ?? other) !== 'function') {
      refuse(TypeError, label, 'be an iterable or async iterable of batches', batches);
    }
    this.#iterator = (one ?? other).call(batches);
  }

  /** The next batch; `done` after the last. */
  async next(): Promise<IteratorResult<unknown>> {
    this.#pending = true;
    try {
      const { done, value } = await this.#iterator.next();
      this.#ended = Boolean(done);
      return { done: this.#ended, value: await value };
    } catch (error) {
      this.#ended = true;
      throw error;
    } finally {
      this.#pending = false;
    }
  }

  /** Tells the iterator that no more is wanted; one that is busy with a batch learns it after that. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const closing = (async () => this.#iterator.return?.())();
    if (this.#pending) closing.catch(() => {});
    else await closing;
  }
}

/** A batch, checked to be one; what is in it is checked where it is used. */
export function readBatch(label: string, value: unknown): Batch {
  const { features, targets } = Object(value);
  if (features === undefined || targets === undefined) {
    refuse(TypeError, label, 'be { features, targets, weights? } or a dataset', value);
  }
  return value as Batch;
}
