import { checkOptions, positiveInt, show } from '../../validate.js';
import type { CsvColumn } from './column.js';
import { isBlank, type Piece, RowReader } from './reader.js';
import { CsvSchema, type FieldEncoder } from './schema.js';
import { type CsvSource, checkSource, placeOf, textOf } from './source.js';
import { noRows, raggedRow } from './table.js';

/** Options of {@link csvBatches}. */
export interface CsvBatchesOptions {
  /** Rows a batch; the last one may have less. Default 256. */
  readonly batchSize?: number;
}

/** Some rows, encoded. */
export interface CsvBatch {
  /** B * D numbers. */
  readonly features: Float32Array;
  /** B * K numbers, or B class indices. */
  readonly targets: Float32Array;
}

/**
 * The rows of a CSV file or stream in batches, for training on what does not fit in memory. All are encoded by one schema, whichever rows they
 * hold; columns are found by name, and others than the schema's are left alone. No more is read than is asked for, and leaving a loop over
 * them closes the source. A path or a Blob can be gone through again.
 *
 * @param source - see {@link CsvSource}
 * @param schema - a {@link Table} or what {@link scanCsv} gave; its options say how the text is read
 * @param options - see {@link CsvBatchesOptions}
 * @throws TypeError or RangeError for wrong arguments. The iteration throws {@link CsvError}, with line and column, for what the schema cannot
 * encode, RangeError where no row is left, and Error for a file that is not there, cannot be read, or changed meanwhile
 * @example
 * ```ts
 * import { csvBatches, parseCsv } from 'adamas/datasets';
 * const schema = parseCsv('a,b\n1,2\n3,4\n', { target: 'b' });
 * for await (const { features, targets } of csvBatches(new Blob(['a,b\n5,6\n7,8\n']), schema, { batchSize: 2 })) {
 *   console.log(features, targets); // Float32Array(2) [ 5, 7 ] Float32Array(2) [ 6, 8 ]
 * }
 * ```
 */
export function csvBatches(
  source: CsvSource,
  schema: CsvSchema,
  options: CsvBatchesOptions = {},
): AsyncIterable<CsvBatch> {
  checkSource('csvBatches', source);
  if (!(schema instanceof CsvSchema)) {
    throw new TypeError(`csvBatches: schema must be a Table or what scanCsv gave, got ${show(schema)}`);
  }
  checkOptions('csvBatches', options, ['batchSize']);
  const { batchSize = 256 } = options;
  positiveInt('csvBatches: batchSize', batchSize);
  return { [Symbol.asyncIterator]: () => batches(source, schema, batchSize) };
}

async function* batches(source: CsvSource, schema: CsvSchema, batchSize: number): AsyncGenerator<CsvBatch, void> {
  const place = placeOf('csvBatches', source);
  const batcher = new Batcher(place, schema, batchSize);
  for await (const text of textOf('csvBatches', source)) yield* batcher.push(text, false);
  yield* batcher.push('', true);
}

/** Encodes rows into batches. */
class Batcher {
  readonly #place: string;
  readonly #schema: CsvSchema;
  readonly #batchSize: number;
  readonly #rows: RowReader;
  /** Undefined until the header is there. */
  #layout: Layout | undefined;
  #batch: CsvBatch;
  /** The rows that are in it. */
  #filled = 0;
  /** Whether there was a batch. */
  #taken = false;
  /** Rows that were left out. */
  #dropped = 0;

  constructor(place: string, schema: CsvSchema, batchSize: number) {
    this.#place = place;
    this.#schema = schema;
    this.#batchSize = batchSize;
    this.#rows = new RowReader(place, schema.plan.delimiter);
    if (schema.plan.header !== true) this.#layout = this.#find(schema.plan.header);
    this.#batch = this.#empty();
  }

