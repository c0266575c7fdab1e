import { BACKSLASH, CR, copyCodes, LF, MINUS, NINE, PLUS, POINT, SPACE, TAB, TextCache, ZERO } from './codes.js';
import { isoDays } from './dates.js';
import type { Row } from './row.js';
import type { Layout, LayoutFault } from './textLayout.js';
import { numberIn, numberOfText, POWERS, trimmed } from './values.js';

/** Longest row in characters: an unclosed quote must not read the whole source into memory. */
export const MAX_ROW = 2 ** 24;

/** The end of the text, as a character code. */
const END = -1;
/** No character at all. */
const NONE = -2;

/**
 * Divides text that comes in pieces into rows. After a `next()` that returns true, the tokenizer is that row. Fields are kept as positions in
 * the text, so that a number is read without making a string of it. The codes of its characters are copied first: engines read an array many
 * times faster than a string.
 */
export class Tokenizer implements Row {
  count = 0;
  line = 1;
  /** The violation of the layout by this row, which was read as far as possible. */
  fault: LayoutFault | undefined;
  readonly #delimiter: number;
  /** A second delimiter: the tab beside the space. */
  readonly #delimiter2: number;
  readonly #quote: number;
  readonly #doubling: boolean;
  readonly #comment: string | undefined;
  readonly #skip: number | ReadonlySet<number>;
  /** No delimiter is a part of a number. */
  readonly #hasNumbers: boolean;
  #text = '';
  #codes = new Uint16Array(0);
  readonly #texts = new TextCache();
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
  /** Fields that the scan read as numbers; NaN for the others. */
  #numbers = new Float64Array(64);

  constructor(layout: Layout) {
    const { delimiter, quote, comment, skip } = layout;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#delimiter2 = this.#delimiter === SPACE ? TAB : this.#delimiter;
    this.#quote = quote === false ? NONE : quote.charCodeAt(0);
    this.#doubling = layout.escape === 'double';
    this.#comment = comment;
    this.#skip = skip;
    this.#hasNumbers = !/[-+.\d]/.test(delimiter);
  }

