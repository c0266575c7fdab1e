// One round of a federated training: the same job for every client, and their replies in the clients' order.
import type { AbortSignalLike, URLLike } from '../hostTypes.js';
import { JobTimeoutError, type Runner } from './runner.js';

/** A client's result, or the reason why there is none. */
export type Reply = { readonly result: unknown } | { readonly reason: string };

/** An input with the name of the client that it is for. */
interface ClientTask {
  readonly client: string;
  readonly round: number;
}

/**
 * Runs the job once for each client, and waits for each at most `timeout` seconds from when its task is given out.
 *
 * @returns a reply for each input, in their order, whichever client answered first
 * @throws Rejects with the signal's reason, and with what the runner throws
 */
export async function askClients(
  runner: Runner,
  job: string | URLLike,
  inputs: readonly ClientTask[],
  { timeout, signal }: { readonly timeout: number; readonly signal: AbortSignalLike | undefined },
): Promise<Reply[]> {
  const tasks = inputs.map((input) => ({ key: `${input.client}, round ${input.round}`, input, worker: input.client }));
  const replies = new Map<string, Reply>();
  const options = { deadline: timeout, signal };
  const outcomes = runner.round ? await runner.round(job, tasks, options) : runner.run(job, tasks, options);
  for await (const { key, result, error } of outcomes) {
    replies.set(key, error === undefined ? { result } : { reason: reasonOf(error, timeout) });
  }
  return tasks.map(({ key }) => replies.get(key)!);
}

const reasonOf = (error: Error, timeout: number): string =>
  error instanceof JobTimeoutError
    ? `stayed away: no answer within ${timeout} s`
    : `failed: ${error.name}: ${error.message}`;
