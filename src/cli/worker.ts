// `adamas worker`: takes jobs from a queue.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { moduleName } from '../distribute/message.js';
import { fileStore } from '../distribute/payload.js';
import { startWorker } from '../distribute/queueWorker.js';
import { addressOf, QUEUE } from '../distribute/redis.js';
import type { Values } from './arguments.js';
import { COMPARE_JOB, redisOf } from './files.js';
import { interruption } from './interrupt.js';
import { note } from './terminal.js';
import { UsageError } from './usageError.js';

/** Takes jobs until Ctrl-C or SIGTERM, which puts those that run back into the queue. */
export async function worker(_: readonly string[], values: Values): Promise<void> {
  const { queue = QUEUE, name, files, concurrency = 1, timeout, lock = 30 } = values as Record<string, never>;
  const connection = redisOf(values.redis);
  interruption.awaited = true;
  const running = await startWorker({
    ...{ connection, queue, name, concurrency, timeout, lock, note },
    allow: allowed(values.allow as Readonly<Record<string, string>> | undefined),
    files: files === undefined ? undefined : fileStore('--files', files),
  });
  const modules = Object.entries(running.modules).map(
    ([module, hash]) => `${module} (SHA-256 ${hash.slice(0, 12)}...)`,
  );
  note(`takes ${modules.join(', ')} from the queue ${queue} at ${addressOf(connection)}, ${concurrency} at a time`);
  const { signal } = interruption;
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  note('stopping: running jobs go back into the queue');
  if (!(await running.stop()))
    note('the server does not answer: other workers take over the jobs when their locks expire');
  const { done, failed } = running.counts;
  note(`stopped after ${done} jobs${failed > 0 ? ` and ${failed} failed ones` : ''}`);
  // Without its server a connection would be retried forever.
  process.exit(0);
}

/** Paths of the modules by their names: what is given, and the job of `adamas compare` by that name alone. */
function allowed(allow: Readonly<Record<string, string>> | undefined): Record<string, string> {
  if (!allow) throw new UsageError('--allow must name the modules that may be run: --allow sweep=./train.js');
  return Object.fromEntries(
    Object.entries(allow).map(([name, path]) => {
      if (path === '' && name === 'compare') return [moduleName(COMPARE_JOB), fileURLToPath(COMPARE_JOB)];
      if (!statSync(path, { throwIfNoEntry: false })?.isFile())
        throw new UsageError(`--allow ${name} must name a file, got ${JSON.stringify(path)}, which is none`);
      return [name, resolve(path)];
    }),
  );
}
