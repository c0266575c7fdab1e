import { finiteNumber, func, unchecked } from '../../validate.js';
import { Recurrence } from './recursiveSchedule.js';
import type { Scheduled } from './schedule.js';

/** Options of {@link LambdaLR}: torch's, in camelCase. */
export interface LambdaLROptions {
  /** From the step, counted from 0, to what the base lr is multiplied by: one function for all groups, or one for each. */
  readonly lrLambda: ((epoch: number) => number) | readonly ((epoch: number) => number)[];
}

/**
 * Multiplies the base lr by whatever a function says, as torch.optim.lr_scheduler.LambdaLR does:
 *
 *     lr(t) = base lrLambda(t)
 *
 * `Math.pow`, `exp` and `cos` differ between engines in the last place; a function that uses them may give other bits elsewhere.
 *
 * When to choose it: for a schedule that none of the others is.
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
export class LambdaLR extends Recurrence<LambdaLROptions> {
  /**
   * @param optimizer - whose groups it sets
   * @param options - see {@link LambdaLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: Scheduled, options: LambdaLROptions) {
    super('LambdaLR', optimizer, options, { lrLambda: [unchecked] });
  }

  /** @internal */
  protected override join(): void {
    this.eachGroup('lrLambda', func);
    super.join();
  }

  /** @internal */
  protected override rate(_lr: number, epoch: number, _first: boolean, i: number): number {
    const { lrLambda } = this.options;
    const factor = (typeof lrLambda === 'function' ? lrLambda : lrLambda[i]!)(epoch);
    finiteNumber(`LambdaLR: lrLambda(${epoch})`, factor);
    return this.state.base_lrs[i]! * factor;
  }
}
