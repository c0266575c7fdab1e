import { CsvSchema } from '../data/csv/schema.js';
import type { Dataset } from '../data/dataset.js';
import { AdamasError } from '../errors.js';
import { Model } from '../nn/model.js';
import { classIndices } from '../nn/targets.js';
import { randperm } from '../random.js';
import { ResourceStack } from '../resources.js';
import { fail, refuse } from '../validate.js';
import { readTraining, type TrainTableOptions } from './options.js';
import { type TableSource, tableOf } from './source.js';
import { TableModel, type TableScores } from './tableModel.js';
import { makeModel, train } from './train.js';

/**
 * Trains a model on a table, from the text of a file or rows of objects to predictions in the target's own units.
 *
 * Columns are read as `readCsv` of `adamas/datasets` reads them, and nothing is guessed. A part of the rows is held out for `scores`. Numbers,
 * those of the target too, are scaled to mean 0 and deviation 1 by the other rows; each class of a text is a feature. Loss and scores depend on the target:
 * squared errors, `r2` and `mae` for numbers; cross-entropy, `accuracy` and `confusion` for classes.
 *
 * A linear model is solved over all rows by L-BFGS with an L2 penalty: the solution of scikit-learn's Ridge and LogisticRegression, except
 * that the biases of classes have a penalty too. A network is trained by mini-batches, with a schedule of its learning rate and early stopping. The same
 * source, options and seed give the same model, bit for bit.
 *
 * @param source - see {@link TableSource}
 * @param options - see {@link TrainTableOptions}
 * @returns the model with its schema and scores; yours to dispose
 * @throws Rejects with TypeError or RangeError for a wrong option, too few rows, or a training that diverges; CsvError for a text that cannot be read with these options, with
 *   options that read it; Error for a file that cannot be read; the signal's reason; AdamasError where
 *   `checkpoint.onSignal` ended it; whatever a callback throws; OutOfMemoryError
 * @example
 * ```ts
 * import { trainTable } from 'adamas/tabular';
 * const rows = Array.from({ length: 200 }, (_, i) => ({ x: i % 20, kind: i % 3 ? 'a' : 'b', price: 1000 * (i % 20) + (i % 3 ? 0 : 5000) }));
 * const model = await trainTable(rows, { target: 'price', model: 'linear' });
 * console.log(model.scores!.rows, model.scores!.r2!.toFixed(3)); // 40 1.000
 * ```
 */
export async function trainTable(source: TableSource, options: TrainTableOptions): Promise<TableModel> {
  const call = 'trainTable';
  const { table: reading, training } = readTraining(call, options);
  const resources = new ResourceStack();
  const { use } = resources;
  let model: Model | undefined;
  try {
    const table = await tableOf(source, reading);
    const data = use(table.data);
    const schema = new CsvSchema(table.plan, table.columns, table.targets, table);
    await training.onTable?.(schema);
    const { holdOut, seed, signal } = training;
    const { first: kept, second: held } = divide(call, data, holdOut, seed, schema.classes !== undefined);
    const samples = held.length === 0 ? data : use(data.take(kept));
    model = makeModel(call, schema, samples, training);
    model.classes = schema.classes;
    const ended = await train(model, samples, training);
    if (typeof ended?.status !== 'string') refuse(TypeError, `${call}: the result of fit`, 'be a FitResult', ended);
    if (ended.status === 'aborted') {
      throw signal?.aborted
        ? signal.reason
        : new AdamasError(`${call}: SIGTERM or SIGINT ended the training; give resume to continue from the checkpoint`);
    }
    if (ended.status === 'diverged') {
      throw new RangeError(`${call}: the training diverged at step ${ended.divergedAt}: try a lower lr`);
    }
    const scores: TableScores | undefined =
      held.length === 0 ? undefined : { rows: held.length, ...model.evaluate(use(data.take(held))) };
    return new TableModel(model, schema, { scores, heldOut: held, history: ended.history });
  } catch (error) {
    // The layers of a user's model stay the user's.
    if (!(training.model instanceof Model)) model?.dispose();
    throw error;
  } finally {
    resources.dispose();
  }
}

/** The rows to train on and the rows that are held out, drawn at random: the same share of each class, and at least one of each to train on. */
function divide(
  call: string,
  { length, targets }: Dataset,
  share: number,
  seed: number,
  ofClasses: boolean,
): { first: number[]; second: number[] } {
  if (length < 2) fail(RangeError, `${call}: source`, 'have two rows at least', length);
  const order = randperm(length, { seed });
  const labels = ofClasses ? classIndices(targets) : new Float32Array(length);
  const classes = new Map<number, number[]>();
  for (const row of order) {
    const members = classes.get(labels[row]!);
    if (members) members.push(row);
    else classes.set(labels[row]!, [row]);
  }
  const [first, second]: [number[], number[]] = [[], []];
  for (const members of classes.values()) {
    const held = Math.min(Math.round(share * members.length), members.length - 1);
    for (const [i, row] of members.entries()) (i < held ? second : first).push(row);
  }
  if (share > 0 && second.length === 0) {
    const got = `${share} of ${length} rows: give a larger share, or 0 for no scores`;
    fail(RangeError, `${call}: holdOut`, 'hold out a row at least', got);
  }
  return { first: first.sort((a, b) => a - b), second: second.sort((a, b) => a - b) };
}
