import { existsSync } from 'node:fs';
import type { CsvSchema } from '../datasets.js';
import { toJavaScript, toONNX } from '../io.js';
import { lossCurve } from '../plot.js';
import { readTraining } from '../tabular/options.js';
import { type TableModel, type TrainTableOptions, trainTable } from '../tabular.js';
import type { Progress } from '../train/fitResult.js';
import { optionsFor, quoted, type Values } from './arguments.js';
import { checkOutputs, nameOf, reading, sourceOf, titleOf, write } from './files.js';
import { Interrupted, interruption } from './interrupt.js';
import { checked } from './problems.js';
import { scoresText } from './scores.js';
import { duration, endProgress, grouped, note, print, progress, short, startProgress } from './terminal.js';
import { UsageError } from './usageError.js';

/** Trains a model on a table and writes it. */
export async function train([path]: readonly string[], values: Values): Promise<void> {
  const { out = 'model.safetensors', onnx, js, plot, checkpoint } = values as Record<string, string | undefined>;
  const options = trainingOptions(values);
  await checkOutputs([out, onnx, js, plot, checkpoint], [path!]);
  interruption.awaited = checkpoint !== undefined;
  interruption.message = 'stopped: nothing was kept. With --checkpoint <file> a training can be resumed';
  const training = trainTable(sourceOf(path!), {
    ...options,
    ...checkpointOptions(values),
    ...reports(path!, options.model === 'linear'),
    signal: interruption.signal,
  });
  const model = await reading(String(values.resume), training).catch((error: unknown) => {
    throw error instanceof Interrupted ? wayOn(error, checkpoint!) : error;
  });
  endProgress();
  const { scores, history, schema } = model;
  if (onnx) await write(onnx, toONNX(model));
  if (js) await write(js, toJavaScript(model));
  if (plot)
    await write(
      plot,
      lossCurve({ losses: history.map(({ loss }) => loss), history }, { title: curveTitle(path!, model, options) }),
    );
  await model.save(out);
  note(`wrote ${out}`);
  if (values.json) {
    const result = {
      data: path,
      ...options,
      rows: schema.rows,
      epochs: history.length,
      classes: schema.classes,
      scores,
      model: out,
    };
    return print(JSON.stringify(result, null, 2));
  }
  if (scores) await print(scoresText(scores, schema, 'rows held out'));
}

/** Options of trainTable that a command line gives, checked before anything is read. */
export function trainingOptions(values: Values): TrainTableOptions {
  if (values.target === undefined)
    throw new UsageError('--target must name the column to predict; adamas inspect <data.csv> shows them');
  const options = { ...optionsFor('table', values), ...optionsFor('training', values) } as unknown as TrainTableOptions;
  checked(() => readTraining('adamas', options));
  return options;
}

/** Options of a fit's checkpoints. */
function checkpointOptions({ checkpoint, resume, 'checkpoint-every': every = '30s' }: Values) {
  const [, count, unit] = /^(\d+)(s?)$/.exec(String(every)) ?? [];
  if (checkpoint === undefined && every !== '30s') throw new UsageError('--checkpoint-every needs --checkpoint <file>');
  if (!Number(count)) {
    throw new UsageError(
      `--checkpoint-every must be a number of epochs, such as 5, or of seconds, such as 30s, got ${JSON.stringify(every)}`,
    );
  }
  return {
    checkpoint: checkpoint
      ? { place: checkpoint as string, every: unit ? { seconds: Number(count) } : Number(count) }
      : undefined,
    resume: resume as string | undefined,
  };
}

/** The interruption, with the command line that resumes the training. */
function wayOn({ exitCode }: Interrupted, checkpoint: string): Interrupted {
  if (!existsSync(checkpoint))
    return new Interrupted(exitCode, 'stopped: nothing was kept, since no step had been taken');
  const args = process.argv.slice(2);
  const at = args.findIndex((arg) => arg.startsWith('--resume'));
  if (at >= 0) args.splice(at, args[at] === '--resume' ? 2 : 1);
  const line = ['adamas', ...args, '--resume', checkpoint].map(quoted).join(' ');
  return new Interrupted(exitCode, `stopped: ${checkpoint} holds a checkpoint. To resume:\n${line}`);
}

/** Callbacks that report the columns that were read, and the progress. */
function reports(path: string, linear: boolean): Pick<TrainTableOptions, 'onRead' | 'onTable' | 'onProgress'> {
  startProgress();
  return {
    onRead: ({ rows }) => progress(`read ${grouped(rows)} rows`),
    onTable(schema: CsvSchema) {
      note(`${nameOf(path)}: ${schema.describe()}`);
      startProgress();
    },
    onProgress({ epoch, epochs, losses, samplesPerSecond, secondsLeft }: Progress) {
      if (samplesPerSecond === 0) return;
      const loss = losses.length > 0 ? [`loss ${short(losses.at(-1)!)}`] : [];
      const speed = `${grouped(samplesPerSecond)} rows/s`;
      // A linear model is solved long before its last iteration: no time left is shown.
      if (linear) progress(`iteration ${epoch + 1}`, ...loss, speed);
      else progress(`epoch ${epoch + 1}/${epochs}`, ...loss, speed, `${duration(secondsLeft)} left`);
    },
  };
}

function curveTitle(path: string, { schema, history }: TableModel, { model = 'mlp' }: TrainTableOptions): string {
  const targets = schema.targets.map(({ name }) => name).join(', ');
  const kind = model === 'linear' ? 'linear model' : 'network';
  return `Loss of a ${kind} for ${targets} of ${titleOf(path)} over ${history.length} epochs`;
}
