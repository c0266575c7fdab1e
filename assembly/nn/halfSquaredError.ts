import { maskFirst, sumLanes } from '../simd/lanes';
import { Full, isFull, Fast } from '../simd/update';
import { ElementLoss, writeSlopes } from './elementwiseLoss';

/** Bytes added up in sixteen lanes before their total goes to float64: fixed, so that the order of the sum depends on n alone. */
const BLOCK: usize = 1024;


@final
@unmanaged
class Square extends ElementLoss {

  @inline value(p: v128, t: v128, _delta: v128): v128 {
    const e = f32x4.sub(p, t);
    return f32x4.mul(e, e);
  }


  @inline slope(p: v128, t: v128, _delta: v128): v128 {
    return f32x4.sub(p, t);
  }
}

/** v, times the weights where there are some */
@inline function weighted<Options>(v: v128, weights: usize): v128 {
  return isFull<Options>() ? f32x4.mul(v, v128.load(weights)) : v;
}

/** (p - t)^2, times the weights, for the vectors at these addresses */
@inline function square<Options>(p: usize, t: usize, weights: usize): v128 {
  return weighted<Options>(changetype<Square>(0).value(v128.load(p), v128.load(t), f32x4.splat(0)), weights);
}

/** The sum over whole sixteens in four sums of vectors, so that an addition need not wait for the last; the rest with its slopes in one loop. */
@inline function squares<Options>(d: usize, p: usize, t: usize, n: usize, scale: f32, weights: usize): f64 {
  const sixteens = n & ~15;
  let total: f64 = 0;
  let i: usize = 0;
  for (const end = sixteens << 2; i < end;) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (const last = min(i + BLOCK, end); i < last; i += 64) {
      s0 = f32x4.add(s0, square<Options>(p + i, t + i, weights + i));
      s1 = f32x4.add(s1, square<Options>(p + i + 16, t + i + 16, weights + i + 16));
      s2 = f32x4.add(s2, square<Options>(p + i + 32, t + i + 32, weights + i + 32));
      s3 = f32x4.add(s3, square<Options>(p + i + 48, t + i + 48, weights + i + 48));
    }
    total += sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  }
  if (d !== 0) writeSlopes<Square>(d, p, t, sixteens, scale, weights, 0);
  let sum = f32x4.splat(0);
  for (let left = (<i32>n) & 15; left > 0; left -= 4, i += 16) {
    const e = f32x4.sub(v128.load(p + i), v128.load(t + i));
    sum = f32x4.add(sum, v128.and(weighted<Options>(f32x4.mul(e, e), weights + i), maskFirst(left)));
    if (d !== 0) v128.store(d + i, f32x4.mul(e, weighted<Options>(f32x4.splat(scale), weights + i)));
  }
  return total + sumLanes(sum);
}

/** The sum of (p - t)^2 and, scaled, p - t: see `sumElementLosses`. */
export function squaredError(
  dPrediction: usize,
  prediction: usize,
  target: usize,
  n: usize,
  scale: f32,
  weights: usize,
): f64 {
  return weights === 0
    ? squares<Fast>(dPrediction, prediction, target, n, scale, 0)
    : squares<Full>(dPrediction, prediction, target, n, scale, weights);
}

/** The sum of (p - t)^2 / 2 and, scaled, its gradient p - t: see `sumElementLosses`. */
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
