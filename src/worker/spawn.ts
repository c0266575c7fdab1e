import { show } from '../validate.js';
import { source } from './source.generated.js';
import { type FromWorker, readMessage, type ToWorker } from './task.js';
import { WorkerError } from './workerError.js';

/** A worker of the web's kind, or of Node's. */
export interface AnyWorker {
  /** Sends it something. */
  // biome-ignore lint/suspicious/noExplicitAny: both kinds must fit
  postMessage(message: any, transfer: any[]): void;
  /** Ends it. */
  terminate(): unknown;
}

/** Node's kind. */
interface Emitter {
  on(event: string, listener: (argument: unknown) => void): void;
}

interface Process {
  getBuiltinModule?(name: string): { readonly Worker: new (source: string, options: object) => AnyWorker };
}

/** A worker that was started. */
export interface Thread {
  say(message: ToWorker, transfer?: ArrayBuffer[]): void;
  end(): void;
}

/**
 * Starts a worker.
 *
 * @param make - makes it, in place of the program that is inlined here
 * @param hear - called with each of its messages
 * @param died - called if it dies before `end()`
 */
export function startThread(
  make: (() => AnyWorker) | undefined,
  hear: (message: FromWorker) => void,
  died: (error: WorkerError) => void,
): Thread {
  let ended = false;
  let heard = false;
  const { worker, release } = make ? { worker: make(), release: () => {} } : makeWorker();
  if (typeof Object(worker).postMessage !== 'function') {
    throw new TypeError(`fit: worker must give a Worker, got ${show(worker)}`);
  }
  const end = () => {
    if (ended) return;
    ended = true;
    worker.terminate();
    release();
  };
  const onMessage = (data: unknown) => {
    if (ended) return;
    try {
      const message = readMessage(data);
      if (message === undefined) return;
      heard = true;
      hear(message);
    } catch (error) {
      onDeath('said what cannot be read', error);
    }
  };
  const onDeath = (what: string, cause?: unknown) => {
    if (ended) return;
    end();
    const { message } = Object(cause);
    const said = message ? ` (${message})` : '';
    const hint =
      heard || make ? '' : '. Where a Content-Security-Policy forbids blob: workers, pass the option `worker`';
    died(new WorkerError(`The worker ${what}${said}${hint}`, { cause }));
  };
  if ('addEventListener' in worker) {
    const target = worker as EventTarget & AnyWorker;
    target.addEventListener('message', (event) => onMessage((event as MessageEvent).data));
    target.addEventListener('messageerror', () => onDeath('said what cannot be read'));
    target.addEventListener('error', (event) => {
      // Deno ends the whole program otherwise.
      event.preventDefault();
      onDeath(heard ? 'failed' : 'did not start', event);
    });
  } else {
    const emitter = worker as Emitter & AnyWorker;
    emitter.on('message', onMessage);
    emitter.on('messageerror', (error) => onDeath('said what cannot be read', error));
    emitter.on('error', (error) => onDeath('failed', error));
    emitter.on('exit', (code) => onDeath(`ended before its fit did, with exit code ${code}`));
  }
  const say: Thread['say'] = (message, transfer = []) => {
    if (!ended) worker.postMessage(message, transfer);
  };
  return { say, end };
}

/** A worker that runs the program, and what to do once it has ended. */
function makeWorker(): { worker: AnyWorker; release: () => void } {
  const { Worker, process } = globalThis as { Worker?: typeof globalThis.Worker; process?: Process };
  try {
    // By its name at run time: a bundler for browsers knows no such module.
    const NodeWorker = process?.getBuiltinModule?.('node:worker_threads').Worker;
    // Libraries such as onnxruntime-web make Node's kind a global, which takes no blob.
    if (Worker && (Worker as unknown) !== NodeWorker) {
      const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
      const release = () => URL.revokeObjectURL(url);
      try {
        return { worker: new Worker(url, { type: 'module', name: 'adamas' }), release };
      } catch (error) {
        release();
        throw error;
      }
    }
    // Without the flags of this process: preloaded modules would only keep it waiting.
    return { worker: new NodeWorker!(source, { eval: true, execArgv: [], name: 'adamas' }), release: () => {} };
  } catch (cause) {
    throw new WorkerError(
      `fit: this host cannot start a worker from a blob (${Object(cause).message}): pass the option \`worker\`, or use fit of 'adamas'`,
      { cause },
    );
  }
}
