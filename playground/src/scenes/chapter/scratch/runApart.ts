/** Outcome of a text: the message of its worker; an error with its line, 0 for the program; no message in time; or the document could not be loaded. */
export type Verdict =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly message: string; readonly line: number }
  | { readonly kind: 'slow' }
  | { readonly kind: 'absent' };

/** Seconds that a text may run. */
export const SECONDS = 5;

/** A program that runs apart: a script that someone wrote, a program that uses it, and the message that the program gets. */
export interface Apart {
  readonly text: string;
  readonly program: string;
  readonly input: unknown;
}

/**
 * Runs a text in a worker of a document of its own, public/apart.html in a sandboxed frame. Its policy allows its script, and workers and scripts
 * that this makes: no connection, no other file, no eval. The text comes first, as a script of its own, so that lines are counted from its first; an
 * error of line 0 is one of the program. The first message that the worker posts, or its first error, ends it.
 *
 * @param signal - ends it early; the promise is then settled by what has come so far
 */
export function runApart(apart: Apart, signal: AbortSignal): Promise<Verdict> {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.hidden = true;
  frame.src = './apart.html';
  return new Promise((resolve) => {
    let isThere = false;
    const end = (verdict: Verdict = { kind: isThere ? 'slow' : 'absent' }) => {
      clearTimeout(timer);
      removeEventListener('message', take);
      // The worker ends with its document.
      frame.remove();
      resolve(verdict);
    };
    const take = ({ source, data }: MessageEvent<unknown>) => {
      if (source !== frame.contentWindow) return;
      if (data === 'ready') {
        isThere = true;
        clearTimeout(timer);
        timer = setTimeout(end, 1000 * SECONDS);
        // The document has no origin to name.
        frame.contentWindow!.postMessage(apart, '*');
        return;
      }
      const { result, message, line } = Object(data);
      if (typeof message === 'string' && typeof line === 'number') end({ kind: 'error', message, line });
      else end({ kind: 'result', result });
    };
    // Offline the document comes from the service worker, which a frame with the attribute does not ask: there it gets its sandbox by a header, and
    // it refuses to run without one.
    frame.onload = () =>
      setTimeout(() => {
        if (isThere || !frame.hasAttribute('sandbox')) return;
        frame.removeAttribute('sandbox');
        frame.src = './apart.html';
      }, 500);
    let timer = setTimeout(end, 1000 * SECONDS);
    addEventListener('message', take);
    signal.addEventListener('abort', () => end());
    document.body.append(frame);
  });
}
