import { nonNegative, positiveInt } from '../../validate.js';
import { kernels } from '../../wasm/kernels.js';
import { RecursiveSchedule } from './recursiveSchedule.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link CosineAnnealingLR}: torch's, in camelCase. */
export interface CosineAnnealingLROptions {
  /** Steps from the base lr to the lowest. */
  readonly tMax: number;
  /** The lowest lr. Default 0. */
  readonly etaMin?: number | undefined;
}

/**
 * Takes lr down to etaMin along half a cosine, and after tMax steps up again, as torch.optim.lr_scheduler.CosineAnnealingLR does:
 *
 *     lr(t) = etaMin + (lr(t - 1) - etaMin) (1 + cos(pi t / tMax)) / (1 + cos(pi (t - 1) / tMax))
 *     lr(t) = lr(t - 1) + (base - etaMin) (1 - cos(pi / tMax)) / 2  on the first step up again
 *
 * which is lr(t) = etaMin + (base - etaMin) (1 + cos(pi t / tMax)) / 2 unless something else changes lr.
 *
 * When to choose it: the usual choice when the number of steps is known; with a warm-up see {@link warmupCosine}.
 *
 * Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", arXiv:1608.03983.
 *
 * @example
 * ```ts
 * import { Adam, CosineAnnealingLR, parameter } from 'adamas';
 * const optimizer = new Adam([parameter([1])], { lr: 1 });
 * const scheduler = new CosineAnnealingLR(optimizer, { tMax: 10 });
 * for (let epoch = 0; epoch < 5; epoch++) scheduler.step();
 * console.log(scheduler.lastLr[0]!.toFixed(3)); // 0.500
 * ```
 */
export class CosineAnnealingLR extends RecursiveSchedule<CosineAnnealingLROptions, { T_max: number; eta_min: number }> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link CosineAnnealingLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: CosineAnnealingLROptions) {
    super('CosineAnnealingLR', optimizer, options, { tMax: [positiveInt], etaMin: [nonNegative, 0] });
  }

  /** @internal */
  protected override rate(lr: number, epoch: number, first: boolean, i: number): number {
    if (first) return lr;
    const { T_max, eta_min } = this.state;
    const { cos } = kernels();
    if ((epoch - 1 - T_max) % (2 * T_max) === 0) {
      return lr + ((this.state.base_lrs[i]! - eta_min) * (1 - cos(Math.PI / T_max))) / 2;
    }
    const ratio = (1 + cos((Math.PI * epoch) / T_max)) / (1 + cos((Math.PI * (epoch - 1)) / T_max));
    return ratio * (lr - eta_min) + eta_min;
  }
}
