import { ColumnReader, type ReadColumn } from './columnReader.js';
import { CsvError, type CsvNote, type CsvProblem } from './error.js';
import { type Header, readHeader, skipAlso } from './header.js';
import type { Observed } from './observed.js';
import type { Plan } from './plan.js';
import type { Row } from './row.js';
import { MAX_ROW, type Tokenizer } from './tokenizer.js';

/** Most problems of rows that are recorded. */
const MAX_PROBLEMS = 100;

/** A table as it was read: its columns, with the problems of all of them. */
export interface Finished {
  readonly header: Header | undefined;
  readonly columns: readonly ReadColumn[];
  /** Rows that were kept, and rows that were left out for a missing value. */
  readonly rows: number;
  readonly dropped: number;
  /** Rows in which any value is missing. */
  readonly incomplete: number;
  readonly problems: readonly CsvProblem[];
  readonly notes: readonly CsvNote[];
}

/** Divides the values of rows among columns. */
export class TableReader {
  readonly place: string;
  readonly plan: Plan;
  readonly #keep: boolean;
  readonly #unit: Observed['unit'];
  /** If set, continues after a row that does not fit, to find all problems. */
  readonly #lenient: boolean;
  readonly #problems: CsvProblem[] = [];
  /** Rows that do not fit, beyond those in the problems too. */
  unfit = 0;
  #header: Header | undefined;
  #columns: readonly ColumnReader[] = [];
  /** 1 for the columns in which a row has no value. */
  #missing = new Uint8Array();
  #rows = 0;
  #dropped = 0;
  #incomplete = 0;

  constructor(
    place: string,
    plan: Plan,
    { keep, lenient = false, unit = 'line' }: { keep: boolean; lenient?: boolean; unit?: Observed['unit'] },
  ) {
    this.place = place;
    this.plan = plan;
    this.#keep = keep;
    this.#unit = unit;
    this.#lenient = lenient;
    if (typeof plan.header !== 'boolean') this.start(plan.header, 1);
  }

  /** Rows so far, the header not among them. */
  get rows(): number {
    return this.#rows + this.#dropped;
  }

