// A round of jobs as one flow of BullMQ: the round is the parent, its children are a job in the queue of each worker. The parent gathers their results. A child that
// fails is ignored as a dependency, and a late one is taken out of the flow, so that the parent is released, and the round is over, when no child is left.
import type { FlowProducer, Job, JobNode, QueueEvents, QueueKeys } from 'bullmq';
import { idOf, type JobData } from './message.js';
import { FULL, failureOf, fullError, KEPT, SILENCE } from './queueClient.js';
import {
  close,
  connectionOptions,
  firstAnswer,
  isFull,
  LAST_WORDS,
  QueueError,
  type RedisConnection,
} from './redis.js';
import { JobTimeoutError, type Outcome, type RunOptions } from './runner.js';
import { Bell } from './runTasks.js';

/** A job of a round. */
export interface FlowJob {
  /** Hash of the request. The id in the queue is a hash of the round and this one, so rounds share no jobs. */
  readonly id: string;
  readonly key: string;
  /** The queue of its worker. */
  readonly queue: string;
  readonly data: JobData;
}

/** Number of results of jobs that ended after their round, which stay in a worker's queue. */
const LATE_RESULTS = 100;

/** A connection that gives out one round. */
export class Flow {
  readonly #producer: FlowProducer;
  readonly #events: QueueEvents;
  readonly #keys: QueueKeys;
  readonly #queue: string;
  /** Rings when the round may be over, and after a silence: an event may have been lost with a connection. */
  readonly #bell = new Bell();
  readonly #silence: NodeJS.Timeout;
  #round: JobNode | undefined;
  #late = false;
  #stopped = false;

  /** Connects; `queue` is that of the parents. Rejects with QueueError where no server answers. */
  static async open(bullmq: typeof import('bullmq'), connection: RedisConnection, queue: string): Promise<Flow> {
    const options = connectionOptions('bullmq: connection', connection);
    const producer = new bullmq.FlowProducer({ connection: options });
    await firstAnswer('bullmq', producer, connection);
    // Events from this one on: none that follows can be missed.
    const keys = new bullmq.QueueKeys();
    const client = await producer.getBackend().client;
    const lastEventId = await client.xadd(keys.toKey(queue, 'events'), '*', { event: 'adamas' }).catch(() => '$');
    const events = new bullmq.QueueEvents(queue, { connection: options, lastEventId: String(lastEventId) });
    return new Flow(producer, events, keys, queue);
  }

  private constructor(producer: FlowProducer, events: QueueEvents, keys: QueueKeys, queue: string) {
    this.#producer = producer;
    this.#events = events;
    this.#keys = keys;
    this.#queue = queue;
    // Lost connections are restored.
    producer.on('error', () => {});
    events.on('error', () => {});
    const ring = ({ jobId }: { jobId: string }) => jobId === this.#round?.job.id && this.#bell.ring();
    events.on('waiting', ring);
    events.on('removed', ring);
    this.#silence = setInterval(() => this.#bell.ring(), SILENCE);
  }

