import type { KernelName } from '../wasm/kernels.js';
import type { Power } from './power.js';

/** Per-step scalars of one optimizer step, in float32 words; the last is the sign of the gradient (assembly/train/ops.ts). */
export const SCALARS = 16;

/** What every optimizer's options have. */
export interface CommonOptions {
  readonly lr: number;
  readonly maximize?: boolean;
}

/**
 * What an optimizer class says of itself, as its static `descriptor`; the base class, the fused loop, the state dict and the tests go by it.
 */
export interface OptimizerDescriptor<Options extends CommonOptions> {
  /** The class's name. */
  readonly name: string;
  /** The kernel's export: a function of (table, rows, scalars, scale). */
  readonly kernel: KernelName;
  /** Every option with PyTorch's default; `lr` is among them. */
  readonly defaults: Options;
  /** The state arrays that these options need, by torch's names, in the order of the row's s0, s1, ... */
  state(options: Options): readonly string[];
  /** What a state array holds before the first step; 0 when left out. */
  initial?(name: string, options: Options): number;
  /** Throws for options that PyTorch rejects; `name` is how the message calls the optimizer. */
  check(name: string, options: Options): void;
  /** Writes the scalars of step t, counted from 1, to out[at], out[at + 1], ...; each is rounded to float32 as it is stored. */
  scalars(out: Float32Array, at: number, t: number, options: Options, powers: readonly [Power, Power]): void;
}
