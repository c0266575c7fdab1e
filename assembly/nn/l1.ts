import { signBit } from '../simd/sign';
import { ElementLoss, sumElementLosses } from './elementwiseLoss';


@final
@unmanaged
class AbsoluteError extends ElementLoss {

  @inline value(p: v128, t: v128, _delta: v128): v128 {
    return f32x4.abs(f32x4.sub(p, t));
  }


  @inline slope(p: v128, t: v128, _delta: v128): v128 {
    const e = f32x4.sub(p, t);
    const one = v128.or(f32x4.splat(1), signBit(e));
    return v128.and(one, f32x4.gt(f32x4.abs(e), f32x4.splat(0)));
  }
}

/** The sum of |p - t| and, scaled, its gradient sign(p - t), 0 at 0: see `sumElementLosses`. */
export function l1_f32(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  n: usize,
  scale: f32,
  weights: usize,
): f64 {
  return sumElementLosses<AbsoluteError>(dPrediction, prediction, target, n, scale, weights, 0);
}
