import { Adam, type AdamOptions } from './adam.js';
import type { OptimizerDescriptor } from './descriptor.js';
import { Optimizer, type Params } from './optimizer.js';

/**
 * AdamW: Adam whose weight decay is decoupled from the gradient, in the order of operations of torch.optim.AdamW. The decay comes first,
 * and follows the learning rate:
 *
 *     p = p (1 - lr weightDecay);  then Adam's step
 *
 * Options and state are {@link Adam}'s, except that `weightDecay` is 0.01 by default and `decoupledWeightDecay` is true.
 *
 * When to choose it: wherever Adam is used with weight decay.
 *
 * Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", arXiv:1711.05101.
 *
 * @example
 * ```ts
 * import { AdamW, parameter } from 'adamas';
 * const w = parameter([1]);
 * const optimizer = new AdamW([w], { lr: 0.1, weightDecay: 0.5 });
 * optimizer.step(); // the gradient is zero: only decay moves it
 * console.log(w.data[0]!.toFixed(4)); // 0.9500
 * ```
 */
export class AdamW extends Optimizer<AdamOptions> {
  /** @internal */
  static readonly descriptor: OptimizerDescriptor<AdamOptions> = {
    ...Adam.descriptor,
    name: 'AdamW',
    defaults: { ...Adam.descriptor.defaults, weightDecay: 1e-2, decoupledWeightDecay: true },
  };

  /**
   * @param params - parameters, Float32Arrays of your own, or groups `{ params, ...options }`
   * @param options - for all groups that do not say otherwise
   * @throws TypeError or RangeError for a wrong option, no parameters or one given twice; OutOfMemoryError
   */
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(AdamW.descriptor, params, options);
  }
}
