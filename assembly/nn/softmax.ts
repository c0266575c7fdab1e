import { exp } from '../simd/exp';
import { wholeLanes, loadFirstOr, storeFirst } from '../simd/lanes';
import { high, low } from '../simd/wide';
import { expRows, giveRows, inverses, MOST, takeRows } from './fourRows';

/** The largest of x[K], K > 0. A NaN may be passed over. */
export function rowMax(x: usize, K: usize): f32 {
  let m = f32x4.splat(-Infinity);
  const whole = wholeLanes(K) << 2;
  for (let j: usize = 0; j < whole; j += 16) m = f32x4.pmax(m, v128.load(x + j));
  if (K & 3) m = f32x4.pmax(m, loadFirstOr(x + whole, K & 3, -Infinity));
  m = f32x4.pmax(m, v128.shuffle<i32>(m, m, 2, 3, 0, 1));
  return max(f32x4.extract_lane(m, 0), f32x4.extract_lane(m, 1));
}

/** Returns the sum of exp(x - shift) over x[K], in float64; with y != 0 also writes its terms. y may alias x. */
export function rowExp(y: usize, x: usize, K: usize, shift: f32): f64 {
  let sum = f64x2.splat(0);
  const shifts = f32x4.splat(shift);
  const whole = wholeLanes(K) << 2;
  for (let j: usize = 0; j < whole; j += 16) {
    const e = exp(f32x4.sub(v128.load(x + j), shifts));
    if (y !== 0) v128.store(y + j, e);
    sum = addPairs(sum, e);
  }
  if (K & 3) {
    const e = exp(f32x4.sub(loadFirstOr(x + whole, K & 3, -Infinity), shifts));
    if (y !== 0) storeFirst(y + whole, e, K & 3);
    sum = addPairs(sum, e);
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** sum + [a + c, b + d] for v = [a, b, c, d], in float64 */
@inline function addPairs(sum: v128, v: v128): v128 {
  return f64x2.add(sum, f64x2.add(low(v), high(v)));
}

/** y[K] = y[K] * factor - (weights[K] or 1) * offset; an offset of 0 leaves the second term out. */
export function rowScale(y: usize, K: usize, factor: f32, offset: f32, weights: usize): void {
  const factors = f32x4.splat(factor);
  const offsets = f32x4.splat(offset);
  const whole = wholeLanes(K) << 2;
  let j: usize = 0;
  for (; j < whole; j += 16) {
    let v = f32x4.mul(v128.load(y + j), factors);
    if (offset !== 0) v = f32x4.sub(v, weights === 0 ? offsets : f32x4.mul(v128.load(weights + j), offsets));
    v128.store(y + j, v);
  }
  for (; j < K << 2; j += 4) {
    let v = load<f32>(y + j) * factor;
    if (offset !== 0) v -= weights === 0 ? offset : load<f32>(weights + j) * offset;
    store<f32>(y + j, v);
  }
}

/** y[B, K] = exp(x) / (the sum of exp(x) over its row). y may alias x; B or K = 0 is fine. */
export function softmax_f32(y: usize, x: usize, B: usize, K: usize): void {
  const row = K << 2;
  if (K <= MOST) {
    for (; B > 3; B -= 4, x += row << 2, y += row << 2) {
      expRows(K, takeRows(x, K));
      giveRows(y, K, inverses(), false, f32x4.splat(0), 0);
    }
  }
  for (const end = x + B * row; x < end; x += row, y += row) {
    const sum = rowExp(y, x, K, rowMax(x, K));
    rowScale(y, K, <f32>(1 / sum), 0, 0);
  }
}
