// The run loop of every runner: tasks go into lanes, outcomes come out.
import { readOptions } from '../validate.js';
import { RUN_OPTIONS } from './jobsOptions.js';
import { JobTimeoutError, type Outcome, type RunOptions, type Task } from './runner.js';

/** A runner of one task at a time. */
export interface Lane {
  /** The result of a task. When `ending` is aborted it should reject soon. */
  execute(task: Task, ending: AbortSignal): Promise<unknown>;
  /** Called once, after the last task. */
  end?(): Promise<void>;
}

/** Checks the options of a run. */
export const readRunOptions = (options: RunOptions): RunOptions => readOptions('run', options, RUN_OPTIONS);

/** An event that several callers can wait for. */
export class Bell {
  #rings: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => this.#rings.push(resolve));
  }

  ring(): void {
    for (const resolve of this.#rings.splice(0)) resolve();
  }
}

/**
 * Runs tasks in the given number of lanes, as {@link Runner.run} says.
 *
 * @param open - makes a lane, once there is a task for it
 */
export async function* runTasks<Result>(
  tasks: Iterable<Task> | AsyncIterable<Task>,
  { signal, deadline }: RunOptions,
  lanes: number,
  open: () => Lane,
): AsyncGenerator<Outcome<Result>> {
  /** A controller for each running task. */
  const running = new Set<AbortController>();
  const outcomes: Outcome<Result>[] = [];
  const bell = new Bell();
  const source = Symbol.asyncIterator in tasks ? tasks[Symbol.asyncIterator]() : tasks[Symbol.iterator]();
  // Tasks are asked for one after another, some of them ahead, so that no lane waits while its next task is made.
  let asked: Promise<unknown> = Promise.resolve();
  const ask = (): Promise<IteratorResult<Task>> => {
    const answer = asked.then(() => (stopped ? { done: true as const, value: undefined } : source.next()));
    asked = answer.catch(() => {});
    return answer;
  };
  const ahead: Promise<IteratorResult<Task>>[] = [];
  const next = (): Promise<IteratorResult<Task>> => {
    while (ahead.length <= lanes) {
      const answer = ask();
      answer.catch(() => {});
      ahead.push(answer);
    }
    return ahead.shift()!;
  };
  let stopped = false;
  const stop = (reason: unknown) => {
    stopped = true;
    for (const one of running) one.abort(reason);
    bell.ring();
  };

  const outcomeOf = async (lane: Lane, task: Task): Promise<Outcome<Result>> => {
    const { key } = task;
    const ending = new AbortController();
    const late = () => ending.abort(new JobTimeoutError(`no outcome within the deadline of ${deadline} s`));
    const timer = deadline === undefined ? undefined : setTimeout(late, deadline * 1000);
    running.add(ending);
    try {
      return { key, result: (await lane.execute(task, ending.signal)) as Result };
    } catch (error) {
      return { key, error: (ending.signal.aborted ? ending.signal.reason : error) as Error };
    } finally {
      clearTimeout(timer);
      running.delete(ending);
    }
  };
  const work = async () => {
    let lane: Lane | undefined;
    try {
      for (let task = await next(); !task.done && !stopped; task = await next()) {
        lane ??= open();
        outcomes.push(await outcomeOf(lane, task.value));
        bell.ring();
        // Outcomes that nobody reads must not grow without bound.
        while (outcomes.length >= 2 * lanes && !stopped) await bell.wait();
      }
    } finally {
      await lane?.end?.();
    }
  };

  const abort = () => stop(signal!.reason);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  let working = lanes;
  let failure: { error: unknown } | undefined;
  for (let i = 0; i < lanes; i++) {
    work()
      .catch((error: unknown) => {
        failure ??= { error };
        stop(error);
      })
      .finally(() => {
        working--;
        bell.ring();
      });
  }
  try {
    while (working > 0 || outcomes.length > 0) {
      if (stopped || outcomes.length === 0) {
        if (working === 0) break;
        await bell.wait();
        continue;
      }
      yield outcomes.shift()!;
      bell.ring();
    }
    signal?.throwIfAborted();
    if (failure) throw failure.error;
  } finally {
    signal?.removeEventListener('abort', abort);
    stop(new Error('the run was left'));
    while (working > 0) await bell.wait();
    await source.return?.();
  }
}
