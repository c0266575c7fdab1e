import type { JobName, Jobs } from './jobs.js';
import type { FromWorker, ToWorker } from './jobWorker.js';

/** A job in the worker. */
export interface Job<Command> {
  command(command: Command): void;
  /** Ends the job. No further messages of it arrive. */
  end(): void;
}

interface Listener {
  message(message: unknown): void;
  error(error: string): void;
}

let worker: Worker | undefined;
let started = 0;
const listeners = new Map<number, Listener>();

/** Starts a job in the worker that all scenes share. */
export function startJob<Name extends JobName>(
  name: Name,
  input: Jobs[Name][0],
  onMessage: (message: Jobs[Name][1]) => void,
  onError: (error: string) => void,
): Job<Jobs[Name][2]> {
  const id = ++started;
  listeners.set(id, { message: onMessage as (message: unknown) => void, error: onError });
  send({ id, start: name, input });
  return {
    command: (command) => send({ id, command }),
    end() {
      listeners.delete(id);
      send({ id, end: true });
    },
  };
}

function send(message: ToWorker): void {
  worker ??= open();
  worker.postMessage(message);
}

function open(): Worker {
  const made = new Worker(new URL('./jobWorker.ts', import.meta.url), { type: 'module' });
  made.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    const listener = listeners.get(data.id);
    if ('error' in data) listener?.error(data.error);
    else listener?.message(data.message);
  };
  // It could not be loaded, or died: the next job gets a new one.
  made.onerror = (event) => {
    worker = undefined;
    for (const { error } of listeners.values()) error(event.message || 'the worker could not be started');
  };
  return made;
}
