// The exponential in four float32 lanes. Polynomials are minimax fits of our own unless said otherwise; max errors come from sweeps over
// every float32 (test/sweep). Each operation rounds once: nothing is fused or reassociated, so every engine gives the same bits.
//
// Several kernels call this function once a vector: inlined, its copies would be most of their bytes.

/** ln 2 in two parts (Cephes): the first has 15 significant bits, so that its product with any exponent is exact. */
export const LN2_HIGH: f32 = 0.693145751953125;
export const LN2_LOW: f32 = 1.42860677e-6; // ln 2 - LN2_HIGH
const LOG2E: f32 = 1.44269502;

/** 1.5 * 2^23: adding it rounds to a whole number, which then stands in the low bits. */
const ROUND: f32 = 12582912;
const ONE_BITS: i32 = 0x3f800000;

/** Arguments from which exp(x) rounds to infinity, and down from which to 0. */
const TOP: f32 = 89;
const BOTTOM: f32 = -104;

/** exp(x). Max error 1.01 ulp, subnormal results included. */
export function exp(x: v128): v128 {
  const z = f32x4.pmax(f32x4.pmin(x, f32x4.splat(TOP)), f32x4.splat(BOTTOM));
  const t = exponent(z);
  return scale(f32x4.add(f32x4.splat(1), expm1Reduced(reduce(z, t))), t);
}

/** exp(x) for x in [-87, 88], where neither it nor 2^n leaves the normal numbers: `exp` for less. */
@inline export function expNormal(x: v128): v128 {
  const t = exponent(x);
  return f32x4.mul(f32x4.add(f32x4.splat(1), expm1Reduced(reduce(x, t))), power(t));
}

/** exp(high + low) for high <= 0 and a low of at most a few tenths: the error of an argument known beyond float32 stays out of the result. */
export function expSum(high: v128, low: v128): v128 {
  const z = f32x4.pmax(high, f32x4.splat(BOTTOM));
  const t = exponent(f32x4.add(z, low));
  return scale(f32x4.add(f32x4.splat(1), expm1Reduced(f32x4.add(reduce(z, t), low))), t);
}

/** exp(x) - 1 for x <= 0 (-0 gives 0). Max error 1.04 ulp. */
@inline export function expm1Negative(x: v128): v128 {
  const z = f32x4.pmax(x, f32x4.splat(-20));
  const t = exponent(z);
  const s = power(t);
  return f32x4.add(f32x4.mul(s, expm1Reduced(reduce(z, t))), f32x4.sub(s, f32x4.splat(1)));
}

/** n + ROUND, where x = n ln 2 + r with |r| <= ln 2 / 2. */
@inline function exponent(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, f32x4.splat(LOG2E)), f32x4.splat(ROUND));
}

/** r = x - n ln 2, for t = n + ROUND. */
@inline function reduce(x: v128, t: v128): v128 {
  const n = f32x4.sub(t, f32x4.splat(ROUND));
  return f32x4.sub(f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH))), f32x4.mul(n, f32x4.splat(LN2_LOW)));
}

/** exp(r) - 1 for |r| <= ln 2 / 2: r + r^2 P(r), relative error 2^-26.1 before rounding. */
@inline function expm1Reduced(r: v128): v128 {
  let p = f32x4.splat(0.00138706772);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.00836626533));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.0416674353));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.166665465));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.49999997));
  return f32x4.add(r, f32x4.mul(f32x4.mul(r, r), p));
}

/** 2^n for t = n + ROUND, n in [-126, 127]. */
@inline function power(t: v128): v128 {
  return i32x4.add(i32x4.shl(t, 23), i32x4.splat(ONE_BITS));
}

/** p 2^n for t = n + ROUND, n in [-150, 128]: in two factors, so that only the last product leaves the normal numbers and rounds. */
@inline function scale(p: v128, t: v128): v128 {
  const half = i32x4.shr_s(t, 1);
  return f32x4.mul(f32x4.mul(p, power(half)), power(i32x4.sub(t, half)));
}
