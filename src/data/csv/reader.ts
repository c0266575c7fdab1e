import Papa from 'papaparse';
import { CsvError } from './error.js';

/** More characters than a row may have: a quote that is never closed must not draw the whole source into memory. */
const MAX_ROW = 2 ** 24;

/** Rows that follow each other, as fields of text. */
export interface Piece {
  readonly rows: readonly (readonly string[])[];
  /** The line on which a row starts. */
  lineOf(row: number): number;
}

/** A line without anything on it, which is no row. */
export function isBlank(row: readonly string[]): boolean {
  return row.length === 1 && row[0]!.trim() === '';
}

/** Cuts CSV text that comes in pieces into rows. */
export class RowReader {
  readonly #place: string;
  readonly #parser: InstanceType<typeof Papa.Parser>;
  /** What came and is not in a whole row yet, and how long it must be until it is worth another look. */
  #rest = '';
  #wanted = 0;
  /** A carriage return at the end of a piece, whose line feed may come with the next. */
  #resources = '';
  /** The line on which `rest` starts. */
  #line = 1;

  /** @param place - what errors name first */
  constructor(place: string, delimiter: string) {
    this.#place = place;
    this.#parser = new Papa.Parser({ delimiter, newline: '\n' });
  }

  /** The rows that end in this text, or with it when it is the last. */
  push(text: string, last: boolean): Piece {
    const line = this.#line;
    this.#rest += this.#withLineFeeds(text, last);
    if (!last && this.#rest.length < this.#wanted) return { rows: [], lineOf: () => line };

    const { data: rows, errors, meta } = this.#parser.parse(this.#rest, 0, !last);
    const lineOf = (row: number) => rows.slice(0, row).reduce((at, fields) => at + linesOf(fields), line);
    const [error] = errors;
    if (error !== undefined && error.row < rows.length) {
      const problem = error.code === 'MissingQuotes' ? 'a quote is not closed' : 'text follows a closing quote';
      throw new CsvError(this.#place, problem, lineOf(error.row));
    }
    const end = last ? this.#rest.length : meta.cursor;
    this.#line += lineFeeds(this.#rest, end);
    this.#rest = this.#rest.slice(end);
    this.#wanted = rows.length > 0 ? 0 : 2 * this.#rest.length;
    if (this.#rest.length > MAX_ROW) {
      throw new CsvError(this.#place, `a row has more than ${MAX_ROW} characters: is a quote not closed?`, this.#line);
    }
    return { rows, lineOf };
  }

  /** Every kind of line end becomes a line feed. */
  #withLineFeeds(text: string, last: boolean): string {
    if (this.#resources === '' && !text.includes('\r')) return text;
    const all = this.#resources + text;
    this.#resources = !last && all.endsWith('\r') ? '\r' : '';
    return all.slice(0, all.length - this.#resources.length).replace(/\r\n?/g, '\n');
  }
}

/** The lines that a row stands on. */
function linesOf(fields: readonly string[]): number {
  return fields.reduce((lines, field) => lines + lineFeeds(field, field.length), 1);
}

function lineFeeds(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
