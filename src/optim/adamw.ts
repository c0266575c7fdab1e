import { boolean, nonNegative } from '../validate.js';
import { AdamScalars } from '../wasm/layouts.generated.js';
import { type AdamOptions, adamScalars, adamState } from './adam.js';
import { betasCheck, type OptimizerDescriptor } from './descriptor.js';
import { Optimizer } from './optimizer.js';

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
    name: 'AdamW',
    kernel: 'adam_f32',
    scalarWords: AdamScalars.size,
    options: {
      lr: [nonNegative, 1e-3],
      betas: [betasCheck, [0.9, 0.999]],
      eps: [nonNegative, 1e-8],
      weightDecay: [nonNegative, 1e-2],
      amsgrad: [boolean, false],
      maximize: [boolean, false],
      decoupledWeightDecay: [boolean, true],
    },
    state: adamState,
    scalars: adamScalars,
  };
}
