import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../harness/race.js';
import type { Contender, Row } from '../harness/row.js';

const run = promisify(execFile);

/** A program of bench/cold in a fresh process, which itself tells how long its import and first step took. */
function cold(name: string): Contender {
  const program = fileURLToPath(new URL(`../cold/${name}.mjs`, import.meta.url));
  return {
    async nanoseconds(budgetMs) {
      const times: number[] = [];
      for (const end = performance.now() + budgetMs; times.length === 0 || performance.now() < end; ) {
        const { stdout } = await run(process.execPath, [program]);
        times.push(Number(stdout) * 1e6);
      }
      return median(times);
    },
  };
}

export const coldRows: readonly Row[] = [
  {
    name: 'import to first step, cold',
    setup: () => ({ adamas: cold('adamas'), baseline: cold('baseline') }),
  },
];
