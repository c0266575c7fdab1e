// trainTable with its defaults against scikit-learn's pipeline with its own, on public tables: the same rows are held out, for six seeds each. scikit-learn
// comes from Debian's python3-sklearn, with python3-pandas.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCsv, readTable, type Table } from '../../src/datasets.js';
import { trainTable } from '../../src/tabular.js';
import { proofArguments, writeFigures } from './proof.js';
import { type PublicTable, publicTables } from './publicTables.js';

const SEEDS = [0, 1, 2, 3, 4, 5];
const MODELS = ['linear', 'mlp'] as const;
type ModelName = (typeof MODELS)[number];

/** Mean score and mean seconds of a training, by model. */
type Results = Record<ModelName, { score: number; seconds: number }>;

const { count, write } = proofArguments(20);
const folder = mkdtempSync(join(tmpdir(), 'adamas-tabular-'));
try {
  const package_ = python('-c', 'import pandas, sklearn.datasets as d; print(d.__path__[0])').trim();
  const tables = publicTables(folder, join(package_, 'data'), count);
  const job = join(folder, 'job.jsonl');
  const ours: Results[] = [];
  for (const table of tables) ours.push(await trained(table, job));
  const theirs = python(fileURLToPath(new URL('tabular.py', import.meta.url)), job)
    .trim()
    .split('\n')
    .map((line): Results => meansOf(JSON.parse(line)));
  report(tables, ours, theirs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Trains on a table for each seed, and adds the table with its held-out rows to the job for scikit-learn. */
async function trained({ name, source, options }: PublicTable, job: string): Promise<Results> {
  const scores: Record<ModelName, { score: number; seconds: number }[]> = { linear: [], mlp: [] };
  const splits: (readonly number[])[] = [];
  for (const model of MODELS) {
    for (const seed of SEEDS) {
      const start = performance.now();
      using one = await trainTable(source, { ...options, model, seed });
      const seconds = (performance.now() - start) / 1000;
      scores[model].push({ score: (one.scores!.accuracy ?? one.scores!.r2)!, seconds });
      splits[seed] = one.heldOut;
    }
  }
  using table = typeof source === 'string' ? await readCsv(source, options) : await readTable(source, options as never);
  appendFileSync(job, `${JSON.stringify({ name, ...fieldsOf(table), splits })}\n`);
  return meansOf(scores);
}

/** The table as columns of numbers and of names of classes. */
function fieldsOf({ data, columns, classes, features }: Table) {
  const values = data.features.data;
  const rows = Array.from({ length: data.length }, (_, i) =>
    values.subarray(i * features.length, (i + 1) * features.length),
  );
  let at = 0;
  return {
    classes: classes !== undefined,
    columns: columns.map((column) => {
      const start = at;
      at += column.kind === 'category' ? column.classes.length : 1;
      if (column.kind !== 'category') return { kind: 'number', values: rows.map((row) => row[start]) };
      return { kind: 'category', values: rows.map((row) => column.classes[row.subarray(start, at).indexOf(1)] ?? '') };
    }),
    target: Array.from(data.targets.data, (value) => classes?.[value] ?? value),
  };
}

function meansOf(
  scores: Readonly<Record<ModelName, readonly { readonly score: number; readonly seconds: number }[]>>,
): Results {
  const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const means = (model: ModelName) => ({
    score: mean(scores[model].map(({ score }) => score)),
    seconds: mean(scores[model].map(({ seconds }) => seconds)),
  });
  return { linear: means('linear'), mlp: means('mlp') };
}

function report(tables: readonly PublicTable[], ours: readonly Results[], theirs: readonly Results[]): void {
  const cell = ({ score, seconds }: Results[ModelName]) => `${score.toFixed(3)} (${seconds.toFixed(2)} s)`;
  const lines = tables.map(({ name }, i) => {
    const cells = MODELS.flatMap((model) => [cell(ours[i]![model]), cell(theirs[i]![model])]);
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  const sums = MODELS.map((model) => {
    const differences = ours.map((one, i) => one[model].score - theirs[i]![model].score);
    const reached = differences.filter((difference) => difference >= -0.01).length;
    const worst = Math.min(...differences);
    if (reached < 0.9 * tables.length || worst < -0.05) process.exitCode = 1;
    return `'${model}' reaches scikit-learn's score less 0.01 on ${reached} of ${tables.length} tables; the largest gap is ${Math.max(0, -worst).toFixed(3)}.`;
  });
  const figures = [
    '| table: target | linear | Ridge, LogisticRegression | mlp | MLPRegressor, MLPClassifier |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
    sums.join(' '),
  ].join('\n');
  console.log(figures);
  if (process.exitCode === 1) console.error('trainTable falls short of scikit-learn');
  else if (write) writeFigures('tabular', figures);
}

/** Runs Debian's Python on one thread, as adamas runs. */
function python(...args: readonly string[]): string {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', args, { encoding: 'utf8', env, maxBuffer: 2 ** 26 });
  if (status !== 0)
    throw new Error(
      `python3 needs pandas and scikit-learn (apt-get install python3-pandas python3-sklearn): ${stderr}`,
    );
  return stdout;
}
