import { numberIn, trimmed } from './values.js';

/** Longest row in characters: a quote that is never closed must not draw the whole source into memory. */
export const MAX_ROW = 2 ** 24;

const SPACE = 32;
const TAB = 9;
const LF = 10;
const CR = 13;
/** The end of the text, as a character code. */
const END = -1;
/** No character at all. */
const NONE = -2;
const BACKSLASH = 92;

/** The layout of a text: how it divides into rows and fields. */
export interface Layout {
  /** One character. A space stands for a run of spaces and tabs. */
  readonly delimiter: string;
  /** The character around a field that holds delimiters or line ends; false if quotes are ordinary characters. */
  readonly quote: string | false;
  /** Escapes a quote within quotes: by doubling it, or by a backslash before it. */
  readonly escape: 'double' | 'backslash';
  /** A line that begins with it is left out. */
  readonly comment: string | undefined;
  /** Lines at the start to leave out, or the numbers of the lines. */
  readonly skip: number | ReadonlySet<number>;
}

/** One row of a table: a line of text, or an object. */
export interface Row {
  /** The number of its fields. */
  readonly count: number;
  /** The line on which it starts, counted from 1; the index of an object, counted from 0. */
  readonly line: number;
  /** A field as text, without the spaces around it. */
  text(i: number): string;
  /** A field as a number, in float64; NaN if it is none. */
  number(i: number): number;
  /** The code of a field's first character; 0 for an empty field. */
  head(i: number): number;
  /** Tells if a field has no value at all, not even an empty text. */
  isNull(i: number): boolean;
}

/** A violation of the layout by a row. */
export type LayoutFault = 'quoteNotClosed' | 'textAfterQuote' | 'rowTooLong';

/**
 * Divides text that comes in pieces into rows. After a `next()` that returns true, the tokenizer is that row. Fields are kept as positions in
 * the text, so that a number is read without making a string of it.
 */
export class Tokenizer implements Row {
  count = 0;
  line = 1;
  /** The layout that this row violates; it was read as well as could be. */
  fault: LayoutFault | undefined;
  readonly #delimiter: number;
  /** A second delimiter: the tab beside the space. */
  readonly #delimiter2: number;
  readonly #quote: number;
  readonly #doubling: boolean;
  readonly #comment: string | undefined;
  readonly #skip: number | ReadonlySet<number>;
  #text = '';
  #at = 0;
  #last = false;
  #nextLine = 1;
  /** Characters the text must have before it is worth another look. */
  #wanted = 0;
  /** The last line ended with a carriage return at the end of a piece: its line feed may come with the next. */
  #afterCR = false;
  #starts = new Int32Array(64);
  /** Ends of fields; -1 - k for the field whose text is `#unescaped[k]`. */
  #ends = new Int32Array(64);
  #unescaped: string[] = [];

  constructor(layout: Layout) {
    const { delimiter, quote, comment, skip } = layout;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#delimiter2 = this.#delimiter === SPACE ? TAB : this.#delimiter;
    this.#quote = quote === false ? NONE : quote.charCodeAt(0);
    this.#doubling = layout.escape === 'double';
    this.#comment = comment;
    this.#skip = skip;
  }

  /** Adds text; the `last` may be empty. */
  push(text: string, last = false): void {
    this.#text = this.#at < this.#text.length ? this.#text.slice(this.#at) + text : text;
    this.#at = 0;
    this.#last = last;
    if (this.#afterCR && text !== '') {
      this.#afterCR = false;
      if (text.charCodeAt(0) === LF) this.#at = 1;
    }
  }

