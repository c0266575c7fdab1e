import { func, nonNegative, oneOf, positiveInt } from '../../validate.js';
import { kernels } from '../../wasm/kernels.js';
import { oneOrEach } from './checks.js';
import { type CyclicMomentumOptions, CyclicMomentumSchedule, cyclicMomentumOptions } from './cyclicMomentum.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link CyclicLR}: torch's, in camelCase. */
export interface CyclicLROptions extends CyclicMomentumOptions {
  /** The lowest lr, with which it starts: one for all groups, or one for each. */
  readonly baseLr: number | readonly number[];
  /** Steps of the rising half of a cycle. Default 2000. */
  readonly stepSizeUp?: number | undefined;
  /** Steps of the falling half. Default: as many as of the rising one. */
  readonly stepSizeDown?: number | undefined;
  /** Height of the cycles: constant (`'triangular'`), half of the one before (`'triangular2'`), or gamma^t (`'exp_range'`). Default `'triangular'`. */
  readonly mode?: 'triangular' | 'triangular2' | 'exp_range' | undefined;
  /** Base of the height in `'exp_range'`. Default 1. */
  readonly gamma?: number | undefined;
  /** Height of a cycle, in place of `mode`. For equal trainings on every engine it must give equal numbers there. It must return a finite number of at least 0. */
  readonly scaleFn?: ((x: number) => number) | undefined;
  /** Argument of scaleFn: the cycle, counted from 1, or the step, counted from 0. Default `'cycle'`. */
  readonly scaleMode?: 'cycle' | 'iterations' | undefined;
}

/**
 * Moves lr up and down between two bounds, as torch.optim.lr_scheduler.CyclicLR does, and momentum against it:
 *
 *     n = floor(1 + t / T),  x = 1 + t / T - n,  r = stepSizeUp / T,  T = stepSizeUp + stepSizeDown
 *     s = x / r  while x <= r,  else (x - 1) / (r - 1)
 *     lr(t) = baseLr + (maxLr - baseLr) s h;  momentum(t) = maxMomentum - (maxMomentum - baseMomentum) s h
 *     h = 1 (triangular),  1 / 2^(n - 1) (triangular2),  gamma^t (exp_range)
 *
 * Call `step()` after each batch. When to choose it: to find a suitable lr; for one cycle over the whole training see {@link OneCycleLR}.
 *
 * Source: Smith, "Cyclical Learning Rates for Training Neural Networks", arXiv:1506.01186.
 *
 * @example
 * ```ts
 * import { Adam, CyclicLR, parameter } from 'adamas';
 * const optimizer = new Adam([parameter([1])]);
 * const scheduler = new CyclicLR(optimizer, { baseLr: 0, maxLr: 1, stepSizeUp: 2 });
 * const lrs = [1, 2, 3].map(() => {
 *   scheduler.step();
 *   return scheduler.lastLr[0];
 * });
 * console.log(lrs, optimizer.paramGroups[0]!.betas[0].toFixed(3)); // [ 0.5, 1, 0.5 ] 0.850
 * ```
 */
export class CyclicLR extends CyclicMomentumSchedule<
  CyclicLROptions,
  { mode: string; gamma: number; scale_mode: string; total_size: number; step_ratio: number }
> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link CyclicLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: CyclicLROptions) {
    super('CyclicLR', optimizer, options, {
      baseLr: [oneOrEach(nonNegative)],
      stepSizeUp: [positiveInt, 2000],
      stepSizeDown: [positiveInt, undefined],
      mode: [oneOf('triangular', 'triangular2', 'exp_range'), 'triangular'],
      gamma: [nonNegative, 1],
      scaleFn: [func, undefined],
      scaleMode: [oneOf('cycle', 'iterations'), 'cycle'],
      ...cyclicMomentumOptions(0.8, 0.9),
    });
  }

  /** @internal */
  protected override join(): void {
    super.join();
    const { stepSizeUp, stepSizeDown = stepSizeUp } = this.options;
    const base_lrs = this.eachGroup('baseLr');
    const total_size = stepSizeUp + stepSizeDown;
    Object.assign(this.state, { base_lrs, total_size, step_ratio: stepSizeUp / total_size });
    this.optimizer.paramGroups.forEach((group, i) => {
      group.initialLr ??= base_lrs[i]!;
    });
  }

  /** @internal */
  protected override rate(_lr: number, epoch: number, _first: boolean, i: number): number {
    const { base_lrs, max_lrs, total_size, step_ratio } = this.state;
    const cycle = Math.floor(1 + epoch / total_size);
    const x = 1 + epoch / total_size - cycle;
    const rise = x <= step_ratio ? x / step_ratio : (x - 1) / (step_ratio - 1);
    const height = this.height(cycle, epoch);
    this.setMomentum(i, (low, high) => high - (high - low) * rise * height);
    return base_lrs[i]! + (max_lrs[i]! - base_lrs[i]!) * rise * height;
  }

  /** @internal The height of a cycle, relative to the first. */
  protected height(cycle: number, epoch: number): number {
    const { mode, gamma, scale_mode } = this.state;
    const { scaleFn } = this.options;
    const { pow } = kernels();
    if (scaleFn) {
      const x = scale_mode === 'cycle' ? cycle : epoch;
      const height = scaleFn(x);
      nonNegative(`CyclicLR: scaleFn(${x})`, height);
      return height;
    }
    if (mode === 'triangular') return 1;
    return mode === 'triangular2' ? 1 / pow(2, cycle - 1) : pow(gamma, epoch);
  }
}
