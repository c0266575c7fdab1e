import { ElementLoss, sumElementLosses } from './elementwiseLoss';


@final
@unmanaged
class Huber extends ElementLoss {

  @inline value(p: v128, t: v128, delta: v128): v128 {
    const a = f32x4.abs(f32x4.sub(p, t));
    const half = f32x4.splat(0.5);
    const near = f32x4.mul(f32x4.mul(half, a), a);
    const far = f32x4.mul(delta, f32x4.sub(a, f32x4.mul(half, delta)));
    return v128.bitselect(near, far, f32x4.lt(a, delta));
  }


  @inline slope(p: v128, t: v128, delta: v128): v128 {
    return f32x4.pmax(f32x4.pmin(f32x4.sub(p, t), delta), f32x4.neg(delta));
  }
}

/**
 * The sum of e^2 / 2 where |e| < delta, else delta (|e| - delta / 2), for e = p - t; and, scaled, its gradient, e clamped to
 * [-delta, delta]: see `sumElementLosses`. Source: Huber, 1964.
 */
export function huber_f32(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  n: usize,
  scale: f32,
  weights: usize,
  delta: f32,
): f64 {
  return sumElementLosses<Huber>(dPrediction, prediction, target, n, scale, weights, delta);
}
