import { checkOneOf, nonNegative, type OptionTable, positiveInt } from '../validate.js';

/** Options of {@link LBFGS}: torch's, in camelCase, and `weightDecay`. */
export interface LBFGSOptions {
  /** Length of a step along the direction; with a line search, the first length that is tried. Default 1. */
  readonly lr: number;
  /** Iterations a call of `step`. Default 20. */
  readonly maxIter: number;
  /** Calls of the closure after which a call of `step` begins no further iteration. Default null: maxIter * 5 / 4, rounded down. */
  readonly maxEval: number | null;
  /** A call of `step` ends once no gradient is larger. Default 1e-7. */
  readonly toleranceGrad: number;
  /** A call of `step` ends once the loss, or all parameters, change by less. Default 1e-9. */
  readonly toleranceChange: number;
  /** Iterations that the approximation of the Hessian remembers: 16 bytes each for a number of the parameters. Default 100. */
  readonly historySize: number;
  /** Line search that finds the length of a step; `null` takes `lr` as it is. Default null. */
  readonly lineSearchFn: 'strong_wolfe' | null;
  /** L2 penalty, as torch's other optimizers have it: weightDecay |p|^2 / 2 is added to the loss, weightDecay p to the gradient. Default: none. */
  readonly weightDecay: number | undefined;
}

/** `maxEval` is a number once it was read. */
export type ResolvedLBFGSOptions = Omit<LBFGSOptions, 'maxEval'> & { readonly maxEval: number };

export const LBFGS_OPTIONS = {
  lr: [nonNegative, 1],
  maxIter: [positiveInt, 20],
  maxEval: [positiveIntOrNull, null],
  toleranceGrad: [nonNegative, 1e-7],
  toleranceChange: [nonNegative, 1e-9],
  historySize: [positiveInt, 100],
  lineSearchFn: [lineSearchOrNull, null],
  weightDecay: [nonNegative, undefined],
} as const satisfies OptionTable<LBFGSOptions>;

function positiveIntOrNull(name: string, value: unknown): void {
  if (value !== null) positiveInt(name, value);
}

function lineSearchOrNull(name: string, value: unknown): void {
  if (value !== null) checkOneOf(name, value, ['strong_wolfe']);
}