  /** Goes on to the next row that is not blank. Returns false if more text is needed, or after the last row. */
  next(): boolean {
    const length = this.#text.length;
    if (!this.#last && length - this.#at < this.#wanted) return false;
    this.#wanted = 0;
    while (this.#at < length) {
      const start = this.#at;
      if (this.#skipsLine()) {
        if (this.#skipLine()) continue;
      } else {
        this.line = this.#nextLine;
        if (this.#scan()) {
          if (this.count > 1 || (this.count === 1 && this.text(0) !== '')) return true;
          continue;
        }
      }
      // The row goes on in the next piece.
      this.#wanted = start === 0 ? 2 * length : 0;
      if (length - start <= MAX_ROW) return false;
      this.fault = 'rowTooLong';
      this.count = 0;
      this.line = this.#nextLine;
      this.#at = length;
      return true;
    }
    return false;
  }

  /** The line at which the text ends so far. */
  get lastLine(): number {
    let line = this.#nextLine;
    for (let at = this.#text.indexOf('\n', this.#at); at >= 0; at = this.#text.indexOf('\n', at + 1)) line++;
    return line;
  }

  text(i: number): string {
    const end = this.#ends[i]!;
    return end < 0 ? this.#unescaped[-1 - end]! : trimmed(this.#text.slice(this.#starts[i]!, end));
  }

  number(i: number): number {
    const end = this.#ends[i]!;
    if (end >= 0) return numberIn(this.#text, this.#starts[i]!, end);
    const text = this.#unescaped[-1 - end]!;
    return numberIn(text, 0, text.length);
  }

  head(i: number): number {
    const end = this.#ends[i]!;
    if (end >= 0) return end === this.#starts[i]! ? 0 : this.#text.charCodeAt(this.#starts[i]!);
    return this.#unescaped[-1 - end]!.charCodeAt(0) || 0;
  }

  isNull(): boolean {
    return false;
  }

  /** Tells if the line at which the text stands is left out. */
  #skipsLine(): boolean {
    const skip = this.#skip;
    if (typeof skip === 'number' ? this.#nextLine <= skip : skip.has(this.#nextLine)) return true;
    if (this.#comment === undefined) return false;
    let at = this.#at;
    while (this.#text.charCodeAt(at) === SPACE) at++;
    return this.#text.startsWith(this.#comment, at);
  }

  /** Leaves a line out. Returns false if it has not ended yet. */
  #skipLine(): boolean {
    const text = this.#text;
    let at = this.#at;
    while (at < text.length && text.charCodeAt(at) !== LF && text.charCodeAt(at) !== CR) at++;
    if (at === text.length && !this.#last) return false;
    this.#endLine(at, at < text.length ? text.charCodeAt(at) : END);
    return true;
  }

  /** Goes behind a line end at `at`. */
  #endLine(at: number, code: number): void {
    this.#nextLine++;
    this.#at = at + 1;
    if (code !== CR) return;
    if (this.#at === this.#text.length) this.#afterCR = !this.#last;
    else if (this.#text.charCodeAt(this.#at) === LF) this.#at++;
  }

  /** Finds the fields of the row at which the text stands. Returns false if it has not ended yet. */
  #scan(): boolean {
    const text = this.#text;
    const length = text.length;
    const delimiter = this.#delimiter;
    const delimiter2 = this.#delimiter2;
    const spaces = delimiter === SPACE;
    const quote = this.#quote;
    let starts = this.#starts;
    let ends = this.#ends;
    if (this.#unescaped.length > 0) this.#unescaped = [];
    this.fault = undefined;
    let count = 0;
    let lines = 0;
    let at = this.#at;
    let code = at < length ? text.charCodeAt(at) : END;
    for (;;) {
      while (code === SPACE || (code === TAB && delimiter !== TAB)) code = ++at < length ? text.charCodeAt(at) : END;
      if (spaces && (code === LF || code === CR || code === END)) break;
      if (count === starts.length) {
        this.#starts = longer(starts);
        this.#ends = longer(ends);
        starts = this.#starts;
        ends = this.#ends;
      }
      const start = at;
      let end = start;
      let quoted = false;
      if (code === quote) {
        let escaped = false;
        let closed = false;
        for (;;) {
          code = ++at < length ? text.charCodeAt(at) : END;
          if (code === quote) {
            if (!this.#doubling || at + 1 >= length || text.charCodeAt(at + 1) !== quote) {
              closed = true;
              break;
            }
            escaped = true;
            at++;
          } else if (code === BACKSLASH && !this.#doubling) {
            escaped = true;
            at++;
          } else if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) lines++;
          else if (code === END) break;
        }
        if (!closed) {
          if (!this.#last) return false;
          this.fault = 'quoteNotClosed';
          at = length;
        }
        const close = at;
        if (closed) {
          code = ++at < length ? text.charCodeAt(at) : END;
          while (code === SPACE || (code === TAB && delimiter !== TAB)) {
            if (spaces) break;
            code = ++at < length ? text.charCodeAt(at) : END;
          }
        }
        if (code === delimiter || code === delimiter2 || code === LF || code === CR || code === END) {
          quoted = true;
          end = close;
          starts[count] = start + 1;
          if (escaped) {
            end = -1 - this.#unescaped.length;
            this.#unescaped.push(this.#unescape(text.slice(start + 1, close)));
          }
        } else this.fault = 'textAfterQuote';
      }
      if (!quoted) {
        while (code !== delimiter && code !== delimiter2 && code !== LF && code !== CR && code !== END) {
          code = ++at < length ? text.charCodeAt(at) : END;
        }
        end = at;
        while (end > start && text.charCodeAt(end - 1) === SPACE) end--;
        starts[count] = start;
      }
      ends[count++] = end;
      if (code !== delimiter && code !== delimiter2) break;
      code = ++at < length ? text.charCodeAt(at) : END;
    }
    if (code === END && !this.#last) return false;
    this.count = count;
    this.#nextLine += lines;
    this.#endLine(at, code);
    return true;
  }

  #unescape(text: string): string {
    const quote = String.fromCharCode(this.#quote);
    return (this.#doubling ? text.replaceAll(quote + quote, quote) : text.replace(/\\([\s\S])/g, '$1')).trim();
  }
}

function longer(array: Int32Array): Int32Array<ArrayBuffer> {
  const result = new Int32Array(2 * array.length);
  result.set(array);
  return result;
}
