import { nonNegative, positiveInt } from '../../validate.js';
import { kernels } from '../../wasm/kernels.js';
import { RecursiveSchedule } from './recursiveSchedule.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link CosineAnnealingWarmRestarts}: torch's, in camelCase. */
export interface CosineAnnealingWarmRestartsOptions {
  /** Steps until the first restart. */
  readonly t0: number;
  /** Factor by which the steps between restarts grow at each. Default 1. */
  readonly tMult?: number | undefined;
  /** The lowest lr. Default 0. */
  readonly etaMin?: number | undefined;
}

/**
 * Takes lr down to etaMin along half a cosine, again and again from the base lr, as
 * torch.optim.lr_scheduler.CosineAnnealingWarmRestarts does:
 *
 *     lr(t) = etaMin + (base - etaMin) (1 + cos(pi c / T)) / 2
 *
 * where c counts the steps since the last restart and T those between restarts: t0 at first, tMult times as many after each.
 *
 * When to choose it: to collect several good models from one run, or when its length is not known.
 *
 * Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", arXiv:1608.03983.
 *
 * @example
 * ```ts
 * import { Adam, CosineAnnealingWarmRestarts, parameter } from 'adamas';
 * const optimizer = new Adam([parameter([1])], { lr: 1 });
 * const scheduler = new CosineAnnealingWarmRestarts(optimizer, { t0: 2 });
 * const lrs = [1, 2, 3].map(() => {
 *   scheduler.step();
 *   return scheduler.lastLr[0]!.toFixed(3);
 * });
 * console.log(lrs); // [ '0.500', '1.000', '0.500' ]
 * ```
 */
export class CosineAnnealingWarmRestarts extends RecursiveSchedule<
  CosineAnnealingWarmRestartsOptions,
  { T_0: number; T_mult: number; eta_min: number; T_cur: number; T_i: number }
> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link CosineAnnealingWarmRestartsOptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: CosineAnnealingWarmRestartsOptions) {
    const table = { t0: [positiveInt], tMult: [positiveInt, 1], etaMin: [nonNegative, 0] } as const;
    super('CosineAnnealingWarmRestarts', optimizer, options, table, { T_cur: 0, T_i: 0 });
  }

  /** @internal */
  protected override advance(epoch: number, first: boolean): void {
    const { state } = this;
    state.T_cur++;
    if (epoch === 0) {
      state.T_cur = 0;
      state.T_i = state.T_0;
    } else if (state.T_cur >= state.T_i) {
      state.T_cur = 0;
      state.T_i *= state.T_mult;
    }
    super.advance(epoch, first);
  }

  /** @internal */
  protected override rate(_lr: number, _epoch: number, _first: boolean, i: number): number {
    const { T_cur, T_i, eta_min, base_lrs } = this.state;
    return eta_min + ((base_lrs[i]! - eta_min) * (1 + kernels().cos((Math.PI * T_cur) / T_i))) / 2;
  }
}
