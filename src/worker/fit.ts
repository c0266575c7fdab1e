import { Dataset } from '../data/dataset.js';
import { OutOfMemoryError } from '../errors.js';
import type { Model } from '../nn/model.js';
import { checkClassNames } from '../nn/network.js';
import { Pass } from '../resources.js';
import type { RowReader } from '../rows.js';
import type { Checkpoint } from '../train/checkpoint.js';
import { runInPlaces } from '../train/checkpointPlaces.js';
import type { FitOptions } from '../train/fitOptions.js';
import type { FitResult, Progress } from '../train/fitResult.js';
import type { Keeper } from '../train/keeper.js';
import { checkParts, usedBy } from '../train/parts.js';
import { assertOrder, FIT_OPTIONS, readFitOptions, resolveFitOptions } from '../train/resolveOptions.js';
import { ABORTED, unlessAborted } from '../train/unlessAborted.js';
import { checkOptions, func, isPromise } from '../validate.js';
import { type AnyWorker, startThread, type Thread } from './spawn.js';
import { type Callback, type FromWorker, type Outcome, type Task, taskOf } from './task.js';
import { transferList } from './transferList.js';
import { restoreTransfer, type Subject, type TransferState } from './transferState.js';
import { type DataReader, readData, type WorkerData } from './workerData.js';
import { WorkerError } from './workerError.js';

/** Options of this {@link fit}: those of `adamas`, and how to make the worker. */
export interface WorkerFitOptions extends Omit<FitOptions, 'validation'> {
  /**
   * Validation data, evaluated after each epoch: a dataset or `{ features, targets }`, see {@link WorkerData}; or the fraction of the data, in
   * (0, 1), that is held out for that.
   */
  readonly validation?: WorkerData | number | undefined;
  /**
   * Makes the worker, where the page forbids workers from a blob: one whose program is `import 'adamas/worker-thread'`. It is for this fit,
   * which terminates it. By default one is started from a program inside of the package.
   */
  readonly worker?: (() => AnyWorker) | undefined;
}

/**
 * `fit` of `adamas`, off the main thread: trains a model in a worker of its own, and brings everything that has changed back when it ends.
 *
 * The result is the same, to the last bit: parameters, gradients, buffers, the state of optimizer and schedule, losses. While it runs,
 * `predict` goes by the weights from before; a second fit, a step, a dispose of the model or the optimizer throw BusyError. The data are copied
 * into the worker a megabyte at a time: until it trains, they must stay as they are and cannot be disposed. Weights are copied once each way.
 * Data that are plain numbers, `{ features, targets }`, become a dataset in the worker alone: this takes the least memory.
 *
 * Callbacks run here: `onProgress` up to ten times a second; for `sampleOrder`, `onEpoch` and `onCheckpoint` the worker waits. What cannot leave this
 * thread is refused by name: layers and losses written in JavaScript, schedules with functions or of your own.
 *
 * @param model - what is trained
 * @param data - what it is trained on: a dataset, or what `dataset` takes; see {@link WorkerData}
 * @param options - see {@link WorkerFitOptions}
 * @returns how it ended: see `FitResult`
 * @throws What `fit` and `dataset` of `adamas` throw, and whatever a callback throws: the model is then as the last completed step left it.
 *   TypeError for what cannot go to a worker; WorkerError if the worker cannot start or dies: everything is then as it was before.
 * @example
 * ```ts
 * import { Adam, dataset, linear, sequential } from 'adamas';
 * import { fit } from 'adamas/worker';
 * const data = dataset([[0], [1], [2], [3]], [1, 3, 5, 7]); // y = 2 x + 1
 * const model = sequential(linear(1, 1, { seed: 1 }));
 * const optimizer = new Adam(model.parameters(), { lr: 0.1 });
 * const { status } = await fit(model, data, { loss: 'halfSquaredError', optimizer, epochs: 500, batchSize: 4 });
 * console.log(status, model.predict(new Float32Array([4]))[0]!.toFixed(2)); // completed 9.00
 * ```
 */