  /** Sets the names of the columns. */
  start(names: readonly string[], line: number): void {
    this.#header = readHeader(this.plan, names, line);
    if (!this.#lenient && this.#header.problems.length > 0) throw this.#error(this.#header.problems);
    this.#columns = this.#header.columns.map(
      ({ plan, at }) => new ColumnReader(plan, at, this.plan, this.#keep, this.#unit),
    );
    this.#missing = new Uint8Array(this.#columns.length);
  }

  /** Takes a row of text: the header, if there is none yet. */
  addText(row: Row & Pick<Tokenizer, 'fault'>): void {
    if (row.fault !== undefined) {
      this.unfitRow(faultProblem(row.fault, row.line));
      return;
    }
    if (this.#header === undefined) {
      const fields = Array.from({ length: row.count }, (_, i) => (this.plan.header ? row.text(i) : String(i + 1)));
      this.start(fields, row.line);
      if (this.plan.header) return;
    }
    const { width } = this.#header!;
    if (this.rows === 0 && this.#isHeader(row)) this.unfitRow(this.#headerProblem(row));
    else if (row.count === width) this.add(row);
    else this.unfitRow(this.#countProblem(row, width));
  }

  /** Refuses a row; when lenient, continues without it. */
  unfitRow(problem: CsvProblem): void {
    if (!this.#lenient) throw this.#error([problem]);
    this.unfit++;
    // Once is enough for a header that fits no row.
    if (problem.code === 'header' && this.#problems.at(-1)?.code === 'header') return;
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
  }

  /** True if a row has the names that `header` gives. */
  #isHeader(row: Row): boolean {
    const { header, rowNames } = this.plan;
    const first = Number(rowNames);
    return (
      typeof header !== 'boolean' &&
      row.count === header.length + first &&
      header.every((name, i) => row.text(i + first).trim() === name)
    );
  }

  #headerProblem({ line }: Row): CsvProblem {
    const skip = skipAlso(this.plan, line);
    const message = `the line has the names that header gives; leave out header, or this line by skip: ${JSON.stringify(skip)}`;
    return { code: 'header', line, message, fix: { skip } };
  }

  /** The problem of a row that has more fields, or fewer, than there are columns. */
  #countProblem(row: Row, width: number): CsvProblem {
    const { line, count } = row;
    if (Array.isArray(this.plan.header) && this.rows === 0) {
      return {
        code: 'header',
        line,
        message: `header must name as many columns as rows have fields, ${count}, got ${this.plan.header.length}`,
      };
    }
    const message = `expected ${width} fields, got ${count}`;
    const names =
      count === width + 1 && !this.plan.rowNames
        ? ', or if rows begin with a name of their own, say rowNames: true'
        : '';
    return {
      code: 'fields',
      line,
      message: `${message}; if it is no row of the table, leave it out by skip: ${JSON.stringify(skipAlso(this.plan, line))}${names}`,
      fix: { skip: skipAlso(this.plan, line) },
    };
  }

  /** Takes a row that has all fields. */
  add(row: Row): void {
    const columns = this.#columns;
    const missing = this.#missing;
    let incomplete = false;
    let dropped = false;
    for (let j = 0; j < columns.length; j++) {
      const column = columns[j]!;
      const isMissing = column.isMissing(row);
      missing[j] = Number(isMissing);
      if (!isMissing) continue;
      incomplete = true;
      const { plan } = column;
      if (plan.missing === 'drop' || (plan.isTarget && plan.missing !== 'error')) dropped = true;
    }
    if (incomplete) this.#incomplete++;
    if (dropped) {
      this.#dropped++;
      return;
    }
    this.#rows++;
    for (let j = 0; j < columns.length; j++) {
      if (missing[j] === 1) columns[j]!.addMissing(row);
      else columns[j]!.add(row);
    }
  }

  /** The columns, once all rows have been taken; yields while it looks at them. */
  *finish(): Generator<void, Finished, void> {
    const columns: ReadColumn[] = [];
    for (const column of this.#columns) columns.push(yield* column.finish());
    const problems = [...(this.#header?.problems ?? []), ...this.#problems];
    if (this.#header === undefined && this.#problems.length === 0) {
      problems.push({ code: 'empty', message: 'there must be rows, got no text' });
    } else if (this.#rows === 0 && problems.length === 0) {
      problems.push(noRows(this.#dropped));
    } else if (this.#rows > 0) {
      problems.push(...columns.flatMap((column) => column.problems));
    }
    const targets = columns.filter(({ plan }) => plan.isTarget);
    if (targets.length > 1) {
      const text = targets.find(({ column }) => column?.kind === 'category');
      if (text) {
        const message = 'one of several targets must be numbers, got text';
        problems.push({ code: 'target', column: text.plan.name, message });
      }
    }
    // The problem of a line comes before that of a column as a whole.
    const notes = columns.flatMap((column) => column.notes);
    if (this.#dropped > 0.1 * this.rows) {
      notes.push({
        code: 'dropped',
        message: `${this.#dropped} of ${this.rows} rows are left out for a missing value`,
      });
    }
    return {
      header: this.#header,
      columns,
      rows: this.#rows,
      dropped: this.#dropped,
      incomplete: this.#incomplete,
      problems: withCost(problems, this.#incomplete, this.rows),
      notes,
    };
  }

  #error(problems: readonly CsvProblem[]): CsvError {
    return new CsvError(this.place, problems);
  }
}

/** Says in the first problem about missing values how many rows `missing: 'drop'` would leave. */
function withCost(problems: readonly CsvProblem[], incomplete: number, rows: number): CsvProblem[] {
  let told = false;
  return problems.map((problem) => {
    if (told || problem.code !== 'missing') return problem;
    told = true;
    return { ...problem, message: `${problem.message} ('drop' keeps ${rows - incomplete} of ${rows} rows)` };
  });
}

/** The problem of a text of which no row is left. */
export function noRows(dropped: number): CsvProblem {
  const why = dropped === 0 ? 'none' : `${dropped} with a missing value each`;
  return { code: 'empty', message: `there must be rows, got ${why}` };
}

/** The problem of a row that violates the layout. */
export function faultProblem(fault: NonNullable<Tokenizer['fault']>, line: number): CsvProblem {
  if (fault === 'rowTooLong') {
    return {
      code: 'rowLength',
      line,
      message: `a row has more than ${MAX_ROW} characters: is a quote not closed?`,
      fix: { quote: false },
    };
  }
  const message =
    fault === 'quoteNotClosed'
      ? 'a quote is not closed; if quotes are ordinary characters, say quote: false'
      : "text follows a closing quote; if quotes within quotes stand behind a backslash, say escape: 'backslash', if they are ordinary characters, quote: false";
  return { code: 'quote', line, message, fix: { quote: false } };
}
