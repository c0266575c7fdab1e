import { anyNumber, boolean, nonNegative } from '../validate.js';
import { ASGDScalars } from '../wasm/layouts.generated.js';
import { pow } from './betaPowers.js';
import type { OptimizerDescriptor } from './descriptor.js';
import { Optimizer } from './optimizer.js';

/** Options of {@link ASGD}: torch's, in camelCase. */
export interface ASGDOptions {
  /** Learning rate; a change takes effect a step late. Default 1e-2. */
  readonly lr: number;
  /** Decay term. Default 1e-4. */
  readonly lambd: number;
  /** Power by which the learning rate falls. Default 0.75. */
  readonly alpha: number;
  /** The step at which the averaging starts. Default 1e6. */
  readonly t0: number;
  /** Weight decay, added to the gradient. Default 0. */
  readonly weightDecay: number;
  /** Ascend instead of descend. Default false. */
  readonly maximize: boolean;
}

const STATE = ['ax'] as const;

/**
 * Averaged stochastic gradient descent, in the order of operations of torch.optim.ASGD:
 *
 *     g = g + weightDecay p
 *     p = p (1 - lambd eta) - eta g
 *     ax = ax + mu (p - ax), or p while mu = 1
 *     eta = lr / (1 + lambd lr t)^alpha;  mu = 1 / max(1, t - t0)     (for the next step; at first lr and 1)
 *
 * State: `eta`, `mu`, and `ax`, the average, which is the solution sought.
 *
 * When to choose it: convex problems with noisy gradients, where the average of the iterates beats the last one.
 *
 * Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J. Control Optim. 30 (1992).
 *
 * @example
 * ```ts
 * import { ASGD, parameter } from 'adamas';
 * const w = parameter([1]);
 * const optimizer = new ASGD([w], { lr: 0.1, lambd: 0 });
 * w.grad.set([2]);
 * optimizer.step();
 * console.log(w.data[0]!.toFixed(4)); // 0.8000
 * ```
 */
export class ASGD extends Optimizer<ASGDOptions> {
  /** @internal */
  static readonly descriptor: OptimizerDescriptor<ASGDOptions> = {
    name: 'ASGD',
    kernel: 'asgd_f32',
    scalarWords: ASGDScalars.size,
    options: {
      lr: [nonNegative, 1e-2],
      lambd: [anyNumber, 1e-4],
      alpha: [anyNumber, 0.75],
      t0: [anyNumber, 1e6],
      weightDecay: [nonNegative, 0],
      maximize: [boolean, false],
    },
    state: () => STATE,
    numbers: ({ lr }) => ({ eta: Math.fround(lr), mu: 1 }),
    scalars: (out, at, t, { lr, lambd, alpha, t0, weightDecay }, numbers) => {
      const { eta, mu } = numbers as { eta: number; mu: number };
      numbers.eta = Math.fround(lr / pow(1 + lambd * lr * t, alpha));
      numbers.mu = Math.fround(1 / Math.max(1, t - t0));
      out[at + ASGDScalars.keep] = 1 - lambd * eta;
      out[at + ASGDScalars.weightDecay] = weightDecay;
      out[at + ASGDScalars.step] = -eta;
      out[at + ASGDScalars.mu] = mu;
    },
  };
}