export async function fit(model: Model, data: WorkerData, options: WorkerFitOptions): Promise<FitResult> {
  checkOptions('fit', options, Object.keys(Object(options)));
  const { worker, ...own } = readOwn(options);
  if (worker !== undefined) func('fit: worker', worker);
  return runInPlaces<OwnOptions, Checkpoint, FitResult>('fit', own, (opened, keeper) =>
    runInWorker(worker, model, data, opened, keeper),
  );
}

type OwnOptions = Omit<WorkerFitOptions, 'worker'>;

/** The options as an object of their own: a class may give them by getters. */
function readOwn(options: WorkerFitOptions): WorkerFitOptions {
  const names = ['worker', ...FIT_OPTIONS] as const;
  const given = names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  return { ...options, ...Object.fromEntries(given) };
}

async function runInWorker(
  worker: WorkerFitOptions['worker'],
  model: Model,
  data: WorkerData,
  own: OwnOptions,
  keeper: Keeper<Checkpoint> | undefined,
): Promise<FitResult> {
  const samples = readArguments(model, data, own);
  const { task, subject } = taskOf(model, samples[0], samples[1], own, keeper);
  const pass = new Pass('fit', [model, ...model.state, own.optimizer], usedBy(own, model));
  const reading = new Reading(samples);
  let ended: Ended;
  try {
    ended = await runIn(worker, task, own, reading, keeper);
  } finally {
    reading.end();
    pass.dispose();
  }
  if (ended.state) {
    restore(subject, ended.state);
    model.adopt((own.loss ?? model.loss)!, samples[0].classes);
  }
  if (ended.thrown) throw ended.thrown.error;
  if ('error' in ended.outcome) throw errorOf(ended.outcome.error);
  return ended.outcome.result;
}

/** The data of a fit, and those of its validation, if it has such. */
type Samples = readonly [data: DataReader] | readonly [data: DataReader, validation: DataReader];

/**
 * Checks arguments and looks at data. Datasets are checked as a whole. Where there are plain numbers, the worker makes a dataset of them, and
 * checks what needs it.
 */
function readArguments(model: Model, data: WorkerData, options: OwnOptions): Samples {
  const { validation } = options;
  const held = typeof validation === 'object' && validation !== null ? validation : undefined;
  const readAll = (): Samples => {
    const first = readData('fit: data', data);
    return held === undefined ? [first] : [first, readData('fit: validation', held)];
  };
  if (data instanceof Dataset && (held === undefined || held instanceof Dataset)) {
    resolveFitOptions('fit', model, data, options as FitOptions);
    return readAll();
  }
  const { read, given } = readFitOptions('fit', model, options as FitOptions);
  checkParts('fit', model, read);
  const samples = readAll();
  const [first, second] = samples;
  checkClassNames('fit', given.loss, model.classes, first.classes);
  if (second) checkClassNames('fit: validation', given.loss, first.classes, second.classes);
  return samples;
}

interface Ended {
  readonly outcome: Outcome;
  /** Missing where the fit did not begin. */
  readonly state: TransferState | undefined;
  /** The error that a callback threw. */
  readonly thrown: { readonly error: unknown } | undefined;
}

/** Data that a worker reads piece by piece; until it has all of them they cannot be disposed. */
class Reading {
  readonly #rows: readonly RowReader[];
  readonly #pass: Pass;

  constructor(samples: Samples) {
    this.#rows = samples.flatMap(({ x, y }) => [x, y]);
    const used = samples.flatMap((one) => one.used);
    this.#pass = new Pass('fit', [], used);
  }

