// `adamas train` on public tables, from the command line alone: the model's file must have the bytes that trainTable saves with the same options, and so its
// scores are those of the proof `tabular`. Beside those tables: iris, used cars, the airfoil measurements, and a dirty file of 500,000 rows. After `npm run build`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dirtyRows } from '../../bench/dirtyRows.js';
import { OPTIONS } from '../../src/cli/options.js';
import { airfoil, type CsvRow } from '../../src/datasets.js';
import { type TrainTableOptions, trainTable } from '../../src/tabular.js';
import { proofArguments, writeFigures } from './proof.js';
import { type PublicTable, publicTables } from './publicTables.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const MODELS = ['linear', 'mlp'] as const;

/** A table as a file, and the options that differ from the defaults. */
interface Case {
  readonly name: string;
  readonly path: string;
  readonly options: TrainTableOptions;
}

const { count, write } = proofArguments(20);
const folder = mkdtempSync(join(tmpdir(), 'adamas-command-'));
try {
  const lines: string[] = [];
  for (const one of cases()) {
    const scores: string[] = [];
    for (const model of MODELS) scores.push(await compared(one, model));
    lines.push(`| ${one.name} | ${scores.join(' | ')} |`);
    console.log(lines.at(-1));
  }
  const figures = ['| table: target | linear | mlp |', '| --- | --- | --- |', ...lines, ''];
  figures.push(
    `${MODELS.length * lines.length} models: each file has the bytes that \`trainTable\` saves. Node ${process.versions.node}.`,
  );
  console.log(figures.at(-1));
  if (write) writeFigures('command', figures.join('\n'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function cases(): Case[] {
  const sklearn = execFileSync('/usr/bin/python3', ['-c', 'import sklearn.datasets as d; print(d.__path__[0])'], {
    encoding: 'utf8',
  });
  const cars = { columns: { listed: 'date' }, missing: { fuel: 'class', mileage: 'mean', power: 'mean' } } as const;
  const { features, targets } = airfoil();
  const noise = Array.from(targets.data, (sound, i): CsvRow => {
    const row = features.data.subarray(5 * i, 5 * i + 5);
    return { frequency: row[0]!, angle: row[1]!, chord: row[2]!, velocity: row[3]!, thickness: row[4]!, sound };
  });
  const dirty = join(folder, 'dirty.csv');
  writeFileSync(dirty, dirtyRows(500_000));
  const reading = {
    columns: { id: 'ignore', day: 'date', note: 'category' },
    missing: { size: 'mean', left: 'mean' },
  } as const;
  return [
    { name: 'iris: species', path: join(root, 'examples/data/iris.csv'), options: { target: 'species' } },
    {
      name: 'used cars: price',
      path: join(root, 'examples/data/used-cars.csv'),
      options: { target: 'price', ...cars },
    },
    fileOf({ name: 'airfoil: sound', source: noise, options: { target: 'sound' } }),
    ...publicTables(folder, join(sklearn.trim(), 'data'), count).map(fileOf),
    { name: 'a dirty file of 500,000 rows: y', path: dirty, options: { target: 'y', epochs: 2, ...reading } },
  ];
}

/** Rows of objects become a file. */
function fileOf({ name, source, options }: PublicTable): Case {
  if (typeof source === 'string') return { name, path: source, options };
  const columns = [...new Set(source.flatMap((row) => Object.keys(row)))];
  const field = (value: unknown) => (value == null ? '' : JSON.stringify(String(value)).replaceAll('\\"', '""'));
  const rows = source.map((row) => columns.map((column) => field(row[column])).join(','));
  const path = join(folder, `${name.replace(/\W+/g, '-')}.csv`);
  writeFileSync(path, `${[columns.map(field).join(','), ...rows].join('\n')}\n`);
  return { name, path, options };
}

/** Trains both ways. Returns the score on the held-out rows that the command prints. */
async function compared({ name, path, options }: Case, model: (typeof MODELS)[number]): Promise<string> {
  const { epochs, ...reading } = options;
  const given: TrainTableOptions = { ...(model === 'mlp' ? options : reading), model, seed: 0 };
  const out = join(folder, 'command.safetensors');
  const argv = [join(root, 'dist/cli.js'), 'train', path, ...argumentsOf(given), '--out', out, '--json'];
  const printed = execFileSync(process.execPath, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  using here = await trainTable(path, given);
  await here.save(join(folder, 'here.safetensors'));
  if (!readFileSync(out).equals(readFileSync(join(folder, 'here.safetensors')))) {
    throw new Error(`${name}, ${model}: the command writes another file than trainTable`);
  }
  const { accuracy, r2 } = JSON.parse(printed).scores;
  return accuracy === undefined ? `R2 ${r2.toFixed(3)}` : `accuracy ${accuracy.toFixed(3)}`;
}

/** Options of trainTable as those of the command line. */
function argumentsOf(options: TrainTableOptions): string[] {
  return Object.entries(options).flatMap(([key, value]) => {
    const option = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const { write } = OPTIONS[option]!;
    return [`--${option}`, write ? (write as (value: unknown) => string)(value) : String(value)];
  });
}
