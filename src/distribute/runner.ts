// Types that all runners share.
import { AdamasError } from '../errors.js';
import type { AbortSignalLike, URLLike } from '../hostTypes.js';
import type { Place } from '../train/place.js';

/** One call of a job. */
export interface Task {
  /** Name of the task, which no other task of the same run has. */
  readonly key: string;
  /**
   * Input of the job. Plain data; typed arrays keep their type. With `{ batch: [input, ...] }` the job is called for one input after
   * another, and the result of the task is an array of {@link BatchOutcome}: for jobs that take less time than their way to a worker.
   */
  readonly input: object;
  /** Name of the only worker that may take the task: `adamas worker --name`. `local` ignores it. Default: any worker without a name. */
  readonly worker?: string | undefined;
}

/** A task that has ended: with the result of its job, or with an error. */
export type Outcome<Result> =
  | { readonly key: string; readonly result: Result; readonly error?: undefined }
  | { readonly key: string; readonly result?: undefined; readonly error: Error };

/** Outcome of one input of a batch. */
export type BatchOutcome =
  | { readonly result: unknown; readonly error?: undefined }
  | { readonly error: { readonly name: string; readonly message: string } };

/** Tools that a job gets besides its input, in the same object. */
export interface JobContext {
  /** Aborted when the job should end: its run was aborted, or its worker is stopping. A `fit` with this `signal` keeps a checkpoint then. */
  readonly signal: AbortSignalLike;
  /** Sends a value, plain data, to `onProgress`. At most one per second arrives, the latest. */
  readonly report: (value: unknown) => void;
  /** Place of the job's checkpoint: when the same task is run again after an interruption, the job can read what it wrote. */
  readonly checkpoint: Place;
}

/** Options of {@link Runner.run}. */
export interface RunOptions {
  /** Ends the run: running jobs are ended, waiting tasks are taken back, and the call rejects with `signal.reason`. Finished outcomes stay. */
  readonly signal?: AbortSignalLike | undefined;
  /** Seconds that a job may run. Then it is ended, and its outcome is a {@link JobTimeoutError}. Default: no limit. */
  readonly timeout?: number | undefined;
  /**
   * Seconds in which a task must have an outcome once it was given out: by `local` to a thread, by `bullmq` into the queue, where it may wait for a
   * worker. Then it is taken back, and its outcome is a {@link JobTimeoutError}. Default: no limit.
   */
  readonly deadline?: number | undefined;
  /** Called with the values that a job reports, at most once per second for each job. */
  readonly onProgress?: ((key: string, value: unknown) => void) | undefined;
}

/** A pool of workers that run jobs: threads of this machine, or other machines. */
export interface Runner {
  /**
   * Runs a job for each task, several at a time. Tasks are read when there is room for them, and none while outcomes wait to be read, so that
   * neither list has to fit in memory.
   *
   * @param job - URL of a module. Its default export is called with `{ ...input, signal, report, checkpoint }` ({@link JobContext}) and returns
   * its result, plain data, or a promise of it
   * @param tasks - the tasks
   * @returns the outcome of each task, exactly one, in the order in which they end. An error that a job throws is its task's outcome
   * @throws The iteration throws `signal.reason` after an abort, and what `tasks` throws
   */
  run<Result>(
    job: string | URLLike,
    tasks: Iterable<Task> | AsyncIterable<Task>,
    options?: RunOptions,
  ): AsyncIterable<Outcome<Result>>;

  /**
   * Runs a job once for each of a few tasks, and waits for all of them: a round of `federated`, by `bullmq` one flow of BullMQ. The method is
   * optional: without it a round goes through `run`.
   *
   * @param job - as in `run`
   * @param tasks - the tasks, all given out at once
   * @returns the outcome of each task, in their order
   * @throws Rejects with `signal.reason` after an abort
   */
  round?<Result>(
    job: string | URLLike,
    tasks: readonly Task[],
    options?: Pick<RunOptions, 'signal' | 'deadline'>,
  ): Promise<Outcome<Result>[]>;
}

/** A job ran longer than its `timeout`, or a task had no outcome by its `deadline`. */
export class JobTimeoutError extends AdamasError {
  override readonly name = 'JobTimeoutError';
}
