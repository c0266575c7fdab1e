import { maskFirst, sumLanes } from '../inline/lanes';
import { General, isGeneral, Plain } from '../inline/update';
import { Context } from '../train/context';
import { elements, ElementwiseLoss, elementWeights, share, Term, writeSlopes } from './elementwiseLoss';

/** Bytes added up in sixteen lanes before their total goes to float64: fixed, so that the order of the sum depends on n alone. */
const BLOCK: usize = 1024;


@final
@unmanaged
class Square extends Term {

  @inline value(p: v128, t: v128, _delta: v128): v128 {
    const e = f32x4.sub(p, t);
    return f32x4.mul(e, e);
  }


  @inline slope(p: v128, t: v128, _delta: v128): v128 {
    return f32x4.sub(p, t);
  }
}

/** (p - t)^2, times the weights where there are some, for the vectors at these addresses */
@inline function square<Options>(p: usize, t: usize, weights: usize): v128 {
  const e = f32x4.sub(v128.load(p), v128.load(t));
  const square = f32x4.mul(e, e);
  return isGeneral<Options>() ? f32x4.mul(square, v128.load(weights)) : square;
}

/** The sum over n elements, of sixteens in four sums of vectors, so that an addition need not wait for the last. */
@inline function sumSquares<Options>(p: usize, t: usize, weights: usize, n: usize): f64 {
  let total: f64 = 0;
  for (const end = p + ((n & ~15) << 2); p < end;) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (const last = min(p + BLOCK, end); p < last; p += 64, t += 64, weights += 64) {
      s0 = f32x4.add(s0, square<Options>(p, t, weights));
      s1 = f32x4.add(s1, square<Options>(p + 16, t + 16, weights + 16));
      s2 = f32x4.add(s2, square<Options>(p + 32, t + 32, weights + 32));
      s3 = f32x4.add(s3, square<Options>(p + 48, t + 48, weights + 48));
    }
    total += sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  }
  let sum = f32x4.splat(0);
  for (let left = (<i32>n) & 15; left > 0; left -= 4, p += 16, t += 16, weights += 16) {
    sum = f32x4.add(sum, v128.and(square<Options>(p, t, weights), maskFirst(left)));
  }
  return total + sumLanes(sum);
}

/** The sum of (p - t)^2 and, scaled, p - t: see `sumTerms`. */
export function squaredError(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  n: usize,
  scale: f32,
  weights: usize,
): f64 {
  const total =
    weights === 0 ? sumSquares<Plain>(prediction, target, 0, n) : sumSquares<General>(prediction, target, weights, n);
  if (dPrediction !== 0) writeSlopes<Square>(dPrediction, prediction, target, n, scale, weights, 0);
  return total;
}

/** The sum of (p - t)^2 / 2 and, scaled, its gradient p - t: see `sumTerms`. */
export function halfSquaredError_f32(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  n: usize,
  scale: f32,
  weights: usize,
): f64 {
  return 0.5 * squaredError(dPrediction, prediction, target, n, scale, weights);
}

/** Op: adds the loss of the rows at hand to the context's sum and writes the gradient of their mean. */
export function halfSquaredError(at: usize, context: Context): void {
  const args = changetype<ElementwiseLoss>(at);
  const n = elements(args.K, context);
  const weights = elementWeights(args.K, context);
  context.lossSum += 0.5 * squaredError(args.dPrediction, args.prediction, context.y, n, share(n), weights);
}
