import { positiveInt } from '../../validate.js';
import { unitIntervalAboveZero } from './checks.js';
import { RecursiveSchedule } from './recursiveSchedule.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link ConstantLR}: torch's, in camelCase. */
export interface ConstantLROptions {
  /** Factor of lr at first, in (0, 1]. Default 1/3. */
  readonly factor?: number | undefined;
  /** Number of steps for which it holds. Default 5. */
  readonly totalIters?: number | undefined;
}

/**
 * Holds lr down by a factor for the first steps, as torch.optim.lr_scheduler.ConstantLR does:
 *
 *     lr(0) = lr factor;  lr(totalIters) = lr(totalIters - 1) (1 / factor)
 *
 * When to choose it: as a short, flat warm-up; {@link LinearLR} rises instead.
 *
 * @example
 * ```ts
 * import { Adam, ConstantLR, parameter } from 'adamas';
 * const optimizer = new Adam([parameter([1])], { lr: 0.5 });
 * const scheduler = new ConstantLR(optimizer, { factor: 0.25, totalIters: 1 });
 * console.log(scheduler.lastLr); // [ 0.125 ]
 * scheduler.step();
 * console.log(scheduler.lastLr); // [ 0.5 ]
 * ```
 */
export class ConstantLR extends RecursiveSchedule<ConstantLROptions, { factor: number; total_iters: number }> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link ConstantLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: ConstantLROptions = {}) {
    super('ConstantLR', optimizer, options, { factor: [unitIntervalAboveZero, 1 / 3], totalIters: [positiveInt, 5] });
  }

  /** @internal */
  protected override rate(lr: number, epoch: number): number {
    const { factor, total_iters } = this.state;
    if (epoch === 0) return lr * factor;
    return epoch === total_iters ? lr * (1 / factor) : lr;
  }
}