  /** Fills the buffer with the numbers of some rows from number `at` on: as many as it holds, or are left. */
  fill(buffer: Float32Array, place: number, at: number): Float32Array {
    const { size, copyTo } = this.#rows[place]!;
    copyTo(buffer.subarray(0, size - at), at);
    if (place + 1 === this.#rows.length && at + buffer.length >= size) this.end();
    return buffer;
  }

  end(): void {
    this.#pass.dispose();
  }
}

/** Brings a state of the worker back. */
function restore(subject: Subject, state: TransferState): void {
  try {
    restoreTransfer(subject, state);
  } catch (cause) {
    if (!(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
    throw new WorkerError(`The worker gave a state that does not fit (${cause.message}): nothing was changed`, {
      cause,
    });
  }
}

/** Runs a task in a worker. Rejects only if that dies. */
function runIn(
  make: (() => AnyWorker) | undefined,
  task: Task,
  options: OwnOptions,
  reading: Reading,
  keeper: Keeper<Checkpoint> | undefined,
): Promise<Ended> {
  const { onProgress, signal } = options;
  return new Promise((resolve, reject) => {
    let thrown: Ended['thrown'];
    /** A promise of `onProgress` that is not settled yet. */
    let reporting: Promise<void> | undefined;
    const losses: number[] = [];
    const fail = (error: unknown) => {
      thrown ??= { error };
      thread.say({ adamas: 'stop' });
    };
    const report = (progress: Progress): void => {
      if (thrown) return;
      try {
        const given = onProgress!({ ...progress, losses });
        const settle = (value: unknown) => {
          if (value === false) thread.say({ adamas: 'stop' });
        };
        if (!isPromise(given)) settle(given);
        else {
          const settled = Promise.resolve(given).then(settle, fail);
          reporting = settled.finally(() => {
            reporting = undefined;
          });
        }
      } catch (error) {
        fail(error);
      }
    };
    const reported = async (): Promise<void> => {
      while (reporting) if ((await unlessAborted(reporting, signal)) === ABORTED) return;
    };
    const answerTo = async ({ name, args }: Extract<FromWorker, { adamas: 'ask' }>): Promise<unknown> => {
      if (name === 'piece') return reading.fill(...(args as Parameters<Reading['fill']>));
      const asked = name === 'onCheckpoint' && keeper ? keeper.keep : options[name];
      return answerOf(name, await (asked as (...args: readonly unknown[]) => unknown)(...args));
    };
    const hear = async (message: FromWorker): Promise<void> => {
      if (message.adamas === 'end') {
        thread.end();
        if (reporting) await reported();
        signal?.removeEventListener('abort', abort);
        resolve({ ...message, thrown });
      } else if (message.adamas === 'progress') {
        for (const loss of message.progress.losses) losses.push(loss);
        if (reporting) await reported();
        if (!signal?.aborted || !reporting) report(message.progress);
      } else {
        try {
          const value = await answerTo(message);
          thread.say({ adamas: 'answer', given: { value } }, transferList(value));
        } catch (error) {
          thrown ??= { error };
          thread.say({ adamas: 'answer' });
        }
      }
    };
    const thread: Thread = startThread(make, hear, (error) => {
      signal?.removeEventListener('abort', abort);
      reject(error);
    });
    const abort = () => thread.say({ adamas: 'abort' });
    signal?.addEventListener('abort', abort);
    try {
      thread.say({ adamas: 'start', task }, transferList(task));
      // Whoever made the worker may have aborted.
      if (signal?.aborted) abort();
    } catch (cause) {
      signal?.removeEventListener('abort', abort);
      thread.end();
      reject(new WorkerError(`fit: this worker cannot be sent a fit (${Object(cause).message})`, { cause }));
    }
  });
}

/** The part of a callback's value that the fit goes by. Only that is sent: the rest may be what cannot be. */
function answerOf(name: Callback, value: unknown): unknown {
  if (name === 'onEpoch') return value === false ? false : undefined;
  // A copy of its elements only: a view would send its whole buffer.
  return name === 'sampleOrder' ? assertOrder('fit', value).slice() : undefined;
}

/** An error of the worker's side as one of ours. */
function errorOf({ name, message, ...more }: Extract<Outcome, { error: unknown }>['error']): Error {
  if (name === 'OutOfMemoryError') {
    return new OutOfMemoryError(Number(more.bytesAsked), Number(more.bytesInUse), Number(more.steps));
  }
  const Kind = name === 'TypeError' ? TypeError : name === 'RangeError' ? RangeError : Error;
  return Object.assign(new Kind(message), Kind === Error && name !== 'Error' ? { name } : {});
}
