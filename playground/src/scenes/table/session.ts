// A table in the worker: it is inspected, a model is trained on it, and the model stays here for predictions and files.
import type { HistoryRow } from 'adamas';
import {
  type CsvColumn,
  type CsvNote,
  type CsvProblem,
  type CsvRow,
  type InspectedColumn,
  inspectCsv,
} from 'adamas/datasets';
import { indexedDB, type Place, toJavaScript, toONNX } from 'adamas/io';
import { confusionMatrix, predictedAgainstTrue } from 'adamas/plot';
import { type Prediction, TableModel, type TableScores, trainTable } from 'adamas/tabular';
import type { Channel } from '../../training/channel.js';
import { type HeldRows, heldRows, type Importance, importances } from './importance.js';
import { type Options, ordered, readingPart } from './recipe.js';

/** An inspection as plain data. */
export interface Inspection {
  readonly columns: readonly InspectedColumn[];
  readonly delimiter: string;
  readonly rows: number;
  readonly problems: readonly CsvProblem[];
  readonly notes: readonly CsvNote[];
}

/** A trained model, as the page shows it. */
export interface Trained {
  readonly columns: readonly CsvColumn[];
  readonly target: CsvColumn;
  readonly scores: TableScores | undefined;
  /** Epochs that were run; 0 for a model that was loaded. */
  readonly epochs: number;
}

/** Kinds of files that a model can be downloaded as. */
export type FileKind = 'safetensors' | 'onnx' | 'js';

export type TableCommand =
  | { readonly kind: 'inspect' | 'train'; readonly run: number; readonly file: Blob; readonly options: Options }
  | { readonly kind: 'pause' }
  | { readonly kind: 'go' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'drawn' }
  | { readonly kind: 'predict'; readonly row: CsvRow }
  | { readonly kind: 'bytes'; readonly as: FileKind }
  | { readonly kind: 'save' | 'load'; readonly name: string };

/** Messages of the session. */
type Told =
  | { readonly kind: 'reading'; readonly rows: number; readonly bytes: number }
  | { readonly kind: 'inspected'; readonly inspection: Inspection }
  | { readonly kind: 'epochs'; readonly rows: readonly HistoryRow[] }
  | { readonly kind: 'progress'; readonly epoch: number; readonly epochs: number; readonly rate: number }
  | { readonly kind: 'trained' | 'loaded'; readonly model: Trained }
  | { readonly kind: 'picture'; readonly svg: string; readonly shown: number }
  | { readonly kind: 'importance'; readonly importance: Importance; readonly rows: number }
  | { readonly kind: 'predicted'; readonly value: Prediction; readonly probabilities: readonly number[] | undefined }
  | { readonly kind: 'bytes'; readonly as: FileKind; readonly bytes: Uint8Array }
  | { readonly kind: 'saved'; readonly name: string }
  | { readonly kind: 'failed'; readonly command: TableCommand['kind']; readonly message: string };

/** A message with the number of its reading or training; 0 for all others. */
export type TableMessage = Told & { readonly run: number };

/** Largest number of points in the picture of predictions against true values. */
const MAX_POINTS = 400;

/** Milliseconds from one report of progress to the next. */
const TELLING = 100;

type Tell = (told: Told, transfer?: ArrayBuffer[]) => void;

type TableChannel = Channel<TableMessage, TableCommand>;

/** Serves a page until its job ends. */
export function tableJob(_: undefined, channel: TableChannel): Promise<void> {
  const session = new Session(channel);
  channel.onCommand((command) => session.take(command));
  return new Promise((resolve) => {
    channel.signal.addEventListener('abort', () => {
      session.dispose();
      resolve();
    });
  });
}

class Session {
  readonly #channel: TableChannel;
  #model: TableModel | undefined;
  /** Ends what is being read or trained. */
  #running = new AbortController();
  #paused = false;
  #wake: () => void = () => {};
  #drawn = true;

  constructor(channel: TableChannel) {
    this.#channel = channel;
  }

  take(command: TableCommand): void {
    if (command.kind === 'drawn') this.#drawn = true;
    else if (command.kind === 'pause') this.#paused = true;
    else if (command.kind === 'go') this.#go();
    else if (command.kind === 'cancel') this.#cancel();
    else this.#run(command);
  }

  dispose(): void {
    this.#cancel();
    this.#model?.dispose();
    this.#model = undefined;
  }

