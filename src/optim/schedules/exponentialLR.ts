import { nonNegative } from '../../validate.js';
import { RecursiveSchedule } from './recursiveSchedule.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link ExponentialLR}: torch's, in camelCase. */
export interface ExponentialLROptions {
  /** Factor of lr at every step. */
  readonly gamma: number;
}

/**
 * Multiplies lr by gamma at every step, as torch.optim.lr_scheduler.ExponentialLR does:
 *
 *     lr(t) = lr(t - 1) gamma
 *
 * When to choose it: for a steady decay whose end need not be known.
 *
 * @example
 * ```ts
 * import { Adam, ExponentialLR, parameter } from 'adamas';
 * const optimizer = new Adam([parameter([1])], { lr: 1 });
 * const scheduler = new ExponentialLR(optimizer, { gamma: 0.5 });
 * for (let epoch = 0; epoch < 3; epoch++) scheduler.step();
 * console.log(scheduler.lastLr); // [ 0.125 ]
 * ```
 */
export class ExponentialLR extends RecursiveSchedule<ExponentialLROptions, { gamma: number }> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link ExponentialLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: ExponentialLROptions) {
    super('ExponentialLR', optimizer, options, { gamma: [nonNegative] });
  }

  /** @internal */
  protected override rate(lr: number, _epoch: number, first: boolean): number {
    return first ? lr : lr * this.state.gamma;
  }
}
