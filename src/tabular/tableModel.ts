import type { ReadOptions } from '../data/csv/hostTurns.js';
import type { CsvRow } from '../data/csv/objectRow.js';
import type { CsvSchema } from '../data/csv/schema.js';
import { type CsvSchemaOptions, csvSchema } from '../data/csv/schemaJson.js';
import type { URLLike } from '../hostTypes.js';
import { FormatError } from '../io/formatError.js';
import type { LoadModelOptions } from '../io/model/modelFile.js';
import { load, save } from '../io/model/save.js';
import type { Evaluation } from '../nn/metrics.js';
import type { Model } from '../nn/model.js';
import type { HistoryRow } from '../train/fitResult.js';
import type { Place } from '../train/place.js';
import { abortSignal, fail, func, readOptions, unchecked } from '../validate.js';
import { batchesOf, type TableSource } from './source.js';

/** `Symbol.dispose`, or what transpiled `using` looks for on hosts that lack it. */
const disposeSymbol: typeof Symbol.dispose = /* @__PURE__ */ (() =>
  Symbol.dispose ?? Symbol.for('Symbol.dispose'))() as typeof Symbol.dispose;

/** Scores on rows that the training did not see: `r2` and `mae` of a regression, `accuracy` and `confusion` of classes. */
export type TableScores = Evaluation & {
  /** Number of rows. */
  readonly rows: number;
};

/** A prediction: a number in the target's units (for a date days since 1970-01-01), an array of them for several targets, or a class's name. */
export type Prediction = number | string | readonly number[];

/** Options of {@link TableModel.load}. */
export interface LoadTableOptions extends LoadModelOptions, CsvSchemaOptions {}

/** Facts of a trained model that its file keeps. */
export interface TableModelInfo {
  /** Scores on the rows that were held out; undefined where none were. */
  readonly scores: TableScores | undefined;
  /** The rows that were held out: their indices among the table's, ascending. */
  readonly heldOut: readonly number[];
  /** The history of its training, a row per epoch. */
  readonly history: readonly HistoryRow[];
}

/**
 * A model with the schema of its table: rows of named fields in, predictions in the target's own units or class names out. Made by {@link trainTable}
 * or {@link TableModel.load}; yours to dispose.
 */
export class TableModel {
  /** The model: encoded features in, numbers in the target's units or logits out. `toONNX(tableModel)` and `toJavaScript(tableModel)` export it. */
  readonly model: Model;
  /** The columns and how they are encoded. */
  readonly schema: CsvSchema;
  /** Scores on the rows that training held out; undefined where none were. */
  readonly scores: TableScores | undefined;
  /** The rows that training held out: their indices among the rows that the table keeps, ascending; none for a model from a file. */
  readonly heldOut: readonly number[];
  /** The history of its training, a row per epoch; empty for a model from a file. */
  readonly history: readonly HistoryRow[];

  /** @internal */
  constructor(model: Model, schema: CsvSchema, { scores, heldOut, history }: TableModelInfo) {
    this.model = model;
    this.schema = schema;
    this.scores = scores;
    this.heldOut = heldOut;
    this.history = history;
  }

  /** Names of the classes by their indices; undefined for a regression. */
  get classes(): readonly string[] | undefined {
    return this.schema.classes;
  }

  /**
   * Predictions for rows.
   *
   * @param rows - a row, or several: fields by the names of their columns. Other names (the target's, say) are left alone
   * @returns a number in the target's units, or the name of a class, for each row; with several targets an array of numbers for each
   * @throws as `transform` of a schema does for rows that it cannot encode; UseAfterDisposeError
   * @example
   * ```ts
   * import { trainTable } from 'adamas/tabular';
   * const rows = Array.from({ length: 50 }, (_, i) => ({ size: i, price: 3 * i + 100 }));
   * const model = await trainTable(rows, { target: 'price', model: 'linear', weightDecay: 0 });
   * console.log(Math.round(model.predict({ size: 60 }) as number)); // 280
   * ```
   */
  predict(rows: CsvRow): Prediction;
  predict(rows: readonly CsvRow[]): Prediction[];
  predict(rows: CsvRow | readonly CsvRow[]): Prediction | Prediction[] {
    const features = this.schema.transform(rows);
    const { classes, model } = this;
    const outputs = model.outputs;
    const predictions: Prediction[] =
      features.length === 0
        ? []
        : classes !== undefined
          ? Array.from(model.predictClass(features), (index) => classes[index]!)
          : Array.from(chunks(model.predict(features), outputs), (row) => (outputs === 1 ? row[0]! : Array.from(row)));
    return Array.isArray(rows) ? predictions : predictions[0]!;
  }

