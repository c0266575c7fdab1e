import { sum_f32 } from '../linalg/reduce';
import { log1pFinite } from '../simd/log';
import { expNegativeAbs } from '../simd/sigmoid';
import { Context } from '../vm/context';
import { ElementLoss, sumElementLosses } from './elementwiseLoss';


@final
@unmanaged
class LogLikelihood extends ElementLoss {

  @inline value(p: v128, t: v128, _delta: v128): v128 {
    const linear = f32x4.sub(f32x4.pmax(p, f32x4.splat(0)), f32x4.mul(p, t));
    return f32x4.add(linear, log1pFinite(expNegativeAbs(p)));
  }

  /** sigmoid(p) - t, from the smaller of sigmoid(p) and 1 - sigmoid(p), so that a confident right answer keeps its small gradient. */
  @inline slope(p: v128, t: v128, _delta: v128): v128 {
    const e = expNegativeAbs(p);
    const low = f32x4.div(e, f32x4.add(f32x4.splat(1), e));
    const above = f32x4.sub(f32x4.sub(f32x4.splat(1), t), low);
    return v128.bitselect(f32x4.sub(low, t), above, f32x4.lt(p, f32x4.splat(0)));
  }
}

/**
 * For logits p and targets t in [0, 1], the sum of -t log(s) - (1 - t) log(1 - s), s = sigmoid(p), as
 * max(p, 0) - p t + log1p(exp(-|p|)); and, scaled, its gradient s - t: see `sumElementLosses`.
 */
export function binaryCrossEntropy_f32(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  n: usize,
  scale: f32,
  weights: usize,
): f64 {
  return sumElementLosses<LogLikelihood>(dPrediction, prediction, target, n, scale, weights, 0);
}


@unmanaged
class WeightedBinaryCrossEntropy {
  dPrediction: usize; // 0 when only the loss is wanted
  prediction: usize; // [B, 1]
  w0: f32;
  w1: f32;
}

/**
 * Op: the same for one output with class weights: adds the sum of w loss to the context's sum, w = (1 - t) w0 + t w1, and writes the gradient
 * of the weighted mean, the sum of w loss over the sum of w. Weights of rows multiply the losses only, as in `crossEntropy`.
 */
export function weightedBinaryCrossEntropy(at: usize, context: Context): void {
  const args = changetype<WeightedBinaryCrossEntropy>(at);
  const B = context.rows;
  const each = context.workspace;
  for (let i: usize = 0; i < B << 2; i += 4) {
    const t = load<f32>(context.y + i);
    store<f32>(each + i, (1 - t) * args.w0 + t * args.w1);
  }
  const weight = sum_f32(each, B);
  if (context.weights !== 0) {
    for (let i: usize = 0; i < B << 2; i += 4)
      store<f32>(each + i, load<f32>(each + i) * load<f32>(context.weights + i));
  }
  const scale = <f32>(1 / weight);
  context.lossSum += binaryCrossEntropy_f32(args.dPrediction, args.prediction, context.y, B, scale, each);
  context.lossWeight += weight;
}
