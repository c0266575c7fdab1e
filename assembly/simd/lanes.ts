// Lane helpers. All are inlined.

/** sum + a b, rounded twice */
@inline export function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** [a, b, c, d] => a + b + c + d in float64, as (a + b) + (c + d) */
@inline export function sumLanes(v: v128): f64 {
  const low = f64x2.promote_low_f32x4(v);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3));
  return (
    f64x2.extract_lane(low, 0) +
    f64x2.extract_lane(low, 1) +
    (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
  );
}

/** All bits set in the first n lanes (n from 0 to 4), none in the rest: what a reduction keeps of its last vector. */
@inline export function maskFirst(n: usize): v128 {
  return i32x4.gt_s(i32x4.splat(<i32>n), i32x4(0, 1, 2, 3));
}

/** The last vector of n elements starts here: n rounded down to whole lanes. */
@inline export function wholeLanes(n: usize): usize {
  return n & ~3;
}

/** The first n floats at p, zeros after them; reads no more than n, and no more than four. */
@inline export function loadFirst(p: usize, n: usize): v128 {
  if (n > 3) return v128.load(p);
  if (n === 3) return v128.load_lane<f32>(p + 8, v128.load64_zero(p), 2);
  if (n === 2) return v128.load64_zero(p);
  return n === 1 ? v128.load32_zero(p) : f32x4.splat(0);
}

/** The floats at four addresses. */
@inline export function loadFour(m0: usize, m1: usize, m2: usize, m3: usize): v128 {
  let v = v128.load32_zero(m0);
  v = v128.load_lane<f32>(m1, v, 1);
  v = v128.load_lane<f32>(m2, v, 2);
  return v128.load_lane<f32>(m3, v, 3);
}

/** Stores the first n floats of v at p, at most four. */
@inline export function storeFirst(p: usize, v: v128, n: usize): void {
  if (n > 3) v128.store(p, v);
  else {
    if (n > 1) v128.store_lane<i64>(p, v, 0);
    if (n === 3) v128.store_lane<f32>(p, v, 2, 8);
    if (n === 1) v128.store_lane<f32>(p, v, 0);
  }
}

/** The n elements at p (n from 1 to 3) in the first lanes, `rest` in the others. */
@inline export function loadFirstOr(p: usize, n: usize, rest: f32): v128 {
  let v = v128.load_lane<f32>(p, f32x4.splat(rest), 0);
  if (n > 1) v = v128.load_lane<f32>(p + 4, v, 1);
  if (n > 2) v = v128.load_lane<f32>(p + 8, v, 2);
  return v;
}
