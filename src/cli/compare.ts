import { alignColumns } from '../data/describe.js';
import { type CsvOptions, readCsv } from '../datasets.js';
import { local } from '../distribute/local.js';
import { lossCurve } from '../plot.js';
import { optionsFor, quoted, type Values } from './arguments.js';
import type { Outcome, Trial } from './compareJob.js';
import { checkOutputs, nameOf, titleOf, write } from './files.js';
import { endProgress, note, print, progress, startProgress } from './terminal.js';
import { trainingOptions } from './train.js';
import { UsageError } from './usageError.js';

/** Options of training that are compared. */
interface Setting {
  readonly optimizer: string | undefined;
  readonly lr: number | undefined;
}

/** A setting with its score on each seed's held-out rows: R2 or accuracy, NaN where it diverged. */
interface Row extends Setting {
  readonly scores: readonly number[];
  readonly mean: number;
  readonly spread: number;
  readonly losses: readonly number[];
}

/** Trains with each setting and seed, and prints which setting is best. */
export async function compare([path]: readonly string[], values: Values): Promise<void> {
  const { plot } = values as Record<string, string | undefined>;
  const { optimizers = [undefined], lrs = [undefined] } = values as Record<string, readonly never[] | undefined>;
  const settings: Setting[] = optimizers.flatMap((optimizer) => lrs.map((lr) => ({ optimizer, lr })));
  const seeds = count('seeds', values.seeds, 3);
  const workers = values.workers === undefined ? undefined : count('workers', values.workers, 1);
  const trials = settings.flatMap((setting) =>
    Array.from({ length: seeds }, (_, seed) => trainingOptions({ ...values, ...given(setting), seed })),
  );
  await checkOutputs([plot], [path!]);
  const source = await sourceFor(path!);
  // Tells what is in the table, and what is wrong with it, before any worker is started.
  const table = await readCsv(source, optionsFor('table', values) as unknown as CsvOptions);
  note(`${nameOf(path!)}: ${table.describe()}`);
  table.dispose();
  const { url } = await import('./compareJob.js');
  startProgress();
  let done = 0;
  const outcomes: Outcome[] = [];
  const tasks = trials.map((options, i) => ({ key: String(i), input: { source, options } satisfies Trial }));
  for await (const { key, result, error } of local({ workers }).run<Outcome>(url, tasks)) {
    if (error) throw error;
    outcomes[Number(key)] = result;
    progress(`${++done} of ${trials.length} trainings`);
  }
  endProgress();
  const rows = settings.map((setting, i) => rowOf(setting, outcomes.slice(i * seeds, (i + 1) * seeds)));
  const best = rows.reduce((a, b) => (b.mean > a.mean || Number.isNaN(a.mean) ? b : a));
  const measure = outcomes.some(({ scores }) => scores?.accuracy !== undefined) ? 'accuracy' : 'R2';
  const line = commandLine(best);
  if (plot) {
    const title = `Loss by optimizer and learning rate on ${titleOf(path!)}, seed 0`;
    const curves = rows.filter(({ losses }) => losses.length > 0);
    await write(
      plot,
      lossCurve(Object.fromEntries(curves.map((row) => [nameOfSetting(row), curveOf(row)])), { title }),
    );
  }
  if (values.json) return print(JSON.stringify({ data: path, measure, seeds, rows, best: line }, null, 2));
  await print(`${tableOf(rows, measure, values.model === 'linear' ? 'lbfgs' : 'adamw')}\nbest: ${line}`);
}

function count(name: string, value: unknown, otherwise: number): number {
  const number = (value ?? otherwise) as number;
  if (!Number.isInteger(number) || number < 1)
    throw new UsageError(`--${name} must be a whole number of at least 1, got ${number}`);
  return number;
}

/** The options of a setting that are given. */
const given = ({ optimizer, lr }: Setting) => ({ ...(optimizer && { optimizer }), ...(lr !== undefined && { lr }) });

/** The path of a table for several to read; standard input, which can be read only once, as its bytes. */
async function sourceFor(path: string): Promise<Trial['source']> {
  if (path !== '-') return path;
  const pieces: Uint8Array[] = [];
  for await (const piece of process.stdin) pieces.push(piece);
  return pieces;
}

function rowOf(setting: Setting, outcomes: readonly Outcome[]): Row {
  const scores = outcomes.map(({ scores }) => scores?.accuracy ?? scores?.r2 ?? Number.NaN);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  const spread = scores.length > 1 ? Math.sqrt(squares / (scores.length - 1)) : 0;
  return { ...setting, scores, mean, spread, losses: outcomes[0]!.losses };
}

const nameOfSetting = ({ optimizer = 'adamw', lr }: Setting) => (lr === undefined ? optimizer : `${optimizer} ${lr}`);

const curveOf = ({ losses }: Row) => ({
  losses,
  history: losses.map((_, epoch) => ({ epoch, steps: epoch + 1 })),
});

function tableOf(rows: readonly Row[], measure: string, standard: string): string {
  const lines = rows.map(({ optimizer = standard, lr, mean, spread }) => [
    optimizer,
    lr === undefined ? 'default' : String(lr),
    Number.isNaN(mean) ? 'diverged' : mean.toFixed(4),
    Number.isNaN(mean) ? '' : spread.toFixed(4),
  ]);
  return alignColumns([['optimizer', 'lr', measure, 'spread'], ...lines]);
}

/** The command line that trains with a setting. */
function commandLine(setting: Setting): string {
  const args = process.argv.slice(3);
  for (const name of ['optimizers', 'lrs', 'seeds', 'workers', 'plot', 'json']) {
    const at = args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
    if (at >= 0) args.splice(at, name === 'json' || args[at]!.includes('=') ? 1 : 2);
  }
  const flags = Object.entries(given(setting)).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return ['adamas', 'train', ...args, ...flags].map(quoted).join(' ');
}
