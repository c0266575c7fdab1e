import { isNonFinite, maskFirst, sumLanes, wholeLanes } from '../simd/lanes';

/** Vectors added in float32 lanes before their total goes to float64: fixed, so that the order of the sum depends on n alone. */
const BLOCK: usize = 16 * 16;

/** The sum of x[n]. n = 0 gives 0. */
export function sum_f32(x: usize, n: usize): f64 {
  let total: f64 = 0;
  const whole = wholeLanes(n) << 2;
  for (let start: usize = 0; start < whole; start += BLOCK) {
    let sum = f32x4.splat(0);
    for (let i = start, end = min(start + BLOCK, whole); i < end; i += 16) sum = f32x4.add(sum, v128.load(x + i));
    total += sumLanes(sum);
  }
  return n & 3 ? total + sumLanes(v128.and(v128.load(x + whole), maskFirst(n & 3))) : total;
}

/** All bits set in some lane if one of x[n] is NaN or an infinity. */
@inline export function nonFinite(x: usize, n: usize): v128 {
  let bad = i32x4.splat(0);
  for (let left = <i32>n; left > 0; left -= 4, x += 16) {
    let v = v128.load(x);
    if (left < 4) v = v128.and(v, maskFirst(left));
    bad = v128.or(bad, isNonFinite(v));
  }
  return bad;
}

/** True if all of x[n] are finite: neither NaN nor an infinity. n = 0 gives true. */
export function allFinite_f32(x: usize, n: usize): bool {
  return !v128.any_true(nonFinite(x, n));
}
