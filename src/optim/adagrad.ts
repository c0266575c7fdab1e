import { boolean, nonNegative } from '../validate.js';
import { AdagradScalars } from '../wasm/layouts.generated.js';
import type { OptimizerDescriptor } from './descriptor.js';
import { Optimizer } from './optimizer.js';

/** Options of {@link Adagrad}: torch's, in camelCase. */
export interface AdagradOptions {
  /** Learning rate. Default 1e-2. */
  readonly lr: number;
  /** The learning rate of step t is lr / (1 + (t - 1) lrDecay). Default 0. */
  readonly lrDecay: number;
  /** Weight decay, added to the gradient. Default 0. */
  readonly weightDecay: number;
  /** Initial value of the sum of squares. Default 0. */
  readonly initialAccumulatorValue: number;
  /** Added to the denominator, outside the square root. Default 1e-10. */
  readonly eps: number;
  /** Ascend instead of descend. Default false. */
  readonly maximize: boolean;
}

const STATE = ['sum'] as const;

/**
 * Adagrad, in the order of operations of torch.optim.Adagrad:
 *
 *     g = g + weightDecay p
 *     s = s + g^2
 *     p = p - lr / (1 + (t - 1) lrDecay) g / (sqrt(s) + eps)
 *
 * eps stands outside the square root. State: `sum` (s).
 *
 * When to choose it: sparse features whose rare ones should move far, and convex problems; its steps only ever shrink.
 *
 * Source: Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 12 (2011).
 *
 * @example
 * ```ts
 * import { Adagrad, parameter } from 'adamas';
 * const w = parameter([1]);
 * const optimizer = new Adagrad([w], { lr: 0.1 });
 * w.grad.set([5]);
 * optimizer.step();
 * console.log(w.data[0]!.toFixed(4)); // 0.9000
 * ```
 */
export class Adagrad extends Optimizer<AdagradOptions> {
  /** @internal */
  static readonly descriptor: OptimizerDescriptor<AdagradOptions> = {
    name: 'Adagrad',
    kernel: 'adagrad_f32',
    scalarWords: AdagradScalars.size,
    options: {
      lr: [nonNegative, 1e-2],
      lrDecay: [nonNegative, 0],
      weightDecay: [nonNegative, 0],
      initialAccumulatorValue: [nonNegative, 0],
      eps: [nonNegative, 1e-10],
      maximize: [boolean, false],
    },
    state: () => STATE,
    initial: (_, { initialAccumulatorValue }) => initialAccumulatorValue,
    scalars: (out, at, t, { lr, lrDecay, weightDecay, eps }) => {
      out[at + AdagradScalars.weightDecay] = weightDecay;
      out[at + AdagradScalars.eps] = eps;
      out[at + AdagradScalars.step] = -lr / (1 + (t - 1) * lrDecay);
    },
  };
}
