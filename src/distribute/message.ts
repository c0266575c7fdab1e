// Messages between the two ends of a queue.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { URLLike } from '../hostTypes.js';
import { FormatError } from '../io/formatError.js';
import { type Check, nonNegativeInt, readOptions, refuse, show, string, unchecked } from '../validate.js';
import { seconds } from './jobsOptions.js';
import { type Payload, sha256 } from './payload.js';

/** Data of a job in the queue. Its name is that of the module on the worker's list. */
export interface JobData extends Payload {
  /** SHA-256 of the module's file. */
  readonly module: string;
  /** Bytes up to which an array of the result travels through the queue. */
  readonly inline: number;
  /** Seconds that the job may run. */
  readonly timeout?: number | undefined;
}

/** The id of a job in the queue: a hash of its module, its key and its input's text. Checkpoints are named after it. */
export const idOf = (module: string, key: string, text: string): string =>
  `t${sha256([module, key, text].join('\n')).slice(0, 40)}`;

const aDigest: Check = (name, value) => {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) refuse(TypeError, name, 'be a SHA-256', value);
};

/** Checks a message of the queue, which other programs may write to. Throws FormatError for one that is not from adamas. */
export function readMessage(id: unknown, data: unknown): JobData {
  try {
    if (typeof id !== 'string' || !/^t[0-9a-f]{40}$/.test(id)) throw new TypeError(`its id is ${show(id)}`);
    return readOptions('its data', data as JobData, {
      text: [string],
      files: [unchecked],
      module: [aDigest],
      inline: [nonNegativeInt],
      timeout: [seconds, undefined],
    });
  } catch (cause) {
    throw new FormatError(`the message is not a job of adamas: ${(cause as Error).message}`, { cause });
  }
}

/** The default name of a module: its file's, without the extension. */
export const moduleName = (job: string | URLLike): string =>
  /([^/]*?)(\.\w+)?$/.exec(new URL(String(job)).pathname)![1] || 'job';

/** SHA-256 of a module's file; for another protocol, of its URL, which for `data:` holds the code. */
export async function moduleHash(job: string | URLLike): Promise<string> {
  const { protocol, href } = new URL(String(job));
  return sha256(protocol === 'file:' ? await readFile(fileURLToPath(href)) : href);
}

/** An error as the reason of a failed job. */
export const reasonOf = ({ name, message }: Error): string => `${name}: ${message}`;

/** The error of such a reason. */
export function errorOf(reason: string): Error {
  const [, name, message] = /^(\w*Error): ([\s\S]*)$/.exec(reason) ?? [];
  return name === undefined ? new Error(reason) : Object.assign(new Error(message), { name });
}
