// Lion in float64, written like algorithm 2 of Chen et al. (arXiv:2302.06675).
import type { LionOptions } from '../../src/index.js';

/** One step of p[n] and m[n] with the gradient g[n]. */
export function lion(
  p: Float64Array,
  m: Float64Array,
  g: ArrayLike<number>,
  { lr, betas: [beta1, beta2], weightDecay, maximize }: LionOptions,
): void {
  for (let i = 0; i < p.length; i++) {
    const gradient = maximize ? -g[i]! : g[i]!;
    p[i]! *= 1 - lr * weightDecay;
    p[i]! -= lr * Math.sign(beta1 * m[i]! + (1 - beta1) * gradient);
    m[i] = beta2 * m[i]! + (1 - beta2) * gradient;
  }
}
