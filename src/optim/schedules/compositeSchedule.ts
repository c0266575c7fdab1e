import { refuse } from '../../validate.js';
import { Chainable } from './recursiveSchedule.js';
import type { OptimizerLike, SchedulerStateDict } from './schedule.js';

/** A schedule made of others, which its state dict holds too. */
export abstract class CompositeSchedule<State extends object = object> extends Chainable<
  object,
  State & { readonly _schedulers: readonly Chainable[] }
> {
  /** @internal */
  override begin(): void {
    this.step();
  }

  /** @internal */
  override undo(): void {
    for (const scheduler of this.state._schedulers) scheduler.undo();
  }

  /** @internal */
  override get cyclesMomentum(): boolean {
    return this.state._schedulers.some((scheduler) => scheduler.cyclesMomentum);
  }

  /** @internal */
  override checkState(label: string, dict: unknown): void {
    super.checkState(label, dict);
    const { _schedulers } = dict as { readonly _schedulers: readonly unknown[] };
    this.state._schedulers.forEach((scheduler, i) => {
      scheduler.checkState(`${label}._schedulers.${i}`, _schedulers[i]);
    });
  }

  /** @internal */
  override assume({ _schedulers, ...dict }: SchedulerStateDict): void {
    super.assume(dict);
    (_schedulers as SchedulerStateDict[]).forEach((saved, i) => {
      this.state._schedulers[i]!.assume(saved);
    });
  }
}

/** Throws unless it is given some schedules, all of this optimizer; those after the first must be of class `Rest`. */
export function checkSchedulers(label: string, schedulers: unknown, optimizer: OptimizerLike, Rest = Chainable): void {
  const name = `${label}: schedulers`;
  if (!Array.isArray(schedulers) || schedulers.length === 0)
    refuse(TypeError, name, 'be an array of schedules', schedulers);
  for (const [i, scheduler] of schedulers.entries()) {
    if (!(scheduler instanceof (i > 0 ? Rest : Chainable))) {
      refuse(TypeError, `${name}[${i}]`, 'be a schedule that can be held here', scheduler);
    }
    if (scheduler.optimizer !== optimizer) refuse(RangeError, `${name}[${i}]`, 'be of the same optimizer', scheduler);
  }
}
