import { createReadStream } from 'node:fs';
import { alignColumns } from '../data/describe.js';
import { type CsvOptions, readCsv } from '../datasets.js';
import { bullmq } from '../distribute/bullmq.js';
import { local } from '../distribute/local.js';
import type { Runner } from '../distribute/runner.js';
import { sweep } from '../distribute/sweep.js';
import type { SweepRow } from '../distribute/sweepOptions.js';
import { VERSION } from '../doctor/version.js';
import { lossCurve } from '../plot.js';
import { optionsFor, quoted, type Values } from './arguments.js';
import type { Comparison } from './compareJob.js';
import { COMPARE_JOB, checkOutputs, nameOf, redisOf, titleOf, write } from './files.js';
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

/** Trains with each setting and seed, and prints the scores and the best setting. */
export async function compare([path]: readonly string[], values: Values): Promise<void> {
  const { plot } = values as Record<string, string | undefined>;
  const { optimizers = [undefined], lrs = [undefined] } = values as Record<string, readonly never[] | undefined>;
  const settings: Setting[] = optimizers.flatMap((optimizer) => lrs.map((lr) => ({ optimizer, lr })));
  const seeds = count('seeds', values.seeds, 3);
  const runner = runnerOf(values);
  for (const setting of settings) checkSetting(values, setting);
  await checkOutputs([plot], [path!]);
  const piped = path === '-' ? await bytesOf(process.stdin) : undefined;
  // The table is described, and its problems are reported, before any worker is started.
  const table = await readCsv(piped ? [piped.slice()] : path!, optionsFor('table', values) as unknown as CsvOptions);
  note(`${nameOf(path!)}: ${table.describe()}`);
  const measure = table.classes ? 'accuracy' : 'R2';
  table.dispose();
  const bytes = piped ?? (await bytesOf(createReadStream(path!)));
  const data: Comparison = { table: bytes, options: trainingOptions(values), version: VERSION };
  startProgress();
  const { table: results } = await sweep({
    ...{ job: COMPARE_JOB, data, runner, seeds, direction: 'maximize' },
    space: { optimizer: optimizers, lr: lrs },
    onRow: (_, done, of) => progress(`${done} of ${of} trainings`),
  });
  endProgress();
  const rows = settings.map((setting, i) => rowOf(setting, results.slice(i * seeds, (i + 1) * seeds)));
  const best = rows.reduce((a, b) => (b.mean > a.mean || Number.isNaN(a.mean) ? b : a));
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

/** Checks the options of a setting. Errors name the options that list the settings. */
function checkSetting(values: Values, setting: Setting): void {
  try {
    trainingOptions({ ...values, ...given(setting) });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(error.message.replace(/^--(optimizer|lr)\b/, '--$1s'));
  }
}

/** Runner of the trainings. */
function runnerOf(values: Values): Runner {
  const { runner = 'local', queue, files } = values as Record<string, string | undefined>;
  if (runner === 'bullmq') return bullmq({ connection: redisOf(values.redis), queue, files });
  if (runner !== 'local') throw new UsageError(`--runner must be local or bullmq, got ${JSON.stringify(runner)}`);
  return local({ workers: values.workers === undefined ? undefined : count('workers', values.workers, 1) });
}

function count(name: string, value: unknown, otherwise: number): number {
  const number = (value ?? otherwise) as number;
  if (!Number.isInteger(number) || number < 1)
    throw new UsageError(`--${name} must be a whole number of at least 1, got ${number}`);
  return number;
}

/** The options of a setting that are given. */
const given = ({ optimizer, lr }: Setting) => ({ ...(optimizer && { optimizer }), ...(lr !== undefined && { lr }) });

/** The bytes of a stream, in memory that threads share. */
async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  const bytes = new Uint8Array(new SharedArrayBuffer(pieces.reduce((sum, { length }) => sum + length, 0)));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function rowOf(setting: Setting, results: readonly SweepRow[]): Row {
  const scores = results.map(({ value }) => (value === Number.NEGATIVE_INFINITY ? Number.NaN : value));
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  const spread = scores.length > 1 ? Math.sqrt(squares / (scores.length - 1)) : 0;
  return { ...setting, scores, mean, spread, losses: results[0]!.losses ?? [] };
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
  for (const name of ['optimizers', 'lrs', 'seeds', 'workers', 'runner', 'redis', 'queue', 'files', 'plot', 'json']) {
    const at = args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
    if (at >= 0) args.splice(at, name === 'json' || args[at]!.includes('=') ? 1 : 2);
  }
  const flags = Object.entries(given(setting)).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return ['adamas', 'train', ...args, ...flags].map(quoted).join(' ');
}
