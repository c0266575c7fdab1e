import { maxAbs } from '../optim/lineSearch.js';
import { checkNumber } from '../validate.js';

/** Bound of the exponents of scales, so that neither x / scale nor scale * gradient leaves the range of float32. */
const MAX_EXPONENT = 40;

/** Rounds of `polish`, and the most parameters it is tried on: it calls the function once a parameter and round. */
const ROUNDS = 3;
const MAX_POLISHED = 100;

/** A function that is minimised, at a point x = scale * u that moves with u. */
export class Objective {
  /** The point in units of the scale: the optimizer moves it. */
  readonly u: Float32Array<ArrayBuffer>;
  /** The point. */
  readonly x: Float32Array<ArrayBuffer>;
  /** The loss at x. */
  loss = Number.NaN;
  /** Largest component of the gradient at x. */
  gradNorm = Number.NaN;
  /** Calls of the function. */
  evaluations = 0;
  /** The point with the lowest finite loss that was evaluated; the start before. */
  best: { readonly x: Float32Array; readonly loss: number };
  readonly #fun: (x: Float32Array, grad: Float32Array) => number;
  #grad: Float32Array<ArrayBuffer>;
  /** Powers of 2. */
  readonly #scale: number[];
  /** Sizes of the parameters for the test of convergence. */
  readonly #sizes: readonly number[];
  /** The point that was evaluated last. */
  #last: Float32Array | undefined;
  #isWritten = false;

  /** @param sizes - typical sizes of the parameters; 1 when left out */
  constructor(
    fun: (x: Float32Array, grad: Float32Array) => number,
    start: Float32Array<ArrayBuffer>,
    sizes: readonly number[] | undefined,
  ) {
    this.#fun = fun;
    this.x = start.slice();
    this.#sizes = sizes ?? new Array<number>(start.length).fill(1);
    this.#scale = this.#sizes.map(powerOf2);
    this.u = start.map((value, i) => value / this.#scale[i]!);
    this.#grad = new Float32Array(start.length);
    this.best = { x: start.slice(), loss: Number.NaN };
  }

  /** Scales every parameter by its present size; one that is 0 keeps its scale. */
  scaleBySize(): void {
    this.#readPoint();
    this.x.forEach((value, i) => {
      if (value !== 0) this.#scale[i] = powerOf2(Math.abs(value));
      this.u[i] = value / this.#scale[i]!;
    });
  }

  /** Copies the point from u. */
  #readPoint(): void {
    this.#scale.forEach((scale, i) => {
      this.x[i] = this.u[i]! * scale;
    });
  }

  /** Computes loss and gradient at u, which is not done twice in a row. */
  evaluate(): void {
    this.#readPoint();
    const last = this.#last;
    if (last !== undefined && this.x.every((value, i) => value === last[i])) return;
    this.#last = this.x.slice();
    this.#grad.fill(0);
    this.evaluations++;
    this.loss = this.#fun(this.x, this.#grad);
    checkNumber('minimize: what fun returns', this.loss, 'the loss as a number', () => true);
    this.gradNorm = maxAbs(this.#grad);
    if (!this.isFinite()) return;
    this.#isWritten ||= this.gradNorm > 0 || this.#writesGradient();
    if (!this.#isWritten) {
      throw new TypeError(
        'minimize: fun must write the gradient to its second argument, grad[i] = ..., got zeros that it never wrote',
      );
    }
    if (!(this.loss >= this.best.loss)) this.best = this.point();
  }

  /** A copy of the point with its loss. */
  point(): { readonly x: Float32Array; readonly loss: number } {
    return { x: this.x.slice(), loss: this.loss };
  }

  isFinite(): boolean {
    return Number.isFinite(this.loss + this.gradNorm);
  }

  /** True if u is no longer at this point. */
  hasMovedFrom(point: Float32Array): boolean {
    return this.u.some((value, i) => Math.fround(value * this.#scale[i]!) !== point[i]);
  }

  /** True if the point at u has a lower loss, or no higher one and a smaller scaled gradient. */
  improves(loss: number, scaledGradNorm: number): boolean {
    this.evaluate();
    return this.loss < loss || (this.loss === loss && this.scaledGradNorm() < scaledGradNorm);
  }

  /**
   * Moves single parameters to the next float32 number down their slope, while that lowers the loss: the last digits, which a line search
   * along a direction misses.
   */
  polish(): void {
    this.evaluate();
    if (this.x.length > MAX_POLISHED) return;
    for (let round = 0, lowered = true; lowered && round < ROUNDS; round++) {
      lowered = false;
      for (let i = 0; i < this.x.length; i++) {
        const slope = this.#grad[i]!;
        if (slope === 0) continue;
        const [before, loss, grad] = [this.u[i]!, this.loss, this.#grad];
        this.#grad = new Float32Array(grad.length);
        this.u[i] = neighbour(before, slope < 0);
        this.evaluate();
        if (this.loss < loss && this.isFinite()) lowered = true;
        else {
          this.u[i] = before;
          this.#readPoint();
          this.loss = loss;
          this.#grad = grad;
          this.gradNorm = maxAbs(grad);
          this.#last = this.x.slice();
        }
      }
    }
  }

  /** The gradient by u. */
  scaledGrad(): Float32Array {
    return this.#grad.map((value, i) => value * this.#scale[i]!);
  }

  /** Largest |g_i| max(|x_i|, size_i), in float64. */
  scaledGradNorm(): number {
    let largest = 0;
    this.#grad.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(value) * Math.max(Math.abs(this.x[i]!), this.#sizes[i]!));
    });
    return largest;
  }

  /**
   * False if the function leaves `grad` as it comes. Zeros of both signs tell a gradient of zeros from one that was not written; at a
   * point nearby too, since a sum that is -0 changes neither.
   */
  #writesGradient(): boolean {
    for (const shift of [0, 1e-3]) {
      const at = this.x.map((value, i) => value + shift * (1 + (i % 7)) * (Math.abs(value) || 1));
      for (const zero of [-0, 0]) {
        const grad = new Float32Array(at.length).fill(zero);
        try {
          this.#fun(at, grad);
        } catch {
          return true; // outside of its domain
        }
        if (grad.some((value) => !Object.is(value, zero))) return true;
      }
    }
    return false;
  }
}

/** The next float32 number above or below. */
function neighbour(value: number, above: boolean): number {
  if (value === 0) return above ? 2 ** -149 : -(2 ** -149);
  const words = new Int32Array(Float32Array.of(value).buffer);
  words[0]! += above === value > 0 ? 1 : -1;
  return new Float32Array(words.buffer)[0]!;
}

/** The largest power of 2 up to a size. */
function powerOf2(size: number): number {
  const exponent = Math.floor(Math.log2(size));
  return 2 ** Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, exponent));
}
