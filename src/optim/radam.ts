import { boolean, nonNegative } from '../validate.js';
import { RAdamScalars } from '../wasm/layouts.generated.js';
import { coupled, kept } from './adam.js';
import { power } from './betaPowers.js';
import { betasCheck, type OptimizerDescriptor } from './descriptor.js';
import { Optimizer } from './optimizer.js';

/** Options of {@link RAdam}: torch's, in camelCase. */
export interface RAdamOptions {
  /** Learning rate. Default 1e-3. */
  readonly lr: number;
  /** Decay rates of the moving averages of the gradient and of its square, each in [0, 1). Default [0.9, 0.999]. */
  readonly betas: readonly [number, number];
  /** Added to the denominator, outside the square root. Default 1e-8. */
  readonly eps: number;
  /** Weight decay: added to the gradient (coupled), or taken from the parameter with `decoupledWeightDecay`. Default 0. */
  readonly weightDecay: number;
  /** Decay as AdamW does: p = p (1 - lr weightDecay) before the step. Default false. */
  readonly decoupledWeightDecay: boolean;
  /** Ascend instead of descend. Default false. */
  readonly maximize: boolean;
}

const STATE = ['exp_avg', 'exp_avg_sq'] as const;

/**
 * RAdam, Adam that divides only once the variance of its denominator is known, in the order of operations of torch.optim.RAdam:
 *
 *     m, v as Adam's;  h = m / (1 - beta1^t)
 *     rhoInf = 2 / (1 - beta2) - 1;  rho = rhoInf - 2 t beta2^t / (1 - beta2^t)
 *     rho > 5: p = p - lr h sqrt(1 - beta2^t) / (sqrt(v) + eps) rect
 *              with rect = sqrt((rho - 4) (rho - 2) rhoInf / ((rhoInf - 4) (rhoInf - 2) rho))
 *     else:    p = p - lr h
 *
 * eps is added to sqrt(v) before its bias correction. State: `exp_avg` (m), `exp_avg_sq` (v).
 *
 * When to choose it: where Adam needs a warm-up of its learning rate, and without one.
 *
 * Source: Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", arXiv:1908.03265 (whose bound is 4, torch's 5).
 *
 * @example
 * ```ts
 * import { parameter, RAdam } from 'adamas';
 * const w = parameter([1]);
 * const optimizer = new RAdam([w], { lr: 0.1 });
 * w.grad.set([2]);
 * optimizer.step(); // the variance is not known yet: a step along the gradient
 * console.log(w.data[0]!.toFixed(4)); // 0.8000
 * ```
 */
export class RAdam extends Optimizer<RAdamOptions> {
  /** @internal */
  static readonly descriptor: OptimizerDescriptor<RAdamOptions> = {
    name: 'RAdam',
    kernel: 'radam_f32',
    scalarWords: RAdamScalars.size,
    options: {
      lr: [nonNegative, 1e-3],
      betas: [betasCheck, [0.9, 0.999]],
      eps: [nonNegative, 1e-8],
      weightDecay: [nonNegative, 0],
      decoupledWeightDecay: [boolean, false],
      maximize: [boolean, false],
    },
    state: () => STATE,
    scalars: (out, at, t, options) => {
      const { lr, betas, eps } = options;
      const [beta1, beta2] = betas;
      const bc1 = 1 - power(beta1, t);
      const power2 = power(beta2, t);
      const bc2 = 1 - power2;
      const rhoInf = 2 / (1 - beta2) - 1;
      const rho = rhoInf - (2 * t * power2) / bc2;
      const rect = rho > 5 ? Math.sqrt(((rho - 4) * (rho - 2) * rhoInf) / ((rhoInf - 4) * (rhoInf - 2) * rho)) : 0;
      out[at + RAdamScalars.keep] = kept(options);
      out[at + RAdamScalars.weightDecay] = coupled(options);
      out[at + RAdamScalars.w] = 1 - beta1;
      out[at + RAdamScalars.beta2] = beta2;
      out[at + RAdamScalars.beta2Rest] = 1 - beta2;
      out[at + RAdamScalars.bc1] = bc1;
      out[at + RAdamScalars.lr] = lr;
      out[at + RAdamScalars.eps] = eps;
      out[at + RAdamScalars.sqrtBc2] = Math.sqrt(bc2);
      out[at + RAdamScalars.rect] = rect;
    },
  };
}
