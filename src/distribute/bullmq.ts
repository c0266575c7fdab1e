// Runs jobs on any number of machines, through a queue of BullMQ on Redis.

import type { URLLike } from '../hostTypes.js';
import { nonNegativeInt, positiveInt, readOptions, string, unchecked } from '../validate.js';
import { idOf, type JobData, moduleHash, moduleName } from './message.js';
import { type FileStoreLike, fileStore, pack, unpack } from './payload.js';
import { QueueClient } from './queueClient.js';
import { connectionOptions, loadBullMQ, QUEUE, queueOf, type RedisConnection } from './redis.js';
import type { Runner, RunOptions, Task } from './runner.js';
import { readRunOptions, runTasks } from './runTasks.js';

/** Options of {@link bullmq}. */
export interface BullMQOptions {
  /** The Redis server: `redis://` or `rediss://` URL, or options or a client of `ioredis`. */
  readonly connection: RedisConnection;
  /** Name of the queue. Default: 'adamas'. */
  readonly queue?: string | undefined;
  /** Name of the job's module on the workers' lists. Default: the module's file name without its extension. */
  readonly name?: string | undefined;
  /** Tasks that are in the queue at once, running ones among them. Take at least twice as many as there are threads on all workers. Default: 1000. */
  readonly ahead?: number | undefined;
  /** Bytes up to which an array travels through the queue. Longer ones go through `files`. Default: 262144. */
  readonly inline?: number | undefined;
  /** Store of longer arrays, the same for all workers: a folder, or anything with `get` and `put`. Default: they are refused. */
  readonly files?: FileStoreLike | undefined;
}

/**
 * Runs jobs on workers, started by `npx adamas worker` on any number of machines, through a BullMQ queue. The queue carries the job module's name and
 * SHA-256, never code. A task that is given out twice is run once: its id in the queue is a hash of its module, key and input.
 *
 * `bullmq` and `ioredis` have to be installed beside adamas; they are loaded by the first run.
 *
 * @returns the runner for `sweep`, `fitMany` and `federated`
 * @throws TypeError or RangeError for wrong options. A run throws QueueError where BullMQ is not installed, no server answers, or it refuses the password
 * @example
 * ```ts no-run
 * import { bullmq, sweep } from 'adamas/distribute';
 * const result = await sweep({
 *   job: new URL('./train.js', import.meta.url),
 *   space: { lr: [0.1, 0.01, 0.001] },
 *   runner: bullmq({ connection: 'redis://127.0.0.1:6379' }),
 * });
 * console.log(result.best.params);
 * ```
 */
export function bullmq(options: BullMQOptions): Runner {
  const { connection, queue, name, ahead, inline, files } = readOptions('bullmq', options, {
    connection: [unchecked],
    queue: [string, QUEUE],
    name: [string, undefined],
    ahead: [positiveInt, 1000],
    inline: [nonNegativeInt, 262_144],
    files: [unchecked, undefined],
  });
  connectionOptions('bullmq: connection', connection);
  const store = files === undefined ? undefined : fileStore('bullmq: files', files);

  async function* run(job: string | URLLike, tasks: Iterable<Task> | AsyncIterable<Task>, options: RunOptions) {
    const { timeout, onProgress } = options;
    const library = await loadBullMQ('bullmq');
    const module = await moduleHash(job);
    const moduleIs = name ?? moduleName(job);
    /** A client for each queue: that of all workers, and those of workers by name. */
    const clients = new Map<string, Promise<QueueClient>>();
    const clientOf = (of: string) => {
      if (!clients.has(of)) clients.set(of, QueueClient.open(library, connection, of));
      return clients.get(of)!;
    };
    try {
      await clientOf(queue);
      yield* runTasks<never>(tasks, options, ahead, () => ({
        async execute({ key, input, worker }, ending) {
          const payload = await pack(`bullmq: the input of task ${JSON.stringify(key)}`, input, inline, store);
          const data: JobData = { ...payload, module, inline, ...(timeout !== undefined && { timeout }) };
          const id = idOf(module, key, payload.text);
          const client = await clientOf(queueOf(queue, worker));
          const told = onProgress && ((value: unknown) => onProgress(key, value));
          return unpack(await client.run(id, moduleIs, data, ending, told), store);
        },
      }));
    } finally {
      const opened = await Promise.allSettled(clients.values());
      await Promise.all(opened.map((one) => one.status === 'fulfilled' && one.value.close()));
    }
  }
  return { run: (job, tasks, options = {}) => run(job, tasks, readRunOptions(options)) };
}
