import { nearest } from '../../suggest.js';
import {
  fail,
  halfOpenUnit,
  nonNegativeInt,
  type OptionTable,
  oneOf,
  positiveInt,
  readOptions,
  refuse,
  seedNumber,
  show,
} from '../../validate.js';
import type { CsvColumn } from './column.js';
import type { FieldEncoder } from './encoder.js';
import { CsvError } from './error.js';
import { HostTurns, type ReadOptions, splitOptions } from './hostTurns.js';
import { CsvSchema, noteText } from './schema.js';
import { type CsvSource, checkSource, placeOf, textOf } from './source.js';
import { faultProblem, noRows } from './tableReader.js';
import { Tokenizer } from './tokenizer.js';
import { ShuffleWindow } from './window.js';

/** Options of {@link csvBatches}. */
export interface CsvBatchesOptions extends ReadOptions {
  /** Rows in a batch; the last one may have fewer. Default 256. */
  readonly batchSize?: number | undefined;
  /**
   * Number of rows among which each row of a batch is drawn at random: rows are held back until the window is full. 0 (default) keeps the order
   * of the source. It takes 4 bytes per feature and row.
   */
  readonly shuffleWindow?: number | undefined;
  /** Seed of the shuffle: another one for each epoch gives other orders. Default 0. */
  readonly seed?: number | undefined;
  /** The share of rows that are held out, chosen by a hash of the row's number: the same rows in every pass. Default 0. */
  readonly holdOut?: number | undefined;
  /** The rows to give: those to train on, or those held out. Default `'training'`. */
  readonly part?: 'training' | 'heldOut' | undefined;
}

/** Some rows, encoded. */
export interface CsvBatch {
  /** B * D numbers. */
  readonly features: Float32Array;
  /** B * K numbers, or B class indices. */
  readonly targets: Float32Array;
  /** Names of the classes by their indices; undefined for a target of numbers. */
  readonly classes: readonly string[] | undefined;
}

/** The rows of a source in batches. A path, a Blob or an array can be gone through again. */
export interface CsvBatches extends AsyncIterable<CsvBatch> {
  /** The names of the classes of the target, by class index; undefined for a target of numbers. */
  readonly classes: readonly string[] | undefined;
  /** Facts about the columns that are worth a look. */
  readonly notes: readonly string[];
}

const OPTIONS = {
  batchSize: [positiveInt, 256],
  shuffleWindow: [nonNegativeInt, 0],
  seed: [seedNumber, 0],
  holdOut: [halfOpenUnit, 0],
  part: [oneOf('training', 'heldOut'), 'training'],
} as const satisfies OptionTable<Omit<CsvBatchesOptions, keyof ReadOptions>>;

/**
 * Reads the rows of a CSV file or stream in batches, for training on data that does not fit in memory. All are encoded by one schema, whichever
 * rows they hold; columns are found by name, and columns that the schema lacks are ignored. The source is read on demand, control returns to
 * the event loop every 10 ms, and leaving a loop over the batches closes the source.
 *
 * @param source - see {@link CsvSource}
 * @param schema - a {@link Table} or the result of {@link scanCsv}; its options say how the text is read
 * @param options - see {@link CsvBatchesOptions}
 * @throws TypeError or RangeError for wrong arguments. The iteration throws {@link CsvError}, with line and column, for a row that the schema
 * cannot encode, and where no row is left; Error for a file that is not there, cannot be read, or changed meanwhile; and the signal's reason
 * @example
 * ```ts
 * import { csvBatches, parseCsv } from 'adamas/datasets';
 * const schema = parseCsv('a,b\n1,2\n3,4\n', { target: 'b' });
 * for await (const { features, targets } of csvBatches(new Blob(['a,b\n5,6\n7,8\n']), schema, { batchSize: 2 })) {
 *   console.log(features, targets); // Float32Array(2) [ 5, 7 ] Float32Array(2) [ 6, 8 ]
 * }
 * ```
 */