  /** Adds text; the `last` may be empty. */
  push(text: string, last = false): void {
    const rest = this.#text.slice(this.#at);
    const codes = this.#codes;
    this.#text = rest + text;
    const { length } = this.#text;
    if (length >= codes.length) {
      this.#codes = new Uint16Array(2 * length + 1);
      this.#codes.set(codes.subarray(this.#at, this.#at + rest.length));
    } else if (this.#at > 0) codes.copyWithin(0, this.#at, this.#at + rest.length);
    copyCodes(text, this.#codes, rest.length);
    // Clears what an earlier text may have left after the last code.
    this.#codes[length] = 0;
    this.#at = 0;
    this.#last = last;
    if (this.#afterCR && text !== '') {
      this.#afterCR = false;
      if (text.charCodeAt(0) === LF) this.#at = 1;
    }
  }

  /** Moves to the next row that is not blank. Returns false if more text is needed, or after the last row. */
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
      // The row continues in the next piece.
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
    return end < 0
      ? this.#unescaped[-1 - end]!
      : trimmed(this.#texts.get(this.#codes, this.#starts[i]!, end, this.#text));
  }

  number(i: number): number {
    const number = this.#numbers[i]!;
    if (!Number.isNaN(number)) return number;
    const end = this.#ends[i]!;
    return end >= 0
      ? numberIn(this.#codes, this.#starts[i]!, end, this.#text)
      : numberOfText(this.#unescaped[-1 - end]!);
  }

  isoDays(i: number): number {
    return isoDays(this.#codes, this.#starts[i]!, this.#ends[i]!);
  }

  code(i: number, k: number): number {
    const end = this.#ends[i]!;
    if (end < 0) return this.#unescaped[-1 - end]!.charCodeAt(k) || 0;
    const at = this.#starts[i]! + k;
    return at < end ? this.#codes[at]! : 0;
  }

  isNull(): boolean {
    return false;
  }

  /** True if the line at which the text stands is left out. */
  #skipsLine(): boolean {
    const skip = this.#skip;
    if (typeof skip === 'number' ? this.#nextLine <= skip : skip.has(this.#nextLine)) return true;
    if (this.#comment === undefined) return false;
    let at = this.#at;
    while (this.#text.charCodeAt(at) === SPACE) at++;
    return this.#text.startsWith(this.#comment, at);
  }

  /** Skips a line. Returns false if it has not ended yet. */
  #skipLine(): boolean {
    const { length } = this.#text;
    const codes = this.#codes;
    let at = this.#at;
    while (at < length && codes[at] !== LF && codes[at] !== CR) at++;
    if (at === length && !this.#last) return false;
    this.#endLine(at, at < length ? codes[at]! : END);
    return true;
  }

  /** Moves past the line end at `at`. */
  #endLine(at: number, code: number): void {
    this.#nextLine++;
    this.#at = at + 1;
    if (code !== CR) return;
    if (this.#at === this.#text.length) this.#afterCR = !this.#last;
    else if (this.#text.charCodeAt(this.#at) === LF) this.#at++;
  }

  /** Finds the fields of the row at which the text stands. Returns false if it has not ended yet. */
  #scan(): boolean {
    const codes = this.#codes;
    const { length } = this.#text;
    const delimiter = this.#delimiter;
    const delimiter2 = this.#delimiter2;
    const spaces = delimiter === SPACE;
    const quote = this.#quote;
    let starts = this.#starts;
    let ends = this.#ends;
    let numbers = this.#numbers;
    if (this.#unescaped.length > 0) this.#unescaped = [];
    this.fault = undefined;
    let count = 0;
    let lines = 0;
    let at = this.#at;
    let code = at < length ? codes[at]! : END;
    for (;;) {
      while (code === SPACE || (code === TAB && delimiter !== TAB)) code = ++at < length ? codes[at]! : END;
      if (spaces && (code === LF || code === CR || code === END)) break;
      if (count === starts.length) {
        starts = this.#starts = longer(starts, new Int32Array(2 * count));
        ends = this.#ends = longer(ends, new Int32Array(2 * count));
        numbers = this.#numbers = longer(numbers, new Float64Array(2 * count));
      }
      const start = at;
      let end = start;
      let quoted = false;
      let number = Number.NaN;
      if (code === quote) {
        let escaped = false;
        let closed = false;
        for (;;) {
          code = ++at < length ? codes[at]! : END;
          if (code === quote) {
            if (!this.#doubling || at + 1 >= length || codes[at + 1] !== quote) {
              closed = true;
              break;
            }
            escaped = true;
            at++;
          } else if (code === BACKSLASH && !this.#doubling) {
            escaped = true;
            at++;
          } else if (code === LF || (code === CR && codes[at + 1] !== LF)) lines++;
          else if (code === END) break;
        }
        if (!closed) {
          if (!this.#last) return false;
          this.fault = 'quoteNotClosed';
          at = length;
        }
        const close = at;
        if (closed) {
          code = ++at < length ? codes[at]! : END;
          while (code === SPACE || (code === TAB && delimiter !== TAB)) {
            if (spaces) break;
            code = ++at < length ? codes[at]! : END;
          }
        }
        if (code === delimiter || code === delimiter2 || code === LF || code === CR || code === END) {
          quoted = true;
          end = close;
          starts[count] = start + 1;
          if (escaped) {
            end = -1 - this.#unescaped.length;
            this.#unescaped.push(this.#unescape(this.#text.slice(start + 1, close)));
          }
        } else this.fault = 'textAfterQuote';
      }
      if (!quoted) {
        // Few digits with a point, as most fields are, are read as a number on the way.
        let whole = 0;
        let point = -1;
        let digits = 0;
        if (this.#hasNumbers) {
          if (code === MINUS || code === PLUS) code = ++at < length ? codes[at]! : END;
          for (;;) {
            if (code >= ZERO && code <= NINE) {
              whole = (Math.imul(whole, 10) + code - ZERO) | 0;
              digits++;
            } else if (code === POINT && point < 0) point = digits;
            else break;
            code = ++at < length ? codes[at]! : END;
          }
        }
        const digitsEnd = at;
        while (code !== delimiter && code !== delimiter2 && code !== LF && code !== CR && code !== END) {
          code = ++at < length ? codes[at]! : END;
        }
        end = at;
        while (end > start && codes[end - 1] === SPACE) end--;
        starts[count] = start;
        if (at === digitsEnd && digits > 0 && digits < 10) {
          const value = point < 0 ? whole : whole / POWERS[digits - point]!;
          number = codes[start] === MINUS ? -value : value;
        }
      }
      numbers[count] = number;
      ends[count++] = end;
      if (code !== delimiter && code !== delimiter2) break;
      code = ++at < length ? codes[at]! : END;
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

function longer<Numbers extends Int32Array | Float64Array>(array: Numbers, result: Numbers): Numbers {
  result.set(array);
  return result;
}
