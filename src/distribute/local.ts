// Runs jobs on the cores of this machine.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Where jobs are run. */
export interface Runner {
  /**
   * Runs a job once for each input.
   *
   * @param job - URL of a module whose default export takes an input and returns its result, or a promise of it; both are plain data
   * @param inputs - what each run is given
   * @param onResult - called with each result as it comes, and with its index
   * @returns the results in the order of the inputs
   * @throws Rejects with an Error of the name and message of the first that a run throws; the other runs are ended then
   */
  run<Input, Result>(
    job: string | URL,
    inputs: readonly Input[],
    onResult?: (result: Result, index: number) => void,
  ): Promise<Result[]>;
}

/** A worker's program: runs the job of `workerData` for every input that it is sent. */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const job = import(workerData);
parentPort.on('message', async ({ index, input }) => {
  try {
    const { default: run } = await job;
    parentPort.postMessage({ index, result: await run(input) });
  } catch (error) {
    // Not every error can be cloned, and a clone loses its name.
    const { name = 'Error', message = String(error) } = Object(error);
    parentPort.postMessage({ index, error: { name, message } });
  }
});`;

type Message<Result> = { readonly index: number } & (
  | { readonly result: Result }
  | { readonly error: { readonly name: string; readonly message: string } }
);

/** Options of {@link local}. */
export interface LocalOptions {
  /** Worker threads. Default: one per core. */
  readonly workers?: number | undefined;
}

/** Runs jobs in worker threads of this process. The results do not depend on how many there are, or on which ends first. */
export function local({ workers = availableParallelism() }: LocalOptions = {}): Runner {
  return {
    async run<Input, Result>(
      job: string | URL,
      inputs: readonly Input[],
      onResult?: (result: Result, index: number) => void,
    ): Promise<Result[]> {
      const results: Result[] = [];
      const threads = Array.from(
        { length: Math.min(workers, inputs.length) },
        () => new Worker(PROGRAM, { eval: true, workerData: String(job) }),
      );
      let next = 0;
      const work = (thread: Worker) =>
        new Promise<void>((resolve, reject) => {
          const give = () => {
            if (next === inputs.length) return resolve();
            thread.postMessage({ index: next, input: inputs[next++] });
          };
          thread.on('message', (message: Message<Result>) => {
            if ('error' in message) {
              const { name, message: text } = message.error;
              return reject(Object.assign(new Error(text), { name }));
            }
            results[message.index] = message.result;
            onResult?.(message.result, message.index);
            give();
          });
          thread.on('error', reject);
          thread.on('exit', (code) => reject(new Error(`a worker ended before its job did, with exit code ${code}`)));
          give();
        });
      try {
        await Promise.all(threads.map(work));
      } finally {
        await Promise.all(threads.map((thread) => thread.terminate()));
      }
      return results;
    },
  };
}
