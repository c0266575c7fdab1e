import { func, nonNegative } from '../../validate.js';
import { oneOrEach } from './checks.js';
import { RecursiveSchedule } from './recursiveSchedule.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link LambdaLR}: torch's, in camelCase. */
export interface LambdaLROptions {
  /** Factor of the base lr as a function of the step, counted from 0: one function for all groups, or one for each. */
  readonly lrLambda: ((epoch: number) => number) | readonly ((epoch: number) => number)[];
}

/**
 * Multiplies the base lr by a factor that a function gives, as torch.optim.lr_scheduler.LambdaLR does:
 *
 *     lr(t) = base lrLambda(t)
 *
 * `Math.pow`, `exp` and `cos` differ between engines in the last place; a function that uses them may give other bits elsewhere.
 *
 * When to choose it: for a schedule of your own.
 *
 * @example
 * ```ts
 * import { Adam, LambdaLR, parameter } from 'adamas';
 * const optimizer = new Adam([parameter([1])], { lr: 1 });
 * const scheduler = new LambdaLR(optimizer, { lrLambda: (epoch) => 1 / (1 + epoch) });
 * scheduler.step();
 * console.log(scheduler.lastLr); // [ 0.5 ]
 * ```
 */
export class LambdaLR extends RecursiveSchedule<LambdaLROptions> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link LambdaLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: LambdaLROptions) {
    super('LambdaLR', optimizer, options, { lrLambda: [oneOrEach(func)] });
  }

  /** @internal */
  protected override join(): void {
    this.eachGroup('lrLambda');
    super.join();
  }

  /** @internal */
  protected override rate(_lr: number, epoch: number, _first: boolean, i: number): number {
    const { lrLambda } = this.options;
    const factor = (typeof lrLambda === 'function' ? lrLambda : lrLambda[i]!)(epoch);
    nonNegative(`LambdaLR: lrLambda(${epoch})`, factor);
    return this.state.base_lrs[i]! * factor;
  }
}