  *push(text: string, last: boolean): Generator<CsvBatch, void> {
    const piece = this.#rows.push(text, last);
    for (let i = 0; i < piece.rows.length; i++) {
      const row = piece.rows[i]!;
      if (isBlank(row)) continue;
      if (this.#layout === undefined) this.#layout = this.#find(row.map((name) => name.trim()));
      else if (!this.#encode(this.#layout, row, piece, i)) this.#dropped++;
      else if (++this.#filled === this.#batchSize) yield this.#take();
    }
    if (!last) return;
    if (this.#layout === undefined) throw new RangeError(`${this.#place}: there must be rows, got no text`);
    if (this.#filled > 0) yield this.#take();
    else if (!this.#taken) throw noRows(this.#place, this.#dropped);
  }

  /** Where the schema's columns are among these. */
  #find(names: readonly string[]): Layout {
    const place = (name: string) => {
      const at = names.indexOf(name);
      if (at >= 0) return at;
      throw new RangeError(`${this.#place}: there must be a column ${show(name)}, got ${names.map(show).join(', ')}`);
    };
    const places = (columns: readonly CsvColumn[]) => columns.map(({ name }) => place(name));
    return {
      width: names.length,
      features: this.#schema.encoders(this.#place, places(this.#schema.columns)),
      targets: this.#schema.targetEncoders(this.#place, places(this.#schema.targets)),
    };
  }

  /** Whether the row was kept. */
  #encode(layout: Layout, row: readonly string[], piece: Piece, i: number): boolean {
    if (row.length !== layout.width) throw raggedRow(this.#place, row, layout.width, piece.lineOf(i));
    try {
      return this.#write(layout, row, piece, i);
    } catch (error) {
      // What else is in a row that is left out was not seen when the schema was inferred, and need not fit.
      if (!this.#leavesOut(layout, row)) throw error;
      const { features } = this.#schema;
      this.#batch.features.fill(0, this.#filled * features.length, (this.#filled + 1) * features.length);
      return false;
    }
  }

  /** Whether a row is left out for a missing value. */
  #leavesOut({ targets, features }: Layout, row: readonly string[]): boolean {
    const { missing } = this.#schema.plan;
    if (missing === 'error') return false;
    const needed = missing === 'drop' ? [...targets, ...features] : targets;
    return needed.some((encoder) => encoder.isMissing(row[encoder.at]!));
  }

  /** Writes a row into the batch; returns whether it was kept. */
  #write(layout: Layout, row: readonly string[], piece: Piece, i: number): boolean {
    const { missing } = this.#schema.plan;
    const { features, targets } = this.#batch;
    for (const encoder of layout.targets) {
      const at = this.#filled * layout.targets.length;
      if (encoder.write(row[encoder.at]!, targets, at, piece, i)) continue;
      if (missing === 'error') throw encoder.missing(piece.lineOf(i));
      return false;
    }
    const width = this.#schema.features.length;
    const at = this.#filled * width;
    for (const encoder of layout.features) {
      if (encoder.write(row[encoder.at]!, features, at, piece, i)) continue;
      if (missing === 'error') throw encoder.missing(piece.lineOf(i));
      if (missing === 'drop') {
        features.fill(0, at, at + width);
        return false;
      }
      encoder.fill(features, at);
    }
    return true;
  }

  #empty(): CsvBatch {
    const { features, targets } = this.#schema;
    return {
      features: new Float32Array(this.#batchSize * features.length),
      targets: new Float32Array(this.#batchSize * targets.length),
    };
  }

  /** The batch, as long as its rows; it is the taker's own. */
  #take(): CsvBatch {
    const { features, targets } = this.#batch;
    const whole = this.#filled === this.#batchSize;
    const batch = {
      features: whole ? features : features.slice(0, this.#filled * this.#schema.features.length),
      targets: whole ? targets : targets.slice(0, this.#filled * this.#schema.targets.length),
    };
    this.#batch = this.#empty();
    this.#filled = 0;
    this.#taken = true;
    return batch;
  }
}

/** How many fields a row has, and what encodes them. */
interface Layout {
  readonly width: number;
  readonly features: readonly FieldEncoder[];
  readonly targets: readonly FieldEncoder[];
}
