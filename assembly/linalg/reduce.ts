import { maskFirst, sumLanes, wholeLanes } from '../simd/lanes';

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
  // The largest bits without the sign: from this on they are no finite number's.
  let most = i32x4.splat(0);
  let left = <i32>n;
  for (; left > 15; left -= 16, x += 64) {
    most = i32x4.max_u(most, i32x4.shl(v128.load(x), 1));
    most = i32x4.max_u(most, i32x4.shl(v128.load(x, 16), 1));
    most = i32x4.max_u(most, i32x4.shl(v128.load(x, 32), 1));
    most = i32x4.max_u(most, i32x4.shl(v128.load(x, 48), 1));
  }
  for (; left > 0; left -= 4, x += 16) {
    let v = v128.load(x);
    if (left < 4) v = v128.and(v, maskFirst(left));
    most = i32x4.max_u(most, i32x4.shl(v, 1));
  }
  return i32x4.ge_u(most, i32x4.splat(<i32>0xff000000));
}

/** True if all of x[n] are finite: neither NaN nor an infinity. n = 0 gives true. */
export function allFinite_f32(x: usize, n: usize): bool {
  return !v128.any_true(nonFinite(x, n));
}
