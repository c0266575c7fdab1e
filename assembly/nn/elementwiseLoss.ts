import { maskFirst, sumLanes, wholeLanes } from '../simd/lanes';
import { Context } from '../vm/context';

/** Bytes added up in float32 lanes before their total goes to float64: fixed, so that the order of the sum depends on n alone. */
const BLOCK: usize = 16 * 16;

/** A loss that is a sum over elements: the term of a prediction p with target t, and its derivative in p. Has no fields. */
@unmanaged
export abstract class ElementLoss {
  abstract value(p: v128, t: v128, delta: v128): v128;
  abstract slope(p: v128, t: v128, delta: v128): v128;
}

/**
 * Returns the sum over prediction[n] and target[n] of L's terms, those of element i times weights[i] unless weights = 0; with
 * dPrediction != 0 also writes its gradient times scale, the weight of one element in the loss (1 / n for a mean).
 * dPrediction may alias prediction. n = 0 returns 0.
 */
@inline export function sumElementLosses<L>(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  n: usize,
  scale: f32,
  weights: usize,
  delta: f32,
): f64 {
  const whole = wholeLanes(n) << 2;
  const deltas = f32x4.splat(delta);
  let total: f64 = 0;
  for (let i: usize = 0; i < n << 2;) {
    const lanes: usize = i < whole ? 4 : n & 3;
    let sum = f32x4.splat(0);
    for (const end = i < whole ? min(i + BLOCK, whole) : i + 16; i < end; i += 16) {
      let term = changetype<L>(0).value(v128.load(prediction + i), v128.load(target + i), deltas);
      if (weights !== 0) term = f32x4.mul(term, v128.load(weights + i));
      sum = f32x4.add(sum, term);
    }
    total += sumLanes(v128.and(sum, maskFirst(lanes)));
  }
  if (dPrediction !== 0) writeSlopes<L>(dPrediction, prediction, target, n, scale, weights, delta);
  return total;
}

/** Writes L's slopes, times scale and weights. */
@inline export function writeSlopes<L>(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  n: usize,
  scale: f32,
  weights: usize,
  delta: f32,
): void {
  const deltas = f32x4.splat(delta);
  for (let i: usize = 0; i < n << 2; i += 16) {
    let factor = f32x4.splat(scale);
    if (weights !== 0) factor = f32x4.mul(factor, v128.load(weights + i));
    const slope = changetype<L>(0).slope(v128.load(prediction + i), v128.load(target + i), deltas);
    v128.store(dPrediction + i, f32x4.mul(slope, factor));
  }
}

/** The number of elements of the current rows. Adds it to the context's weight of the loss. */
@inline export function countElements(K: usize, context: Context): usize {
  const n = context.rows * K;
  context.lossWeight += <f64>n;
  return n;
}

/** The weight of one of n elements in their mean. */
@inline export function meanScale(n: usize): f32 {
  return <f32>(1.0 / <f64>n);
}

/** Weights of the current rows' elements, K a row, in the workspace where K > 1; 0 when all weigh the same. */
@inline export function elementWeights(K: usize, context: Context): usize {
  return context.weights === 0 || K === 1 ? context.weights : spread(context.weights, K, context);
}

/** Writes each of weights[B] K times, into the workspace. */
function spread(weights: usize, K: usize, context: Context): usize {
  let out = context.workspace;
  for (const end = weights + (context.rows << 2); weights < end; weights += 4) {
    for (let k: usize = 0; k < K; k++, out += 4) store<f32>(out, load<f32>(weights));
  }
  return context.workspace;
}
