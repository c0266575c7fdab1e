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

  at(i: number): number {
    return this.#chunks[Math.floor(i / CHUNK)]![i % CHUNK]!;
  }
}
