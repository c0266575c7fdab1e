import type { Parameter } from '../tensor.js';
import { readOptions, unitInterval } from '../validate.js';
import { type AveragedModel, WeightAverage } from './average.js';

/** Options of {@link ExponentialMovingAverage}. */
export interface ExponentialMovingAverageOptions {
  /** Share of the average that stays at each update, from 0 to 1. Default 0.999. */
  readonly decay?: number | undefined;
}

/**
 * An average of the parameters in which older values weigh less and less, as torch.optim.swa_utils.AveragedModel keeps it with
 * `get_ema_multi_avg_fn(decay)`, bit for bit:
 *
 *     avg = lerp(avg, p, 1 - decay) = avg + (1 - decay) (p - avg);  the first update sets avg = p
 *
 * Call `update()` after each step, and evaluate or save between `swapIn()` and `swapOut()`.
 *
 * When to choose it: the weights to use at the end of nearly any training that is noisy, generative models above all.
 *
 * @example
 * ```ts
 * import { ExponentialMovingAverage, parameter } from 'adamas';
 * const w = parameter([0]);
 * const average = new ExponentialMovingAverage([w], { decay: 0.5 });
 * for (const value of [4, 8]) {
 *   w.set([value]); // in place of a step
 *   average.update();
 * }
 * average.swapIn();
 * console.log(w.data[0]); // 6
 * average.swapOut();
 * console.log(w.data[0]); // 8
 * average.dispose();
 * ```
 */
export class ExponentialMovingAverage extends WeightAverage {
  /** Share of the average that stays at each update. */
  declare readonly decay: number;

  /**
   * @param params - a model, its parameters, or Float32Arrays of your own. Of a model it also owns the buffers, such as batchNorm's statistics
   * @param options - see {@link ExponentialMovingAverageOptions}
   * @throws TypeError or RangeError for a wrong argument; UseAfterDisposeError; OutOfMemoryError
   */
  constructor(
    params: readonly (Parameter | Float32Array)[] | AveragedModel,
    options: ExponentialMovingAverageOptions = {},
  ) {
    const label = 'ExponentialMovingAverage';
    const { decay } = readOptions(label, options, { decay: [unitInterval, 0.999] });
    super(label, params);
    this.decay = decay;
  }

  /** @internal */
  protected override get factors(): readonly [number, number, number] {
    // From the end that is nearer, as torch.lerp rounds it.
    const w = Math.fround(1 - this.decay);
    return w < 0.5 ? [0, w, 0] : [1, -(1 - w), 0];
  }
}
