import type { Shape } from '../tensor.js';
import { boolean, type Check, numberCheck, refuse } from '../validate.js';
import type { KernelName } from '../wasm/kernels.js';

/** Per-step scalars of one optimizer step, in float32 words; the last is the sign of the gradient (assembly/optim/step.ts). */
export const SCALARS = 16;
export const SIGN = 15;

/** What every optimizer's options have. */
export interface CommonOptions {
  readonly lr: number;
  readonly maximize?: boolean;
}

/** Numbers that belong to a parameter's state beside its arrays, each a float32, by torch's names. */
export type StateNumbers = Record<string, number>;

/**
 * What an optimizer class says of itself, as its static `descriptor`; the base class, the fused loop, the state dict and the tests go by it.
 */
export interface OptimizerDescriptor<Options extends CommonOptions> {
  /** The class's name. */
  readonly name: string;
  /** The kernel's export: a function of (table, rows, scalars, scale). */
  readonly kernel: KernelName;
  /** Every option with torch's default; `lr` is among them. */
  readonly defaults: Options;
  /** What an option, or a place in one such as `betas[0]`, must satisfy, beyond being of the default's kind. */
  readonly rules: Readonly<Record<string, Check>>;
  /** Checks options that depend on each other. */
  check?(label: string, options: Options): void;
  /** The state arrays that these options need, by torch's names, as the row's s0, s1, ...; null leaves a place empty. Always the same array for the same need. */
  state(options: Options, shape: Shape): readonly (string | null)[];
  /** How many numbers a state array of a parameter of this shape holds; as many as the parameter when left out. */
  length?(name: string, shape: Shape): number;
  /** What a state array holds before the first step; 0 when left out. */
  initial?(name: string, options: Options): number;
  /** The numbers of the state before the first step. */
  numbers?(options: Options): StateNumbers;
  /** Whether torch's state has no `step`; it is then counted from when the state was made. */
  readonly uncounted?: boolean;
  /**
   * Writes the scalars of step t, counted from 1, to `out` from `at` on, in the order of the kernel's class; each is rounded once, as it is
   * stored. It may change `numbers`.
   */
  scalars(out: Float32Array, at: number, t: number, options: Options, numbers: StateNumbers): void;
}

/** Writes three to ten scalars. An array of them, and a loop over it, would take longer than computing them. */
export function write(
  out: Float32Array,
  at: number,
  a: number,
  b: number,
  c: number,
  d?: number,
  e?: number,
  f?: number,
  g?: number,
  h?: number,
  i?: number,
  j?: number,
): void {
  out[at++] = a;
  out[at++] = b;
  out[at++] = c;
  // NaN for what is left out, and never read.
  out[at++] = d!;
  out[at++] = e!;
  out[at++] = f!;
  out[at++] = g!;
  out[at++] = h!;
  out[at++] = i!;
  out[at++] = j!;
}

export const anyNumber = numberCheck('a number', (x) => !Number.isNaN(x));

/** `options` over `defaults`; an option given as undefined counts as left out. */
export function overDefaults<Options extends object>(defaults: Options, options: Partial<Options>): Options {
  return { ...defaults, ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) };
}

/** Throws TypeError for options of another kind than the defaults, RangeError for those that break a rule. */
export function checkAgainst<Options extends CommonOptions>(
  label: string,
  descriptor: OptimizerDescriptor<Options>,
  options: Options,
): void {
  const { defaults, rules } = descriptor;
  for (const [option, standard] of Object.entries(defaults)) {
    const whole: unknown = options[option as keyof Options];
    const check = (name: string, value: unknown) =>
      (rules[name] ?? (typeof standard === 'boolean' ? boolean : anyNumber))(`${label}: ${name}`, value);
    if (!Array.isArray(standard)) check(option, whole);
    else {
      const fits = (entry: unknown, i: number) => typeof entry === 'number' || (entry === null && standard[i] === null);
      if (!Array.isArray(whole) || whole.length !== standard.length || !whole.every(fits)) {
        refuse(TypeError, `${label}: ${option}`, `be an array of ${standard.length} numbers`, whole);
      }
      whole.forEach((value, i) => {
        check(`${option}[${i}]`, value);
      });
    }
  }
  descriptor.check?.(label, options);
}
