// Adam and AdamW in float64, written like the equations of Kingma and Ba (arXiv:1412.6980), Loshchilov and Hutter (arXiv:1711.05101)
// and Reddi, Kale and Kumar (arXiv:1904.09237).
import type { AdamOptions } from '../../src/index.js';

export interface AdamState {
  p: number;
  m: number;
  v: number;
  /** The largest v so far. */
  vMax: number;
}

/** Step t, counted from 1, of one element with gradient g; returns what it becomes. */
export function adamStep(before: AdamState, g: number, t: number, options: AdamOptions): AdamState {
  const { lr, betas, eps, weightDecay, amsgrad, maximize, decoupledWeightDecay } = options;
  const [beta1, beta2] = betas;
  let { p } = before;
  if (maximize) g = -g;
  if (weightDecay !== 0 && !decoupledWeightDecay) g += weightDecay * p;
  if (weightDecay !== 0 && decoupledWeightDecay) p -= lr * weightDecay * p;
  const m = beta1 * before.m + (1 - beta1) * g;
  const v = beta2 * before.v + (1 - beta2) * g ** 2;
  const vMax = amsgrad ? Math.max(before.vMax, v) : before.vMax;
  const mHat = m / (1 - beta1 ** t);
  const vHat = (amsgrad ? vMax : v) / (1 - beta2 ** t);
  return { p: p - (lr * mHat) / (Math.sqrt(vHat) + eps), m, v, vMax };
}
