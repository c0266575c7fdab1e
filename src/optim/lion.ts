import { boolean, nonNegative } from '../validate.js';
import { LionScalars } from '../wasm/layouts.generated.js';
import { betasCheck, type OptimizerDescriptor } from './descriptor.js';
import { Optimizer } from './optimizer.js';

/** Options of {@link Lion}. */
export interface LionOptions {
  /** Learning rate: the size of every step. Default 1e-4. */
  readonly lr: number;
  /** The weight of m in the step, and the decay of m, each in [0, 1). Default [0.9, 0.99]. */
  readonly betas: readonly [number, number];
  /** Weight decay, decoupled: p = p (1 - lr weightDecay) before the step. Default 0. */
  readonly weightDecay: number;
  /** Ascend instead of descend. Default false. */
  readonly maximize: boolean;
}

const STATE = ['exp_avg'] as const;

/**
 * Lion (evolved sign momentum), as in its paper's algorithm 2:
 *
 *     p = p (1 - lr weightDecay)
 *     p = p - lr sign(beta1 m + (1 - beta1) g)
 *     m = beta2 m + (1 - beta2) g
 *
 * torch.optim has none; the names and defaults are those of the authors' implementation. State: `exp_avg` (m).
 *
 * When to choose it: large models, for half of Adam's state, with a learning rate 3 to 10 times smaller and a weight decay as much larger.
 *
 * Source: Chen et al., "Symbolic Discovery of Optimization Algorithms", arXiv:2302.06675.
 *
 * @example
 * ```ts
 * import { Lion, parameter } from 'adamas';
 * const w = parameter([1, 1]);
 * const optimizer = new Lion([w], { lr: 0.1 });
 * w.grad.set([3, -0.001]);
 * optimizer.step();
 * console.log(Array.from(w.data, (x) => x.toFixed(2))); // [ '0.90', '1.10' ]
 * ```
 */
export class Lion extends Optimizer<LionOptions> {
  /** @internal */
  static readonly descriptor: OptimizerDescriptor<LionOptions> = {
    name: 'Lion',
    kernel: 'lion_f32',
    scalarWords: LionScalars.size,
    options: {
      lr: [nonNegative, 1e-4],
      betas: [betasCheck, [0.9, 0.99]],
      weightDecay: [nonNegative, 0],
      maximize: [boolean, false],
    },
    state: () => STATE,
    scalars: (out, at, _, { lr, betas, weightDecay }) => {
      const [beta1, beta2] = betas;
      out[at + LionScalars.keep] = 1 - lr * weightDecay;
      out[at + LionScalars.beta1] = beta1;
      out[at + LionScalars.beta1Rest] = 1 - beta1;
      out[at + LionScalars.beta2] = beta2;
      out[at + LionScalars.beta2Rest] = 1 - beta2;
      out[at + LionScalars.step] = -lr;
    },
  };
}
