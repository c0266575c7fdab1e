import { boolean, halfOpenUnit, nonNegative, type OptionTable, refuse, unchecked } from '../../validate.js';
import { Recurrence } from './recursiveSchedule.js';

/** Options of a schedule that cycles lr and, against it, momentum. */
export interface CycleOptions {
  /** The highest lr: one for all groups, or one for each. */
  readonly maxLr: number | readonly number[];
  /** Whether momentum (or beta1) falls from maxMomentum to baseMomentum while lr rises, and rises while it falls. Default true. */
  readonly cycleMomentum?: boolean;
  /** The lowest momentum: one for all groups, or one for each. Default 0.8; 0.85 for {@link OneCycleLR}. */
  readonly baseMomentum?: number | readonly number[];
  /** The highest momentum: one for all groups, or one for each. Default 0.9; 0.95 for {@link OneCycleLR}. */
  readonly maxMomentum?: number | readonly number[];
}

/** Their checks, and the defaults of the momenta. */
export function cycleFields(baseMomentum: number, maxMomentum: number): OptionTable<CycleOptions> {
  return {
    maxLr: [unchecked],
    cycleMomentum: [boolean, true],
    baseMomentum: [unchecked, baseMomentum],
    maxMomentum: [unchecked, maxMomentum],
  };
}

/** What it keeps, by torch's names. */
interface Bounds {
  cycle_momentum: boolean;
  max_lrs: number[];
  base_momentums: number[];
  max_momentums: number[];
}

/** A schedule that cycles lr and, against it, momentum. */
export abstract class MomentumCycle<Options extends CycleOptions, State extends object> extends Recurrence<
  Options,
  State & Bounds
> {
  /** @internal */
  protected override join(): void {
    const { label, state, optimizer } = this;
    state.max_lrs = this.eachGroup('maxLr', nonNegative);
    state.base_momentums = this.eachGroup('baseMomentum', halfOpenUnit);
    state.max_momentums = this.eachGroup('maxMomentum', halfOpenUnit);
    if (state.cycle_momentum && !optimizer.paramGroups.every((group) => 'betas' in group || 'momentum' in group)) {
      refuse(TypeError, `${label}: cycleMomentum`, 'be false for an optimizer without momentum or betas', true);
    }
  }

  /** @internal Sets the momentum of group i, or its beta1 where it has betas, to a function of its bounds. */
  protected setMomentum(i: number, between: (low: number, high: number) => number): void {
    const { cycle_momentum, base_momentums, max_momentums } = this.state;
    if (!cycle_momentum) return;
    const group = this.optimizer.paramGroups[i]!;
    const momentum = between(base_momentums[i]!, max_momentums[i]!);
    if (group.betas) group.betas = [momentum, group.betas[1]];
    else group.momentum = momentum;
  }
}
