import { kernels } from '../wasm/kernels.js';

/** x^y, the same on every engine. */
export function pow(x: number, y: number): number {
  return kernels().pow(x, y);
}

const SPAN = 64;
/** How many bases are remembered. */
const BASES = 8;

/** The powers of one base, as far as they were asked for. */
class Powers {
  declare readonly base: number;
  /** base^0 to base^63 */
  readonly #small: Float64Array;
  /** The first t whose power is at hand; those of the 63 after it are too. */
  #from = 0;
  readonly #powers: Float64Array;

  constructor(base: number) {
    this.base = base;
    this.#small = Float64Array.from({ length: SPAN }, (_, t) => pow(base, t));
    this.#powers = this.#small.slice();
  }

  at(t: number): number {
    const rest = t % SPAN;
    if (t - rest !== this.#from) {
      this.#from = t - rest;
      const large = pow(this.base, this.#from);
      for (let i = 0; i < SPAN; i++) this.#powers[i] = large * this.#small[i]!;
    }
    return this.#powers[rest]!;
  }
}

/** The latest bases, newest first. */
const recent: Powers[] = [];

/**
 * base^t for whole t, as pow(base, t - t % 64) * pow(base, t % 64) with both factors remembered: a function of base and t alone, the same on
 * every engine, within 2^-51 of the power (absolute), and cheap for the t that follow each other in training.
 */
export function power(base: number, t: number): number {
  for (let i = 0; i < recent.length; i++) if (recent[i]!.base === base) return recent[i]!.at(t);
  const powers = new Powers(base);
  recent.unshift(powers);
  recent.splice(BASES);
  return powers.at(t);
}
