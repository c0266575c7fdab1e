import { boolean, nonNegative, unitInterval } from '../validate.js';
import { RMSpropScalars } from '../wasm/layouts.generated.js';
import type { OptimizerDescriptor } from './descriptor.js';
import { Optimizer } from './optimizer.js';

/** Options of {@link RMSprop}: torch's, in camelCase. */
export interface RMSpropOptions {
  /** Learning rate. Default 1e-2. */
  readonly lr: number;
  /** Decay rate of the moving average of g^2, in [0, 1]. Default 0.99. */
  readonly alpha: number;
  /** Added to the denominator, outside the square root. Default 1e-8. */
  readonly eps: number;
  /** Weight decay, added to the gradient. Default 0. */
  readonly weightDecay: number;
  /** Momentum: share of the last direction that is kept. Default 0. */
  readonly momentum: number;
  /** Divide by the deviation of the gradient instead of its root mean square. Default false. */
  readonly centered: boolean;
  /** Ascend instead of descend. Default false. */
  readonly maximize: boolean;
}

const STATES = [
  ['square_avg'],
  ['square_avg', 'momentum_buffer'],
  ['square_avg', null, 'grad_avg'],
  ['square_avg', 'momentum_buffer', 'grad_avg'],
] as const;

/**
 * RMSprop, in the order of operations of torch.optim.RMSprop:
 *
 *     g = g + weightDecay p
 *     v = alpha v + (1 - alpha) g^2
 *     centered: a = a + (1 - alpha) (g - a)
 *     d = sqrt(v) + eps, or centered sqrt(v - a^2) + eps
 *     p = p - lr g / d, or with momentum b = momentum b + g / d and p = p - lr b
 *
 * eps stands outside the square root (TensorFlow's stands inside), and nothing is corrected for the averages' start at 0.
 * State: `square_avg` (v), `momentum_buffer` (b), `grad_avg` (a).
 *
 * When to choose it: recurrent models and reinforcement learning, where it is the custom.
 *
 * Source: Tieleman and Hinton, "Neural Networks for Machine Learning", lecture 6.5, 2012; centered: Graves, arXiv:1308.0850.
 *
 * @example
 * ```ts
 * import { parameter, RMSprop } from 'adamas';
 * const w = parameter([1]);
 * const optimizer = new RMSprop([w], { lr: 0.01, alpha: 0.75 });
 * w.grad.set([3]);
 * optimizer.step();
 * console.log(w.data[0]!.toFixed(4)); // 0.9800
 * ```
 */
export class RMSprop extends Optimizer<RMSpropOptions> {
  /** @internal */
  static readonly descriptor: OptimizerDescriptor<RMSpropOptions> = {
    name: 'RMSprop',
    kernel: 'rmsprop_f32',
    scalarWords: RMSpropScalars.size,
    options: {
      lr: [nonNegative, 1e-2],
      alpha: [unitInterval, 0.99],
      eps: [nonNegative, 1e-8],
      weightDecay: [nonNegative, 0],
      momentum: [nonNegative, 0],
      centered: [boolean, false],
      maximize: [boolean, false],
    },
    state: ({ momentum, centered }) => STATES[(momentum > 0 ? 1 : 0) + (centered ? 2 : 0)]!,
    scalars: (out, at, _, { lr, alpha, eps, weightDecay, momentum }) => {
      out[at + RMSpropScalars.weightDecay] = weightDecay;
      out[at + RMSpropScalars.alpha] = alpha;
      out[at + RMSpropScalars.alphaRest] = 1 - alpha;
      out[at + RMSpropScalars.eps] = eps;
      out[at + RMSpropScalars.momentum] = momentum;
      out[at + RMSpropScalars.step] = -lr;
    },
  };
}
