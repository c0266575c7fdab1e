import { gaussian, tailArgument, upperTail } from './normal';
import { copySign } from './sign';

const SQRT2: f32 = 1.41421354;
/** Below it a polynomial; from there on the tail is so small that its errors hardly show. */
const SMALL: f32 = 0.85;

/** erf(x). Max error 1.79 ulp. For 1 + erf of negative numbers, which cancels, take the tail itself, as gelu does. */
@inline export function erf(x: v128): v128 {
  const a = f32x4.abs(x);
  const z = f32x4.mul(a, a);
  // Below 0.85: a + a P(a^2), relative error 2^-27.3 before rounding.
  let p = f32x4.splat(-0.0006315129);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.0050510946));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.026802547));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.112827174));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.37612572));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.128379166));
  const small = f32x4.add(a, f32x4.mul(a, p));
  // Above: 1 - 2 P(X > a sqrt(2)) for a standard normal X.
  const b = tailArgument(x);
  const tail = upperTail(f32x4.mul(b, f32x4.splat(SQRT2)), gaussian(b, 1));
  const large = f32x4.sub(f32x4.splat(1), f32x4.add(tail, tail));
  return copySign(v128.bitselect(small, large, f32x4.lt(a, f32x4.splat(SMALL))), x);
}
