import { exp, expm1Negative } from '../simd/exp';

/**
 * y = x where x >= 0, else alpha * (exp(x) - 1). y may alias x; n = 0 is fine.
 * Source: Clevert, Unterthiner and Hochreiter, arXiv:1511.07289.
 */
export function elu_f32(y: usize, x: usize, n: usize, alpha: f32): void {
  for (let i: usize = 0, end = n << 2; i < end; i += 16) v128.store(y + i, value(v128.load(x + i), alpha));
}


@inline function value(x: v128, alpha: f32): v128 {
  const below = f32x4.mul(f32x4.splat(alpha), expm1Negative(x));
  return v128.bitselect(below, x, f32x4.lt(x, f32x4.splat(0)));
}

/** dx = dy where x > 0, else dy * alpha * exp(x). dx may alias dy or x; n = 0 is fine. */
export function eluBackward_f32(dx: usize, dy: usize, x: usize, n: usize, alpha: f32): void {
  for (let i: usize = 0, end = n << 2; i < end; i += 16)
    v128.store(dx + i, gradient(v128.load(dy + i), v128.load(x + i), alpha));
}


@inline function gradient(dy: v128, x: v128, alpha: f32): v128 {
  const below = f32x4.mul(dy, f32x4.mul(f32x4.splat(alpha), exp(x)));
  return v128.bitselect(below, dy, f32x4.le(x, f32x4.splat(0)));
}
