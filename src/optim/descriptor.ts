import type { Shape } from '../tensor.js';
import { halfOpenUnit, type OptionTable, tuple } from '../validate.js';
import type { KernelName } from '../wasm/kernels.js';

/** Options that every optimizer has. */
export interface CommonOptions {
  readonly lr: number;
  readonly maximize?: boolean;
}

/** Numbers that belong to a parameter's state beside its arrays, each a float32, by torch's names. */
export type StateNumbers = Record<string, number>;

/**
 * Definition of an optimizer class, as its static `descriptor`: its kernel, options and state. The base class, the fused loop, the state dict
 * and the tests read it.
 */
export interface OptimizerDescriptor<Options extends CommonOptions> {
  /** The class's name. */
  readonly name: string;
  /** The kernel's export: a function of (table, rows, scalars, scale). */
  readonly kernel: KernelName;
  /** Size of the kernel's struct of per-step scalars, in words. */
  readonly scalarWords: number;
  /** Every option: its check, and torch's default. `lr` is among them. */
  readonly options: OptionTable<Options> & OptionTable<CommonOptions>;
  /** Checks options that depend on each other. */
  check?(label: string, options: Options): void;
  /** The state arrays that these options need, by torch's names, as the row's s0, s1, ...; null leaves a place empty. Always the same array for the same need. */
  state(options: Options, shape: Shape): readonly (string | null)[];
  /** Length of a state array for a parameter of this shape. Default: the parameter's own. */
  length?(name: string, shape: Shape): number;
  /** Initial value of a state array. Default 0. */
  initial?(name: string, options: Options): number;
  /** Initial values of the state's numbers. */
  numbers?(options: Options): StateNumbers;
  /** Set if torch's state has no `step`; the steps are then counted from when the state was made. */
  readonly uncounted?: boolean;
  /** Writes the fields of that struct for step t, counted from 1, to `out` from `at` on; each is rounded once, as it is stored. May change `numbers`. */
  scalars(out: Float32Array, at: number, t: number, options: Options, numbers: StateNumbers): void;
}

/** A check of two decay rates, each in [0, 1). */
export const betasCheck = /* @__PURE__ */ tuple(halfOpenUnit, halfOpenUnit);
