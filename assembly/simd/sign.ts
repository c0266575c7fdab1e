const SIGN: i32 = 0x80000000;

/** The sign bits of x, as -0 or 0. */
@inline export function signBit(x: v128): v128 {
  return v128.and(x, i32x4.splat(SIGN));
}

/** A magnitude (sign bit clear) with the sign of x. */
@inline export function copySign(magnitude: v128, x: v128): v128 {
  return v128.or(magnitude, signBit(x));
}