  /**
   * Runs the jobs as the children of a flow, or continues a flow that the server has, and removes it.
   *
   * @returns the outcome of each job, by its key
   * @throws Rejects with the signal's reason
   */
  async run(
    name: string,
    jobs: readonly FlowJob[],
    { deadline, signal }: Pick<RunOptions, 'signal' | 'deadline'>,
  ): Promise<Map<string, Outcome<unknown>>> {
    signal?.throwIfAborted();
    let abort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(signal!.reason);
    });
    signal?.addEventListener('abort', abort);
    const late = () => {
      this.#late = true;
      this.#bell.ring();
    };
    const timer = deadline === undefined ? undefined : setTimeout(late, deadline * 1000);
    const outcomes = this.#outcomes(name, jobs, deadline);
    try {
      return await Promise.race([aborted, outcomes]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      this.#stopped = true;
      this.#bell.ring();
      const tidied = outcomes
        .catch(() => {})
        .then(() => this.#takeBack())
        .catch(() => {});
      await Promise.race([tidied, new Promise((resolve) => setTimeout(resolve, LAST_WORDS).unref())]);
    }
  }

  async #outcomes(name: string, jobs: readonly FlowJob[], deadline?: number): Promise<Map<string, Outcome<unknown>>> {
    const round = idOf('', 'round', jobs.map(({ id }) => id).join());
    const children = jobs.map((job) => ({ ...job, id: idOf(round, job.id, '') }));
    const outcomes = new Map<string, Outcome<unknown>>();
    while (outcomes.size < jobs.length) {
      // Jobs that succeeded are added again with the others: the queues still have them, and report their results at once.
      const rest = children.filter(({ key }) => !outcomes.get(key)?.error);
      try {
        await this.#give(round, name, rest);
      } catch (error) {
        if (!(error instanceof QueueError)) throw error;
        for (const { key } of rest) outcomes.set(key, { key, error });
        break;
      }
      const { results, failures } = await this.#ended();
      if (this.#stopped) break;
      for (const { id, key, queue } of rest) {
        const child = this.#keys.toKey(queue, id);
        let error = child in failures ? failureOf(failures[child]!) : undefined;
        if (this.#late) error ??= new JobTimeoutError(`no outcome within the deadline of ${deadline} s`);
        if (child in results) outcomes.set(key, { key, result: results[child] });
        else if (error) outcomes.set(key, { key, error });
      }
    }
    return outcomes;
  }

  /**
   * Puts the flow into the queues, all of it or nothing. An existing parent is recreated, while its children stay: those that wait or run are
   * attached to it again, and those that succeeded give it their results. If the server is full, it waits for room.
   */
  async #give(round: string, name: string, jobs: readonly FlowJob[]): Promise<void> {
    const kept = { removeOnComplete: { age: KEPT, count: LATE_RESULTS }, removeOnFail: true };
    const children = jobs.map(({ id, queue, data }) => ({
      ...{ name, data, queueName: queue },
      opts: { jobId: id, ignoreDependencyOnFailure: true, ...kept },
    }));
    for (let attempt = 0; ; attempt++) {
      try {
        const before = await this.#producer.getFlow({ queueName: this.#queue, id: round, depth: 1 });
        await before?.job.remove({ removeChildren: false });
        this.#round = await this.#producer.add({ name, queueName: this.#queue, opts: { jobId: round }, children });
        // `add` reports errors of the parent only.
        const counts = Object.values(await this.#round.job.getDependenciesCount());
        if (counts.reduce((sum, count) => sum + count, 0) === jobs.length) return;
        throw new Error('bullmq: the server did not take all jobs of the round');
      } catch (error) {
        const { message, previousErrors } = error as Error & { previousErrors?: unknown };
        const full = isFull(`${message} ${previousErrors}`);
        // BullMQ waits for a lost connection; an attempt that fails all the same is repeated for a while.
        const patience = full ? FULL.patience : LAST_WORDS;
        const over = this.#stopped || (full && this.#late) || attempt * FULL.retry > patience;
        if (over) throw full ? fullError(error) : error;
        await new Promise((resolve) => setTimeout(resolve, FULL.retry * (1 + Math.random())));
      }
    }
  }

  /** Waits until no child is left, or one has to be given out again. At the deadline children that have not ended are left out. */
  async #ended(): Promise<{ results: Record<string, unknown>; failures: Record<string, string> }> {
    const { job, children } = this.#round!;
    for (let errors = 0; !this.#stopped; ) {
      const news = this.#bell.wait();
      try {
        if (this.#late) await Promise.all(children!.map((child) => leaveOut(child.job)));
        const state = await job.getState();
        const failures = await job.getIgnoredChildrenFailures();
        if (state !== 'waiting-children' || Object.values(failures).some((reason) => !failureOf(reason))) {
          return { results: await job.getChildrenValues(), failures };
        }
      } catch (error) {
        // The state is asked for again after the next silence.
        if (++errors * SILENCE > FULL.patience) throw error;
      }
      await news;
    }
    return { results: {}, failures: {} };
  }

  /** Removes the round, the jobs that have ended, and those that no worker has begun. */
  async #takeBack(): Promise<void> {
    const { job, children } = this.#round ?? {};
    await job?.remove().catch(async () => {
      // It cannot be removed while a worker runs one of its jobs.
      await Promise.all(children!.map((child) => leaveOut(child.job)));
      await job.remove();
    });
  }

  /** Disconnects. */
  async close(): Promise<void> {
    clearInterval(this.#silence);
    await Promise.all([close(this.#events), close(this.#producer)]);
  }
}

/** Takes a job that has not ended out of its flow and its queue. A worker that runs it continues, without effect on the flow. */
async function leaveOut(job: Job): Promise<void> {
  // An error means that the job, or its flow, does not exist any more.
  const left = await job.removeChildDependency().catch(() => false);
  if (left) await job.remove().catch(() => {});
}
