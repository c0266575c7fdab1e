// The files that a command line names.
import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { FormatError, file } from '../io.js';
import type { TableSource } from '../tabular.js';
import { note } from './terminal.js';
import { UsageError } from './usageError.js';

/** A table: a path, or standard input. */
export const sourceOf = (path: string): TableSource & (string | AsyncIterable<Uint8Array>) =>
  path === '-' ? process.stdin : path;

/** Name of a table's file in messages. */
export const nameOf = (path: string): string => (path === '-' ? 'standard input' : path);

/** Name of a table's file in titles of pictures, without its folder. */
export const titleOf = (path: string): string => basename(nameOf(path));

/**
 * Checks, before any work is done, that files can be written: each in a folder that exists, none over a folder, a device, another output or a file that
 * is read.
 */
export async function checkOutputs(outputs: readonly (string | undefined)[], inputs: readonly string[]): Promise<void> {
  const taken = new Set(await Promise.all(inputs.filter((path) => path !== '-').map(real)));
  for (const path of outputs) {
    if (path === undefined) continue;
    const target = await real(path);
    if (taken.has(target))
      throw new UsageError(`${path} would overwrite a file that this command reads or writes: give another path`);
    taken.add(target);
    const there = await stat(target).catch(() => undefined);
    if (there && !there.isFile())
      throw new Error(`${path} cannot be written: it is ${there.isDirectory() ? 'a folder' : 'no regular file'}`);
    const folder = dirname(target);
    await access(folder, constants.W_OK).catch(({ code }: NodeJS.ErrnoException) => {
      throw new Error(
        `${path} cannot be written: the folder ${folder} ${code === 'ENOENT' ? 'does not exist' : 'is read-only'}`,
      );
    });
  }
}

const real = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));

/** Writes a file as a whole, or not at all, and says so. */
export async function write(path: string, content: string | Uint8Array): Promise<void> {
  await file(path).write(typeof content === 'string' ? new TextEncoder().encode(content) : content);
  note(`wrote ${path}`);
}

/** The result of reading a file. An error in the file's format names the path. */
export function reading<T>(path: string, result: Promise<T>): Promise<T> {
  return result.catch((error: unknown) => {
    if (!(error instanceof FormatError)) throw error;
    throw new Error(`${path}: ${error.message.replace(/^[\w.]+: /, '')}`, { cause: error });
  });
}

/** URL of the Redis server: from `--redis`, or from REDIS_URL, which hides its password from other users of the machine. */
export function redisOf(redis: unknown): string {
  const url = redis ?? process.env.REDIS_URL;
  if (typeof url !== 'string' || !/^rediss?:\/\/./.test(url)) {
    throw new UsageError(
      '--redis must be the URL of a Redis server, redis://[user:password@]host:port; or set REDIS_URL',
    );
  }
  return url;
}

/** URL of the built module of compareJob.ts: an entry of its own in dist, above the chunks that this is part of. */
export const COMPARE_JOB = new URL('../compareJob.js', import.meta.url).href;
