import { maskFirst, sumLanes, wholeLanes } from '../inline/lanes';
import { Context } from '../train/context';
import { meanScale, sumTerms, Term } from './elementwiseLoss';

/** Vectors added in float32 lanes before their total goes to float64: fixed, so that the order of the sum depends on n alone. */
const BLOCK: usize = 16 * 16;

/**
 * Returns the sum over n elements of (prediction - target)^2 / 2; with dPrediction != 0 also writes its gradient,
 * (prediction - target) * scale, where scale is the weight of one element in the loss (1 / n for a mean).
 * dPrediction may alias prediction. n = 0 returns 0.
 */
export function halfSquaredError_f32(dPrediction: usize, prediction: usize, target: usize, n: usize, scale: f32): f64 {
  let total: f64 = 0;
  const whole = wholeLanes(n) << 2;
  for (let start: usize = 0; start < whole; start += BLOCK) {
    // Even and odd vectors apart: an addition need not wait for the last.
    let even = f32x4.splat(0);
    let odd = f32x4.splat(0);
    for (let i = start, end = min(start + BLOCK, whole); i < end; i += 16) {
      const e = f32x4.sub(v128.load(prediction + i), v128.load(target + i));
      const sum = f32x4.add(even, f32x4.mul(e, e));
      even = odd;
      odd = sum;
      if (dPrediction !== 0) v128.store(dPrediction + i, f32x4.mul(e, f32x4.splat(scale)));
    }
    total += sumLanes(f32x4.add(even, odd));
  }
  if (n & 3) {
    const e = f32x4.sub(v128.load(prediction + whole), v128.load(target + whole));
    total += sumLanes(v128.and(f32x4.mul(e, e), maskFirst(n & 3)));
    if (dPrediction !== 0) v128.store(dPrediction + whole, f32x4.mul(e, f32x4.splat(scale)));
  }
  return total * 0.5;
}


@final
@unmanaged
class HalfSquare extends Term {

  @inline value(p: v128, t: v128, _delta: v128): v128 {
    const e = f32x4.sub(p, t);
    return f32x4.mul(f32x4.splat(0.5), f32x4.mul(e, e));
  }


  @inline slope(p: v128, t: v128, _delta: v128): v128 {
    return f32x4.sub(p, t);
  }
}


@unmanaged
class HalfSquaredError {
  dPrediction: usize; // 0 when only the loss is wanted
  prediction: usize; // [B, K]
  K: usize;
}

/** Op: adds the loss of the rows at hand to the context's sum and writes the gradient of their mean. */
export function halfSquaredError(args: HalfSquaredError, context: Context): void {
  const scale = meanScale(args.K, context);
  const B = context.rows;
  const K = args.K;
  const y = context.y;
  const weights = context.weights;
  context.lossSum +=
    weights === 0
      ? halfSquaredError_f32(args.dPrediction, args.prediction, y, B * K, scale)
      : sumTerms<HalfSquare>(args.dPrediction, args.prediction, y, B, K, scale, weights, 0);
}
