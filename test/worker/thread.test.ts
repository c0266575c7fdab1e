// The line to the caller that `adamas/worker-thread` finds.
import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** Imports the program where the global scope has these, and returns what it listens to. */
async function listensIn(globals: Record<string, unknown>): Promise<unknown[]> {
  const listening: unknown[] = [];
  const listen = (type: string) => listening.push(type);
  for (const [name, value] of Object.entries({ postMessage() {}, addEventListener: listen, ...globals })) {
    vi.stubGlobal(name, value);
  }
  await import('../../src/worker-thread.js');
  return listening;
}

class Scope {}

it.each([
  ['a worker of the web', { WorkerGlobalScope: Scope }],
  ['a worker that defines a document', { WorkerGlobalScope: Scope, document: {} }],
  ['a worker of Bun', { Bun: { isMainThread: false } }],
])('%s: the scope itself', async (_, globals) => {
  expect(await listensIn(globals)).toEqual(['message']);
});

it.each([
  ['a page', { document: {} }],
  ['the main thread of Bun', { Bun: { isMainThread: true } }],
])('%s: refused', async (_, globals) => {
  const process = { getBuiltinModule: () => ({ parentPort: null }) };
  await expect(listensIn({ ...globals, process })).rejects.toThrow('adamas/worker-thread is the program of a worker');
});
