import { expSum } from './exp';

// The normal distribution by its upper tail, whose relative error stays small where 1 + erf cancels to nothing.

/** |x|, but at most 15: from there on exp(-x^2 / 2) is 0. */
@inline export function tailArgument(x: v128): v128 {
  return f32x4.pmin(f32x4.abs(x), f32x4.splat(15));
}

/** g = exp(-rate a^2) for a in [0, 15]; the rate is a power of two. The square is taken in two parts, the first of them exact. */
@inline export function gaussian(a: v128, rate: f32 = 0.5): v128 {
  const high = v128.and(a, i32x4.splat(0xfffff000));
  const low = f32x4.mul(f32x4.sub(a, high), f32x4.add(a, high));
  return expSum(f32x4.mul(f32x4.mul(high, high), f32x4.splat(-rate)), f32x4.mul(low, f32x4.splat(-rate)));
}

/** P(X > a) for a in [0, 15] and g = gaussian(a): g t P(t) with t = 1 / (1 + 0.3 a), relative error 2^-28.0 before rounding. */
@inline export function upperTail(a: v128, g: v128): v128 {
  const t = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), f32x4.mul(f32x4.splat(0.3), a)));
  let p = f32x4.splat(-0.0206275973);
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.11245928));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-0.228272557));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.191868082));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-0.0794975162));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.0961992517));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.0783739686));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.110239021));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.119571351));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.119686715));
  return f32x4.mul(g, f32x4.mul(t, p));
}

/** P(X <= x), for the tail above |x|. */
@inline export function fromTail(x: v128, tail: v128): v128 {
  return v128.bitselect(tail, f32x4.sub(f32x4.splat(1), tail), f32x4.lt(x, f32x4.splat(0)));
}
