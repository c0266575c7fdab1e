// Loading of BullMQ, an optional peer dependency, and its connection to Redis.
import type { Queue } from 'bullmq';
import { AdamasError } from '../errors.js';
import { show } from '../validate.js';

/** The queue cannot be used: BullMQ is not installed, no server answers, it refuses the password, or it is full. The host's own error is the `cause`. */
export class QueueError extends AdamasError {
  override readonly name = 'QueueError';
}

/** A Redis server: `redis://[user:password@]host:port[/db]`, `rediss://` for TLS, or options or a client of `ioredis`. */
export type RedisConnection = string | object;

/** Name of the queue where none is given. */
export const QUEUE = 'adamas';

/** The name of the queue for workers of this name. */
export const queueOf = (queue: string, worker: string | undefined): string =>
  worker === undefined ? queue : `${queue}-${worker}`;

/** The queue of the parents of flows. No worker takes from it, and no client's name holds a tilde. */
export const roundsOf = (queue: string): string => `${queue}~rounds`;

/** Loads BullMQ, which loads ioredis. Rejects with QueueError if one of them is not installed. */
export async function loadBullMQ(label: string): Promise<typeof import('bullmq')> {
  try {
    return await import('bullmq');
  } catch (cause) {
    if (!/MODULE_NOT_FOUND$/.test((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    throw new QueueError(`${label} needs bullmq and ioredis, which are not installed: npm install bullmq ioredis`, {
      cause,
    });
  }
}

/** The options of a connection for BullMQ. */
export function connectionOptions(label: string, connection: RedisConnection): object {
  if (typeof connection === 'string') {
    if (!/^rediss?:\/\/./.test(connection)) {
      throw new TypeError(
        `${label} must begin with redis:// or rediss://, got ${show(connection.replace(/\/\/.*@/, '//...@'))}`,
      );
    }
    return { url: connection, maxRetriesPerRequest: null };
  }
  if (typeof connection !== 'object' || connection === null) {
    throw new TypeError(`${label} must be a redis:// URL, or options or a client of ioredis, got ${show(connection)}`);
  }
  // A client is no plain object.
  return Object.getPrototypeOf(connection) === Object.prototype
    ? { ...connection, maxRetriesPerRequest: null }
    : connection;
}

/** Seconds in which a server must answer the first time. Later on, lost connections are retried without limit. */
const FIRST_ANSWER = 10;

/** Host and port of a connection, without its password. */
export function addressOf(connection: RedisConnection): string {
  if (typeof connection === 'string') return new URL(connection).host;
  const { host = '127.0.0.1', port = 6379 } = connection as { host?: string; port?: number };
  return `${host}:${port}`;
}

/** Waits until the queue's server has answered. If it does not, closes the queue and rejects with QueueError. */
export async function firstAnswer(
  label: string,
  queue: Pick<Queue, 'waitUntilReady' | 'close'> & { on(event: 'error', listener: (error: Error) => void): unknown },
  connection: RedisConnection,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const failed = new Promise<never>((_, reject) => {
    // The listener stays: an error without a listener would end the process.
    queue.on('error', reject);
    timer = setTimeout(() => reject(new Error(`no answer within ${FIRST_ANSWER} s`)), FIRST_ANSWER * 1000);
  });
  try {
    await Promise.race([queue.waitUntilReady(), failed]);
  } catch (cause) {
    await queue.close().catch(() => {});
    const { message, code = message } = cause as NodeJS.ErrnoException;
    const at = addressOf(connection);
    let problem = `no Redis server answers at ${at} (${code}). Start one (redis-server), check the address, or use local()`;
    if (/WRONGPASS|NOAUTH|NOPERM/.test(message)) {
      problem = `the Redis server at ${at} refuses the user or password of the connection (${message})`;
    } else if (/SSL|TLS|EPROTO|CERT|ISSUER/.test(code)) {
      problem = `no TLS connection to the server at ${at} (${code}): name the certificate of its CA in NODE_EXTRA_CA_CERTS, or take redis:// where it has no TLS`;
    }
    throw new QueueError(`${label}: ${problem}`, { cause });
  } finally {
    clearTimeout(timer);
    failed.catch(() => {});
  }
}

/** Milliseconds that the last commands to a server may take. */
export const LAST_WORDS = 5000;

/** Disconnects. A connection whose server does not answer is cut. */
export async function close(end: Pick<Queue, 'close' | 'disconnect'>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const cut = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      end.disconnect().catch(() => {});
      resolve();
    }, LAST_WORDS);
  });
  await Promise.race([end.close().catch(() => {}), cut]);
  clearTimeout(timer);
}

/** True for the message of a server whose memory is full. */
export const isFull = (message: string): boolean => /\bOOM\b/.test(message);
