// Tables that the tests of adamas/tabular train on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { CsvRow } from '../../src/datasets.js';

/** 300 cars, whose prices, of tens of thousands, follow their power, age and make. */
export const cars: readonly CsvRow[] = Array.from({ length: 300 }, (_, i) => {
  const power = 50 + ((i * 37) % 150);
  const age = (i * 13) % 20;
  const make = ['fiat', 'opel', 'seat', 'volvo'][(i * 7) % 4]!;
  const price = 5000 + 250 * power - 900 * age + 4000 * ((i * 7) % 4) + ((i * 101) % 41);
  return { power, age, make, price };
});

/** Fisher's measurements of 150 irises, made up: three groups that overlap a little. */
export function iris(): CsvRow[] {
  return Array.from({ length: 150 }, (_, i) => {
    const group = Math.floor(i / 50);
    const wobble = (k: number) => (((i * k) % 17) - 8) / 10;
    return {
      petal: 1.4 + 2 * group + wobble(7) / 2,
      sepal: 5 + group + wobble(5),
      species: ['setosa', 'versicolor', 'virginica'][group]!,
    };
  });
}

export function csvOf(rows: readonly CsvRow[]): string {
  const names = Object.keys(rows[0]!);
  return `${[names, ...rows.map((row) => names.map((name) => row[name]))].map((fields) => fields.join(',')).join('\n')}\n`;
}

export function aborted(reason: unknown): AbortSignal {
  const controller = new AbortController();
  controller.abort(reason);
  return controller.signal;
}

/** A folder that is there as long as the tests of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'adamas-tabular-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A place in memory. */
export function memoryPlace() {
  let kept: Uint8Array | undefined;
  return {
    read: async () => kept,
    write: async (bytes: Uint8Array) => {
      kept = bytes.slice();
    },
  };
}
