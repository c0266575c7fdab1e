import { kernels } from '../wasm/kernels.js';

/** x^y, the same on every engine. */
export function pow(x: number, y: number): number {
  return kernels().pow(x, y);
}

const SPAN = 64;
/** How many bases are remembered. */
const BASES = 8;

/** The powers of one base, as far as they were asked for: a schedule may give another base every step. */
class Powers {
  declare readonly base: number;
  #from = -1;
  #fromPower = 1;
  /** Of what was not asked for: -1. */
  readonly #rest = new Float64Array(SPAN).fill(-1);

  constructor(base: number) {
    this.base = base;
  }

  at(t: number): number {
    const rest = t % SPAN;
    if (t - rest !== this.#from) {
      this.#from = t - rest;
      this.#fromPower = pow(this.base, this.#from);
    }
    let power = this.#rest[rest]!;
    if (power < 0) {
      power = pow(this.base, rest);
      this.#rest[rest] = power;
    }
    return this.#fromPower * power;
  }
}

/** The latest bases, newest first. */
const recent: Powers[] = [];
/** What was asked for last, and what before it: an optimizer asks for one base or two, in turn. */
let last = /* @__PURE__ */ new Powers(1);
let other = last;

function find(base: number): Powers {
  let powers = recent.find((one) => one.base === base);
  if (powers === undefined) {
    powers = new Powers(base);
    recent.unshift(powers);
    recent.splice(BASES);
  }
  other = last;
  last = powers;
  return powers;
}

/**
 * base^t for whole t, as pow(base, t - t % 64) * pow(base, t % 64) with both factors remembered: a function of base and t alone, the same on
 * every engine, within 2^-51 of the power (absolute), and cheap for the t that follow each other in training.
 */
export function power(base: number, t: number): number {
  return (last.base === base ? last : other.base === base ? other : find(base)).at(t);
}
