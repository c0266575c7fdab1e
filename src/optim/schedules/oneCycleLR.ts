import { boolean, checkNumber, oneOf, positive, positiveInt, unitInterval } from '../../validate.js';
import { kernels } from '../../wasm/kernels.js';
import { type CyclicMomentumOptions, CyclicMomentumSchedule, cyclicMomentumOptions } from './cyclicMomentum.js';
import type { OptimizerLike } from './schedule.js';

/** Options of {@link OneCycleLR}: torch's, in camelCase. */
export interface OneCycleLROptions extends CyclicMomentumOptions {
  /** Steps of the whole cycle. */
  readonly totalSteps?: number | undefined;
  /** In place of totalSteps, together with stepsPerEpoch. */
  readonly epochs?: number | undefined;
  /** In place of totalSteps, together with epochs. */
  readonly stepsPerEpoch?: number | undefined;
  /** Share of the cycle in which lr rises, from 0 to 1. Default 0.3. */
  readonly pctStart?: number | undefined;
  /** Shape of each phase: half a cosine or a straight line. Default `'cos'`. */
  readonly annealStrategy?: 'cos' | 'linear' | undefined;
  /** It starts with maxLr / divFactor. Default 25. */
  readonly divFactor?: number | undefined;
  /** It ends with that / finalDivFactor. Default 1e4. */
  readonly finalDivFactor?: number | undefined;
  /** Fall in two phases: first back to the initial lr, in as many steps as it rose, and then to the end. Default false. */
  readonly threePhase?: boolean | undefined;
}

/**
 * One rise of lr to maxLr and one fall to almost nothing, as torch.optim.lr_scheduler.OneCycleLR has it, and momentum against it:
 *
 *     lr: maxLr / divFactor -> maxLr -> maxLr / (divFactor finalDivFactor);  momentum: maxMomentum -> baseMomentum -> maxMomentum
 *     the first phase ends at step pctStart totalSteps - 1, the last at totalSteps - 1
 *     from a to b by the share p of its phase:  b + (a - b) / 2 (1 + cos(pi p)) (cos),  (b - a) p + a (linear)
 *
 * Call `step()` after each batch. It overwrites lr. When to choose it: to train fast with a high lr, when the number of steps is known.
 *
 * Source: Smith and Topin, "Super-Convergence", arXiv:1708.07120; in two phases as fastai has it.
 *
 * @example
 * ```ts
 * import { Adam, OneCycleLR, parameter } from 'adamas';
 * const optimizer = new Adam([parameter([1])]);
 * const scheduler = new OneCycleLR(optimizer, { maxLr: 0.5, totalSteps: 10 });
 * scheduler.step();
 * scheduler.step();
 * console.log(scheduler.lastLr, optimizer.paramGroups[0]!.betas[0]); // [ 0.5 ] 0.85
 * ```
 */
export class OneCycleLR extends CyclicMomentumSchedule<
  OneCycleLROptions,
  { total_steps: number; pct_start: number; anneal_strategy: string; three_phase: boolean; min_lrs: number[] }
> {
  /**
   * @param optimizer - the optimizer whose groups it sets
   * @param options - see {@link OneCycleLROptions}
   * @throws TypeError or RangeError for a wrong argument
   */
  constructor(optimizer: OptimizerLike, options: OneCycleLROptions) {
    super('OneCycleLR', optimizer, options, {
      totalSteps: [positiveInt, undefined],
      epochs: [positiveInt, undefined],
      stepsPerEpoch: [positiveInt, undefined],
      pctStart: [unitInterval, 0.3],
      annealStrategy: [oneOf('cos', 'linear'), 'cos'],
      divFactor: [positive, 25],
      finalDivFactor: [positive, 1e4],
      threePhase: [boolean, false],
      ...cyclicMomentumOptions(0.85, 0.95),
    });
  }

  /** @internal */
  protected override join(): void {
    super.join();
    const { epochs, stepsPerEpoch, totalSteps = epochs * stepsPerEpoch, divFactor, finalDivFactor } = this.options;
    positiveInt('OneCycleLR: totalSteps, or epochs * stepsPerEpoch,', totalSteps);
    const base_lrs = this.state.max_lrs.map((lr) => lr / divFactor);
    const min_lrs = base_lrs.map((lr) => lr / finalDivFactor);
    Object.assign(this.state, { total_steps: totalSteps, base_lrs, min_lrs });
    this.optimizer.paramGroups.forEach((group, i) => {
      group.initialLr = base_lrs[i]!;
    });
  }

  /** @internal */
  protected override rate(_lr: number, epoch: number, _first: boolean, i: number): number {
    const { total_steps, pct_start, three_phase, base_lrs, max_lrs, min_lrs } = this.state;
    checkNumber('OneCycleLR: the number of steps', epoch, `at most ${total_steps}`, (x) => x <= total_steps);
    const rise = pct_start * total_steps - 1;
    const ends = three_phase ? [rise, 2 * pct_start * total_steps - 2] : [rise];
    const phase = ends.filter((end) => epoch > end).length;
    const from = phase === 0 ? 0 : ends[phase - 1]!;
    const length = (ends[phase] ?? total_steps - 1) - from;
    const done = length === 0 ? 1 : (epoch - from) / length;
    const lrs = [base_lrs[i]!, max_lrs[i]!, ...(three_phase ? [base_lrs[i]!] : []), min_lrs[i]!];
    this.setMomentum(i, (low, high) => this.between(phase === 1 ? low : high, phase === 0 ? low : high, done));
    return this.between(lrs[phase]!, lrs[phase + 1]!, done);
  }

  /** @internal */
  protected between(from: number, to: number, done: number): number {
    if (this.state.anneal_strategy === 'linear') return (to - from) * done + from;
    return to + ((from - to) / 2) * (kernels().cos(Math.PI * done) + 1);
  }
}
