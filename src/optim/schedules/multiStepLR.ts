import { nonNegative } from '../../validate.js';
import { kernels } from '../../wasm/kernels.js';
import { steps } from './checks.js';
import { RecursiveSchedule } from './recursiveSchedule.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link MultiStepLR}: torch's, in camelCase. */
export interface MultiStepLROptions {
  /** The steps at which lr decays, in any order; one given twice decays twice. */
  readonly milestones: readonly number[];
  /** Factor of lr at a milestone. Default 0.1. */
  readonly gamma?: number | undefined;
}

/** Each milestone, and how often it was given, as torch's Counter. The option is checked elsewhere. */
function countsOf(milestones: unknown): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const step of Array.isArray(milestones) ? milestones : []) counts[step] = (counts[step] ?? 0) + 1;
  return counts;
}

/**
 * Multiplies lr by gamma at each milestone, as torch.optim.lr_scheduler.MultiStepLR does:
 *
 *     lr(t) = lr(t - 1) gamma^(how often t is among the milestones)
 *
 * When to choose it: to repeat a recipe that names its steps.
 *
 * @example
 * ```ts
 * import { Adam, MultiStepLR, parameter } from 'adamas';
 * const optimizer = new Adam([parameter([1])], { lr: 0.5 });
 * const scheduler = new MultiStepLR(optimizer, { milestones: [1, 3], gamma: 0.5 });
 * for (let epoch = 0; epoch < 3; epoch++) scheduler.step();
 * console.log(scheduler.lastLr); // [ 0.125 ]
 * ```
 */
export class MultiStepLR extends RecursiveSchedule<
  MultiStepLROptions,
  { milestones: Record<number, number>; gamma: number }
> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link MultiStepLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: MultiStepLROptions) {
    const table = { milestones: [steps], gamma: [nonNegative, 0.1] } as const;
    super('MultiStepLR', optimizer, options, table, { milestones: countsOf(Object(options).milestones) });
  }

  /** @internal */
  protected override rate(lr: number, epoch: number): number {
    const count = this.state.milestones[epoch];
    return count === undefined ? lr : lr * kernels().pow(this.state.gamma, count);
  }
}
