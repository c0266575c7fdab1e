// The side of a queue that gives out jobs and receives their results.
import type { Job, Queue, QueueEvents } from 'bullmq';
import { errorOf, type JobData } from './message.js';
import {
  close,
  connectionOptions,
  firstAnswer,
  isFull,
  LAST_WORDS,
  QueueError,
  type RedisConnection,
} from './redis.js';

/** A job that was given out and has no result yet. */
interface Waiting {
  readonly name: string;
  readonly data: JobData;
  readonly onProgress: ((value: unknown) => void) | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Time of the last news of it. */
  heard: number;
}

/** Milliseconds without news after which a job is looked up: its event may have been lost with a connection. */
export const SILENCE = 10_000;
/** Seconds that unfetched results stay: a process that was killed fetches them when it is started again. */
export const KEPT = 7 * 24 * 3600;
/** Milliseconds between two attempts to give out a job while the server is full, and without any news after which the job is given up. */
export const FULL = { retry: 250, patience: 120_000 };

/** Error for a server that stays full. */
export const fullError = (cause: unknown): QueueError =>
  new QueueError(
    'bullmq: the memory of the Redis server is full: raise its maxmemory, or give a smaller `ahead` or `inline`',
    { cause },
  );

/** Error of a failed job. Undefined if the server was full or a lock was lost: the job is then given out again. */
export function failureOf(reason: string): Error | undefined {
  if (isFull(reason) || /^Missing (lock|key)|lock mismatch/i.test(reason)) return undefined;
  if (!/stalled more than/.test(reason)) return errorOf(reason);
  return new Error('the job was given up: its workers died again and again before it ended');
}

/** A connection that gives out jobs to one queue. */
export class QueueClient {
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #waiting = new Map<string, Waiting>();
  readonly #removals = new Set<Promise<unknown>>();
  readonly #timer: NodeJS.Timeout;
  #looking = false;
  #lastNews = performance.now();

  /** Connects. Rejects with QueueError where no server answers. */
  static async open(bullmq: typeof import('bullmq'), connection: RedisConnection, name: string): Promise<QueueClient> {
    const options = connectionOptions('bullmq: connection', connection);
    const queue = new bullmq.Queue(name, {
      connection: options,
      defaultJobOptions: { removeOnComplete: { age: KEPT }, removeOnFail: { age: KEPT } },
    });
    await firstAnswer('bullmq', queue, connection);
    // Events from this one on: none that follows can be missed.
    const client = await queue.getBackend().client;
    const lastEventId = await client.xadd(queue.toKey('events'), '*', { event: 'adamas' }).catch(() => '$');
    const events = new bullmq.QueueEvents(name, { connection: options, lastEventId: String(lastEventId) });
    return new QueueClient(queue, events);
  }

  private constructor(queue: Queue, events: QueueEvents) {
    this.#queue = queue;
    this.#events = events;
    // Lost connections are restored.
    queue.on('error', () => {});
    events.on('error', () => {});
    events.on('completed', ({ jobId, returnvalue }) => this.#settle(jobId, ({ resolve }) => resolve(returnvalue)));
    events.on('failed', ({ jobId, failedReason }) => this.#failed(jobId, failedReason));
    events.on('progress', ({ jobId, data }) => this.#news(jobId)?.onProgress?.(data));
    events.on('active', ({ jobId }) => this.#news(jobId));
    events.on('duplicated', ({ jobId }) => this.#lookUp(jobId, true));
    this.#timer = setInterval(() => this.#lookUpSilent(), SILENCE / 2);
  }

  /** The result of a job, which is given out unless the queue has one of this id. Rejects with the job's error, or with `signal.reason`. */
  async run(
    id: string,
    name: string,
    data: JobData,
    signal: AbortSignal,
    onProgress?: (value: unknown) => void,
  ): Promise<unknown> {
    const result = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { name, data, onProgress, resolve, reject, heard: performance.now() });
    });
    result.catch(() => {});
    const abort = () => this.#settle(id, ({ reject }) => reject(signal.reason));
    signal.addEventListener('abort', abort);
    try {
      if (signal.aborted) abort();
      else await this.#add(id, name, data);
      return await result;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#waiting.delete(id);
    }
  }

  /** Gives out a job. If the server is full, it waits until fetched results have made room. */
  async #add(id: string, name: string, data: JobData): Promise<void> {
    while (this.#waiting.has(id)) {
      try {
        await this.#queue.add(name, data, { jobId: id });
        this.#lastNews = performance.now();
        return;
      } catch (error) {
        if (!isFull(String(error))) throw error;
        if (performance.now() - this.#lastNews > FULL.patience) throw fullError(error);
        await new Promise((resolve) => setTimeout(resolve, FULL.retry * (1 + Math.random())));
      }
    }
  }

  #news(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting) {
      waiting.heard = performance.now();
      this.#lastNews = waiting.heard;
    }
    return waiting;
  }

  /** Ends the wait for a job and removes it from the queue. A job that a worker still runs stays there. */
  #settle(id: string, act: (waiting: Waiting) => void): void {
    const waiting = this.#news(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    act(waiting);
    const removal = this.#queue.remove(id).catch(() => {});
    this.#removals.add(removal);
    removal.finally(() => this.#removals.delete(removal));
  }

  #failed(id: string, reason: string): void {
    const error = failureOf(reason);
    if (error) this.#settle(id, ({ reject }) => reject(error));
    else this.#retry(id);
  }

  async #retry(id: string): Promise<void> {
    const waiting = this.#news(id);
    if (!waiting) return;
    try {
      await this.#queue.remove(id);
      await this.#add(id, waiting.name, waiting.data);
    } catch {
      // The job is looked up again after a silence.
    }
  }

  async #lookUpSilent(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const now = performance.now();
    for (const [id, { heard }] of this.#waiting) if (now - heard > SILENCE) await this.#lookUp(id, false);
    this.#looking = false;
  }

  /** Asks for a job's state. `found`: the queue had the job already, so that a failure is an old one, and the job is tried again. */
  async #lookUp(id: string, found: boolean): Promise<void> {
    const waiting = this.#news(id);
    if (!waiting) return;
    try {
      // The state first: a job that ended in between would be read without its result.
      const state = await this.#queue.getJobState(id);
      const job: Job | undefined = await this.#queue.getJob(id);
      if (!job) await this.#add(id, waiting.name, waiting.data);
      else if (state === 'completed') this.#settle(id, ({ resolve }) => resolve(job.returnvalue));
      else if (state === 'failed') {
        if (found) await this.#retry(id);
        else this.#failed(id, job.failedReason);
      }
    } catch {
      // The job is looked up again after the next silence.
    }
  }

  /** Waits for pending removals, and disconnects. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const removed = Promise.all(this.#removals);
    await Promise.race([removed, new Promise((resolve) => setTimeout(resolve, LAST_WORDS).unref())]);
    await Promise.all([close(this.#events), close(this.#queue)]);
  }
}
