// The worker in which the jobs of the scenes run. Every message carries the number of its job.
import type { Channel } from './channel.js';
import { JOBS, type JobFunction, type JobName } from './jobs.js';

/** A message of the page: the start of a job, a command for it, its end. */
export type ToWorker =
  | { readonly id: number; readonly start: JobName; readonly input: unknown }
  | { readonly id: number; readonly command: unknown }
  | { readonly id: number; readonly end: true };

/** A message back: one of a job, or the error with which it ended. */
export type FromWorker =
  | { readonly id: number; readonly message: unknown }
  | { readonly id: number; readonly error: string };

interface Running {
  readonly controller: AbortController;
  /** Commands that came before the job could take them. */
  readonly early: unknown[];
  take: ((command: unknown) => void) | undefined;
}

const post = self.postMessage.bind(self) as (message: FromWorker, transfer?: Transferable[]) => void;
const running = new Map<number, Running>();

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if ('start' in data) start(data.id, data.start, data.input);
  const job = running.get(data.id);
  if (job === undefined) return;
  if ('end' in data) job.controller.abort();
  else if ('command' in data) {
    if (job.take) job.take(data.command);
    else job.early.push(data.command);
  }
};

async function start(id: number, name: JobName, input: unknown): Promise<void> {
  const job: Running = { controller: new AbortController(), early: [], take: undefined };
  running.set(id, job);
  const channel: Channel<unknown, unknown> = {
    send: (message, transfer = []) => post({ id, message }, transfer),
    onCommand(listener) {
      job.take = listener;
      for (const command of job.early.splice(0)) listener(command);
    },
    signal: job.controller.signal,
  };
  try {
    const run = (await JOBS[name]()) as unknown as JobFunction<JobName>;
    if (!job.controller.signal.aborted) await run(input as never, channel as never);
  } catch (error) {
    if (!job.controller.signal.aborted) post({ id, error: String(Object(error).message ?? error) });
  }
  running.delete(id);
}
