/** Time that a fit runs before it yields to the event loop, in milliseconds. */
export const TURN_MS = 10;

/** Resolves after a turn of the event loop. */
export function yieldToHost(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  if (setImmediate) return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
