import { boolean, halfOpenUnit, nonNegative, type OptionTable, refuse } from '../../validate.js';
import { oneOrEach } from './checks.js';
import { RecursiveSchedule } from './recursiveSchedule.js';

/** Options of a schedule that cycles lr and, against it, momentum. */
export interface CyclicMomentumOptions {
  /** The highest lr: one for all groups, or one for each. */
  readonly maxLr: number | readonly number[];
  /** Move momentum (or beta1) against lr, from maxMomentum to baseMomentum while lr rises and back while it falls. Default true. */
  readonly cycleMomentum?: boolean | undefined;
  /** The lowest momentum: one for all groups, or one for each. Default 0.8; 0.85 for {@link OneCycleLR}. */
  readonly baseMomentum?: number | readonly number[] | undefined;
  /** The highest momentum: one for all groups, or one for each. Default 0.9; 0.95 for {@link OneCycleLR}. */
  readonly maxMomentum?: number | readonly number[] | undefined;
}

/** Table of these options, with the defaults of the momenta. */
export function cyclicMomentumOptions(baseMomentum: number, maxMomentum: number): OptionTable<CyclicMomentumOptions> {
  return {
    maxLr: [oneOrEach(nonNegative)],
    cycleMomentum: [boolean, true],
    baseMomentum: [oneOrEach(halfOpenUnit), baseMomentum],
    maxMomentum: [oneOrEach(halfOpenUnit), maxMomentum],
  };
}

/** The state it keeps, by torch's names. */
interface Bounds {
  cycle_momentum: boolean;
  max_lrs: number[];
  base_momentums: number[];
  max_momentums: number[];
}

/** A schedule that cycles lr and, against it, momentum. */
export abstract class CyclicMomentumSchedule<
  Options extends CyclicMomentumOptions,
  State extends object,
> extends RecursiveSchedule<Options, State & Bounds> {
  /** @internal */
  override get cyclesMomentum(): boolean {
    return this.state.cycle_momentum;
  }

  /** @internal */
  protected override join(): void {
    const { label, state, optimizer } = this;
    state.max_lrs = this.eachGroup('maxLr');
    state.base_momentums = this.eachGroup('baseMomentum');
    state.max_momentums = this.eachGroup('maxMomentum');
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
