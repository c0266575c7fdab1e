// A worker thread that runs one job after another.
import { Worker } from 'node:worker_threads';
import type { Place } from '../train/place.js';
import { JobTimeoutError } from './runner.js';

/** The thread's program, which runs as CommonJS and as a module. Its parent sends inputs, aborts, and answers to reads and writes of the checkpoint. */
const PROGRAM = `
import('node:worker_threads').then(({ parentPort, workerData }) => {
const job = import(workerData);
job.catch(() => {});
const questions = [];
const ask = (question) => new Promise((resolve, reject) => {
  questions.push({ resolve, reject });
  parentPort.postMessage(question);
});
const checkpoint = { read: () => ask({ read: true }), write: (bytes) => ask({ write: bytes }) };
let controller;
let told = -1000;
let timer;
function report(progress) {
  clearTimeout(timer);
  const tell = () => {
    told = performance.now();
    parentPort.postMessage({ progress });
  };
  const wait = told + 1000 - performance.now();
  if (wait > 0) timer = setTimeout(tell, wait);
  else tell();
}
// Not every error can be cloned, and a clone loses its name.
const plain = (error) => {
  const { name = 'Error', message = String(error) } = Object(error);
  return { error: { name: String(name), message: String(message) } };
};
// Calls the job for each input of a batch. An error that a call throws is the outcome of its input; an abort ends the batch.
async function each(call, batch) {
  const outcomes = [];
  for (const input of batch) {
    controller.signal.throwIfAborted();
    try {
      outcomes.push({ result: await call(input) });
    } catch (error) {
      outcomes.push(plain(error));
    }
  }
  return outcomes;
}
parentPort.on('message', async (message) => {
  if (message.answer) {
    const { resolve, reject } = questions.shift();
    if (message.error) reject(Object.assign(new Error(message.error.message), { name: message.error.name }));
    else resolve(message.answer.bytes);
  } else if (message.abort) {
    controller?.abort();
  } else {
    controller = new AbortController();
    told = -1000;
    try {
      const { default: run } = await job;
      if (typeof run !== 'function') throw new TypeError('the job module ' + workerData + ' has no function as its default export');
      const call = (input) => run({ ...input, signal: controller.signal, report, checkpoint });
      const { batch } = message.input;
      const result = Array.isArray(batch) ? await each(call, batch) : await call(message.input);
      clearTimeout(timer);
      parentPort.postMessage({ result });
    } catch (error) {
      clearTimeout(timer);
      parentPort.postMessage(plain(error));
    }
  }
});
});`;

interface PlainError {
  readonly name: string;
  readonly message: string;
}

type FromThread =
  | { readonly result: unknown }
  | { readonly error: PlainError }
  | { readonly progress: unknown }
  | { readonly read: true }
  | { readonly write: Uint8Array };

/** An error that has travelled as its name and message. */
export const revivedError = ({ name, message }: PlainError): Error => Object.assign(new Error(message), { name });

/** Seconds in which an aborted job may end by itself. */
const GRACE = 5;

/** Options of {@link JobThread.run}. */
export interface JobOptions {
  /** Aborts the job. Its thread is ended after a grace in which the job may write a checkpoint and end by itself; at once after a timeout. */
  readonly signal: AbortSignal;
  /** Seconds after which the thread is ended. */
  readonly timeout?: number | undefined;
  readonly onProgress?: ((value: unknown) => void) | undefined;
  /** Place of the job's checkpoint. */
  readonly checkpoint: Place;
}

/** Handlers of messages from the running job's thread, and of its end. */
interface Listener {
  hear(message: FromThread): void;
  died(error: Error): void;
}

/** A thread that runs a job's module. The first job starts it, and so does the next one after a job that had to be ended. */
export class JobThread {
  readonly #url: string;
  #worker: Worker | undefined;
  #listener: Listener | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** Runs the job once. Rejects with the job's error, JobTimeoutError, or the signal's reason if the job did not end by itself. */
  run(input: object, { signal, timeout, onProgress, checkpoint }: JobOptions): Promise<unknown> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const timers: NodeJS.Timeout[] = [];
      const settle = () => {
        for (const timer of timers) clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#listener = undefined;
      };
      const kill = (reason: unknown) => {
        settle();
        this.end().then(() => reject(reason));
      };
      const abort = () => {
        worker.postMessage({ abort: true });
        const grace = signal.reason instanceof JobTimeoutError ? 0 : GRACE;
        timers.push(setTimeout(() => kill(signal.reason), grace * 1000));
      };
      const answer = (asked: Promise<unknown>) => {
        asked.then(
          (bytes) => worker.postMessage({ answer: { bytes } }),
          ({ name, message }: Error) => worker.postMessage({ answer: {}, error: { name, message } }),
        );
      };
      this.#listener = {
        hear(message) {
          if ('progress' in message) return onProgress?.(message.progress);
          if ('read' in message) return answer(checkpoint.read());
          if ('write' in message) return answer(checkpoint.write(message.write));
          settle();
          if ('error' in message) reject(revivedError(message.error));
          else resolve(message.result);
        },
        died(error) {
          settle();
          reject(error);
        },
      };
      if (timeout !== undefined) {
        const late = () => kill(new JobTimeoutError(`the job ran longer than ${timeout} s and was ended`));
        timers.push(setTimeout(late, timeout * 1000));
      }
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
      try {
        worker.postMessage({ input });
      } catch (error) {
        // The input holds a value that cannot be copied, such as a function.
        settle();
        reject(error);
      }
    });
  }

  /** Ends the thread, even during a job. */
  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(PROGRAM, { eval: true, workerData: this.#url });
    const died = (error: Error) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#listener?.died(error);
    };
    return worker
      .on('message', (message: FromThread) => this.#worker === worker && this.#listener?.hear(message))
      .on('error', died)
      .on('exit', (code) => died(new Error(`the thread ended before its job did, with exit code ${code}`)));
  }
}