export function csvBatches(source: CsvSource, schema: CsvSchema, options: CsvBatchesOptions = {}): CsvBatches {
  const call = 'csvBatches';
  checkSource(call, source);
  if (!(schema instanceof CsvSchema)) {
    refuse(TypeError, `${call}: schema`, 'be a Table or what scanCsv gave', schema);
  }
  const { csv, reading } = splitOptions(call, options);
  const read = readOptions(call, csv, OPTIONS);
  if (read.part === 'heldOut' && read.holdOut === 0)
    fail(RangeError, `${call}: holdOut`, "be above 0 for part: 'heldOut'", 0);
  return {
    [Symbol.asyncIterator]: () => batches(source, schema, read, reading),
    classes: schema.classes,
    notes: schema.notes.map(noteText),
  };
}

/** Options with their defaults. */
type Read = { readonly [Key in keyof typeof OPTIONS]: NonNullable<CsvBatchesOptions[Key]> };

async function* batches(
  source: CsvSource,
  schema: CsvSchema,
  options: Read,
  reading: ReadOptions,
): AsyncGenerator<CsvBatch, void> {
  const call = 'csvBatches';
  const batcher = new Batcher(placeOf(call, source), schema, options);
  const turns = new HostTurns(reading);
  for await (const { text, bytes } of textOf(call, source, schema.plan.encoding, reading.signal)) {
    turns.bytes = bytes;
    yield* batcher.push(text, false);
    await turns.pass(batcher.rows);
  }
  yield* batcher.push('', true);
  await turns.end(batcher.rows);
}

/** The rows of a batch, or of the shuffle's window, while they are filled. */
interface Room {
  readonly features: Float32Array;
  readonly targets: Float32Array;
}

/** Encodes rows into batches. */
class Batcher {
  readonly #place: string;
  readonly #schema: CsvSchema;
  readonly #options: Read;
  readonly #tokenizer: Tokenizer;
  readonly #window: ShuffleWindow | undefined;
  /** Undefined until the header is there. */
  #layout: EncoderLayout | undefined;
  #batch: Room;
  /** Rows that are in the batch. */
  #filled = 0;
  #taken = false;
  /** Rows that were left out for a missing value. */
  #dropped = 0;
  /** Rows so far, whether or not they were kept. */
  rows = 0;

  constructor(place: string, schema: CsvSchema, options: Read) {
    this.#place = place;
    this.#schema = schema;
    this.#options = options;
    this.#tokenizer = new Tokenizer(schema.plan.layout);
    const { header } = schema.plan;
    if (typeof header !== 'boolean') this.#layout = this.#find(header);
    const { shuffleWindow, seed } = options;
    const widths = [schema.features.length, schema.targets.length] as const;
    this.#window = shuffleWindow > 1 ? new ShuffleWindow(shuffleWindow, seed, ...widths) : undefined;
    this.#batch = this.#empty();
  }

