// fitMany over so many groups of 50 rows (`--count`, 100,000) against a loop in one process a core over the same groups: groups a second of both, in turns,
// and the resident size by the way. Every model must be that of the loop, byte for byte.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fitMany, type Group } from '../../dist/distribute.js';
import { proofArguments, writeFigures } from './proof.js';

const ROWS = 50;
const { count, write } = proofArguments(100_000);
const cores = availableParallelism();
const dist = (name: string) => JSON.stringify(new URL(`../../dist/${name}.js`, import.meta.url).href);
const at = mkdtempSync(join(tmpdir(), 'adamas-many-'));

const GROUP = `
export function rowsOf(g) {
  const rows = new Float32Array(${ROWS * 2});
  for (let i = 0; i < ${ROWS}; i++) rows.set([i / ${ROWS}, (g % 97) * (i / ${ROWS}) + (g % 13) + Math.fround(((i * 37 + g) % 11) / 50)], 2 * i);
  return rows;
}`;
const JOB = `
import { Adam, dataset, fitSync, linearRegression, tensor } from ${dist('index')};
import { toBytes } from ${dist('io')};
export default ({ rows }) => {
  const x = tensor(rows.filter((_, i) => i % 2 === 0), [${ROWS}, 1]);
  const data = dataset(x, rows.filter((_, i) => i % 2 === 1));
  const model = linearRegression({ inputs: 1, seed: 1 });
  const optimizer = new Adam(model.parameters(), { lr: 0.05 });
  fitSync(model, data, { optimizer, epochs: 20, batchSize: 10 });
  const bytes = toBytes(model);
  for (const one of [optimizer, model, data, x]) one.dispose();
  return bytes;
};`;
const module = (name: string, text: string): URL => {
  const path = join(at, `${name}.mjs`);
  writeFileSync(path, text);
  return pathToFileURL(path);
};
const group = module('group', GROUP);
const job = module('job', JOB);
const loop = module(
  'loop',
  `import { createHash } from 'node:crypto';
   import fit from ${JSON.stringify(job.href)};
   import { rowsOf } from ${JSON.stringify(group.href)};
   const [first, step, count] = process.argv.slice(2).map(Number);
   const start = performance.now();
   const digests = [];
   for (let g = first; g < count; g += step) {
     const bytes = fit({ rows: rowsOf(g) });
     digests.push(g + ' ' + createHash('sha256').update(bytes).digest('hex'));
   }
   console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, digests }));`,
);

/** A plain loop in a process a core: seconds of the slowest, and each group's digest. */
async function loops(): Promise<{ seconds: number; digests: Map<string, string> }> {
  const all = await Promise.all(
    Array.from({ length: cores }, async (_, core) => {
      const child = spawn(process.execPath, [loop.pathname, String(core), String(cores), String(count)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let printed = '';
      for await (const piece of child.stdout) printed += piece;
      return JSON.parse(printed) as { seconds: number; digests: string[] };
    }),
  );
  const digests = all.flatMap((one) => one.digests.map((line) => line.split(' ') as [string, string]));
  return { seconds: Math.max(...all.map(({ seconds }) => seconds)), digests: new Map(digests) };
}

const { rowsOf } = (await import(group.href)) as { rowsOf(g: number): Float32Array };
function* groups(): Generator<Group> {
  for (let g = 0; g < count; g++) yield { key: String(g), rows: rowsOf(g) };
}

try {
  const plain = await loops();
  let wrong = 0;
  const sizes: number[] = [];
  const start = performance.now();
  const { fitted, failures } = await fitMany(groups(), {
    job,
    results(key, model) {
      if (createHash('sha256').update(model).digest('hex') !== plain.digests.get(key)) wrong++;
    },
    onProgress({ fitted }) {
      if (fitted % Math.ceil(count / 20) < 100) sizes.push(process.memoryUsage.rss() / 2 ** 20);
    },
  });
  const seconds = (performance.now() - start) / 1000;
  const half = sizes.slice(sizes.length >> 1);
  const rate = (one: number) => Math.round(count / one).toLocaleString('en');
  const figures =
    `${count.toLocaleString('en')} groups of ${ROWS} rows, 20 epochs each, ${cores} threads: ${rate(seconds)} groups a second by fitMany, ` +
    `${rate(plain.seconds)} by a plain loop in ${cores} processes (${((100 * plain.seconds) / seconds).toFixed(0)} %); ` +
    `resident size in the second half of the run ${Math.min(...half).toFixed(0)} to ${Math.max(...half).toFixed(0)} MB`;
  console.log(figures);
  if (fitted !== count || failures.length > 0 || wrong > 0) {
    throw new Error(`${fitted} of ${count} models, ${failures.length} failures, ${wrong} that differ from the loop's`);
  }
  if (write) writeFigures('fit-many', figures);
} finally {
  rmSync(at, { recursive: true });
}
