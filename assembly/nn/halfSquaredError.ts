import { sumLanes } from '../inline/lanes';
import { Context } from '../train/context';
import { elements, ElementwiseLoss, elementWeights, share, sumValues, Term, writeSlopes } from './elementwiseLoss';

/** Elements added up in sixteen lanes before their total goes to float64: fixed, so that the order of the sum depends on n alone. */
const BLOCK: usize = 64;


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

/** sum + (p - t)^2, for the vectors at p and t */
@inline function addSquare(sum: v128, p: usize, t: usize): v128 {
  const e = f32x4.sub(v128.load(p), v128.load(t));
  return f32x4.add(sum, f32x4.mul(e, e));
}

/**
 * The sum of (p - t)^2 and, scaled, p - t: see `sumTerms`. Without weights an addition of a whole block need not wait for the last: there are
 * four sums of vectors.
 */
export function squaredError(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  n: usize,
  scale: f32,
  weights: usize,
): f64 {
  let total: f64 = 0;
  let i: usize = 0;
  const blocks = weights === 0 ? (n & ~(BLOCK - 1)) << 2 : 0;
  while (i < blocks) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (const end = i + BLOCK * 4; i < end; i += 64) {
      s0 = addSquare(s0, prediction + i, target + i);
      s1 = addSquare(s1, prediction + i + 16, target + i + 16);
      s2 = addSquare(s2, prediction + i + 32, target + i + 32);
      s3 = addSquare(s3, prediction + i + 48, target + i + 48);
    }
    total += sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  }
  total += sumValues<Square>(prediction, target, i, n, weights, 0);
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
export function halfSquaredError(args: ElementwiseLoss, context: Context): void {
  const n = elements(args.K, context);
  const weights = elementWeights(args.K, context);
  context.lossSum += halfSquaredError_f32(args.dPrediction, args.prediction, context.y, n, share(n), weights);
}
