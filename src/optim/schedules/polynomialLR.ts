import { nonNegative, positiveInt } from '../../validate.js';
import { kernels } from '../../wasm/kernels.js';
import { RecursiveSchedule } from './recursiveSchedule.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link PolynomialLR}: torch's, in camelCase. */
export interface PolynomialLROptions {
  /** Steps until lr is 0. Default 5. */
  readonly totalIters?: number | undefined;
  /** Power of the polynomial. Default 1. */
  readonly power?: number | undefined;
}

/**
 * Takes lr to 0 along a polynomial, as torch.optim.lr_scheduler.PolynomialLR does:
 *
 *     lr(t) = lr(t - 1) ((1 - t / totalIters) / (1 - (t - 1) / totalIters))^power  while t <= totalIters
 *
 * When to choose it: for a decay that ends; power 1 is a straight line, 0.9 is common in segmentation.
 *
 * @example
 * ```ts
 * import { Adam, parameter, PolynomialLR } from 'adamas';
 * const optimizer = new Adam([parameter([1])], { lr: 1 });
 * const scheduler = new PolynomialLR(optimizer, { totalIters: 4, power: 2 });
 * scheduler.step();
 * console.log(scheduler.lastLr); // [ 0.5625 ]
 * ```
 */
export class PolynomialLR extends RecursiveSchedule<PolynomialLROptions, { total_iters: number; power: number }> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link PolynomialLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: PolynomialLROptions = {}) {
    super('PolynomialLR', optimizer, options, { totalIters: [positiveInt, 5], power: [nonNegative, 1] });
  }

  /** @internal */
  protected override rate(lr: number, epoch: number, first: boolean): number {
    const { total_iters, power } = this.state;
    if (first || epoch > total_iters) return lr;
    return lr * kernels().pow((1 - epoch / total_iters) / (1 - (epoch - 1) / total_iters), power);
  }
}
