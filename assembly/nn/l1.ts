import { signBit } from '../simd/sign';
import { Context } from '../vm/context';
import { elements, ElementwiseLoss, elementWeights, share, sumTerms, Term } from './elementwiseLoss';


@final
@unmanaged
class Distance extends Term {

  @inline value(p: v128, t: v128, _delta: v128): v128 {
    return f32x4.abs(f32x4.sub(p, t));
  }


  @inline slope(p: v128, t: v128, _delta: v128): v128 {
    const e = f32x4.sub(p, t);
    const one = v128.or(f32x4.splat(1), signBit(e));
    return v128.and(one, f32x4.gt(f32x4.abs(e), f32x4.splat(0)));
  }
}

/** The sum of |p - t| and, scaled, its gradient sign(p - t), 0 at 0: see `sumTerms`. */
export function l1_f32(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  n: usize,
  scale: f32,
  weights: usize,
): f64 {
  return sumTerms<Distance>(dPrediction, prediction, target, n, scale, weights, 0);
}

/** Op: adds the loss of the rows at hand to the context's sum and writes the gradient of their mean. */
export function l1(at: usize, context: Context): void {
  const args = changetype<ElementwiseLoss>(at);
  const n = elements(args.K, context);
  const weights = elementWeights(args.K, context);
  context.lossSum += l1_f32(args.dPrediction, args.prediction, context.y, n, share(n), weights);
}
