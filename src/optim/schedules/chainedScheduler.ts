import { CompositeSchedule, checkSchedulers } from './compositeSchedule.js';
import type { Chainable } from './recursiveSchedule.js';

/**
 * Steps several schedules of one optimizer at once, in order, as torch.optim.lr_scheduler.ChainedScheduler does. Those that multiply
 * the current lr multiply each other's effect; those that set it from their base lr ({@link LambdaLR}, {@link CosineAnnealingWarmRestarts},
 * {@link CyclicLR}, {@link OneCycleLR}) undo what came before them.
 *
 * When to choose it: for a warm-up and a decay that overlap.
 *
 * @example
 * ```ts
 * import { Adam, ChainedScheduler, ConstantLR, ExponentialLR, parameter } from 'adamas';
 * const optimizer = new Adam([parameter([1])], { lr: 1 });
 * const warmUp = new ConstantLR(optimizer, { factor: 0.5, totalIters: 2 });
 * const scheduler = new ChainedScheduler([warmUp, new ExponentialLR(optimizer, { gamma: 0.5 })]);
 * scheduler.step();
 * scheduler.step();
 * console.log(scheduler.lastLr); // [ 0.25 ]
 * ```
 */
export class ChainedScheduler extends CompositeSchedule {
  /**
   * @param schedulers - schedules of the same optimizer, none of them {@link ReduceLROnPlateau}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(schedulers: readonly Chainable[]) {
    const { optimizer } = Object(Object(schedulers)[0]);
    checkSchedulers('ChainedScheduler', schedulers, optimizer);
    super('ChainedScheduler', optimizer, {}, {}, { _schedulers: [...schedulers] });
  }

  /** Sets the groups for the next step, or the next epoch. */
  override step(): void {
    for (const scheduler of this.state._schedulers) scheduler.step();
    this.setLrs([]);
  }
}
