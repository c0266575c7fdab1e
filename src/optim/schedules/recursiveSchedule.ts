import { finiteNumber, type OptionTable } from '../../validate.js';
import { type OptimizerLike, Schedule } from './schedule.js';

/** A schedule that others can hold: {@link SequentialLR} and {@link ChainedScheduler} repeat its first step. */
export abstract class Chainable<Options extends object = object, State extends object = object> extends Schedule<
  Options,
  State
> {
  /** @internal Takes the first step. */
  abstract begin(): void;
  /** @internal Forgets the last step; the groups stay as they are. */
  abstract undo(): void;
}

/**
 * A schedule that computes the next lr of each group. Most start from the group's current lr, as torch's do, so that changes by the user or
 * by another schedule stay; the rest start from its base lr.
 */
export abstract class RecursiveSchedule<
  Options extends object = object,
  State extends object = object,
> extends Chainable<Options, State & { base_lrs: number[]; last_epoch: number }> {
  /** @internal */
  protected constructor(
    label: string,
    optimizer: OptimizerLike,
    options: Options,
    table: OptionTable<Options>,
    place?: object,
  ) {
    super(label, optimizer, options, table, { ...place, base_lrs: [], last_epoch: -1 });
    this.begin();
  }

  /** Sets the groups for the next step, or the next epoch. */
  override step(): void {
    this.advance(this.state.last_epoch + 1, false);
  }

  /** @internal */
  override begin(): void {
    this.advance(this.state.last_epoch + 1, true);
  }

  /** @internal */
  override undo(): void {
    this.state.last_epoch--;
  }

  /** @internal Starts again from the base lrs. */
  restart(): void {
    this.setLrs(this.state.base_lrs);
    this.advance(0, true);
  }

  /** @internal The lr of group i, now `lr`, at an epoch counted from 0. `first`: it is its own first step, not that of a chain it is in. */
  protected abstract rate(lr: number, epoch: number, first: boolean, i: number): number;

  /** @internal Reads the base lr of each group: at first, and when there are new groups. */
  protected join(): void {
    this.state.base_lrs = this.optimizer.paramGroups.map((group, i) => {
      group.initialLr ??= group.lr;
      return this.state.base_lrs[i] ?? group.initialLr;
    });
  }

  /** @internal */
  protected advance(epoch: number, first: boolean): void {
    const { paramGroups } = this.optimizer;
    if (paramGroups.length !== this.state.base_lrs.length) this.join();
    const lrs = paramGroups.map(({ lr }, i) => this.rate(lr, epoch, first, i));
    // A factor above 1 grows lr without end.
    for (const lr of lrs) finiteNumber(`${this.label}: the lr of epoch ${epoch}`, lr);
    this.state.last_epoch = epoch;
    this.setLrs(lrs);
  }
}
