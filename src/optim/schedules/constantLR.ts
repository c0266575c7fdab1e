import { positiveInt } from '../../validate.js';
import { halfOpenUnitAbove } from './options.js';
import { Recurrence } from './recursiveSchedule.js';
import type { Scheduled } from './schedule.js';

/** Options of {@link ConstantLR}: torch's, in camelCase. */
export interface ConstantLROptions {
  /** What lr is multiplied by at first, in (0, 1]. Default 1/3. */
  readonly factor?: number;
  /** How many steps that lasts. Default 5. */
  readonly totalIters?: number;
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
export class ConstantLR extends Recurrence<ConstantLROptions, { factor: number; total_iters: number }> {
  /**
   * @param optimizer - whose groups it sets
   * @param options - see {@link ConstantLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: Scheduled, options: ConstantLROptions = {}) {
    super('ConstantLR', optimizer, options, { factor: [halfOpenUnitAbove, 1 / 3], totalIters: [positiveInt, 5] });
  }

  /** @internal */
  protected override rate(lr: number, epoch: number): number {
    const { factor, total_iters } = this.state;
    if (epoch === 0) return lr * factor;
    return epoch === total_iters ? lr * (1 / factor) : lr;
  }
}
