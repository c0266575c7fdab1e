import { kernels } from '../wasm/kernels.js';

/** x^y, the same on every engine. */
export function pow(x: number, y: number): number {
  return kernels().pow(x, y);
}

const SPAN = 64;
/** Number of bases that are remembered. */
const BASES = 8;

/** Powers of one base, computed on demand: a schedule may give another base every step. */
class Powers {
  declare readonly base: number;
  #from = -1;
  #fromPower = 1;
  /** Powers base^0 to base^63; -1 stands for one not computed yet. */
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
/** The bases used last and before it: an optimizer uses one or two, in turn. */
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
