import { nonNegative, positiveInt } from '../../validate.js';
import { RecursiveSchedule } from './recursiveSchedule.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link StepLR}: torch's, in camelCase. */
export interface StepLROptions {
  /** Steps between two decays. */
  readonly stepSize: number;
  /** Factor of lr at a decay. Default 0.1. */
  readonly gamma?: number | undefined;
}

/**
 * Multiplies lr by gamma at every stepSize-th step, as torch.optim.lr_scheduler.StepLR does:
 *
 *     lr(t) = lr(t - 1) gamma  where t is a multiple of stepSize,  else lr(t - 1)
 *
 * When to choose it: to repeat a recipe that names its steps; for lists of steps see {@link MultiStepLR}.
 *
 * @example
 * ```ts
 * import { Adam, parameter, StepLR } from 'adamas';
 * const optimizer = new Adam([parameter([1])], { lr: 0.5 });
 * const scheduler = new StepLR(optimizer, { stepSize: 2, gamma: 0.5 });
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 * }
 * console.log(optimizer.paramGroups[0]!.lr); // 0.125
 * ```
 */
export class StepLR extends RecursiveSchedule<StepLROptions, { step_size: number; gamma: number }> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link StepLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: StepLROptions) {
    super('StepLR', optimizer, options, { stepSize: [positiveInt], gamma: [nonNegative, 0.1] });
  }

  /** @internal */
  protected override rate(lr: number, epoch: number): number {
    const { step_size, gamma } = this.state;
    return epoch > 0 && epoch % step_size === 0 ? lr * gamma : lr;
  }
}