  /**
   * Probabilities of the classes for rows.
   *
   * @param rows - a row, or several
   * @returns for each row the probabilities, in the order of `classes`
   * @throws RangeError for a regression; as `predict`
   */
  predictProba(rows: CsvRow): number[];
  predictProba(rows: readonly CsvRow[]): number[][];
  predictProba(rows: CsvRow | readonly CsvRow[]): number[] | number[][] {
    if (this.classes === undefined) {
      fail(RangeError, 'predictProba: the target', 'be of classes', 'numbers: a regression has predict only');
    }
    const features = this.schema.transform(rows);
    const all =
      features.length === 0
        ? []
        : Array.from(chunks(this.model.predictProba(features), this.classes.length), (row) => Array.from(row));
    return Array.isArray(rows) ? all : all[0]!;
  }

  /**
   * Scores on other rows, which must have the target too. They are read in batches.
   *
   * @param source - see {@link TableSource}
   * @param options - `signal` ends it; `onProgress` follows the reading
   * @returns the scores; see {@link TableScores}
   * @throws CsvError for rows that the schema cannot encode; Error for a file that cannot be read; the signal's reason; UseAfterDisposeError
   */
  async evaluate(source: TableSource, options: ReadOptions = {}): Promise<TableScores> {
    const reading = readOptions('evaluate', options, {
      signal: [abortSignal, undefined],
      onProgress: [func, undefined],
    });
    const { schema } = this;
    let rows = 0;
    const counted = (async function* () {
      for await (const batch of batchesOf(source, schema, reading)) {
        rows += batch.targets.length / schema.targets.length;
        yield batch;
      }
    })();
    const evaluation = await this.model.evaluate(counted);
    return { rows, ...evaluation };
  }

  /**
   * Saves the model with its schema and scores as one file, from which {@link TableModel.load} recreates it, with equal bits. `load` of
   * `adamas/io` reads it too.
   *
   * @param place - a path, a `file:` URL, or a place such as `indexedDB(name)` of `adamas/io`
   * @throws Rejects with PlaceError when the place cannot be written: what was there before is whole then; UseAfterDisposeError
   */
  async save(place: string | URLLike | Place): Promise<void> {
    await save(this.model, place, { schema: this.schema, meta: { table: { scores: this.scores } } });
  }

  /**
   * Loads a model that `save` saved.
   *
   * @param place - a path, a `file:` URL, or a place
   * @param options - `columns`: the functions of columns that were read by functions, which no file holds; `layers`: see `load` of `adamas/io`
   * @throws Rejects with PlaceError when nothing is there; FormatError for a file that is damaged, of a newer version, or not a table's model;
   *   TypeError or RangeError for wrong arguments; OutOfMemoryError
   * @example
   * ```ts
   * import { TableModel, trainTable } from 'adamas/tabular';
   * const rows = Array.from({ length: 60 }, (_, i) => ({ petal: i, kind: i < 30 ? 'fig' : 'plum' }));
   * const trained = await trainTable(rows, { target: 'kind', model: 'linear' });
   * await trained.save('fruit.safetensors');
   * const loaded = await TableModel.load('fruit.safetensors');
   * console.log(loaded.predict([{ petal: 2 }, { petal: 55 }])); // [ 'fig', 'plum' ]
   * ```
   */
  static async load(place: string | URLLike | Place, options: LoadTableOptions = {}): Promise<TableModel> {
    const call = 'TableModel.load';
    const { columns, layers } = readOptions(call, options, {
      columns: [unchecked, undefined],
      layers: [unchecked, undefined],
    });
    const { model, schema: data, meta } = await load(place, { layers });
    try {
      if (data === undefined || !Object.hasOwn(Object(meta), 'table')) {
        throw new FormatError(`${call}: the file must be of a TableModel, got another model: use load of adamas/io`);
      }
      const schema = csvSchema(data, { columns });
      const [inputs, outputs] = [schema.features.length, schema.classes?.length ?? schema.targets.length];
      if (model.inputs !== inputs || model.outputs !== outputs) {
        const got = `${model.inputs} and ${model.outputs}`;
        throw new FormatError(`${call}: the model must have ${inputs} inputs and ${outputs} outputs, got ${got}`);
      }
      return new TableModel(model, schema, { scores: meta.table?.scores, heldOut: [], history: [] });
    } catch (error) {
      model.dispose();
      throw error;
    }
  }

  /** Frees the model. */
  dispose(): void {
    this.model.dispose();
  }

  /** The same as `dispose()`, for `using`. */
  [disposeSymbol](): void {
    this.dispose();
  }
}

/** Rows of numbers. */
function* chunks(values: Float32Array, width: number): Generator<Float32Array, void> {
  for (let at = 0; at < values.length; at += width) yield values.subarray(at, at + width);
}