  *push(text: string, last: boolean): Generator<CsvBatch, void> {
    const tokenizer = this.#tokenizer;
    tokenizer.push(text, last);
    while (tokenizer.next()) {
      if (tokenizer.fault !== undefined)
        throw new CsvError(this.#place, [faultProblem(tokenizer.fault, tokenizer.line)]);
      if (this.#layout === undefined) {
        const { header } = this.#schema.plan;
        this.#layout = this.#find(
          Array.from({ length: tokenizer.count }, (_, i) => (header ? tokenizer.text(i) : String(i + 1))),
        );
        if (header) continue;
      }
      if (!this.#isOurs(this.rows++)) continue;
      if (this.#encode(this.#layout, tokenizer) && ++this.#filled === this.#options.batchSize) yield this.#take();
    }
    if (!last) return;
    if (this.#layout === undefined) throw this.#empties('there must be rows, got no text');
    for (const row of this.#window?.rest() ?? []) {
      this.#copy(row);
      if (++this.#filled === this.#options.batchSize) yield this.#take();
    }
    if (this.#filled > 0) yield this.#take();
    else if (!this.#taken) {
      throw this.rows === 0 || this.#dropped > 0
        ? new CsvError(this.#place, [noRows(this.#dropped)])
        : this.#empties(`there must be rows in part ${show(this.#options.part)}, got none of ${this.rows}`);
    }
  }

  #empties(message: string): CsvError {
    return new CsvError(this.#place, [{ code: 'empty', message }]);
  }

  /** True if a row is in the part that was asked for. */
  #isOurs(row: number): boolean {
    const { holdOut, part } = this.#options;
    return holdOut === 0 || hash(row) < holdOut * 2 ** 32 === (part === 'heldOut');
  }

  /** The places of the schema's columns among these. */
  #find(header: readonly string[]): EncoderLayout {
    const names = header.map((name) => name.trim());
    const offset = Number(this.#schema.plan.rowNames);
    const places = new Map(names.map((name, i) => [name, i + offset]));
    const placesOf = (columns: readonly CsvColumn[]) =>
      columns.map(({ name }) => {
        const at = places.get(name);
        if (at !== undefined) {
          if (names.indexOf(name) + offset === at) return at;
          throw new CsvError(this.#place, [
            { code: 'name', column: name, message: `two columns are called ${show(name)}` },
          ]);
        }
        const message = `there must be a column ${show(name)}${nearest(name, names)}, got ${names.map(show).join(', ')}`;
        throw new CsvError(this.#place, [{ code: 'name', message }]);
      });
    const features = this.#schema.encoders(placesOf(this.#schema.columns));
    const targets = this.#schema.targetEncoders(placesOf(this.#schema.targets));
    return { width: names.length + offset, features, targets, all: [...targets, ...features] };
  }

  /** Writes a row into the batch; returns whether one was. */
  #encode(layout: EncoderLayout, row: Tokenizer): boolean {
    const { line } = row;
    if (row.count !== layout.width) {
      const message = `expected ${layout.width} fields, got ${row.count}`;
      throw new CsvError(this.#place, [{ code: 'fields', line, message }]);
    }
    const missing: FieldEncoder[] = [];
    for (const encoder of layout.all) if (encoder.isMissing(row)) missing.push(encoder);
    for (const encoder of missing) {
      const policy = encoder.plan.missing;
      if (policy === 'drop' || (encoder.plan.isTarget && policy !== 'error')) {
        // Its other fields were not seen when the schema was inferred, and need not fit.
        this.#dropped++;
        return false;
      }
    }
    for (const encoder of missing) if (encoder.plan.missing === 'error') throw encoder.missing(row, this.#place, line);
    const { features, targets } = this.#batch;
    const x = this.#filled * this.#schema.features.length;
    const y = this.#filled * this.#schema.targets.length;
    // Its features may be those of a row that went into the window.
    if (this.#window) features.fill(0, x, x + this.#schema.features.length);
    for (const encoder of layout.targets) encoder.write(row, targets, y, this.#place, line);
    for (const encoder of layout.features) {
      if (missing.includes(encoder)) encoder.fill(features, x);
      else encoder.write(row, features, x, this.#place, line);
    }
    return this.#window === undefined || this.#window.exchange(features, x, targets, y);
  }

  /** Copies a row that is left in the window into the batch. */
  #copy({ features, targets }: Room): void {
    this.#batch.features.set(features, this.#filled * features.length);
    this.#batch.targets.set(targets, this.#filled * targets.length);
  }

  #empty(): Room {
    const { features, targets } = this.#schema;
    const { batchSize } = this.#options;
    return {
      features: new Float32Array(batchSize * features.length),
      targets: new Float32Array(batchSize * targets.length),
    };
  }

  /** The batch, as long as its rows; it is the taker's own. */
  #take(): CsvBatch {
    const { features, targets } = this.#batch;
    const whole = this.#filled === this.#options.batchSize;
    const batch = {
      features: whole ? features : features.slice(0, this.#filled * this.#schema.features.length),
      targets: whole ? targets : targets.slice(0, this.#filled * this.#schema.targets.length),
      classes: this.#schema.classes,
    };
    this.#batch = this.#empty();
    this.#filled = 0;
    this.#taken = true;
    return batch;
  }
}

/** The encoders of a row, and the number of its fields. */
interface EncoderLayout {
  readonly width: number;
  readonly features: readonly FieldEncoder[];
  readonly targets: readonly FieldEncoder[];
  readonly all: readonly FieldEncoder[];
}

/** A hash of a row's number, uniform below 2^32: the finalizer of MurmurHash3 (Appleby, 2008). */
function hash(row: number): number {
  let h = (row ^ Math.imul(Math.floor(row / 2 ** 32), 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
