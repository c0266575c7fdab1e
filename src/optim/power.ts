import { kernels } from '../wasm/kernels.js';

/** x^y, the same on every engine. */
export function pow(x: number, y: number): number {
  return kernels().pow(x, y);
}

/** Those of a group's two betas. */
export type Powers = readonly [Power, Power];

const SPAN = 64;

/**
 * base^t for whole t, as pow(base, t - t % 64) * pow(base, t % 64) with both factors remembered: a function of base and t alone, the same on
 * every engine, within 2^-51 of the power (absolute), and cheap for the t that follow each other in training.
 */
export class Power {
  #base = Number.NaN;
  #from = -1;
  #fromPower = 1;
  readonly #rest = new Float64Array(SPAN);

  at(base: number, t: number): number {
    if (base !== this.#base) {
      this.#base = base;
      this.#from = -1;
      this.#rest.fill(Number.NaN);
    }
    const rest = t % SPAN;
    if (t - rest !== this.#from) {
      this.#from = t - rest;
      this.#fromPower = pow(base, this.#from);
    }
    let power = this.#rest[rest]!;
    if (Number.isNaN(power)) {
      power = pow(base, rest);
      this.#rest[rest] = power;
    }
    return this.#fromPower * power;
  }
}
