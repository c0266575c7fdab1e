import { exp } from '../simd/exp';
import { logFromOne } from '../simd/log64';
import { loadRow, storeRow } from '../simd/rows';
import { high, low, narrow } from '../simd/wide';

// Exponentials of four short rows at once, a row a lane: by itself a row of ten takes as long for its ends as for its numbers. The rows' elements
// stand column by column in memory of the module's own. Sums are added up as `rowExp` does it, which gives the same bits.

/** The longest row. */
export const MOST: usize = 64;

const COLUMNS = memory.data(16 * 64, 16);
const SUMS = memory.data(3 * 4 * 8, 16);
const INVERSES = SUMS + 32;
const LOGS = SUMS + 64;

/** Takes in four rows x[4, K]; returns their maxima. A NaN may be passed over. */
export function takeRows(x: usize, K: usize): v128 {
  const bytes = K << 2;
  let m = f32x4.splat(-Infinity);
  for (let j: usize = 0; j < bytes; j += 16) {
    const live = (bytes - j) >> 2;
    let at = x + j;
    const a = loadRow(at, live);
    at += bytes;
    const b = loadRow(at, live);
    at += bytes;
    const c = loadRow(at, live);
    const d = loadRow(at + bytes, live);
    const lowAB = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const lowCD = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const highAB = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const highCD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    const to = COLUMNS + (j << 2);
    m = take(m, to, v128.shuffle<i64>(lowAB, lowCD, 0, 2));
    if (live > 1) m = take(m, to + 16, v128.shuffle<i64>(lowAB, lowCD, 1, 3));
    if (live > 2) m = take(m, to + 32, v128.shuffle<i64>(highAB, highCD, 0, 2));
    if (live > 3) m = take(m, to + 48, v128.shuffle<i64>(highAB, highCD, 1, 3));
  }
  return m;
}


@inline function take(m: v128, to: usize, column: v128): v128 {
  v128.store(to, column);
  return f32x4.pmax(m, column);
}

/** Replaces the rows by exp(x - shift) and adds each up, in float64, and inverts the sums. */
export function expRows(K: usize, shift: v128): void {
  // Sums of the elements at even places of each row, and of those at odd ones, four places at a time.
  let even01 = f64x2.splat(0);
  let even23 = even01;
  let odd01 = even01;
  let odd23 = even01;
  for (let at = COLUMNS, end = COLUMNS + (K << 4); at < end; at += 64) {
    const e0 = expColumn(at, shift);
    let lows = low(e0);
    let highs = high(e0);
    if (at + 32 < end) {
      const e2 = expColumn(at + 32, shift);
      lows = f64x2.add(lows, low(e2));
      highs = f64x2.add(highs, high(e2));
    }
    even01 = f64x2.add(even01, lows);
    even23 = f64x2.add(even23, highs);
    if (at + 16 < end) {
      const e1 = expColumn(at + 16, shift);
      lows = low(e1);
      highs = high(e1);
      if (at + 48 < end) {
        const e3 = expColumn(at + 48, shift);
        lows = f64x2.add(lows, low(e3));
        highs = f64x2.add(highs, high(e3));
      }
      odd01 = f64x2.add(odd01, lows);
      odd23 = f64x2.add(odd23, highs);
    }
  }
  const sum01 = f64x2.add(even01, odd01);
  const sum23 = f64x2.add(even23, odd23);
  v128.store(SUMS, sum01);
  v128.store(SUMS, sum23, 16);
  v128.store(INVERSES, f64x2.div(f64x2.splat(1), sum01));
  v128.store(INVERSES, f64x2.div(f64x2.splat(1), sum23), 16);
}


@inline function expColumn(at: usize, shift: v128): v128 {
  const e = exp(f32x4.sub(v128.load(at), shift));
  v128.store(at, e);
  return e;
}

/** The sum of row r. */
@inline export function sumOf(r: usize): f64 {
  return load<f64>(SUMS + (r << 3));
}

/** Computes the logarithms of the sums. */
export function logSums(): void {
  v128.store(LOGS, logFromOne(v128.load(SUMS)));
  v128.store(LOGS, logFromOne(v128.load(SUMS, 16)), 16);
}

/** The logarithm of the sum of row r. */
@inline export function logOf(r: usize): f64 {
  return load<f64>(LOGS + (r << 3));
}

/** 1 / the sum of row r. */
@inline export function inverseOf(r: usize): f64 {
  return load<f64>(INVERSES + (r << 3));
}

/** The inverses in float32. */
@inline export function inverses(): v128 {
  return narrow(v128.load(INVERSES), v128.load(INVERSES, 16));
}

/** Element j of row r. */
@inline export function elementOf(r: usize, j: usize): f32 {
  return load<f32>(COLUMNS + (j << 4) + (r << 2));
}

/** y[4, K] = the rows * factor - (weights[K] or 1) * offset, with a factor and an offset per row; without `offsets` the second term is left out. */
export function giveRows(y: usize, K: usize, factor: v128, offsets: bool, offset: v128, weights: usize): void {
  const bytes = K << 2;
  for (let j: usize = 0; j < bytes; j += 16) {
    const live = (bytes - j) >> 2;
    const from = COLUMNS + (j << 2);
    const w: usize = weights === 0 ? 0 : weights + j;
    const a = scaled(from, factor, offsets, offset, w);
    const b = live > 1 ? scaled(from + 16, factor, offsets, offset, w === 0 ? 0 : w + 4) : a;
    const c = live > 2 ? scaled(from + 32, factor, offsets, offset, w === 0 ? 0 : w + 8) : a;
    const d = live > 3 ? scaled(from + 48, factor, offsets, offset, w === 0 ? 0 : w + 12) : a;
    const lowAB = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const lowCD = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const highAB = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const highCD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    let to = y + j;
    storeRow(to, v128.shuffle<i64>(lowAB, lowCD, 0, 2), live);
    to += bytes;
    storeRow(to, v128.shuffle<i64>(lowAB, lowCD, 1, 3), live);
    to += bytes;
    storeRow(to, v128.shuffle<i64>(highAB, highCD, 0, 2), live);
    storeRow(to + bytes, v128.shuffle<i64>(highAB, highCD, 1, 3), live);
  }
}


@inline function scaled(from: usize, factor: v128, offsets: bool, offset: v128, weight: usize): v128 {
  let v = f32x4.mul(v128.load(from), factor);
  if (offsets) v = f32x4.sub(v, weight === 0 ? offset : f32x4.mul(v128.load32_splat(weight), offset));
  return v;
}
