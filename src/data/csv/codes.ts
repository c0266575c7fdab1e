// Characters of texts as arrays of their codes, which engines read many times faster than strings.

export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const PLUS = 43;
export const MINUS = 45;
export const POINT = 46;
export const ZERO = 48;
export const NINE = 57;
export const BACKSLASH = 92;

const encoder = /* @__PURE__ */ new TextEncoder();
const bytes = /* @__PURE__ */ new Uint8Array(2 ** 15);

/** Copies the codes of a text into an array. */
export function copyCodes(text: string, to: Uint16Array, at: number): void {
  for (let from = 0; from < text.length; from += bytes.length) {
    const part = text.slice(from, from + bytes.length);
    // A text of a byte a character is ASCII, and its bytes are the codes.
    const { read, written } = encoder.encodeInto(part, bytes);
    if (read === part.length && written === read) to.set(bytes.subarray(0, written), at + from);
    else for (let i = 0; i < part.length; i++) to[at + from + i] = part.charCodeAt(i);
  }
}

const short = /* @__PURE__ */ new Uint16Array(64);

/** The codes of a text of 64 characters at most, until the next call. */
export function shortCodes(text: string): Uint16Array {
  for (let i = 0; i < text.length; i++) short[i] = text.charCodeAt(i);
  return short;
}

/** Most characters of a cached text. Engines copy a part this short out of a text; a longer part would keep the whole text in memory. */
const WIDTH = 12;
const SLOTS = 1024;

/** A cache of short texts that recur: equal fields share one string, which maps find by its identity. */
export class TextCache {
  readonly #texts = new Array<string>(SLOTS).fill('');
  readonly #codes = new Uint16Array(SLOTS * WIDTH);

  /** The text between two places of a text and its codes. */
  get(codes: Uint16Array, start: number, end: number, text: string): string {
    const length = end - start;
    if (length > WIDTH) return text.slice(start, end);
    let hash = length;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + codes[i]!) | 0;
    const slot = (hash ^ (hash >>> 10) ^ (hash >>> 20)) & (SLOTS - 1);
    const kept = this.#codes;
    const at = slot * WIDTH;
    let same = this.#texts[slot]!.length === length;
    for (let i = 0; i < length; i++) {
      const code = codes[start + i]!;
      if (kept[at + i] === code) continue;
      kept[at + i] = code;
      same = false;
    }
    if (!same) this.#texts[slot] = text.slice(start, end);
    return this.#texts[slot]!;
  }
}
