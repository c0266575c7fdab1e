import { atLeastZero, boolean, type Check, checkNumber, nonNegative, numberCheck, tuple } from '../validate.js';
import { AdafactorScalars } from '../wasm/layouts.generated.js';
import { pow } from './betaPowers.js';
import type { OptimizerDescriptor } from './descriptor.js';
import { Optimizer } from './optimizer.js';

/** Options of {@link Adafactor}: torch's, in camelCase. */
export interface AdafactorOptions {
  /** Bound of the relative step. Default 1e-2. */
  readonly lr: number;
  /** The averages' decay at step t is 1 - t^beta2Decay; at most 0. Default -0.8. */
  readonly beta2Decay: number;
  /** Least second moment (null: the spacing of float32 at 1) and least scale of a parameter. Default [null, 1e-3]. */
  readonly eps: readonly [number | null, number];
  /** Updates are clipped to this root mean square, at least 1. Default 1. */
  readonly d: number;
  /** Weight decay, decoupled: p = p (1 - lr weightDecay) before the step. Default 0. */
  readonly weightDecay: number;
  /** Ascend instead of descend. Default false. */
  readonly maximize: boolean;
}

const atMostZero = /* @__PURE__ */ numberCheck('at most 0', (x) => x <= 0);
const atLeastOne = /* @__PURE__ */ numberCheck('at least 1', (x) => x >= 1);
const nullOrAtLeastZero: Check = (name, value) => {
  if (value !== null) checkNumber(name, value, 'null or at least 0', (x) => x >= 0);
};
const epsilons = /* @__PURE__ */ tuple(nullOrAtLeastZero, atLeastZero);

const VECTOR = ['variance'] as const;
const MATRIX = ['row_var', 'col_var'] as const;

/** Distance from 1 to the next float32 number. */
const SPACING = 1.1920928955078125e-7;

/**
 * Adafactor, in the order of operations of torch.optim.Adafactor. For a matrix the second moment is kept as the means over its rows and
 * columns, which takes R + C numbers instead of R C:
 *
 *     w = t^beta2Decay;  alpha = max(eps[1], RMS(p)) min(lr, 1 / sqrt(t));  p = p (1 - lr weightDecay)
 *     r = r + w (mean over columns of g^2 - r);  c = c + w (mean over rows of g^2 - c);  v = r c / max(mean(r), eps[0])
 *     u = g / sqrt(max(v, eps[0]^2))
 *     p = p - alpha u / max(1, RMS(u) / d)
 *
 * For a vector v = v + w (g^2 - v). State: `row_var` (r) and `col_var` (c), or `variance` (v). Its means are sums, whose order is not torch's:
 * it agrees with torch within 2e-6, where the others agree bit for bit.
 *
 * When to choose it: when there is no memory for Adam's state.
 *
 * Source: Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", arXiv:1804.04235.
 *
 * @example
 * ```ts
 * import { Adafactor, parameter } from 'adamas';
 * const w = parameter([1, 1, 1, 1], [2, 2]);
 * const optimizer = new Adafactor([w], { lr: 0.1 });
 * w.grad.set([1, 1, 1, 1]);
 * optimizer.step();
 * console.log(w.data[0]!.toFixed(4)); // 0.9000
 * ```
 */
export class Adafactor extends Optimizer<AdafactorOptions> {
  /** @internal */
  static readonly descriptor: OptimizerDescriptor<AdafactorOptions> = {
    name: 'Adafactor',
    kernel: 'adafactor_f32',
    scalarWords: AdafactorScalars.size,
    options: {
      lr: [nonNegative, 1e-2],
      beta2Decay: [atMostZero, -0.8],
      eps: [epsilons, [null, 1e-3]],
      d: [atLeastOne, 1],
      weightDecay: [nonNegative, 0],
      maximize: [boolean, false],
    },
    state: (_, shape) => (shape.length < 2 ? VECTOR : MATRIX),
    length: (name, shape) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const left = name === 'row_var' ? shape.at(-1)! : name === 'col_var' ? shape.at(-2)! : 1;
      return size === 0 ? 0 : size / left;
    },
    scalars: (out, at, t, { lr, beta2Decay, eps, d, weightDecay }) => {
      const eps1 = eps[0] ?? SPACING;
      const rho = Math.min(lr, 1 / Math.sqrt(t));
      // The bits of rho that float32 drops: the step is a product of float64 factors.
      const dropped = rho - Math.fround(rho);
      out[at + AdafactorScalars.keep] = 1 - lr * weightDecay;
      out[at + AdafactorScalars.w] = pow(t, beta2Decay);
      out[at + AdafactorScalars.eps1] = eps1;
      out[at + AdafactorScalars.eps1Squared] = eps1 * eps1;
      out[at + AdafactorScalars.eps2] = eps[1];
      out[at + AdafactorScalars.rho] = rho;
      out[at + AdafactorScalars.rhoRest] = dropped;
      out[at + AdafactorScalars.d] = d;
    },
  };
}
