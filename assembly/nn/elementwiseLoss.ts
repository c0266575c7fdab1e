import { maskFirst, sumLanes, wholeLanes } from '../inline/lanes';
import { Context } from '../train/context';

/** Vectors added in float32 lanes before their total goes to float64: fixed, so that the order of the sum depends on B and K alone. */
const BLOCK: usize = 16 * 16;

/** A loss that is a sum over elements: the term of a prediction p with target t, and its derivative in p. Has no fields. */
@unmanaged
export abstract class Term {
  abstract value(p: v128, t: v128, delta: v128): v128;
  abstract slope(p: v128, t: v128, delta: v128): v128;
}

/**
 * Returns the sum over prediction[B, K] and target[B, K] of L's terms, those of row r times weights[r] unless weights = 0; with
 * dPrediction != 0 also writes its gradient times scale, the weight of one element in the loss (1 / n for a mean).
 * dPrediction may alias prediction. B or K = 0 returns 0.
 */
export function sumTerms<L>(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  B: usize,
  K: usize,
  scale: f32,
  weights: usize,
  delta: f32,
): f64 {
  const n = B * K;
  const whole = wholeLanes(n) << 2;
  let total: f64 = 0;
  for (let start: usize = 0; start < whole; start += BLOCK) {
    const end = min(start + BLOCK, whole);
    total += blockTerms<L>(dPrediction, prediction, target, start, end, 4, B, K, scale, weights, delta);
  }
  if (n & 3)
    total += blockTerms<L>(dPrediction, prediction, target, whole, whole + 16, n & 3, B, K, scale, weights, delta);
  return total;
}

/** `sumTerms` over the bytes from i to end, of which the first `lanes` of each vector count. */
function blockTerms<L>(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  i: usize,
  end: usize,
  lanes: usize,
  B: usize,
  K: usize,
  scale: f32,
  weights: usize,
  delta: f32,
): f64 {
  const scales = f32x4.splat(scale);
  const deltas = f32x4.splat(delta);
  let sum = f32x4.splat(0);
  for (; i < end; i += 16) {
    const p = v128.load(prediction + i);
    const t = v128.load(target + i);
    let term = changetype<L>(0).value(p, t, deltas);
    let factor = scales;
    if (weights !== 0) {
      const w = rowWeights(weights, i >> 2, B, K);
      term = f32x4.mul(term, w);
      factor = f32x4.mul(factor, w);
    }
    sum = f32x4.add(sum, term);
    if (dPrediction !== 0) v128.store(dPrediction + i, f32x4.mul(changetype<L>(0).slope(p, t, deltas), factor));
  }
  return sumLanes(v128.and(sum, maskFirst(lanes)));
}

/** The weights of the rows of elements i to i + 3, for rows of K. */
@inline function rowWeights(weights: usize, i: usize, B: usize, K: usize): v128 {
  if (K === 1) return v128.load(weights + (i << 2));
  let w = f32x4.splat(rowWeight(weights, i, B, K));
  if ((i % K) + 4 <= K) return w;
  w = f32x4.replace_lane(w, 1, rowWeight(weights, i + 1, B, K));
  w = f32x4.replace_lane(w, 2, rowWeight(weights, i + 2, B, K));
  return f32x4.replace_lane(w, 3, rowWeight(weights, i + 3, B, K));
}

/** The weight of the row of element i; elements past the last row, in its padding, take the last row's. */
function rowWeight(weights: usize, i: usize, B: usize, K: usize): f32 {
  return load<f32>(weights + (min(i / K, B - 1) << 2));
}


@unmanaged
export class ElementwiseLoss {
  dPrediction: usize; // 0 when only the loss is wanted
  prediction: usize; // [B, K]
  K: usize;
}

/** The weight of one element in the mean of the rows at hand, which it adds to the context. */
@inline export function meanScale(K: usize, context: Context): f32 {
  const n = <f64>(context.rows * K);
  context.lossWeight += n;
  return <f32>(1.0 / n);
}
