import { boolean, nonNegative, unitInterval } from '../validate.js';
import { AdadeltaScalars } from '../wasm/layouts.generated.js';
import type { OptimizerDescriptor } from './descriptor.js';
import { Optimizer } from './optimizer.js';

/** Options of {@link Adadelta}: torch's, in camelCase. */
export interface AdadeltaOptions {
  /** Learning rate: factor of the step. Default 1. */
  readonly lr: number;
  /** Decay of both averages, in [0, 1]. Default 0.9. */
  readonly rho: number;
  /** Added inside both square roots. Default 1e-6. */
  readonly eps: number;
  /** Weight decay, added to the gradient. Default 0. */
  readonly weightDecay: number;
  /** Ascend instead of descend. Default false. */
  readonly maximize: boolean;
}

const STATE = ['square_avg', 'acc_delta'] as const;

/**
 * Adadelta, in the order of operations of torch.optim.Adadelta:
 *
 *     g = g + weightDecay p
 *     v = rho v + (1 - rho) g^2
 *     d = sqrt(a + eps) / sqrt(v + eps) g
 *     a = rho a + (1 - rho) d^2
 *     p = p - lr d
 *
 * eps stands inside the square roots. State: `square_avg` (v), `acc_delta` (a).
 *
 * When to choose it: when there is no learning rate to tune, and time for its slow start.
 *
 * Source: Zeiler, "ADADELTA: An Adaptive Learning Rate Method", arXiv:1212.5701.
 *
 * @example
 * ```ts
 * import { Adadelta, parameter } from 'adamas';
 * const w = parameter([1]);
 * const optimizer = new Adadelta([w]);
 * w.grad.set([2]);
 * optimizer.step();
 * console.log(w.data[0]!.toFixed(4)); // 0.9968
 * ```
 */
export class Adadelta extends Optimizer<AdadeltaOptions> {
  /** @internal */
  static readonly descriptor: OptimizerDescriptor<AdadeltaOptions> = {
    name: 'Adadelta',
    kernel: 'adadelta_f32',
    scalarWords: AdadeltaScalars.size,
    options: {
      lr: [nonNegative, 1],
      rho: [unitInterval, 0.9],
      eps: [nonNegative, 1e-6],
      weightDecay: [nonNegative, 0],
      maximize: [boolean, false],
    },
    state: () => STATE,
    scalars: (out, at, _, { lr, rho, eps, weightDecay }) => {
      out[at + AdadeltaScalars.weightDecay] = weightDecay;
      out[at + AdadeltaScalars.rho] = rho;
      out[at + AdadeltaScalars.rhoRest] = 1 - rho;
      out[at + AdadeltaScalars.eps] = eps;
      out[at + AdadeltaScalars.step] = -lr;
    },
  };
}
