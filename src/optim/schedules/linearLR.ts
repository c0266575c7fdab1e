import { positiveInt, unitInterval } from '../../validate.js';
import { unitIntervalAboveZero } from './checks.js';
import { RecursiveSchedule } from './recursiveSchedule.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link LinearLR}: torch's, in camelCase. */
export interface LinearLROptions {
  /** Factor of lr at first, in (0, 1]. Default 1/3. */
  readonly startFactor?: number | undefined;
  /** Factor of lr in the end, from 0 to 1. Default 1. */
  readonly endFactor?: number | undefined;
  /** Steps from the one to the other. Default 5. */
  readonly totalIters?: number | undefined;
}

/**
 * Moves lr in equal steps from startFactor to endFactor of itself, as torch.optim.lr_scheduler.LinearLR does:
 *
 *     lr(0) = lr startFactor,  d = endFactor - startFactor
 *     lr(t) = lr(t - 1) (1 + d / (totalIters startFactor + (t - 1) d))  while t <= totalIters
 *
 * When to choose it: as a warm-up; with a cosine after it see {@link warmupCosine}.
 *
 * @example
 * ```ts
 * import { Adam, LinearLR, parameter } from 'adamas';
 * const optimizer = new Adam([parameter([1])], { lr: 1 });
 * const scheduler = new LinearLR(optimizer, { startFactor: 0.5, totalIters: 2 });
 * console.log(scheduler.lastLr); // [ 0.5 ]
 * scheduler.step();
 * console.log(scheduler.lastLr); // [ 0.75 ]
 * ```
 */
export class LinearLR extends RecursiveSchedule<
  LinearLROptions,
  { start_factor: number; end_factor: number; total_iters: number }
> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link LinearLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: LinearLROptions = {}) {
    super('LinearLR', optimizer, options, {
      startFactor: [unitIntervalAboveZero, 1 / 3],
      endFactor: [unitInterval, 1],
      totalIters: [positiveInt, 5],
    });
  }

  /** @internal */
  protected override rate(lr: number, epoch: number): number {
    const { start_factor, end_factor, total_iters } = this.state;
    if (epoch === 0) return lr * start_factor;
    if (epoch > total_iters) return lr;
    const difference = end_factor - start_factor;
    return lr * (1 + difference / (total_iters * start_factor + (epoch - 1) * difference));
  }
}
