// Entry point `adamas/worker-thread`, the program of a worker: one fit, with the loop and the kernels of the caller's side.
import { runInTurns } from './train/fit.js';
import type { FitOptions } from './train/fitOptions.js';
import type { Progress } from './train/fitResult.js';
import { useModules } from './wasm/init.js';
import { newMemory } from './wasm/kernels.js';
import { fetchDataset, rebuild } from './worker/rebuild.js';
import type { Ask, FromWorker, Outcome, Task, ToWorker } from './worker/task.js';
import { transferList } from './worker/transferList.js';
import { captureTransfer } from './worker/transferState.js';

/** Milliseconds between two messages of progress. */
const REPORT_MS = 100;

interface Port {
  postMessage(message: FromWorker, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: ToWorker }) => void): void;
}

interface Globals {
  readonly Bun?: { readonly isMainThread: boolean };
  readonly postMessage?: unknown;
  readonly process?: { getBuiltinModule?(name: string): { readonly parentPort: Port | null } };
}

/** The line to the caller: the worker itself on the web, Deno and Bun; in Node a port. A page and Bun have `postMessage` outside of workers too. */
function line(): Port {
  const { Bun, postMessage, process } = globalThis as Globals;
  // A worker may define a document of its own.
  const isPage = 'document' in globalThis && !('WorkerGlobalScope' in globalThis);
  if (postMessage && !isPage && !Bun?.isMainThread) return globalThis as unknown as Port;
  const port = process?.getBuiltinModule?.('node:worker_threads').parentPort;
  if (port) return port;
  throw new Error(
    'adamas/worker-thread is the program of a worker that the option `worker` of adamas/worker makes: import it in that worker, not here',
  );
}

const port = line();
const controller = new AbortController();
let stopped = false;
/** Whoever waits for an answer. */
let asking: { resolve(value: unknown): void; reject(error: Error): void } | undefined;

port.addEventListener('message', ({ data }) => {
  // A message of another program in this worker has no such key, or is no object.
  const message = Object(data) as Partial<ToWorker>;
  if (message.adamas === 'start') run(message.task!);
  else if (message.adamas === 'abort') controller.abort();
  else if (message.adamas === 'stop') stopped = true;
  else if (message.adamas === 'answer' && message.given) asking?.resolve(message.given.value);
  else if (message.adamas === 'answer') asking?.reject(new Error('A callback threw'));
});

function say(message: FromWorker): void {
  port.postMessage(message, transferList(message));
}

/** A callback, or another function, that runs on the caller's side. */
function asked(name: Ask): (...args: unknown[]) => Promise<never> {
  return (...args) =>
    new Promise((resolve, reject) => {
      asking = { resolve: resolve as (value: unknown) => void, reject };
      say({ adamas: 'ask', name, args });
    });
}

async function run(task: Task): Promise<void> {
  let state: ReturnType<typeof captureTransfer> | undefined;
  let outcome: Outcome;
  try {
    // It fails where this worker's own program has used them already.
    await useModules(newMemory(), task.kernels).catch(() => {});
    const subject = rebuild(task);
    const { signal } = controller;
    const { model, optimizer, scheduler, average } = subject;
    if (task.aborted) controller.abort();
    const data = await fetchDataset(task.data, 0, asked('piece'));
    const validation = task.validation && (await fetchDataset(task.validation, 2, asked('piece')));
    const reporter = task.reports ? report() : undefined;
    const options: FitOptions = {
      ...task.options,
      ...Object.fromEntries(task.asks.map((name) => [name, asked(name)])),
      ...(scheduler && { scheduler }),
      ...(average && { average }),
      ...(validation && { validation }),
      ...(reporter && { onProgress: reporter.onProgress }),
      optimizer,
      signal,
    };
    try {
      const { keeps } = task;
      const keeper = keeps === undefined ? undefined : { every: keeps, keep: asked('onCheckpoint'), lasting: true };
      outcome = { result: await runInTurns(model, data, options, keeper) };
    } catch (error) {
      outcome = { error: described(error) };
    }
    reporter?.last();
    // A fit that begins takes over its loss.
    if (model.loss !== undefined) state = captureTransfer(subject);
  } catch (error) {
    outcome = { error: described(error) };
  }
  say({ adamas: 'end', outcome, state });
}

/** Tells the progress now and then, and what is left of it at last. */
function report() {
  let untold: Progress | undefined;
  let told = 0;
  let next = 0;
  const last = () => {
    if (untold === undefined) return;
    say({ adamas: 'progress', progress: { ...untold, losses: untold.losses.slice(told) } });
    told = untold.losses.length;
    untold = undefined;
  };
  const onProgress = (progress: Progress): boolean => {
    untold = progress;
    if (performance.now() >= next) {
      last();
      next = performance.now() + REPORT_MS;
    }
    return !stopped;
  };
  return { last, onProgress };
}

/** An error's name, message and own properties. */
function described(error: unknown): Extract<Outcome, { error: unknown }>['error'] {
  const { name, message, ...more } = Object(error) as Error;
  return { ...more, name: `${name}`, message: `${message ?? error}` };
}
