// Lane helpers for sums of float32 in float64.

/** [a, b, c, d] => [a, b] in float64 */
@inline export function low(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

/** [a, b, c, d] => [c, d] in float64 */
@inline export function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1));
}

/** sum + v v, in float64 */
@inline export function addSquare(sum: v128, v: v128): v128 {
  return f64x2.add(sum, f64x2.mul(v, v));
}

/** sum + [a, b] [e, f], for v = [a, b, c, d] and w = [e, f, g, h], in float64 */
@inline export function addLow(sum: v128, v: v128, w: v128): v128 {
  return f64x2.add(sum, f64x2.mul(low(v), low(w)));
}

/** sum + [c, d] [g, h], for v = [a, b, c, d] and w = [e, f, g, h], in float64 */
@inline export function addHigh(sum: v128, v: v128, w: v128): v128 {
  return f64x2.add(sum, f64x2.mul(high(v), high(w)));
}

/** [a, b], [c, d] => a + b + c + d, as (a + c) + (b + d) */
@inline export function total(v: v128, w: v128): f64 {
  const sum = f64x2.add(v, w);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** [a, b], [c, d] => [a, b, c, d] in float32 */
@inline export function narrow(v: v128, w: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(v), f32x4.demote_f64x2_zero(w), 0, 2);
}
