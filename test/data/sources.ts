// Files and other sources of CSV that tests read.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export const folder = mkdtempSync(join(tmpdir(), 'adamas-csv-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export function file(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A source that gives these pieces one by one, and says how many were asked for and whether it was closed. */
export function pieces<T>(all: Iterable<T>) {
  const iterator = all[Symbol.iterator]();
  const state = { asked: 0, closed: false };
  const source: AsyncIterable<T> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        state.asked++;
        return iterator.next() as IteratorResult<T, undefined>;
      },
      async return() {
        state.closed = true;
        return { done: true, value: undefined };
      },
    }),
  };
  return { source, state };
}

export const TEXT = 'größe,farbe,y\n1,"grün, hell",2\n3,rot,4\n5,rot,6\n';
