// What the two ends of a queue say to each other.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { URLLike } from '../hostTypes.js';
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

/** The name of a module that has none: its file's, without the extension. */
export const moduleName = (job: string | URLLike): string =>
  /([^/]*?)(\.\w+)?$/.exec(new URL(String(job)).pathname)![1] || 'job';

/** SHA-256 of a module's file; of another module that of its URL, which for `data:` holds the code. */
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
