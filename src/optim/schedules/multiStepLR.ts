import { nonNegative } from '../../validate.js';
import { kernels } from '../../wasm/kernels.js';
import { checkSteps } from './options.js';
import { Recurrence } from './recursiveSchedule.js';
import type { Scheduled } from './schedule.js';

/** Options of {@link MultiStepLR}: torch's, in camelCase. */
export interface MultiStepLROptions {
  /** The steps at which lr decays, in any order; one given twice decays twice. */
  readonly milestones: readonly number[];
  /** What lr is multiplied by. Default 0.1. */
  readonly gamma?: number;
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
export class MultiStepLR extends Recurrence<MultiStepLROptions, { milestones: Record<number, number>; gamma: number }> {
  /**
   * @param optimizer - whose groups it sets
   * @param options - see {@link MultiStepLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: Scheduled, options: MultiStepLROptions) {
    const milestones: Record<number, number> = {};
    const count = (label: string, value: unknown) => {
      checkSteps(label, value, () => 0);
      for (const step of value as number[]) milestones[step] = (milestones[step] ?? 0) + 1;
    };
    const fields = { milestones: [count], gamma: [nonNegative, 0.1] } as const;
    super('MultiStepLR', optimizer, options, fields, { milestones });
  }

  /** @internal */
  protected override rate(lr: number, epoch: number): number {
    const count = this.state.milestones[epoch];
    return count === undefined ? lr : lr * kernels().pow(this.state.gamma, count);
  }
}
