import type { Parameter } from '../tensor.js';
import { type AveragedModel, WeightAverage } from './average.js';

/**
 * An average of the parameters in which all values weigh the same, as torch.optim.swa_utils.AveragedModel keeps it, bit for bit:
 *
 *     avg = avg + (p - avg) / (n + 1)  where n values have been averaged before;  the first update sets avg = p
 *
 * Call `update()` after each epoch towards the end of training, while lr is constant or cycles, and evaluate or save between `swapIn()`
 * and `swapOut()`.
 *
 * When to choose it: to gain some accuracy at the end of a training with SGD.
 *
 * Source: Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", arXiv:1803.05407.
 *
 * @example
 * ```ts
 * import { parameter, StochasticWeightAverage } from 'adamas';
 * const w = parameter([0]);
 * const average = new StochasticWeightAverage([w]);
 * for (const value of [1, 2, 6]) {
 *   w.set([value]); // in place of an epoch
 *   average.update();
 * }
 * average.swapIn();
 * console.log(w.data[0], average.count); // 3 3
 * average.dispose(); // w keeps the average
 * ```
 */
export class StochasticWeightAverage extends WeightAverage {
  /**
   * @param params - a model, its parameters, or Float32Arrays of your own. Of a model it also owns the buffers, such as batchNorm's statistics
   * @throws TypeError or RangeError for a wrong argument; UseAfterDisposeError; OutOfMemoryError
   */
  constructor(params: readonly (Parameter | Float32Array)[] | AveragedModel) {
    super('StochasticWeightAverage', params);
  }

  /** @internal */
  protected override get factors(): readonly [number, number, number] {
    return [0, 1, 1];
  }
}
