/** Rows that are held back, so that each row that comes out is drawn at random among them. */
export class ShuffleWindow {
  readonly #capacity: number;
  readonly #widths: readonly [features: number, targets: number];
  readonly #features: Float32Array;
  readonly #targets: Float32Array;
  #filled = 0;
  /** The state of SplitMix32, all in 32 bits: the same draws on every engine. */
  #state: number;

  constructor(capacity: number, seed: number, features: number, targets: number) {
    this.#capacity = capacity;
    this.#widths = [features, targets];
    try {
      this.#features = new Float32Array(capacity * features);
      this.#targets = new Float32Array(capacity * targets);
    } catch {
      const room = `rows of ${features + targets} numbers that there is room for, got ${capacity}`;
      throw new RangeError(`csvBatches: shuffleWindow must be a number of ${room}`);
    }
    this.#state = (seed ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b)) | 0;
  }

  /**
   * Puts the row at `x` of features and `y` of targets into the window. Returns false while the window fills; once it is full, a row drawn at random
   * takes that place in the arrays, and the result is true.
   */
  exchange(features: Float32Array, x: number, targets: Float32Array, y: number): boolean {
    const full = this.#filled === this.#capacity;
    const slot = full ? this.#draw(this.#capacity) : this.#filled++;
    const [D, K] = this.#widths;
    swap(features, x, this.#features, slot * D, D);
    swap(targets, y, this.#targets, slot * K, K);
    return full;
  }

  /** The rows that are left, in random order. */
  *rest(): Generator<{ readonly features: Float32Array; readonly targets: Float32Array }, void> {
    const [D, K] = this.#widths;
    for (; this.#filled > 0; this.#filled--) {
      const slot = this.#draw(this.#filled);
      const last = this.#filled - 1;
      swap(this.#features, slot * D, this.#features, last * D, D);
      swap(this.#targets, slot * K, this.#targets, last * K, K);
      yield {
        features: this.#features.subarray(last * D, last * D + D),
        targets: this.#targets.subarray(last * K, last * K + K),
      };
    }
  }

  /** A whole number below n. */
  #draw(n: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return Math.floor((((z ^ (z >>> 15)) >>> 0) / 2 ** 32) * n);
  }
}

function swap(a: Float32Array, i: number, b: Float32Array, j: number, length: number): void {
  for (let k = 0; k < length; k++) {
    const kept = a[i + k]!;
    a[i + k] = b[j + k]!;
    b[j + k] = kept;
  }
}
