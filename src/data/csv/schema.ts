import { alignColumns, categoryText, numberText } from '../describe.js';
import { type CsvColumn, fillOf } from './column.js';
import { FieldEncoder } from './encoder.js';
import type { CsvNote } from './error.js';
import { type CsvRow, ObjectRow } from './objectRow.js';
import type { ColumnReading, CsvOptions } from './options.js';
import type { Plan } from './plan.js';

/** A schema as plain data: what its `toJSON()` gives, and {@link csvSchema} takes. */
export interface CsvSchemaData {
  readonly options: CsvOptions;
  readonly columns: readonly CsvColumn[];
  readonly targets: readonly CsvColumn[];
  readonly rows: number;
  readonly dropped: number;
  readonly notes?: readonly CsvNote[];
}

/**
 * The way in which the columns of a table become features and targets. Made by {@link scanCsv} or {@link csvSchema}; a {@link Table} is one too.
 */
export class CsvSchema {
  /** The columns that features are made of, in the order of the text. */
  readonly columns: readonly CsvColumn[];
  /** The columns to predict, in the order of the option `target`. */
  readonly targets: readonly CsvColumn[];
  /** The names of the features: that of a column of numbers, `color=red` for a class of a column of text. */
  readonly features: readonly string[];
  /** The names of the classes of the target, by class index; undefined for a target of numbers. */
  readonly classes: readonly string[] | undefined;
  /** Rows that were kept, and rows that were left out because a value was missing. */
  readonly rows: number;
  readonly dropped: number;
  /** Facts that do not keep the table from being read, but are worth a look: digits that float32 loses, columns that are constant, ... */
  readonly notes: readonly CsvNote[];
  /** @internal */
  readonly plan: Plan;
  /** The first feature of each column. */
  readonly #offsets: readonly number[];

