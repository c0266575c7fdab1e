import { Context } from '../train/context';
import { elements, ElementwiseLoss, elementWeights, share, sumTerms, Term } from './elementwiseLoss';


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

/** The sum of (p - t)^2 / 2 and, scaled, its gradient p - t: see `sumTerms`. */
export function halfSquaredError_f32(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  n: usize,
  scale: f32,
  weights: usize,
): f64 {
  return 0.5 * sumTerms<Square>(dPrediction, prediction, target, n, scale, weights, 0, weights === 0);
}

/** Op: adds the loss of the rows at hand to the context's sum and writes the gradient of their mean. */
export function halfSquaredError(args: ElementwiseLoss, context: Context): void {
  const n = elements(args.K, context);
  const weights = elementWeights(args.K, context);
  context.lossSum += halfSquaredError_f32(args.dPrediction, args.prediction, context.y, n, share(n), weights);
}
