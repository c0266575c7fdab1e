import { anyNumber, boolean, nonNegative, numberCheck, tuple } from '../validate.js';
import { RpropScalars } from '../wasm/layouts.generated.js';
import type { OptimizerDescriptor } from './descriptor.js';
import { Optimizer } from './optimizer.js';

/** Options of {@link Rprop}: torch's, in camelCase. */
export interface RpropOptions {
  /** Initial step size; later changes have no effect. Default 1e-2. */
  readonly lr: number;
  /** Factors of a step size where the gradient's sign turned, and where it did not: 0 < etas[0] < 1 < etas[1]. Default [0.5, 1.2]. */
  readonly etas: readonly [number, number];
  /** The smallest and the largest step size. Default [1e-6, 50]. */
  readonly stepSizes: readonly [number, number];
  /** Ascend instead of descend. Default false. */
  readonly maximize: boolean;
}

const between0And1 = /* @__PURE__ */ numberCheck('between 0 and 1', (x) => x > 0 && x < 1);
const above1 = /* @__PURE__ */ numberCheck('above 1', (x) => x > 1);
const etas = /* @__PURE__ */ tuple(between0And1, above1);
const stepSizes = /* @__PURE__ */ tuple(anyNumber, anyNumber);

const STATE = ['prev', 'step_size'] as const;

/**
 * Resilient backpropagation, in the order of operations of torch.optim.Rprop:
 *
 *     s = sign(g prev)
 *     z = clamp(z (s > 0: etas[1], s < 0: etas[0], else 1), stepSizes);  where s < 0: g = 0
 *     p = p - sign(g) z;  prev = g
 *
 * State: `prev` (the last gradient), `step_size` (z).
 *
 * When to choose it: full-batch training, since it reads only the signs of the gradient; never with mini-batches.
 *
 * Source: Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning", ICNN 1993 (without its backtracking).
 *
 * @example
 * ```ts
 * import { parameter, Rprop } from 'adamas';
 * const w = parameter([1]);
 * const optimizer = new Rprop([w], { lr: 0.1 });
 * w.grad.set([1000]);
 * optimizer.step();
 * console.log(w.data[0]!.toFixed(4)); // 0.9000
 * ```
 */
export class Rprop extends Optimizer<RpropOptions> {
  /** @internal */
  static readonly descriptor: OptimizerDescriptor<RpropOptions> = {
    name: 'Rprop',
    kernel: 'rprop_f32',
    scalarWords: RpropScalars.size,
    options: {
      lr: [nonNegative, 1e-2],
      etas: [etas, [0.5, 1.2]],
      stepSizes: [stepSizes, [1e-6, 50]],
      maximize: [boolean, false],
    },
    state: () => STATE,
    initial: (name, { lr }) => (name === 'step_size' ? lr : 0),
    scalars: (out, at, _, { etas, stepSizes }) => {
      out[at + RpropScalars.etaMinus] = etas[0];
      out[at + RpropScalars.etaPlus] = etas[1];
      out[at + RpropScalars.minStep] = stepSizes[0];
      out[at + RpropScalars.maxStep] = stepSizes[1];
    },
  };
}
