import { func, nonNegative } from '../../validate.js';
import { oneOrEach } from './checks.js';
import { RecursiveSchedule } from './recursiveSchedule.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link MultiplicativeLR}: torch's, in camelCase. */
export interface MultiplicativeLROptions {
  /** Factor of lr as a function of the step, counted from 1: one function for all groups, or one for each. */
  readonly lrLambda: ((epoch: number) => number) | readonly ((epoch: number) => number)[];
}

/**
 * Multiplies lr by a factor that a function gives, as torch.optim.lr_scheduler.MultiplicativeLR does:
 *
 *     lr(t) = lr(t - 1) lrLambda(t)
 *
 * `Math.pow`, `exp` and `cos` differ between engines in the last place; a function that uses them may give other bits elsewhere.
 *
 * When to choose it: for a decay by factors of your own; where the factor of the base lr is known, {@link LambdaLR} is simpler.
 *
 * @example
 * ```ts
 * import { Adam, MultiplicativeLR, parameter } from 'adamas';
 * const optimizer = new Adam([parameter([1])], { lr: 1 });
 * const scheduler = new MultiplicativeLR(optimizer, { lrLambda: (epoch) => (epoch < 3 ? 0.5 : 1) });
 * for (let epoch = 0; epoch < 5; epoch++) scheduler.step();
 * console.log(scheduler.lastLr); // [ 0.25 ]
 * ```
 */
export class MultiplicativeLR extends RecursiveSchedule<MultiplicativeLROptions> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link MultiplicativeLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: MultiplicativeLROptions) {
    super('MultiplicativeLR', optimizer, options, { lrLambda: [oneOrEach(func)] });
  }

  /** @internal */
  protected override join(): void {
    this.eachGroup('lrLambda');
    super.join();
  }

  /** @internal As torch's, which has no closed form: from the lr that the schedule before left. */
  override restart(): void {
    this.advance(0, false);
  }

  /** @internal */
  protected override rate(lr: number, epoch: number, first: boolean, i: number): number {
    if (first) return lr;
    const { lrLambda } = this.options;
    const factor = (typeof lrLambda === 'function' ? lrLambda : lrLambda[i]!)(epoch);
    nonNegative(`MultiplicativeLR: lrLambda(${epoch})`, factor);
    return lr * factor;
  }
}
