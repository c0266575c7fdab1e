import { anyNumber, boolean, nonNegative, refuse } from '../validate.js';
import { SGDScalars } from '../wasm/layouts.generated.js';
import type { OptimizerDescriptor } from './descriptor.js';
import { Optimizer } from './optimizer.js';

/** Options of {@link SGD}: torch's, in camelCase. */
export interface SGDOptions {
  /** Learning rate. Default 1e-3. */
  readonly lr: number;
  /** Share of the last direction that is kept, at least 0. Default 0: no momentum, and no state. */
  readonly momentum: number;
  /** Share of the gradient that is kept out of the momentum; the first step ignores it. Default 0. */
  readonly dampening: number;
  /** Weight decay, added to the gradient. Default 0. */
  readonly weightDecay: number;
  /** Look ahead along the momentum; needs momentum and no dampening. Default false. */
  readonly nesterov: boolean;
  /** Ascend instead of descend. Default false. */
  readonly maximize: boolean;
}

const PLAIN = [] as const;
const MOMENTUM = ['momentum_buffer'] as const;

/**
 * Stochastic gradient descent, in the order of operations of torch.optim.SGD:
 *
 *     g = g + weightDecay p
 *     b = momentum b + (1 - dampening) g     (at the first step b = g)
 *     g = b, or with nesterov g + momentum b
 *     p = p - lr g
 *
 * The momentum is torch's, which is not scaled by the learning rate. State: `momentum_buffer` (b), if there is momentum.
 *
 * When to choose it: where it is known to work and its learning rate has been tuned (vision models); it needs the least memory.
 *
 * Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013.
 *
 * @example
 * ```ts
 * import { parameter, SGD } from 'adamas';
 * const w = parameter([1]);
 * const optimizer = new SGD([w], { lr: 0.5, momentum: 0.9 });
 * w.grad.set([1]);
 * optimizer.step();
 * optimizer.step();
 * console.log(w.data[0]!.toFixed(2)); // -0.45
 * ```
 */
export class SGD extends Optimizer<SGDOptions> {
  /** @internal */
  static readonly descriptor: OptimizerDescriptor<SGDOptions> = {
    name: 'SGD',
    kernel: 'sgd_f32',
    scalarWords: SGDScalars.size,
    options: {
      lr: [nonNegative, 1e-3],
      momentum: [nonNegative, 0],
      dampening: [anyNumber, 0],
      weightDecay: [nonNegative, 0],
      nesterov: [boolean, false],
      maximize: [boolean, false],
    },
    check: (label, { nesterov, momentum, dampening }) => {
      if (nesterov && (momentum === 0 || dampening !== 0)) {
        refuse(RangeError, `${label}: nesterov`, 'be false without momentum or with dampening', nesterov);
      }
    },
    state: ({ momentum }) => (momentum === 0 ? PLAIN : MOMENTUM),
    // torch's first step copies g; -0 * 0 + 1 * g is exactly g, even where g is -0.
    initial: () => -0,
    uncounted: true,
    scalars: (out, at, t, { lr, momentum, dampening, weightDecay, nesterov }) => {
      out[at + SGDScalars.step] = -lr;
      out[at + SGDScalars.weightDecay] = weightDecay;
      out[at + SGDScalars.momentum] = t === 1 ? 0 : momentum;
      out[at + SGDScalars.gain] = t === 1 ? 1 : 1 - dampening;
      out[at + SGDScalars.lookahead] = nesterov ? momentum : 0;
    },
  };
}
