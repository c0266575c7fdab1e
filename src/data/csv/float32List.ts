/** Numbers in a chunk. */
const CHUNK = 16_384;
/** Numbers that are added at once. They divide a chunk. */
export const PENDING = 128;

/** float32 numbers, as many as come, in chunks. */
export class Float32List {
  readonly #chunks: Float32Array[] = [];
  length = 0;

  /** Adds the first numbers of an array. The first chunk grows, so that many columns of few rows take little. */
  add(values: Float64Array, count: number): void {
    const at = this.length % CHUNK;
    if (at === 0) this.#chunks.push(new Float32Array(this.length === 0 ? PENDING : CHUNK));
    let last = this.#chunks[this.#chunks.length - 1]!;
    if (at === last.length) {
      const grown = new Float32Array(2 * at);
      grown.set(last);
      this.#chunks[0] = last = grown;
    }
    for (let i = 0; i < count; i++) last[at + i] = values[i]!;
    this.length += count;
  }

  /** The middle one of the numbers, NaN left out; yields while it counts. NaN for none. */
  *median(): Generator<void, number, void> {
    const { counts: upper, total } = yield* this.#count((key) => key >>> 16);
    if (total === 0) return Number.NaN;
    const middle = yield* this.#ofRank(upper, total >> 1);
    return total % 2 === 1 ? middle : ((yield* this.#ofRank(upper, (total >> 1) - 1)) + middle) / 2;
  }

  /** The number of this rank, counted from 0, in ascending order: found by the counts of its upper 16 bits, and then of its lower ones. */
  *#ofRank(upper: Uint32Array, rank: number): Generator<void, number, void> {
    let high = 0;
    for (; rank >= upper[high]!; high++) rank -= upper[high]!;
    const { counts: lower } = yield* this.#count((key) => (key >>> 16 === high ? key & 0xffff : -1));
    let low = 0;
    for (; rank >= lower[low]!; low++) rank -= lower[low]!;
    const key = (high << 16) | low;
    return new Float32Array(Uint32Array.of(key < 0 ? key ^ 0x80000000 : ~key).buffer)[0]!;
  }

  /** Counts numbers by a part of their keys, which are unsigned integers in the order of the numbers; -1 for none. */
  *#count(partOf: (key: number) => number): Generator<void, { counts: Uint32Array; total: number }, void> {
    const counts = new Uint32Array(2 ** 16);
    let total = 0;
    for (let from = 0; from < this.length; from += CHUNK, yield) {
      const bits = new Int32Array(this.#chunks[from / CHUNK]!.buffer, 0, Math.min(CHUNK, this.length - from));
      for (const one of bits) {
        // Above infinity: NaN.
        if ((one & 0x7fffffff) > 0x7f800000) continue;
        const part = partOf(one < 0 ? ~one : one ^ 0x80000000);
        if (part < 0) continue;
        counts[part]!++;
        total++;
      }
    }
    return { counts, total };
  }

  /** Copies the numbers from `start` on into an array, which they fill. */
  read(start: number, to: Float32Array): void {
    for (let at = 0; at < to.length; ) {
      const from = (start + at) % CHUNK;
      const part = this.#chunks[Math.floor((start + at) / CHUNK)]!.subarray(from, from + to.length - at);
      to.set(part, at);
      at += part.length;
    }
  }
}
