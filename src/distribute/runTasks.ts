// The course of a run, the same for every runner: tasks into lanes, outcomes out.
import { setMaxListeners } from 'node:events';
import { abortSignal, func, positive, readOptions } from '../validate.js';
import { JobTimeoutError, type Outcome, type RunOptions, type Task } from './runner.js';

/** A runner of one task at a time. */
export interface Lane {
  /** The result of a task. When `ending` is aborted it should reject soon. */
  execute(task: Task, ending: AbortSignal): Promise<unknown>;
  /** Called once, after the last task. */
  end?(): Promise<void>;
}

/** Checks the options of a run. */
export const readRunOptions = (options: RunOptions): RunOptions =>
  readOptions('run', options, {
    signal: [abortSignal, undefined],
    timeout: [positive, undefined],
    deadline: [positive, undefined],
    onProgress: [func, undefined],
  });

/** Lets several wait for the same event. */
class Bell {
  #rings: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => this.#rings.push(resolve));
  }

  ring(): void {
    for (const resolve of this.#rings.splice(0)) resolve();
  }
}

/**
 * Runs tasks in so many lanes, as {@link Runner.run} says.
 *
 * @param open - makes a lane, when it has a task
 */
export async function* runTasks<Result>(
  tasks: Iterable<Task> | AsyncIterable<Task>,
  { signal, deadline }: RunOptions,
  lanes: number,
  open: () => Lane,
): AsyncGenerator<Outcome<Result>> {
  const ending = new AbortController();
  // Every lane listens.
  setMaxListeners(0, ending.signal);
  const outcomes: Outcome<Result>[] = [];
  const bell = new Bell();
  const source = Symbol.asyncIterator in tasks ? tasks[Symbol.asyncIterator]() : tasks[Symbol.iterator]();
  // An iterator is asked for one task after another, and for some ahead, so that no lane waits while its next task is made.
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
    ending.abort(reason);
    bell.ring();
  };

  const outcomeOf = async (lane: Lane, task: Task): Promise<Outcome<Result>> => {
    const { key } = task;
    try {
      ending.signal.throwIfAborted();
      return { key, result: (await lane.execute(task, ending.signal)) as Result };
    } catch (error) {
      return { key, error: (ending.signal.aborted ? ending.signal.reason : error) as Error };
    }
  };
  const work = async () => {
    let lane: Lane | undefined;
    try {
      for (let task = await next(); !task.done; task = await next()) {
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
  const late = () => ending.abort(new JobTimeoutError(`no outcome within the deadline of ${deadline} s`));
  const timer = deadline === undefined ? undefined : setTimeout(late, deadline * 1000);
  let running = lanes;
  let failure: { error: unknown } | undefined;
  for (let i = 0; i < lanes; i++) {
    work()
      .catch((error: unknown) => {
        failure ??= { error };
        stop(error);
      })
      .finally(() => {
        running--;
        bell.ring();
      });
  }
  try {
    while (running > 0 || outcomes.length > 0) {
      if (stopped || outcomes.length === 0) {
        if (running === 0) break;
        await bell.wait();
        continue;
      }
      yield outcomes.shift()!;
      bell.ring();
    }
    signal?.throwIfAborted();
    if (failure) throw failure.error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    stop(new Error('the run was left'));
    while (running > 0) await bell.wait();
    await source.return?.();
  }
}
