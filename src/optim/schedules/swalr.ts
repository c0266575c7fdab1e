import { nonNegative, nonNegativeInt, oneOf } from '../../validate.js';
import { kernels } from '../../wasm/kernels.js';
import { oneOrEach } from './checks.js';
import { RecursiveSchedule } from './recursiveSchedule.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link SWALR}: torch's, in camelCase. */
export interface SWALROptions {
  /** The constant lr in the end: one for all groups, or one for each. */
  readonly swaLr: number | readonly number[];
  /** Steps until it is reached. Default 10. */
  readonly annealEpochs?: number | undefined;
  /** Path to it: half a cosine or a straight line. Default `'cos'`. */
  readonly annealStrategy?: 'cos' | 'linear' | undefined;
}

/**
 * Moves lr to a constant for stochastic weight averaging, as torch.optim.swa_utils.SWALR does:
 *
 *     a(t) = (1 - cos(pi s)) / 2 (cos),  s (linear),  s = min(1, t / annealEpochs)
 *     lr(t) = swaLr a(t) + (1 - a(t)) (lr(t - 1) - a(t - 1) swaLr) / (1 - a(t - 1))
 *
 * which is lr(t) = swaLr a(t) + (1 - a(t)) lr(0) unless something else changes lr.
 *
 * When to choose it: with {@link StochasticWeightAverage}, for the epochs at the end that are averaged.
 *
 * Source: Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", arXiv:1803.05407.
 *
 * @example
 * ```ts
 * import { parameter, SGD, SWALR } from 'adamas';
 * const optimizer = new SGD([parameter([1])], { lr: 1 });
 * const scheduler = new SWALR(optimizer, { swaLr: 0.5, annealEpochs: 2, annealStrategy: 'linear' });
 * const lrs = [1, 2, 3].map(() => {
 *   scheduler.step();
 *   return scheduler.lastLr[0];
 * });
 * console.log(lrs); // [ 0.75, 0.5, 0.5 ]
 * ```
 */
export class SWALR extends RecursiveSchedule<
  SWALROptions,
  { anneal_epochs: number; anneal_strategy: string; swa_lrs: number[]; _step_count: number }
> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link SWALROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: SWALROptions) {
    const table = {
      swaLr: [oneOrEach(nonNegative)],
      annealEpochs: [nonNegativeInt, 10],
      annealStrategy: [oneOf('cos', 'linear'), 'cos'],
    } as const;
    super('SWALR', optimizer, options, table, { swa_lrs: [], _step_count: 0 });
  }

  /** @internal torch counts its calls from here, also where a SequentialLR restarts it. */
  override begin(): void {
    this.state._step_count = 0;
    super.begin();
  }

  /** @internal As torch's, which has no closed form: from the lr that the schedule before left. */
  override restart(): void {
    this.advance(0, false);
  }

  /** @internal */
  protected override join(): void {
    this.state.swa_lrs = this.eachGroup('swaLr');
    super.join();
  }

  /** @internal */
  protected override advance(epoch: number, first: boolean): void {
    this.state._step_count++;
    super.advance(epoch, first);
  }

  /** @internal */
  protected override rate(lr: number, _epoch: number, _first: boolean, i: number): number {
    const { anneal_epochs, _step_count, swa_lrs } = this.state;
    const swaLr = swa_lrs[i]!;
    const step = anneal_epochs === 0 ? Math.max(1, _step_count - 1) : _step_count - 1;
    const before = this.share(step - 1);
    const now = this.share(step);
    const initial = before === 1 ? swaLr : (lr - before * swaLr) / (1 - before);
    return swaLr * now + initial * (1 - now);
  }

  /** @internal The share of swaLr in lr after this number of steps. */
  protected share(step: number): number {
    const { anneal_epochs, anneal_strategy } = this.state;
    const t = Math.max(0, Math.min(1, step / Math.max(1, anneal_epochs)));
    return anneal_strategy === 'linear' ? t : (1 - kernels().cos(Math.PI * t)) / 2;
  }
}
