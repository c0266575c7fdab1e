// One small model for each group of rows.
import type { AbortSignalLike, URLLike } from '../hostTypes.js';
import { func, positiveInt, readOptions, refuse, show, string, unchecked } from '../validate.js';
import { JOBS_OPTIONS, type JobsOptions } from './jobsOptions.js';
import { revivedError } from './jobThread.js';
import { local } from './local.js';
import { type FileStoreLike, fileStore } from './payload.js';
import type { BatchOutcome, Task } from './runner.js';

/** Rows that get a model of their own: those of a customer, a machine, a shop. */
export interface Group {
  /** Name of the group, which no other has. */
  readonly key: string;
  /** The rows, as the job takes them. Plain data; typed arrays keep their type, and travel fastest. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the job takes
  readonly rows: any;
}

/** The default export of a job's module: the model of a group, as `toBytes` of `adamas/io` gives it. `signal` is aborted when it should end. */
export type GroupJob = (group: Group & { readonly signal: AbortSignalLike }) => Uint8Array | PromiseLike<Uint8Array>;

/** Options of {@link fitMany}. */
export interface FitManyOptions extends JobsOptions {
  /** URL of the module with the job: see {@link GroupJob}. */
  readonly job: string | URLLike;
  /**
   * Destination of the models: a function, which is awaited before the next call; or a folder, or anything with `put(name, bytes)`, where each is
   * `<key>.safetensors`, the key as `encodeURIComponent` writes it.
   */
  readonly results: FileStoreLike | ((key: string, model: Uint8Array) => void | PromiseLike<void>);
  /** Number of groups that travel to a worker together. Default 100. */
  readonly batch?: number | undefined;
  /** Seconds that a batch may take. Default: no limit. */
  readonly timeout?: number | undefined;
  /** Called after each batch with the numbers of groups that have a model and that failed so far. */
  readonly onProgress?: ((progress: { readonly fitted: number; readonly failed: number }) => void) | undefined;
}

/** Result of {@link fitMany}. */
export interface FitManyResult {
  /** Number of groups that have a model. */
  readonly fitted: number;
  /** Groups without a model, each with the reason. */
  readonly failures: readonly { readonly key: string; readonly error: Error }[];
}

/**
 * Fits one small model for each of many groups of rows, on all cores or on many machines. Groups are read when there is room for them, and each model
 * is handed over when it is done, so that neither groups nor models have to fit in memory. A group's model depends on its rows alone, and not on where it was fitted.
 *
 * An error that a job throws fails its group only. A batch whose worker died or took too long is run again, one group at a time, so that the group at fault
 * fails alone.
 *
 * @param groups - an array, iterable or async iterable of `{ key, rows }`
 * @throws TypeError or RangeError for wrong options. Rejects with the reason of `signal`; with what `groups` or `results` throws; with RangeError for a
 * key that comes twice. Models that have been handed over are kept in each case
 * @example
 * ```ts
 * import { fitMany } from 'adamas/distribute';
 * const job = 'data:text/javascript,export default ({ rows }) => Uint8Array.of(Math.max(...rows))';
 * const models = new Map();
 * const groups = [{ key: 'a', rows: [1, 5, 2] }, { key: 'b', rows: [7] }];
 * const { fitted } = await fitMany(groups, { job, results: (key, model) => void models.set(key, model[0]) });
 * console.log(fitted, models.get('a'), models.get('b')); // 2 5 7
 * ```
 */
export async function fitMany(
  groups: Iterable<Group> | AsyncIterable<Group>,
  options: FitManyOptions,
): Promise<FitManyResult> {
  const {
    job,
    results,
    runner = local(),
    batch,
    timeout,
    signal,
    onProgress,
  } = readOptions('fitMany', options, {
    ...JOBS_OPTIONS,
    results: [unchecked],
    batch: [positiveInt, 100],
    onProgress: [func, undefined],
  });
  const isIterable = typeof groups === 'object' && groups !== null;
  if (!isIterable || !(Symbol.iterator in groups || Symbol.asyncIterator in groups)) {
    refuse(TypeError, 'fitMany: groups', 'be an iterable of { key, rows }', groups);
  }
  const keep = sink(results);
  const failures: { key: string; error: Error }[] = [];
  let fitted = 0;

  const settle = async ({ key }: Group, outcome: BatchOutcome): Promise<void> => {
    if (outcome.error !== undefined) return void failures.push({ key, error: revivedError(outcome.error) });
    const { result } = outcome;
    if (!(result instanceof Uint8Array)) {
      const error = new TypeError(`the job must return the bytes of a model (toBytes(model)), got ${show(result)}`);
      return void failures.push({ key, error });
    }
    await keep(key, result);
    fitted++;
  };
  /** Runs batches, and returns the groups of batches that failed as a whole. */
  const run = async (batches: Iterable<Group[]> | AsyncIterable<Group[]>): Promise<Group[]> => {
    const running = new Map<string, Group[]>();
    const lost: Group[] = [];
    const tasks = async function* (): AsyncGenerator<Task> {
      for await (const batch of batches) {
        const key = `${batch[0]!.key}, ${batch.length}`;
        running.set(key, batch);
        yield { key, input: { batch } };
      }
    };
    for await (const { key, result, error } of runner.run<BatchOutcome[]>(job, tasks(), { timeout, signal })) {
      const batch = running.get(key)!;
      running.delete(key);
      if (error === undefined) for (const [i, group] of batch.entries()) await settle(group, result[i]!);
      else if (batch.length > 1) lost.push(...batch);
      else await settle(batch[0]!, { error });
      onProgress?.({ fitted, failed: failures.length });
    }
    return lost;
  };
  const lost = await run(inBatches(groups, batch));
  if (lost.length > 0) await run(lost.map((group) => [group]));
  return { fitted, failures };
}

/** Groups in arrays of this length, each checked. */
async function* inBatches(groups: Iterable<Group> | AsyncIterable<Group>, size: number): AsyncGenerator<Group[]> {
  const keys = new Set<string>();
  let batch: Group[] = [];
  for await (const group of groups) {
    const { key, rows } = Object(group) as Group;
    string(`fitMany: groups[${keys.size}].key`, key);
    if (rows === undefined) refuse(TypeError, `fitMany: groups[${keys.size}].rows`, 'be the rows of the group', rows);
    if (keys.has(key)) {
      throw new RangeError(`fitMany: the key ${show(key)} comes twice: give all rows of a group together`);
    }
    keys.add(key);
    batch.push({ key, rows });
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The destination of models as a function. */
function sink(results: FitManyOptions['results']): (key: string, model: Uint8Array) => unknown {
  if (typeof results === 'function') return results;
  const store = fileStore('fitMany: results', results);
  return (key, model) => store.put(`${encodeURIComponent(key)}.safetensors`, model);
}
