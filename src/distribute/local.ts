// Runs jobs on the cores of this machine.
import { availableParallelism } from 'node:os';
import { positiveInt, readOptions } from '../validate.js';
import { JobThread } from './jobThread.js';
import type { Runner } from './runner.js';
import { readRunOptions, runTasks } from './runTasks.js';

/** Options of {@link local}. */
export interface LocalOptions {
  /** Number of worker threads. Default: one per core. */
  readonly workers?: number | undefined;
}

/**
 * Runs jobs in worker threads of this process: no server is needed. The results do not depend on the number of threads, or on which job ends first.
 *
 * @returns the runner for `sweep`, `fitMany` and `federated`
 * @throws RangeError or TypeError for a wrong `workers`
 * @example
 * ```ts
 * import { local } from 'adamas/distribute';
 * const job = 'data:text/javascript,export default ({ x }) => x * x';
 * const tasks = [1, 2, 3].map((x) => ({ key: `square of ${x}`, input: { x } }));
 * const squares = new Map();
 * for await (const { key, result } of local({ workers: 1 }).run(job, tasks)) squares.set(key, result);
 * console.log(squares.get('square of 3')); // 9
 * ```
 */
export function local(options: LocalOptions = {}): Runner {
  const { workers } = readOptions('local', options, { workers: [positiveInt, availableParallelism()] });
  /** Checkpoints by job and key, for tasks that are run again. */
  const checkpoints = new Map<string, Uint8Array>();
  return {
    run(job, tasks, options = {}) {
      const checked = readRunOptions(options);
      const { timeout, onProgress } = checked;
      return runTasks(tasks, checked, workers, () => {
        const thread = new JobThread(String(job));
        return {
          async execute({ key, input }, signal) {
            const kept = `${job} ${key}`;
            const result = await thread.run(input, {
              signal,
              timeout,
              onProgress: onProgress && ((value) => onProgress(key, value)),
              checkpoint: {
                read: async () => checkpoints.get(kept),
                write: async (bytes) => void checkpoints.set(kept, bytes),
              },
            });
            checkpoints.delete(kept);
            return result;
          },
          end: () => thread.end(),
        };
      });
    },
  };
}
