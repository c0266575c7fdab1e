// The losses and their gradients in float64, written like the equations.
import type { LossSpec } from '../../src/index.js';

export interface Loss {
  /** The mean loss. */
  readonly value: number;
  /** Its gradient by the predictions. */
  readonly gradient: Float64Array;
}

/** The loss of one element with prediction p and target t, and its derivative by p. */
export interface Term {
  f(p: number, t: number): number;
  df(p: number, t: number): number;
}

const halfSquaredError: Term = { f: (p, t) => (p - t) ** 2 / 2, df: (p, t) => p - t };

export const terms = {
  halfSquaredError,
  mse: { f: (p, t) => (p - t) ** 2, df: (p, t) => 2 * (p - t) },
  l1: { f: (p, t) => Math.abs(p - t), df: (p, t) => Math.sign(p - t) },
  huber: huber(1),
  binaryCrossEntropy: {
    f: (p, t) => Math.max(p, 0) - p * t + Math.log1p(Math.exp(-Math.abs(p))),
    df: (p, t) => (p < 0 ? Math.exp(p) / (1 + Math.exp(p)) - t : 1 - t - Math.exp(-p) / (1 + Math.exp(-p))),
  },
} satisfies Record<string, Term>;

export function huber(delta: number): Term {
  return {
    f: (p, t) => (Math.abs(p - t) < delta ? (p - t) ** 2 / 2 : delta * (Math.abs(p - t) - delta / 2)),
    df: (p, t) => Math.max(-delta, Math.min(delta, p - t)),
  };
}

/** The mean of a term over predictions and targets [B, K], rows weighted. */
export function meanTerm(
  term: Term,
  p: ArrayLike<number>,
  t: ArrayLike<number>,
  B: number,
  weights?: ArrayLike<number>,
): Loss {
  const n = p.length;
  const w = (i: number) => weights?.[Math.floor((i * B) / n)] ?? 1;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += w(i) * term.f(p[i]!, t[i]!);
  return { value: sum / n, gradient: Float64Array.from(p, (value, i) => (w(i) * term.df(value, t[i]!)) / n) };
}

export interface CrossEntropyOptions {
  readonly labelSmoothing?: number;
  readonly classWeights?: ArrayLike<number>;
}

/** Cross-entropy of logits z [B, K] with classes y [B]; a mean over the weights of the targets' classes, as torch has it. */
export function crossEntropy(
  z: ArrayLike<number>,
  y: ArrayLike<number>,
  K: number,
  { labelSmoothing = 0, classWeights }: CrossEntropyOptions = {},
  weights?: ArrayLike<number>,
): Loss {
  const c = (k: number) => classWeights?.[k] ?? 1;
  const B = y.length;
  const total = Array.from(y).reduce((sum, k) => sum + c(k), 0);
  const gradient = new Float64Array(B * K);
  let value = 0;
  for (let r = 0; r < B; r++) {
    const row = Array.from({ length: K }, (_, k) => z[r * K + k]!);
    const most = Math.max(...row);
    const logSum = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
    const logP = row.map((logit) => logit - most - logSum);
    // Weight of each -log p[k].
    const q = row.map((_, k) => c(k) * ((k === y[r] ? 1 - labelSmoothing : 0) + labelSmoothing / K));
    const sum = q.reduce((a, b) => a + b, 0);
    const w = (weights?.[r] ?? 1) / total;
    for (let k = 0; k < K; k++) {
      if (q[k] !== 0) value -= w * q[k]! * logP[k]!;
      gradient[r * K + k] = w * (sum * Math.exp(logP[k]!) - q[k]!);
    }
  }
  return { value, gradient };
}

/** A loss of ours, by name or with options. */
export type BuiltIn = Exclude<LossSpec, (...args: never) => unknown>;

/** Any of them over outputs [B, K]. */
export function meanLoss(
  spec: BuiltIn,
  p: ArrayLike<number>,
  y: ArrayLike<number>,
  B: number,
  weights?: ArrayLike<number>,
): Loss {
  if (spec === 'crossEntropy') return crossEntropy(p, y, p.length / B, {}, weights);
  if (typeof spec === 'string') return meanTerm(terms[spec], p, y, B, weights);
  if ('huber' in spec) return meanTerm(huber(spec.huber.delta ?? 1), p, y, B, weights);
  if ('binaryCrossEntropy' in spec) return weightedBinary(p, y, spec.binaryCrossEntropy.classWeights, weights);
  return crossEntropy(p, y, p.length / B, spec.crossEntropy, weights);
}

/** Binary cross-entropy of one output with a weight for each class: the sum of w loss over the sum of w. */
function weightedBinary(
  p: ArrayLike<number>,
  t: ArrayLike<number>,
  classWeights?: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Loss {
  const w = Array.from(t, (target) => (classWeights ? (1 - target) * classWeights[0]! + target * classWeights[1]! : 1));
  const total = w.reduce((sum, one) => sum + one, 0);
  const { f, df } = terms.binaryCrossEntropy;
  let value = 0;
  const gradient = Float64Array.from(p, (logit, i) => {
    const share = (w[i]! * (weights?.[i] ?? 1)) / total;
    value += share * f(logit, t[i]!);
    return share * df(logit, t[i]!);
  });
  return { value, gradient };
}
