import type { Parameter } from '../tensor.js';

/** Options of which each may be left out, or undefined. */
export type OptionsOf<Options> = { readonly [Key in keyof Options]?: Options[Key] | undefined };

/** Some parameters with options of their own. A group takes what it leaves out from the optimizer's options. */
export type GroupOptions<Options> = OptionsOf<Options> & { readonly params: readonly (Parameter | Float32Array)[] };

/** A group as `paramGroups` shows it. Its options may be changed between steps. */
export type ParamGroup<Options> = { -readonly [Key in keyof Options]: Options[Key] } & {
  readonly params: readonly (Parameter | Float32Array)[];
  lr: number;
  /** The lr that the group had when its first schedule was made; missing before. */
  initialLr?: number;
};

/** Parameters, arrays of your own, or groups of them. */
export type Params<Options> = readonly Parameter[] | readonly Float32Array[] | readonly GroupOptions<Options>[];
