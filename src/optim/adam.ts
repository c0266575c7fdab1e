import { checkBoolean, checkNonNegative, checkNumber, show } from '../check.js';
import type { OptimizerDescriptor } from './descriptor.js';
import { Optimizer, type Params } from './optimizer.js';
import type { Power } from './power.js';

/** Options of {@link Adam}: torch's, in camelCase. */
export interface AdamOptions {
  /** Learning rate. Default 1e-3. */
  readonly lr: number;
  /** Decay of the averages of the gradient and of its square, each in [0, 1). Default [0.9, 0.999]. */
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

const PLAIN = ['exp_avg', 'exp_avg_sq'] as const;
const AMSGRAD = ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq'] as const;

/** The scalars of assembly/optim/adam.ts, in its order. */
export function adamScalars(
  out: Float32Array,
  at: number,
  t: number,
  options: AdamOptions,
  powers: readonly [Power, Power],
): void {
  const { lr, betas, eps, weightDecay, decoupledWeightDecay } = options;
  const [beta1, beta2] = betas;
  const w = 1 - beta1;
  out[at] = decoupledWeightDecay ? 1 - lr * weightDecay : 1;
  out[at + 1] = decoupledWeightDecay ? 0 : weightDecay;
  out[at + 2] = w;
  out[at + 3] = 1 - Math.fround(w);
  out[at + 4] = beta2;
  out[at + 5] = 1 - beta2;
  out[at + 6] = Math.sqrt(1 - powers[1].at(beta2, t));
  out[at + 7] = eps;
  out[at + 8] = -lr / (1 - powers[0].at(beta1, t));
}

export function checkAdam(name: string, options: AdamOptions): void {
  checkNonNegative(`${name}: lr`, options.lr);
  checkBetas(name, options.betas);
  checkNonNegative(`${name}: eps`, options.eps);
  checkNonNegative(`${name}: weightDecay`, options.weightDecay);
  checkBoolean(`${name}: amsgrad`, options.amsgrad);
  checkBoolean(`${name}: maximize`, options.maximize);
  checkBoolean(`${name}: decoupledWeightDecay`, options.decoupledWeightDecay);
}

/** Two numbers in [0, 1). */
export function checkBetas(name: string, betas: unknown): void {
  if (!Array.isArray(betas) || betas.length !== 2) {
    throw new TypeError(`${name}: betas must be two numbers in [0, 1), got ${show(betas)}`);
  }
  betas.forEach((beta, i) => {
    checkNumber(`${name}: betas[${i}]`, beta, 'in [0, 1)', (x) => x >= 0 && x < 1);
  });
}

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
    defaults: {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      amsgrad: false,
      maximize: false,
      decoupledWeightDecay: false,
    },
    state: ({ amsgrad }) => (amsgrad ? AMSGRAD : PLAIN),
    check: checkAdam,
    scalars: adamScalars,
  };

  /**
   * @param params - parameters, Float32Arrays of your own, or groups `{ params, ...options }`
   * @param options - for all groups that do not say otherwise
   * @throws TypeError or RangeError for a wrong option, no parameters or one given twice; OutOfMemoryError
   */
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(Adam.descriptor, params, options);
  }
}