  #go(): void {
    this.#paused = false;
    this.#wake();
  }

  #cancel(): void {
    this.#running.abort();
    this.#go();
  }

  async #run(command: Exclude<TableCommand, { kind: 'pause' | 'go' | 'cancel' | 'drawn' }>): Promise<void> {
    const tell: Tell = (told, transfer) => this.#channel.send({ ...told, run: 0 }, transfer);
    try {
      switch (command.kind) {
        case 'inspect':
        case 'train':
          return await this.#read(command);
        case 'predict': {
          const model = this.#loaded();
          const probabilities = model.classes && model.predictProba(command.row);
          return tell({ kind: 'predicted', value: model.predict(command.row), probabilities });
        }
        case 'bytes': {
          const bytes = await this.#bytes(command.as);
          return tell({ kind: 'bytes', as: command.as, bytes }, [bytes.buffer as ArrayBuffer]);
        }
        case 'save':
          await this.#loaded().save(indexedDB(command.name));
          return tell({ kind: 'saved', name: command.name });
        case 'load':
          this.#cancel();
          this.#replace(await TableModel.load(indexedDB(command.name)));
          return tell({ kind: 'loaded', model: shown(this.#loaded()) });
      }
    } catch (error) {
      tell({ kind: 'failed', command: command.kind, message: messageOf(error) });
    }
  }

  /** Inspects or trains, in place of what was running. */
  async #read({ kind, run, file, options }: Extract<TableCommand, { run: number }>): Promise<void> {
    this.#cancel();
    this.#running = new AbortController();
    const { signal } = this.#running;
    const tell: Tell = (told) => {
      if (!signal.aborted) this.#channel.send({ ...told, run });
    };
    try {
      if (kind === 'inspect') await inspect(file, options, signal, tell);
      else await this.#train(file, options, signal, tell);
    } catch (error) {
      tell({ kind: 'failed', command: kind, message: messageOf(error) });
    }
  }

  async #train(file: Blob, options: Options, signal: AbortSignal, tell: Tell): Promise<void> {
    this.#drawn = true;
    let rows: HistoryRow[] = [];
    let told = 0;
    const tellRows = () => {
      if (rows.length > 0) tell({ kind: 'epochs', rows });
      rows = [];
      this.#drawn = false;
    };
    const model = await trainTable(file, {
      ...(ordered(options) as Options & { target: string }),
      signal,
      onRead: readingTeller(tell),
      onEpoch: (row) => {
        rows.push(row);
        if (this.#drawn) tellRows();
      },
      onProgress: async ({ epoch, epochs, samplesPerSecond: rate }) => {
        if (this.#paused) tellRows();
        while (this.#paused) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
        if (performance.now() - told < TELLING) return;
        told = performance.now();
        tell({ kind: 'progress', epoch, epochs, rate });
      },
    });
    tellRows();
    if (signal.aborted) return model.dispose();
    this.#replace(model);
    tell({ kind: 'trained', model: shown(model) });
    if (model.heldOut.length > 0) await judge(file, model, signal, tell);
  }

  async #bytes(as: FileKind): Promise<Uint8Array> {
    const model = this.#loaded();
    if (as === 'onnx') return toONNX(model);
    if (as === 'js') return new TextEncoder().encode(toJavaScript(model));
    let bytes = new Uint8Array();
    const place: Place = {
      read: async () => bytes,
      write: async (written) => {
        bytes = written.slice();
      },
    };
    await model.save(place);
    return bytes;
  }

  #loaded(): TableModel {
    if (this.#model === undefined) throw new RangeError('There is no model yet: train one, or load one.');
    return this.#model;
  }

  #replace(model: TableModel): void {
    this.#model?.dispose();
    this.#model = model;
  }
}

async function inspect(file: Blob, options: Options, signal: AbortSignal, tell: Tell): Promise<void> {
  const onProgress = readingTeller(tell);
  const inspection = await inspectCsv(file, { ...readingPart(options), signal, onProgress });
  const { columns, delimiter, rows, problems, notes } = inspection;
  tell({ kind: 'inspected', inspection: { columns, delimiter, rows, problems, notes } });
}

/** Draws the scores and measures the importances of columns, on the rows that were held out. */
async function judge(file: Blob, model: TableModel, signal: AbortSignal, tell: Tell): Promise<void> {
  const { scores, classes, schema } = model;
  if (classes) tell({ kind: 'picture', svg: confusionMatrix(scores!, { classes }), shown: scores!.rows });
  const rows = await heldRows(file, model, signal);
  if (!classes) tell(pictureOf(model, rows, schema.targets[0]!.name));
  for await (const importance of importances(model, rows)) {
    signal.throwIfAborted();
    tell({ kind: 'importance', importance, rows: rows.count });
  }
}

/** Reports how much was read. */
function readingTeller(tell: Tell): (progress: { readonly rows: number; readonly bytes: number }) => void {
  let last = 0;
  return ({ rows, bytes }) => {
    if (performance.now() - last < TELLING) return;
    last = performance.now();
    tell({ kind: 'reading', rows, bytes });
  };
}

const messageOf = (error: unknown): string => String(Object(error).message ?? error);

const shown = ({ schema, scores, history }: TableModel): Trained => ({
  columns: schema.columns,
  target: schema.targets[0]!,
  scores,
  epochs: history.length,
});

/** Predictions against true values of some of the rows; the title has the scores of all. */
function pictureOf({ model, scores, schema }: TableModel, rows: HeldRows, target: string): Told {
  const count = Math.min(rows.count, MAX_POINTS);
  const predicted = model.predict(rows.features.subarray(0, count * schema.features.length));
  const { r2, mae } = scores!;
  const title = `${target}: R² ${r2!.toFixed(3)}, MAE ${Number(mae!.toPrecision(4))}, ${scores!.rows} rows held out`;
  return {
    kind: 'picture',
    svg: predictedAgainstTrue(predicted, rows.targets.subarray(0, count), { title }),
    shown: count,
  };
}
