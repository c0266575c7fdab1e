// fitMany over so many groups of 50 rows (`--count`, 100,000) against a loop in one process a core over the same groups: groups a second of both, and the
// resident size by the way. Every model must be that of the loop, byte for byte.
//
// Both sides do the same: they start from nothing as processes of plain Node, make the groups, fit, and keep the SHA-256 of each model. Both are timed from their
// start to their end. They take turns, as the speed of a machine varies, and the share is the median over the turns.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { proofArguments, writeFigures } from './proof.js';

const ROWS = 50;
const TURNS = 3;
/** Bytes of a SHA-256. */
const DIGEST = 32;
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
/** The beginning of both programs: `keep` takes a model, and `end` writes the digests of all to a file. */
const KEEP = `
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
const [path, count, first, step] = process.argv.slice(2).map((word, i) => (i === 0 ? word : Number(word)));
const digests = new Uint8Array(${DIGEST} * count);
const keep = (g, bytes) => digests.set(createHash('sha256').update(bytes).digest(), ${DIGEST} * g);
const end = () => writeFileSync(path, digests);`;
const loop = module(
  'loop',
  `import fit from ${JSON.stringify(job.href)};
   import { rowsOf } from ${JSON.stringify(group.href)};
   ${KEEP}
   for (let g = first; g < count; g += step) keep(g, fit({ rows: rowsOf(g) }));
   end();`,
);
const many = module(
  'many',
  `import { fitMany } from ${dist('distribute')};
   import { rowsOf } from ${JSON.stringify(group.href)};
   ${KEEP}
   function* groups() {
     for (let g = 0; g < count; g++) yield { key: String(g), rows: rowsOf(g) };
   }
   const sizes = [];
   const { fitted, failures } = await fitMany(groups(), {
     job: ${JSON.stringify(job.href)},
     results: (key, model) => keep(Number(key), model),
     onProgress: ({ fitted }) => fitted % Math.ceil(count / 20) < 100 && sizes.push(process.memoryUsage.rss() / 2 ** 20),
   });
   end();
   if (fitted !== count || failures.length > 0) throw new Error(fitted + ' of ' + count + ' models: ' + failures[0]?.error);
   console.log(JSON.stringify(sizes));`,
);

/** One run of a side: the seconds from the start of its processes to the end of the last, what each wrote and the first printed. */
interface Run {
  readonly seconds: number;
  readonly digests: readonly Buffer[];
  readonly printed: string;
}

/** Runs a program in so many processes, each for its share of the groups. Rejects where one fails. */
async function timed(program: URL, processes: number): Promise<Run> {
  const start = performance.now();
  const paths = Array.from({ length: processes }, (_, first) => join(at, `digests-${first}`));
  const ended = paths.map((path, first) =>
    promisify(execFile)(process.execPath, [program.pathname, path, String(count), String(first), String(processes)]),
  );
  const [first] = await Promise.all(ended);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, digests: paths.map((path) => readFileSync(path)), printed: first!.stdout };
}

const digestOf = ({ digests }: Run, g: number): Buffer =>
  digests[g % digests.length]!.subarray(DIGEST * g, DIGEST * (g + 1));
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

try {
  const turns = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const plain = await timed(loop, cores);
    const fitted = await timed(many, 1);
    for (let g = 0; g < count; g++) {
      if (!digestOf(plain, g).equals(digestOf(fitted, g)))
        throw new Error(`the model of group ${g} differs from the loop's`);
    }
    const sizes = JSON.parse(fitted.printed) as number[];
    turns.push({ plain: plain.seconds, many: fitted.seconds, sizes });
  }
  const rate = (seconds: readonly number[]) => Math.round(count / median(seconds)).toLocaleString('en');
  const shares = turns.map(({ plain, many }) => (100 * plain) / many);
  const sizes = turns.at(-1)!.sizes;
  const quarters = [0, 1, 2, 3].map((q) =>
    Math.max(...sizes.slice((q * sizes.length) / 4, ((q + 1) * sizes.length) / 4)),
  );
  const figures =
    `${count.toLocaleString('en')} groups of ${ROWS} rows, 20 epochs each, ${cores} threads: ${rate(turns.map(({ many }) => many))} groups a second by fitMany, ` +
    `${rate(turns.map(({ plain }) => plain))} by a plain loop in ${cores} processes: ${median(shares).toFixed(0)} %, the median of ${TURNS} turns ` +
    `(${shares.map((share) => share.toFixed(0)).join(', ')}); largest resident size in each quarter of the run ${quarters.map((size) => size.toFixed(0)).join(', ')} MB`;
  console.log(figures);
  if (write) writeFigures('fit-many', figures);
} finally {
  rmSync(at, { recursive: true });
}
