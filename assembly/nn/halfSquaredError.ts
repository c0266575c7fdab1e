import { sumLanes } from '../inline/lanes';
import { General, isGeneral, Plain } from '../inline/update';
import { Context } from '../train/context';
import { elements, ElementwiseLoss, elementWeights, share, sumValues, Term, writeSlopes } from './elementwiseLoss';

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

/** sum + (p - t)^2, times the weights where there are some, for the vectors at these addresses */
@inline function addSquare<Options>(sum: v128, p: usize, t: usize, weights: usize): v128 {
  const e = f32x4.sub(v128.load(p), v128.load(t));
  const square = f32x4.mul(e, e);
  return f32x4.add(sum, isGeneral<Options>() ? f32x4.mul(square, v128.load(weights)) : square);
}

/** The sum over n elements, a multiple of sixteen, in four sums of vectors, so that an addition need not wait for the last. */
@inline function sumSixteens<Options>(p: usize, t: usize, weights: usize, n: usize): f64 {
  let total: f64 = 0;
  for (const end = p + (n << 2); p < end;) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (const last = min(p + BLOCK, end); p < last; p += 64, t += 64, weights += 64) {
      s0 = addSquare<Options>(s0, p, t, weights);
      s1 = addSquare<Options>(s1, p + 16, t + 16, weights + 16);
      s2 = addSquare<Options>(s2, p + 32, t + 32, weights + 32);
      s3 = addSquare<Options>(s3, p + 48, t + 48, weights + 48);
    }
    total += sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  }
  return total;
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
  const sixteens = n & ~15;
  let total: f64 =
    weights === 0
      ? sumSixteens<Plain>(prediction, target, 0, sixteens)
      : sumSixteens<General>(prediction, target, weights, sixteens);
  total += sumValues<Square>(prediction, target, sixteens << 2, n, weights, 0);
  if (dPrediction !== 0) writeSlopes<Square>(dPrediction, prediction, target, n, scale, weights, 0);
  return total;
}

/** The sum of (p - t)^2 / 2 and, scaled, its gradient p - t: see `sumTerms`. */
@inline export function halfSquaredError_f32(
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
  context.lossSum += halfSquaredError_f32(args.dPrediction, args.prediction, context.y, n, share(n), weights);
}