  /** @internal */
  constructor(
    plan: Plan,
    columns: readonly CsvColumn[],
    targets: readonly CsvColumn[],
    counts: { readonly rows: number; readonly dropped: number; readonly notes: readonly CsvNote[] },
  ) {
    this.plan = plan;
    this.columns = columns;
    this.targets = targets;
    this.rows = counts.rows;
    this.dropped = counts.dropped;
    this.notes = counts.notes;
    this.features = columns.flatMap(featuresOf);
    let offset = 0;
    this.#offsets = columns.map((column) => {
      offset += widthOf(column);
      return offset - widthOf(column);
    });
    const [target] = targets;
    this.classes = target?.kind === 'category' ? target.classes : undefined;
  }

  /** The means and population standard deviations of the features, as the rows of the table have them: for `normalization(schema)`. */
  get moments(): { readonly mean: Float64Array; readonly std: Float64Array } {
    const mean = new Float64Array(this.features.length);
    const std = new Float64Array(this.features.length);
    for (const [i, column] of this.columns.entries()) {
      const at = this.#offsets[i]!;
      if (column.kind === 'category') {
        for (const [k, count] of column.counts.entries()) {
          const share = count / this.rows;
          mean[at + k] = share;
          std[at + k] = Math.sqrt(share * (1 - share));
        }
        continue;
      }
      const { count, missing } = column;
      const fill = fillOf(column, this.plan.columnPlan(column.name));
      const all = (count * column.mean + missing * fill) / (count + missing);
      const squares =
        count * (column.std * column.std + (column.mean - all) * (column.mean - all)) +
        missing * (fill - all) * (fill - all);
      mean[at] = all;
      std[at] = Math.sqrt(squares / (count + missing));
    }
    return { mean, std };
  }

  /** The means and population standard deviations of targets that are numbers: for `targetScaling(schema)`. */
  get targetMoments(): { readonly mean: Float64Array; readonly std: Float64Array } {
    const numbers = this.targets.filter((column) => column.kind !== 'category');
    return { mean: Float64Array.from(numbers, ({ mean }) => mean), std: Float64Array.from(numbers, ({ std }) => std) };
  }

  /** @internal The encoders of a row's features, whose fields are at `places`. */
  encoders(places: readonly number[]): FieldEncoder[] {
    return this.columns.map(
      (column, i) =>
        new FieldEncoder(this.plan.columnPlan(column.name), this.plan, column, places[i]!, this.#offsets[i]!),
    );
  }

  /** @internal The encoders of a row's targets. */
  targetEncoders(places: readonly number[]): FieldEncoder[] {
    return this.targets.map(
      (column, i) => new FieldEncoder(this.plan.columnPlan(column.name), this.plan, column, places[i]!, i),
    );
  }

  /**
   * Encodes rows as the table's own were, for `predict`.
   *
   * @param rows - one row, or several: fields by the names of their columns. Other names (the target's, say) are ignored
   * @returns the features of the rows, one after the other
   * @throws TypeError for what is no row; {@link CsvError} for text in a column of numbers, a class that the table does not have (unless it was read
   * with `unknown: 'zeros'`), a field that is absent (unless `absent: 'missing'`), or a missing value where nothing stands for it
   * @example
   * ```ts
   * import { parseCsv } from 'adamas/datasets';
   * const table = parseCsv('size,color,price\n1,red,10\n2,blue,30\n', { target: 'price' });
   * console.log(table.features); // [ 'size', 'color=blue', 'color=red' ]
   * console.log(table.transform({ size: 3, color: 'red' })); // Float32Array(3) [ 3, 0, 1 ]
   * ```
   */
  transform(rows: CsvRow | readonly CsvRow[]): Float32Array {
    const indexed = Array.isArray(rows);
    const list = indexed ? (rows as readonly CsvRow[]) : [rows as CsvRow];
    const width = this.features.length;
    const out = new Float32Array(list.length * width);
    const names = this.columns.map(({ name }) => name);
    const encoders = this.encoders(names.map((_, i) => i));
    const row = new ObjectRow('transform', names, this.plan.absent, indexed);
    for (const [i, one] of list.entries()) {
      row.take(one, i);
      for (const encoder of encoders) {
        const place = indexed ? `transform: row ${i}` : 'transform';
        if (!encoder.isMissing(row)) encoder.write(row, out, i * width, place);
        else if (encoder.plan.missing === 'error' || encoder.plan.missing === 'drop') throw encoder.missing(row, place);
        else encoder.fill(out, i * width);
      }
    }
    return out;
  }

  /** The schema as plain data for `JSON.stringify`; {@link csvSchema} makes a schema of it again. A table's rows are no part of it. */
  toJSON(): CsvSchemaData {
    const { columns, targets, rows, dropped, notes } = this;
    const { columns: readings, ...options } = this.plan.options;
    const given = readings && {
      columns: Object.fromEntries(Object.entries(readings).map(([name, reading]) => [name, savedReading(reading)])),
    };
    return { options: { ...options, ...given }, columns, targets, rows, dropped, notes };
  }

  /**
   * The columns as a table of plain text: a line for the rows, a line per column, and a line a note.
   *
   * @example
   * ```ts
   * import { parseCsv } from 'adamas/datasets';
   * const table = parseCsv('size,color,price\n1,red,10\n2,blue,30\n', { target: 'price' });
   * console.log(table.describe().split('\n')[0]); // 2 rows, 3 features
   * console.log(table.describe().split('\n')[2]); // color  category  blue 1, red 1
   * ```
   */
  describe(): string {
    const left = this.dropped === 0 ? '' : `, ${this.dropped} left out for a missing value`;
    const lines = [
      ...this.columns.map((column) => describeColumn(column)),
      ...this.targets.map((column) => describeColumn(column, 'target')),
    ];
    const notes = this.notes.map((note) => `\n${noteText(note)}`);
    return `${this.rows} rows, ${this.features.length} features${left}\n${alignColumns(lines)}${notes.join('')}`;
  }
}

/** A note as a line of text. */
export function noteText({ column, message }: CsvNote): string {
  return column === undefined ? message : `column ${JSON.stringify(column)} ${message}`;
}

/** A reading of a column, with marks in place of functions, which JSON cannot hold. */
function savedReading(reading: ColumnReading): ColumnReading {
  const mark = 'function' as unknown as ColumnReading;
  if (typeof reading === 'function') return mark;
  if (typeof reading !== 'object' || reading.clean === undefined) return reading;
  return { ...reading, clean: mark as unknown as NonNullable<typeof reading.clean> };
}

/** The names of the features that a column becomes. */
function featuresOf(column: CsvColumn): string[] {
  return column.kind === 'category' ? column.classes.map((one) => `${column.name}=${one}`) : [column.name];
}

function widthOf(column: CsvColumn): number {
  return column.kind === 'category' ? column.classes.length : 1;
}

function describeColumn(column: CsvColumn, role = ''): string[] {
  const text = column.kind === 'category' ? categoryText(column.classes, column.counts) : numberText(column);
  const missing = column.missing === 0 ? '' : `, ${column.missing} missing`;
  return [column.name, column.kind, `${text}${missing}`, role];
}
