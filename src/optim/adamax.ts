import { boolean, nonNegative } from '../validate.js';
import { AdamaxScalars } from '../wasm/layouts.generated.js';
import { power } from './betaPowers.js';
import { betasCheck, type OptimizerDescriptor } from './descriptor.js';
import { Optimizer } from './optimizer.js';

/** Options of {@link Adamax}: torch's, in camelCase. */
export interface AdamaxOptions {
  /** Learning rate. Default 2e-3. */
  readonly lr: number;
  /** Decay rates of the moving average of the gradient and of the largest |g|, each in [0, 1). Default [0.9, 0.999]. */
  readonly betas: readonly [number, number];
  /** Added to |g|. Default 1e-8. */
  readonly eps: number;
  /** Weight decay, added to the gradient. Default 0. */
  readonly weightDecay: number;
  /** Ascend instead of descend. Default false. */
  readonly maximize: boolean;
}

const STATE = ['exp_avg', 'exp_inf'] as const;

/**
 * Adamax, Adam by the infinity norm, in the order of operations of torch.optim.Adamax:
 *
 *     g = g + weightDecay p
 *     m = m + (1 - beta1) (g - m)
 *     u = max(beta2 u, |g| + eps)
 *     p = p - lr / (1 - beta1^t) m / u
 *
 * eps is added to |g|, inside the maximum. State: `exp_avg` (m), `exp_inf` (u).
 *
 * When to choose it: where gradients are sparse or have rare large values, as in embeddings.
 *
 * Source: Kingma and Ba, arXiv:1412.6980, section 7.1.
 *
 * @example
 * ```ts
 * import { Adamax, parameter } from 'adamas';
 * const w = parameter([1]);
 * const optimizer = new Adamax([w], { lr: 0.1 });
 * w.grad.set([7]);
 * optimizer.step();
 * console.log(w.data[0]!.toFixed(4)); // 0.9000
 * ```
 */
export class Adamax extends Optimizer<AdamaxOptions> {
  /** @internal */
  static readonly descriptor: OptimizerDescriptor<AdamaxOptions> = {
    name: 'Adamax',
    kernel: 'adamax_f32',
    scalarWords: AdamaxScalars.size,
    options: {
      lr: [nonNegative, 2e-3],
      betas: [betasCheck, [0.9, 0.999]],
      eps: [nonNegative, 1e-8],
      weightDecay: [nonNegative, 0],
      maximize: [boolean, false],
    },
    state: () => STATE,
    scalars: (out, at, t, { lr, betas, eps, weightDecay }) => {
      const [beta1, beta2] = betas;
      out[at + AdamaxScalars.weightDecay] = weightDecay;
      out[at + AdamaxScalars.w] = 1 - beta1;
      out[at + AdamaxScalars.beta2] = beta2;
      out[at + AdamaxScalars.eps] = eps;
      out[at + AdamaxScalars.step] = -lr / (1 - power(beta1, t));
    },
  };
}
