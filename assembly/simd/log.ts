import { LN2_HIGH, LN2_LOW } from './exp';

/** The bits of 0.75: arguments are reduced to [0.75, 1.5), where m - 1 and its counterpart in log1p are exact. */
const BASE: i32 = 0x3f400000;
const EXPONENT: i32 = 0xff800000;
const MIN_NORMAL: f32 = 1.17549435e-38; // 2^-126

/** log(x): -infinity at 0, NaN below. Max error 0.89 ulp, subnormal arguments included. */
@inline export function log(x: v128): v128 {
  const subnormal = f32x4.lt(x, f32x4.splat(MIN_NORMAL));
  const normal = v128.bitselect(f32x4.mul(x, f32x4.splat(16777216)), x, subnormal);
  const k = i32x4.sub(normal, i32x4.splat(BASE));
  const n = f32x4.sub(v128.and(subnormal, f32x4.splat(24)), f32x4.convert_i32x4_s(i32x4.shr_s(k, 23)));
  const m = i32x4.sub(normal, v128.and(k, i32x4.splat(EXPONENT)));
  return special(x, f32x4.splat(0), logReduced(f32x4.sub(m, f32x4.splat(1)), n));
}

/** log(1 + x): -infinity at -1, NaN below, -0 at -0. Max error 1.27 ulp. */
@inline export function log1p(x: v128): v128 {
  return special(x, f32x4.splat(-1), log1pFinite(x));
}

/** log(1 + x) for finite x > -1: `log1p` for less. NaN gives a number. */
export function log1pFinite(x: v128): v128 {
  const k = i32x4.sub(f32x4.add(x, f32x4.splat(1)), i32x4.splat(BASE));
  const e = v128.and(k, i32x4.splat(EXPONENT));
  // (1 + x) 2^-k - 1 as x 2^-k - (1 - 2^-k): without the rounding of 1 + x, and -0 at -0. 2^(2-k) stays a normal number for every k.
  const rest = f32x4.sub(f32x4.splat(1), f32x4.mul(i32x4.sub(f32x4.splat(4), e), f32x4.splat(0.25)));
  const n = f32x4.convert_i32x4_s(i32x4.neg(i32x4.shr_s(k, 23)));
  return logReduced(f32x4.sub(i32x4.sub(x, e), rest), n);
}

/**
 * log(1 + f) - n ln 2 for f in [-0.25, 0.5]: f - f^2 / 2 + f^3 P(f), relative error 2^-27.6 before rounding. n is the exponent negated,
 * so that 0 - n ln 2 leaves a -0 alone.
 */
@inline function logReduced(f: v128, n: v128): v128 {
  let p = f32x4.splat(-0.0451479107);
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.104726493));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-0.131645739));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.144779533));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-0.166468933));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.199908286));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-0.250001073));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.333334506));
  const z = f32x4.mul(f, f);
  let r = f32x4.sub(f32x4.mul(f32x4.mul(f, z), p), f32x4.mul(n, f32x4.splat(LN2_LOW)));
  r = f32x4.sub(r, f32x4.mul(z, f32x4.splat(0.5)));
  return f32x4.sub(f32x4.add(f, r), f32x4.mul(n, f32x4.splat(LN2_HIGH)));
}

/** r, but infinity at infinity, -infinity where x is `pole`, NaN below it and at NaN. */
@inline function special(x: v128, pole: v128, r: v128): v128 {
  r = v128.bitselect(x, r, f32x4.eq(x, f32x4.splat(Infinity)));
  r = v128.bitselect(f32x4.splat(-Infinity), r, f32x4.eq(x, pole));
  return v128.or(r, v128.not(f32x4.ge(x, pole)));
}
