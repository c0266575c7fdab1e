import { readOptions, refuse, unchecked } from '../../validate.js';
import { increasingSteps } from './checks.js';
import { CompositeSchedule, checkSchedulers } from './compositeSchedule.js';
import { type Chainable, RecursiveSchedule } from './recursiveSchedule.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link SequentialLR}: torch's, in camelCase. */
export interface SequentialLROptions {
  /** Schedules of this optimizer; none is {@link ReduceLROnPlateau}, and only the first may hold others itself. */
  readonly schedulers: readonly Chainable[];
  /** The steps at which the second, the third, ... takes over, from the lr that the optimizer had at first. */
  readonly milestones: readonly number[];
}

/**
 * Runs one schedule after the other, as torch.optim.lr_scheduler.SequentialLR does. Each begins at its milestone with the lr that the
 * optimizer had before any schedule, and counts its steps from there.
 *
 * When to choose it: for a warm-up with something else after it; with a cosine see {@link warmupCosine}.
 *
 * @example
 * ```ts
 * import { Adam, ConstantLR, ExponentialLR, parameter, SequentialLR } from 'adamas';
 * const optimizer = new Adam([parameter([1])], { lr: 1 });
 * const schedulers = [new ConstantLR(optimizer, { factor: 0.25 }), new ExponentialLR(optimizer, { gamma: 0.5 })];
 * const scheduler = new SequentialLR(optimizer, { schedulers, milestones: [2] });
 * const lrs = [1, 2, 3].map(() => {
 *   scheduler.step();
 *   return scheduler.lastLr[0];
 * });
 * console.log(lrs); // [ 0.25, 1, 0.5 ]
 * ```
 */
export class SequentialLR extends CompositeSchedule<{ last_epoch: number; _milestones: readonly number[] }> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link SequentialLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: SequentialLROptions) {
    const label = 'SequentialLR';
    const { schedulers, milestones } = readOptions(label, options, {
      schedulers: [unchecked],
      milestones: [increasingSteps],
    });
    checkSchedulers(label, schedulers, optimizer, RecursiveSchedule);
    const count = schedulers.length - 1;
    if (milestones.length !== count) refuse(RangeError, `${label}: milestones`, `be an array of ${count}`, milestones);
    super(label, optimizer, {}, {}, { last_epoch: 0, _schedulers: [...schedulers], _milestones: [...milestones] });
    this.setLrs(optimizer.paramGroups.map(({ lr, initialLr = lr }) => initialLr));
    this.undo();
    schedulers[0]!.begin();
    this.setLrs([]);
  }

  /** Sets the groups for the next step, or the next epoch. */
  override step(): void {
    const { _milestones, _schedulers, last_epoch } = this.state;
    const epoch = last_epoch + 1;
    const at = _milestones.filter((milestone) => milestone <= epoch).length;
    const scheduler = _schedulers[at]!;
    if (_milestones[at - 1] === epoch) (scheduler as RecursiveSchedule).restart();
    else scheduler.step();
    this.state.last_epoch = epoch;
    this.setLrs([]);
  }
}
