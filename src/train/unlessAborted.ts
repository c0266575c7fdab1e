import type { AbortSignalLike } from '../hostTypes.js';
import { yieldToHost } from '../yieldToHost.js';

/** Answer in place of a promise's value, once a signal was aborted. */
export const ABORTED = /* @__PURE__ */ Symbol('aborted');

/** The value of a promise; ABORTED when the signal was aborted and the promise is not settled after one more turn of the host. */
export function unlessAborted<T>(
  promise: PromiseLike<T>,
  signal: AbortSignalLike | undefined,
): Promise<T | typeof ABORTED> {
  if (signal === undefined) return Promise.resolve(promise);
  return new Promise((resolve, reject) => {
    const abort = () => {
      yieldToHost().then(() => resolve(ABORTED));
    };
    const forget = () => signal.removeEventListener('abort', abort);
    Promise.resolve(promise).then(resolve, reject).finally(forget);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
}
