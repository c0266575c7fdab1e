import { warnOfNotes } from '../data/notes.js';
import type { Rows } from '../rows.js';
import { refuse } from '../validate.js';
import type { Targets } from './targets.js';

/** Some samples: a {@link Dataset} is one, and so are arrays. */
export interface Batch {
  /** Rows [B, D]. */
  readonly features: Rows;
  /** Their targets: [B] or [B, K] numbers; for `crossEntropy` class indices [B]. */
  readonly targets: Targets;
  /** Factor of each row's loss; the mean still divides by the number of rows (or elements). */
  readonly weights?: ArrayLike<number> | undefined;
  /** Names of the classes by their indices, as a dataset has them. */
  readonly classes?: readonly string[] | undefined;
}

/** Batches as they come. */
export type Batches = AsyncIterable<Batch> | Iterable<Batch | PromiseLike<Batch>>;

/** True for an iterable, which gives batches; false for a dataset, and for anything else. */
export function isBatches(data: object): data is Batches {
  const given = Object(data);
  if (ArrayBuffer.isView(given) || typeof data === 'string') return false;
  return Symbol.asyncIterator in given || Symbol.iterator in given;
}

function iteratorOf(label: string, batches: unknown): Iterator<unknown> | AsyncIterator<unknown> {
  const { [Symbol.asyncIterator]: one, [Symbol.iterator]: other } = Object(batches);
  if (typeof (one ?? other) !== 'function') {
    refuse(TypeError, label, 'be an iterable or async iterable of batches', batches);
  }
  const iterator = (one ?? other).call(batches);
  if (typeof Object(iterator).next !== 'function') refuse(TypeError, label, 'give an iterator, with next()', iterator);
  return iterator;
}

/** A function that gives the batches of a pass: of an epoch, or where training can be resumed, those of an epoch from batch `start` on. */
export type BatchMaker = (epochOrStart: number, epoch: number) => Batches;

/** A place in the passes over some data. */
export interface PassPlace {
  /** Passes completed. */
  epoch: number;
  /** Batches of this pass that have been used. */
  batch: number;
}

/**
 * The batches of several passes, one after another. Warns of the notes on the data first.
 *
 * @param call - the function that trains
 * @param batches - the batches of the only pass, or a function that gives those of each
 * @param place - where to begin; a pass that has ended is counted here, a batch by whoever uses it
 * @param resumable - true if the function is called with `(start, epoch)`, false for `(epoch)`
 */
export function inPasses(
  call: string,
  batches: Batches | BatchMaker,
  epochs: number,
  place: PassPlace,
  resumable: boolean,
): Batches {
  if (typeof batches !== 'function') {
    const asked = resumable
      ? '(start) => batches, to resume,'
      : epochs > 1 && `(epoch) => batches for ${epochs} epochs`;
    if (asked) refuse(TypeError, `${call}: batches`, `be a function ${asked}`, batches);
    warnOfNotes(call, batches);
    return batches;
  }
  return (async function* () {
    for (; place.epoch < epochs; place.epoch++, place.batch = 0) {
      const { epoch, batch } = place;
      const made = resumable ? batches(batch, epoch) : batches(epoch, epoch);
      warnOfNotes(call, made);
      const iterator = iteratorOf(`${call}: batches(${resumable ? batch : epoch})`, made);
      yield* { [Symbol.asyncIterator]: () => iterator as AsyncIterator<Batch> };
    }
  })();
}

/** The iterator of some batches, which is closed once. */
export class Source {
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  #ended = false;
  /** True while a batch that was asked for has not come. */
  #pending = false;

  constructor(label: string, batches: Batches) {
    this.#iterator = iteratorOf(label, batches);
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

  /** Closes the iterator, unless it has ended. One that is busy with a batch closes after that, and is not awaited. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const closing = (async () => this.#iterator.return?.())();
    if (this.#pending) closing.catch(() => {});
    else await closing;
  }
}

/** Checks that a value is a batch. Its content is checked where it is used. */
export function readBatch(label: string, value: unknown): Batch {
  const { features, targets } = Object(value);
  if (features === undefined || targets === undefined) {
    refuse(TypeError, label, 'be { features, targets, weights? } or a dataset', value);
  }
  return value as Batch;
}
