import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../harness/race.js';
import type { Contender, Row } from '../harness/row.js';

const run = promisify(execFile);

/** A fresh process that imports `file` and runs `first` with it, and itself tells how long the two took. */
function cold(file: string, first: string): Contender {
  const url = new URL(file, import.meta.url).href;
  const program = `const start = performance.now();
    const imported = await import(${JSON.stringify(url)});
    ${first}
    console.log(performance.now() - start);`;
  return {
    async nanoseconds(budgetMs) {
      const times: number[] = [];
      for (const end = performance.now() + budgetMs; times.length === 0 || performance.now() < end; ) {
        const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], {
          cwd: fileURLToPath(new URL('..', import.meta.url)),
        });
        times.push(Number(stdout) * 1e6);
      }
      return median(times);
    },
  };
}

const P = 'new Float32Array([1, 2, 3, 4, 5, 6])';

export const coldRows: readonly Row[] = [
  {
    name: 'import to first step, cold',
    setup: () => ({
      adamas: cold(
        '../../dist/index.js',
        `const p = imported.parameter(${P});
        p.grad.set(${P});
        new imported.Adam([p]).step();`,
      ),
      baseline: cold(
        '../baseline/baseline.mjs',
        `imported.adam(${P}, ${P}, ${P}, ${P}, 6, 1e-3, 0.9, 0.999, 1e-8, { b1t: 1, b2t: 1 });`,
      ),
    }),
  },
];
