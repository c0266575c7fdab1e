// The side of a queue that takes jobs and runs them in threads.
import { hostname } from 'node:os';
import { pathToFileURL } from 'node:url';
import type { Job } from 'bullmq';
import type { Place } from '../train/place.js';
import { show } from '../validate.js';
import { JobThread } from './jobThread.js';
import { type JobData, moduleHash, readMessage, reasonOf } from './message.js';
import { type FileStore, type Payload, pack, unpack } from './payload.js';
import { connectionOptions, firstAnswer, loadBullMQ, queueOf, type RedisConnection } from './redis.js';

/** Options of {@link startWorker}. */
export interface QueueWorkerOptions {
  readonly connection: RedisConnection;
  readonly queue: string;
  /** Name of this worker, which then takes only tasks for this name. */
  readonly name?: string | undefined;
  /** Paths of the modules that may be run, by their names. */
  readonly allow: Readonly<Record<string, string>>;
  readonly concurrency: number;
  /** Seconds that a job may run. */
  readonly timeout?: number | undefined;
  /** Seconds after which another worker takes over the job of one that died. */
  readonly lock: number;
  readonly files?: FileStore | undefined;
  /** Called with one line of text for each problem. */
  readonly note: (line: string) => void;
}

/** A running worker. */
export interface QueueWorker {
  /** The modules by name, each with its SHA-256. */
  readonly modules: Readonly<Record<string, string>>;
  /** Numbers of jobs that succeeded and that failed. */
  readonly counts: { done: number; failed: number };
  /**
   * Gives its jobs a moment to write a checkpoint, puts them back into the queue, and disconnects. False if the server cannot be reached:
   * the jobs return to the queue when their locks expire.
   */
  stop(): Promise<boolean>;
}

/** Number of times that a job's worker may die before the job is given up: the job may be what kills them. */
const STALLS = 25;
/** Milliseconds in which a worker stops: the grace of its jobs, and as long again for the server. */
const STOP = 10_000;
/** Milliseconds that a checkpoint stays in Redis. */
const CHECKPOINT_AGE = 7 * 24 * 3600 * 1000;

/** A thread with the hash that its module's file had when it started. */
interface Thread {
  readonly thread: JobThread;
  readonly hash: string;
}

/** Starts a worker. Rejects with QueueError if no server answers, and with the system's error for a module that cannot be read. */
export async function startWorker(options: QueueWorkerOptions): Promise<QueueWorker> {
  const { connection, queue, name, allow, concurrency, files, note } = options;
  const library = await loadBullMQ('adamas worker');
  const urls = new Map(Object.entries(allow).map(([module, path]) => [module, pathToFileURL(path).href]));
  const modules: Record<string, string> = {};
  for (const [module, url] of urls) modules[module] = await moduleHash(url);
  const client = new library.Queue(queueOf(queue, name), { connection: connectionOptions('--redis', connection) });
  await firstAnswer('adamas worker', client, connection);
  const stopping = new AbortController();
  const counts = { done: 0, failed: 0 };
  const idle = new Map<string, Thread[]>();

  /** A thread for a module of this hash. Throws TypeError for a module that is not allowed or has another hash. */
  const threadOf = async (module: string, hash: string): Promise<Thread> => {
    const url = urls.get(module);
    if (url === undefined) {
      throw new TypeError(
        `the worker on ${hostname()} does not allow the module ${show(module)}: start it with --allow <name>=<path>`,
      );
    }
    const free = idle.get(module) ?? [];
    idle.set(module, free);
    for (let one = free.pop(); one; one = free.pop()) {
      if (one.hash === hash) return one;
      await one.thread.end();
    }
    const own = await moduleHash(url);
    if (own !== hash) {
      throw new TypeError(
        `the worker on ${hostname()} has another version of the module ${show(module)}: its SHA-256 is ${own}, the job's ${hash}. Copy the file to the worker`,
      );
    }
    return { thread: new JobThread(url), hash };
  };

  /** The place of a job's checkpoint: a file, or a key in Redis. */
  const checkpointOf = (id: string): Place & { remove(): Promise<void> } => {
    const [file, key] = [`checkpoint-${id}`, client.toKey(`checkpoint:${id}`)];
    let there = false;
    return {
      async read() {
        const bytes = files ? await files.get(file) : await (await client.getBackend().client).get(key);
        there = Boolean(bytes);
        return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : (bytes ?? undefined);
      },
      async write(bytes) {
        if (files) await files.put(file, bytes);
        else
          await (await client.getBackend().client).set(key, Buffer.from(bytes).toString('base64'), {
            PX: CHECKPOINT_AGE,
          });
        there = true;
      },
      async remove() {
        if (!there) return;
        if (files) await files.remove?.(file);
        else await (await client.getBackend().client).del(key);
      },
    };
  };

  async function execute(job: Job<JobData, Payload>): Promise<Payload> {
    const message = readMessage(job.id, job.data);
    const { module, inline, timeout = Number.POSITIVE_INFINITY } = message;
    const input = await unpack(message, files);
    if (typeof input !== 'object' || input === null)
      throw new TypeError(`the input must be an object, got ${show(input)}`);
    const thread = await threadOf(job.name, module);
    try {
      const seconds = Math.min(timeout, options.timeout ?? Number.POSITIVE_INFINITY);
      const checkpoint = checkpointOf(job.id!);
      const result = await thread.thread.run(input, {
        signal: stopping.signal,
        timeout: Number.isFinite(seconds) ? seconds : undefined,
        onProgress: (value) => void job.updateProgress(value as object).catch(() => {}),
        checkpoint,
      });
      await checkpoint.remove();
      return await pack('the result of the job', result, inline, files);
    } finally {
      idle.get(job.name)!.push(thread);
    }
  }

  const worker = new library.Worker<JobData, Payload>(
    queueOf(queue, name),
    async (job, token) => {
      try {
        const result = await execute(job);
        counts.done++;
        return result;
      } catch (error) {
        if (stopping.signal.aborted) {
          await job.moveToWait(token);
          throw new library.WaitingError();
        }
        counts.failed++;
        const reason = reasonOf(Object(error) as Error);
        note(`job ${show(job.id)} of the module ${show(job.name)}: ${reason}`);
        throw new Error(reason);
      }
    },
    {
      connection: connectionOptions('--redis', connection),
      autorun: false,
      concurrency,
      lockDuration: options.lock * 1000,
      stalledInterval: options.lock * 1000,
      maxStalledCount: STALLS,
      runRetryDelay: 1000,
    },
  );
  const lost = new Set<string>();
  worker.on('error', ({ message }) => {
    // A lost connection reports the same error again and again.
    if (!lost.has(message)) note(message);
    lost.add(message);
  });
  worker.on('active', () => lost.clear());
  worker.run().catch(({ message }: Error) => note(message));
  return {
    modules,
    counts,
    async stop() {
      stopping.abort();
      const close = async () => {
        await worker.close();
        await client.close();
        await Promise.all([...idle.values()].flat().map(({ thread }) => thread.end()));
        return true;
      };
      return Promise.race([close(), new Promise<false>((resolve) => setTimeout(resolve, STOP, false).unref())]);
    },
  };
}
