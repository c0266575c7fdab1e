import { checkInt, nonNegative, nonNegativeInt, positiveInt, readOptions } from '../../validate.js';
import { unitIntervalAboveZero } from './checks.js';
import { CosineAnnealingLR } from './cosineAnnealingLR.js';
import { LinearLR } from './linearLR.js';
import type { OptimizerLike } from './schedule.js';
import { SequentialLR } from './sequentialLR.js';

/** Options of {@link warmupCosine}. */
export interface WarmupCosineOptions {
  /** Steps in which lr rises to that of the optimizer; 0 leaves the warm-up out. */
  readonly warmupSteps: number;
  /** Steps until lr is lowest, those of the warm-up among them. */
  readonly totalSteps: number;
  /** Factor of lr at first, in (0, 1]. Default 0.01. */
  readonly startFactor?: number | undefined;
  /** The lowest lr. Default 0. */
  readonly etaMin?: number | undefined;
}

/**
 * A warm-up and then a cosine: {@link LinearLR} for warmupSteps, then {@link CosineAnnealingLR} for the rest of totalSteps, by way of
 * {@link SequentialLR}. After totalSteps the cosine rises again.
 *
 * When to choose it: the usual choice for most models, if the number of steps is known.
 *
 * @param optimizer - the optimizer whose groups it sets
 * @param options - see {@link WarmupCosineOptions}
 * @throws TypeError or RangeError for a wrong argument
 * @example
 * ```ts
 * import { AdamW, parameter, warmupCosine } from 'adamas';
 * const optimizer = new AdamW([parameter([1])], { lr: 1 });
 * const scheduler = warmupCosine(optimizer, { warmupSteps: 2, totalSteps: 6, startFactor: 0.5 });
 * const lrs = [optimizer.paramGroups[0]!.lr];
 * for (let step = 1; step <= 6; step++) {
 *   scheduler.step();
 *   lrs.push(scheduler.lastLr[0]!);
 * }
 * console.log(lrs.map((lr) => lr.toFixed(2)).join(' ')); // 0.50 0.75 1.00 0.85 0.50 0.15 0.00
 * ```
 */
export function warmupCosine(optimizer: OptimizerLike, options: WarmupCosineOptions): SequentialLR {
  const { warmupSteps, totalSteps, startFactor, etaMin } = readOptions('warmupCosine', options, {
    warmupSteps: [nonNegativeInt],
    totalSteps: [positiveInt],
    startFactor: [unitIntervalAboveZero, 0.01],
    etaMin: [nonNegative, 0],
  });
  checkInt('warmupCosine: totalSteps', totalSteps, warmupSteps + 1);
  const milestones = warmupSteps === 0 ? [] : [warmupSteps];
  const warmup = milestones.map((totalIters) => new LinearLR(optimizer, { startFactor, totalIters }));
  const cosine = new CosineAnnealingLR(optimizer, { tMax: totalSteps - warmupSteps, etaMin });
  return new SequentialLR(optimizer, { schedulers: [...warmup, cosine], milestones });
}
