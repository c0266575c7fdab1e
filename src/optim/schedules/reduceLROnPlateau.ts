import { checkNumber, halfOpenUnit, nonNegative, nonNegativeInt, oneOf } from '../../validate.js';
import { oneOrEach } from './checks.js';
import { type OptimizerLike, Schedule } from './schedule.js';

/** Options of {@link ReduceLROnPlateau}: torch's, in camelCase. */
export interface ReduceLROnPlateauOptions {
  /** Direction of improvement: `'min'` for a loss, `'max'` for an accuracy. Default `'min'`. */
  readonly mode?: 'min' | 'max' | undefined;
  /** Factor of lr at a reduction, in [0, 1). Default 0.1. */
  readonly factor?: number | undefined;
  /** Epochs in a row without improvement that are tolerated. Default 10. */
  readonly patience?: number | undefined;
  /** Least improvement that counts. Default 1e-4. */
  readonly threshold?: number | undefined;
  /** Meaning of the threshold: a share of the best metric (`'rel'`) or a difference from it (`'abs'`). Default `'rel'`. */
  readonly thresholdMode?: 'rel' | 'abs' | undefined;
  /** Epochs after a reduction that do not count. Default 0. */
  readonly cooldown?: number | undefined;
  /** Lower bound of lr: one for all groups, or one for each. Default 0. */
  readonly minLr?: number | readonly number[] | undefined;
  /** Least reduction of lr: one that is not larger is not made. Default 1e-8. */
  readonly eps?: number | undefined;
}

/**
 * Multiplies lr by factor when a metric, such as the validation loss, has been no better for more than `patience` epochs, as
 * torch.optim.lr_scheduler.ReduceLROnPlateau does. Better than the best means
 *
 *     metric < best (1 - threshold)  (min, rel)     metric < best - threshold  (min, abs)
 *     metric > best (1 + threshold)  (max, rel)     metric > best + threshold  (max, abs)
 *
 * NaN is never better. A relative threshold suits metrics of at least 0: for those below 0 PyTorch's formula, which is used here, takes a
 * slightly worse metric for a better one. The first such metric causes a `console.warn`; use `thresholdMode: 'abs'`.
 *
 * When to choose it: when it is not known how long training takes.
 *
 * @example
 * ```ts
 * import { Adam, parameter, ReduceLROnPlateau } from 'adamas';
 * const optimizer = new Adam([parameter([1])], { lr: 0.5 });
 * const scheduler = new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 1 });
 * for (const loss of [3, 2, 2, 2]) scheduler.step(loss);
 * console.log(scheduler.lastLr); // [ 0.25 ]
 * ```
 */
export class ReduceLROnPlateau extends Schedule<
  ReduceLROnPlateauOptions,
  {
    mode: string;
    factor: number;
    patience: number;
    threshold: number;
    threshold_mode: string;
    cooldown: number;
    min_lrs: number[];
    eps: number;
    last_epoch: number;
    best: number;
    cooldown_counter: number;
    num_bad_epochs: number;
  }
> {
  #warned = false;

  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link ReduceLROnPlateauOptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: ReduceLROnPlateauOptions = {}) {
    const table = {
      mode: [oneOf('min', 'max'), 'min'],
      factor: [halfOpenUnit, 0.1],
      patience: [nonNegativeInt, 10],
      threshold: [nonNegative, 1e-4],
      thresholdMode: [oneOf('rel', 'abs'), 'rel'],
      cooldown: [nonNegativeInt, 0],
      minLr: [oneOrEach(nonNegative), 0],
      eps: [nonNegative, 1e-8],
    } as const;
    // The best metric starts at the worst: not torch's infinity, which JSON does not have.
    const best = Number.MAX_VALUE * (Object(options).mode === 'max' ? -1 : 1);
    const place = { min_lrs: [], best, cooldown_counter: 0, num_bad_epochs: 0, last_epoch: 0 };
    super('ReduceLROnPlateau', optimizer, options, table, place);
    this.#join();
  }

  /**
   * Sets the groups for the next epoch.
   *
   * @param metric - of the epoch that has ended
   * @throws TypeError without one
   */
  override step(metric?: number): void {
    const expected = "a number: step(metric), after each epoch (in a fit scheduleEvery: 'epoch')";
    checkNumber('ReduceLROnPlateau: metric', metric, expected, () => true);
    const { state } = this;
    if (metric! < 0 && state.threshold_mode === 'rel' && state.threshold > 0) this.#warnOfSign(metric!);
    const { paramGroups } = this.optimizer;
    if (paramGroups.length !== state.min_lrs.length) this.#join();
    state.last_epoch++;
    state.num_bad_epochs++;
    if (this.#isBetter(metric!)) {
      state.best = metric!;
      state.num_bad_epochs = 0;
    }
    if (state.cooldown_counter > 0) {
      state.cooldown_counter--;
      state.num_bad_epochs = 0;
    }
    if (state.num_bad_epochs > state.patience) {
      state.cooldown_counter = state.cooldown;
      state.num_bad_epochs = 0;
      paramGroups.forEach((group, i) => {
        const lower = Math.max(group.lr * state.factor, state.min_lrs[i]!);
        if (group.lr - lower > state.eps) group.lr = lower;
      });
    }
    this.setLrs([]);
  }

  /** Warns once that a relative threshold misjudges a metric below 0, as PyTorch's does. */
  #warnOfSign(metric: number): void {
    if (this.#warned) return;
    this.#warned = true;
    console.warn(
      `ReduceLROnPlateau: the metric is below 0 (${metric}), where thresholdMode 'rel' takes a worse one for better, as PyTorch does: use thresholdMode: 'abs'`,
    );
  }

  #isBetter(metric: number): boolean {
    const { mode, threshold, threshold_mode, best } = this.state;
    const sign = mode === 'min' ? -1 : 1;
    const bound = threshold_mode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
    return mode === 'min' ? metric < bound : metric > bound;
  }

  #join(): void {
    this.state.min_lrs = this.eachGroup('minLr');
  }
}
