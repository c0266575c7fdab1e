import { boolean, nonNegative } from '../validate.js';
import { AdamScalars } from '../wasm/layouts.generated.js';
import { power } from './betaPowers.js';
import { betasCheck, type OptimizerDescriptor } from './descriptor.js';
import { Optimizer } from './optimizer.js';

/** Options of {@link Adam}: torch's, in camelCase. */
export interface AdamOptions {
  /** Learning rate. Default 1e-3. */
  readonly lr: number;
  /** Decay rates of the moving averages of the gradient and of its square, each in [0, 1). Default [0.9, 0.999]. */
  readonly betas: readonly [number, number];
  /** Added to the denominator, outside the square root. Default 1e-8. */
  readonly eps: number;
  /** Weight decay: added to the gradient (coupled, L2), or taken from the parameter with `decoupledWeightDecay`. Default 0. */
  readonly weightDecay: number;
  /** Divide by the largest second moment so far. Default false. */
  readonly amsgrad: boolean;
  /** Ascend instead of descend. Default false. */
  readonly maximize: boolean;
  /** Decay as AdamW does: p = p (1 - lr weightDecay) before the step. Default false. */
  readonly decoupledWeightDecay: boolean;
}

/** Options that decay depends on. */
interface Decay {
  readonly lr: number;
  readonly weightDecay: number;
  readonly decoupledWeightDecay: boolean;
}

/** @internal Factor of the parameter under decoupled decay. */
export function kept({ lr, weightDecay, decoupledWeightDecay }: Decay): number {
  return decoupledWeightDecay ? 1 - lr * weightDecay : 1;
}

/** @internal Share of the parameter that coupled decay adds to the gradient. */
export function coupled({ weightDecay, decoupledWeightDecay }: Decay): number {
  return decoupledWeightDecay ? 0 : weightDecay;
}

const PLAIN = ['exp_avg', 'exp_avg_sq'] as const;
const AMSGRAD = ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq'] as const;

/** @internal */
export const adamState: OptimizerDescriptor<AdamOptions>['state'] = ({ amsgrad }) => (amsgrad ? AMSGRAD : PLAIN);

/** @internal */
export const adamScalars: OptimizerDescriptor<AdamOptions>['scalars'] = (out, at, t, options) => {
  const { lr, betas, eps } = options;
  const beta1 = betas[0]; // `[beta1, beta2] = betas` takes a third of the time of all scalars
  const beta2 = betas[1];
  const bc1 = 1 - power(beta1, t);
  const bc2 = 1 - power(beta2, t);
  out[at + AdamScalars.keep] = kept(options);
  out[at + AdamScalars.weightDecay] = coupled(options);
  out[at + AdamScalars.w] = 1 - beta1;
  out[at + AdamScalars.beta2] = beta2;
  out[at + AdamScalars.beta2Rest] = 1 - beta2;
  out[at + AdamScalars.sqrtBc2] = Math.sqrt(bc2);
  out[at + AdamScalars.eps] = eps;
  out[at + AdamScalars.step] = -lr / bc1;
};

/**
 * Adam, in the order of operations of torch.optim.Adam:
 *
 *     g = g + weightDecay p                    (coupled)     p = p (1 - lr weightDecay)   (decoupled)
 *     m = m + (1 - beta1) (g - m)              v = beta2 v + (1 - beta2) g^2
 *     mHat = m / (1 - beta1^t)                 vHat = v / (1 - beta2^t)
 *     p = p - lr mHat / (sqrt(vHat) + eps)
 *
 * eps stands outside the square root. With `amsgrad` the denominator uses the largest v so far, taken before the bias correction.
 * State: `exp_avg` (m), `exp_avg_sq` (v) and, with amsgrad, `max_exp_avg_sq`.
 *
 * When to choose it: the first thing to try on anything; for weight decay prefer {@link AdamW}.
 *
 * Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", arXiv:1412.6980; amsgrad: Reddi, Kale and Kumar, arXiv:1904.09237;
 * *Dive into Deep Learning*, chapter "Adam".
 *
 * @example
 * ```ts
 * import { Adam } from 'adamas';
 * const w = new Float32Array([1, 2]); // an array of your own
 * const optimizer = new Adam([w], { lr: 0.1 });
 * for (let i = 0; i < 200; i++) optimizer.step([w.map((x) => 2 * x)]); // the gradient of w^2
 * console.log(w.every((x) => Math.abs(x) < 0.01)); // true
 * optimizer.dispose();
 * ```
 */
export class Adam extends Optimizer<AdamOptions> {
  /** @internal */
  static readonly descriptor: OptimizerDescriptor<AdamOptions> = {
    name: 'Adam',
    kernel: 'adam_f32',
    scalarWords: AdamScalars.size,
    options: {
      lr: [nonNegative, 1e-3],
      betas: [betasCheck, [0.9, 0.999]],
      eps: [nonNegative, 1e-8],
      weightDecay: [nonNegative, 0],
      amsgrad: [boolean, false],
      maximize: [boolean, false],
      decoupledWeightDecay: [boolean, false],
    },
    state: adamState,
    scalars: adamScalars,
  };
}
