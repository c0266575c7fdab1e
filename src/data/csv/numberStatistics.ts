/** Whole numbers from here on are not all in float32. */
const EXACT = 2 ** 24;

/** The statistics of a column of numbers, in one pass. */
export class NumberStatistics {
  min = Infinity;
  max = -Infinity;
  /** Whole numbers that float32 does not hold: the first, and how many. */
  lost: { text: string; count: number } | undefined;
  /** Numbers differ in float64. */
  spread = false;
  #count = 0;
  #sum = 0;
  #mean = 0;
  /** Sum of squared deviations from the mean. */
  #squares = 0;
  /** Sum of squared errors of rounding to float32. */
  #errors = 0;
  /** Numbers that are one more than that before. */
  #steps = 0;
  #previous = Number.NaN;

  get mean(): number {
    return this.#sum / this.#count;
  }

  get std(): number {
    return Math.sqrt(this.#squares / this.#count);
  }

  /** Root of the mean squared error of rounding to float32. */
  get roundingError(): number {
    return Math.sqrt(this.#errors / this.#count);
  }

  /** Each number is one more than that before. */
  get sequential(): boolean {
    return this.#count > 20 && this.#steps === this.#count - 1;
  }

  /** Adds the first numbers of an array; NaN counts as none. Sums of squares by the pairwise update of Chan, Golub and LeVeque (1979). */
  add(values: Float64Array, count: number): void {
    let n = 0;
    let sum = 0;
    let min = this.min;
    let max = this.max;
    let previous = this.#previous;
    let steps = 0;
    let lossy = false;
    for (let i = 0; i < count; i++) {
      const raw = values[i]!;
      if (Number.isNaN(raw)) continue;
      const value = Math.fround(raw);
      if (value !== raw) lossy = true;
      n++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
      if (raw === previous + 1) steps++;
      if (raw !== previous && !Number.isNaN(previous)) this.spread = true;
      previous = raw;
    }
    if (n === 0) return;
    const mean = sum / n;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const difference = Math.fround(values[i]!) - mean;
      if (!Number.isNaN(difference)) squares += difference * difference;
    }
    const before = this.#count;
    const delta = mean - this.#mean;
    this.#count += n;
    this.#mean += (delta * n) / this.#count;
    this.#squares += squares + (delta * delta * before * n) / this.#count;
    this.#sum += sum;
    this.min = min;
    this.max = max;
    this.#previous = previous;
    this.#steps += steps;
    if (lossy) this.#countErrors(values, count);
  }

  /** Adds the errors of rounding to float32. */
  #countErrors(values: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const raw = values[i]!;
      const error = raw - Math.fround(raw);
      if (Number.isNaN(error) || error === 0) continue;
      this.#errors += error * error;
      if (!Number.isInteger(raw) || Math.abs(raw) < EXACT || Math.abs(raw) > 2 ** 53) continue;
      if (this.lost) this.lost.count++;
      else this.lost = { text: String(raw), count: 1 };
    }
  }
}
