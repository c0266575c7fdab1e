// Runs jobs on any number of machines, through a queue of BullMQ on Redis.

import type { URLLike } from '../hostTypes.js';
import { nonNegativeInt, positiveInt, readOptions, string, unchecked } from '../validate.js';
import { Flow, type FlowJob } from './flow.js';
import { RUN_OPTIONS } from './jobsOptions.js';
import { idOf, type JobData, moduleHash, moduleName } from './message.js';
import { type FileStoreLike, fileStore, pack, unpack } from './payload.js';
import { QueueClient } from './queueClient.js';
import { connectionOptions, loadBullMQ, QUEUE, queueOf, type RedisConnection, roundsOf } from './redis.js';
import type { Outcome, Runner, RunOptions, Task } from './runner.js';
import { readRunOptions, runTasks } from './runTasks.js';

/** Options of {@link bullmq}. */
export interface BullMQOptions {
  /** The Redis server: `redis://` or `rediss://` URL, or options or a client of `ioredis`. */
  readonly connection: RedisConnection;
  /** Name of the queue. Default: 'adamas'. */
  readonly queue?: string | undefined;
  /** Name of the job's module in the workers' `--allow` lists. Default: the module's file name without its extension. */
  readonly name?: string | undefined;
  /** Largest number of tasks in the queue, including running ones. Give at least twice the number of threads on all workers. Default: 1000. */
  readonly ahead?: number | undefined;
  /** Largest size in bytes of an array that travels through the queue. Longer ones go through `files`. Default: 262144. */
  readonly inline?: number | undefined;
  /** Store for longer arrays, shared with all workers: a folder, or anything with `get` and `put`. Default: longer arrays are refused. */
  readonly files?: FileStoreLike | undefined;
}

/**
 * Runs jobs on workers, started by `npx adamas worker` on any number of machines, through a BullMQ queue. The queue carries the job module's name and
 * SHA-256, never code. A task that is given out twice is run once: its id in the queue is a hash of its module, key and input.
 *
 * `bullmq` and `ioredis` have to be installed beside adamas; they are loaded by the first run.
 *
 * @returns the runner for `sweep`, `fitMany` and `federated`
 * @throws TypeError or RangeError for wrong options. A run throws QueueError if BullMQ is not installed, no server answers, or the server refuses the password
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

  /** The message of a task. */
  async function messageOf({ key, input }: Task, module: string, timeout?: number): Promise<JobData> {
    const payload = await pack(`bullmq: the input of task ${JSON.stringify(key)}`, input, inline, store);
    return { ...payload, module, inline, ...(timeout !== undefined && { timeout }) };
  }

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
        async execute(task, ending) {
          const { key, worker } = task;
          const data = await messageOf(task, module, timeout);
          const client = await clientOf(queueOf(queue, worker));
          const told = onProgress && ((value: unknown) => onProgress(key, value));
          return unpack(await client.run(idOf(module, key, data.text), moduleIs, data, ending, told), store);
        },
      }));
    } finally {
      const opened = await Promise.allSettled(clients.values());
      await Promise.all(opened.map((one) => one.status === 'fulfilled' && one.value.close()));
    }
  }

  async function round(
    job: string | URLLike,
    tasks: readonly Task[],
    options: Pick<RunOptions, 'signal' | 'deadline'>,
  ): Promise<Outcome<never>[]> {
    const library = await loadBullMQ('bullmq');
    const module = await moduleHash(job);
    const flow = await Flow.open(library, connection, roundsOf(queue));
    try {
      const messages = await Promise.allSettled(tasks.map((task) => messageOf(task, module)));
      const jobs: FlowJob[] = messages.flatMap((message, k) => {
        if (message.status === 'rejected') return [];
        const { key, worker } = tasks[k]!;
        const data = message.value;
        return [{ id: idOf(module, key, data.text), key, queue: queueOf(queue, worker), data }];
      });
      const answers = await flow.run(name ?? moduleName(job), jobs, options);
      const results = messages.map(async (message, k) => {
        if (message.status === 'rejected') throw message.reason;
        const { result, error } = answers.get(tasks[k]!.key)!;
        if (error) throw error;
        return unpack(result, store);
      });
      return (await Promise.allSettled(results)).map((settled, k) => {
        const { key } = tasks[k]!;
        if (settled.status === 'fulfilled') return { key, result: settled.value as never };
        return { key, error: settled.reason as Error };
      });
    } finally {
      await flow.close();
    }
  }
  const { signal, deadline } = RUN_OPTIONS;
  return {
    run: (job, tasks, options = {}) => run(job, tasks, readRunOptions(options)),
    round: async (job, tasks, options = {}) => round(job, tasks, readOptions('round', options, { signal, deadline })),
  };
}
