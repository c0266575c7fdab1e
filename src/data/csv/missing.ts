import { numberOf } from '../numberOf.js';
import type { Row } from './row.js';

/** Treatment of a missing value. */
export type MissingPolicy = 'error' | 'drop' | 'mean' | 'median' | 'class';

/** The fields that stand for a missing value. */
export class MissingValues {
  readonly texts: ReadonlySet<string>;
  /** 1 for the codes of first characters that any of them has; the last is for all beyond ASCII. */
  readonly #heads = new Uint8Array(129);
  /** Numbers among them, which stand for themselves in any notation. */
  readonly #numbers: readonly number[];

  constructor(texts: Iterable<string>) {
    this.texts = new Set(texts);
    for (const text of this.texts) this.#heads[Math.min(text.charCodeAt(0) || 0, 128)] = 1;
    // A field that begins with a space in quotes, or with one beyond ASCII, is looked at as a whole.
    for (let code = 1; code <= 32; code++) this.#heads[code] = 1;
    this.#heads[128] = 1;
    this.#numbers = Array.from(this.texts, (text) => Math.fround(numberOf(text))).filter(
      (value) => !Number.isNaN(value),
    );
  }

  /** True if a field is one of the texts. */
  hasText(row: Row, i: number): boolean {
    const head = row.code(i, 0);
    return this.#heads[head < 128 ? head : 128] === 1 && this.texts.has(row.text(i));
  }

  get hasNumbers(): boolean {
    return this.#numbers.length > 0;
  }

  /** True if a number is one of those that stand for a missing value. */
  hasNumber(value: number): boolean {
    return this.#numbers.includes(Math.fround(value));
  }
}
