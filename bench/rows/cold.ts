import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Row, Timed } from '../harness/row.js';
import { median } from '../harness/statistics.js';

const run = promisify(execFile);
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A program in a fresh process, which itself prints how many milliseconds its import and first step took. */
function cold(path: string, program = process.execPath): Timed {
  return {
    async nanoseconds(budgetMs) {
      const times: number[] = [];
      for (const end = performance.now() + budgetMs; times.length === 0 || performance.now() < end; ) {
        const { stdout } = await run(program, [file(path)]);
        times.push(Number(stdout.trim().split('\n').at(-1)) * 1e6);
      }
      return median(times);
    },
  };
}

export const coldRows: readonly Row[] = [
  {
    name: 'import to first step, cold',
    async setup(run) {
      const peers: Record<string, Timed> = {};
      if (existsSync(file('../peers/node_modules'))) {
        peers['tfjs-wasm'] = cold('../peers/cold/tfjs.mjs');
        peers['jax-js'] = cold('../peers/cold/jax.mjs');
      } else run.leaveOut('tfjs-wasm, jax-js (npm run bench:peers)');
      return { adamas: cold('../cold/adamas.mjs'), baseline: cold('../cold/baseline.mjs'), ...peers };
    },
  },
];
