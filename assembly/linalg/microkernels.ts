import { loadFirst, storeFirst } from '../simd/lanes';

// The inner kernels of a product: c = start + s l, for s[R, K] and a panel l[K, 16 or 8] whose values fill the lanes while those of s are splatted.
// Each sum takes its products in the order of k, one rounding each.
//
// Rows of s are `sRow` bytes apart and its columns `sStep`; rows of l are `lStep` apart. Sums start from start[R, lanes], whose rows are `startRow`
// apart, or from 0 when start is 0. `turned` stores the transpose, c[lanes, R], and takes start[R], one value for all lanes (startRow is 4 then).
// c may be start; nothing else may alias. R = 0 does nothing, K = 0 stores the start.
//
// One step of k a turn, with every pointer advanced before it is used: V8 hoists the loads of a longer body and spills, and unrolls this one itself.
// (Four steps a turn, with a branch after each to keep the loads apart, take 2 % less in V8 11.3 and 4 % more in V8 13.6.)

@inline function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** The panel of 16 lanes, by tiles of two rows. `turned` needs R > 1: its last tile may redo a row. */
export function panel16(
  c: usize,
  cRow: usize,
  start: usize,
  startRow: usize,
  s: usize,
  sRow: usize,
  sStep: usize,
  l: usize,
  lStep: usize,
  R: usize,
  K: usize,
  turned: bool,
): void {
  const before = l - lStep;
  const last = before + K * lStep;
  for (let i: usize = 0; i < R; i += 2) {
    if (turned) i = min(i, R - 2);
    // Past the last row, the tile repeats it: the same sums, stored to the same place.
    const r1: usize = i + 1 < R ? 1 : 0;
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c02 = c00;
    let c03 = c00;
    let c10 = c00;
    let c11 = c00;
    let c12 = c00;
    let c13 = c00;
    if (start !== 0) {
      const from = start + i * startRow;
      if (turned) {
        c00 = v128.load32_splat(from);
        c01 = c00;
        c02 = c00;
        c03 = c00;
        c10 = v128.load32_splat(from, 4);
        c11 = c10;
        c12 = c10;
        c13 = c10;
      } else {
        c00 = v128.load(from);
        c01 = v128.load(from, 16);
        c02 = v128.load(from, 32);
        c03 = v128.load(from, 48);
        const from1 = from + r1 * startRow;
        c10 = v128.load(from1);
        c11 = v128.load(from1, 16);
        c12 = v128.load(from1, 32);
        c13 = v128.load(from1, 48);
      }
    }
    let s0 = s + i * sRow - sStep;
    let s1 = s0 + r1 * sRow;
    l = before;
    while (l !== last) {
      l += lStep;
      s0 += sStep;
      s1 += sStep;
      const a0 = v128.load32_splat(s0);
      const a1 = v128.load32_splat(s1);
      const b0 = v128.load(l);
      c00 = multiplyAdd(c00, a0, b0);
      c10 = multiplyAdd(c10, a1, b0);
      const b1 = v128.load(l, 16);
      c01 = multiplyAdd(c01, a0, b1);
      c11 = multiplyAdd(c11, a1, b1);
      const b2 = v128.load(l, 32);
      c02 = multiplyAdd(c02, a0, b2);
      c12 = multiplyAdd(c12, a1, b2);
      const b3 = v128.load(l, 48);
      c03 = multiplyAdd(c03, a0, b3);
      c13 = multiplyAdd(c13, a1, b3);
    }
    if (turned) {
      let to = c + (i << 2);
      to = storePairs(to, cRow, c00, c10);
      to = storePairs(to, cRow, c01, c11);
      to = storePairs(to, cRow, c02, c12);
      storePairs(to, cRow, c03, c13);
    } else {
      const to = c + i * cRow;
      v128.store(to, c00);
      v128.store(to, c01, 16);
      v128.store(to, c02, 32);
      v128.store(to, c03, 48);
      const to1 = to + r1 * cRow;
      v128.store(to1, c10);
      v128.store(to1, c11, 16);
      v128.store(to1, c12, 32);
      v128.store(to1, c13, 48);
    }
  }
}

/**
 * The panel of 8 lanes, by tiles of four rows; only the first `live` lanes (at least 1) are read from start and stored. `turned` needs R > 3: its last
 * tile may redo rows.
 */
export function panel8(
  c: usize,
  cRow: usize,
  start: usize,
  startRow: usize,
  s: usize,
  sRow: usize,
  sStep: usize,
  l: usize,
  lStep: usize,
  R: usize,
  K: usize,
  live: usize,
  turned: bool,
): void {
  const before = l - lStep;
  const last = before + K * lStep;
  const high = live > 4 ? live - 4 : 0;
  for (let i: usize = 0; i < R; i += 4) {
    if (turned) i = min(i, R - 4);
    const r1: usize = i + 1 < R ? 1 : 0;
    const r2: usize = i + 2 < R ? 2 : r1;
    const r3: usize = i + 3 < R ? 3 : r2;
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c10 = c00;
    let c11 = c00;
    let c20 = c00;
    let c21 = c00;
    let c30 = c00;
    let c31 = c00;
    if (start !== 0) {
      const from = start + i * startRow;
      if (turned) {
        c00 = v128.load32_splat(from);
        c01 = c00;
        c10 = v128.load32_splat(from, 4);
        c11 = c10;
        c20 = v128.load32_splat(from, 8);
        c21 = c20;
        c30 = v128.load32_splat(from, 12);
        c31 = c30;
      } else {
        c00 = loadFirst(from, live);
        c01 = loadFirst(from + 16, high);
        c10 = loadFirst(from + r1 * startRow, live);
        c11 = loadFirst(from + r1 * startRow + 16, high);
        c20 = loadFirst(from + r2 * startRow, live);
        c21 = loadFirst(from + r2 * startRow + 16, high);
        c30 = loadFirst(from + r3 * startRow, live);
        c31 = loadFirst(from + r3 * startRow + 16, high);
      }
    }
    let s0 = s + i * sRow - sStep;
    let s1 = s0 + r1 * sRow;
    let s2 = s0 + r2 * sRow;
    let s3 = s0 + r3 * sRow;
    l = before;
    while (l !== last) {
      l += lStep;
      s0 += sStep;
      s1 += sStep;
      s2 += sStep;
      s3 += sStep;
      const b0 = v128.load(l);
      const b1 = v128.load(l, 16);
      const a0 = v128.load32_splat(s0);
      c00 = multiplyAdd(c00, a0, b0);
      c01 = multiplyAdd(c01, a0, b1);
      const a1 = v128.load32_splat(s1);
      c10 = multiplyAdd(c10, a1, b0);
      c11 = multiplyAdd(c11, a1, b1);
      const a2 = v128.load32_splat(s2);
      c20 = multiplyAdd(c20, a2, b0);
      c21 = multiplyAdd(c21, a2, b1);
      const a3 = v128.load32_splat(s3);
      c30 = multiplyAdd(c30, a3, b0);
      c31 = multiplyAdd(c31, a3, b1);
    }
    if (turned) {
      const to = c + (i << 2);
      storeFours(to, cRow, c00, c10, c20, c30, live);
      if (high > 0) storeFours(to + (cRow << 2), cRow, c01, c11, c21, c31, high);
    } else {
      const to = c + i * cRow;
      storeFirst(to, c00, live);
      storeFirst(to + 16, c01, high);
      storeFirst(to + r1 * cRow, c10, live);
      storeFirst(to + r1 * cRow + 16, c11, high);
      storeFirst(to + r2 * cRow, c20, live);
      storeFirst(to + r2 * cRow + 16, c21, high);
      storeFirst(to + r3 * cRow, c30, live);
      storeFirst(to + r3 * cRow + 16, c31, high);
    }
  }
}

/** out[4, 2] = [a, b]^T; gives the row after them. */
@inline function storePairs(out: usize, row: usize, a: v128, b: v128): usize {
  const low = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const high = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  v128.store_lane<i64>(out, low, 0);
  out += row;
  v128.store_lane<i64>(out, low, 1);
  out += row;
  v128.store_lane<i64>(out, high, 0);
  out += row;
  v128.store_lane<i64>(out, high, 1);
  return out + row;
}

/** out[live, 4] = the first rows of [a, b, c, d]^T. */
@inline function storeFours(out: usize, row: usize, a: v128, b: v128, c: v128, d: v128, live: usize): void {
  const lowAB = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const lowCD = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const highAB = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const highCD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(lowAB, lowCD, 0, 2));
  if (live > 1) v128.store(out + row, v128.shuffle<i64>(lowAB, lowCD, 1, 3));
  if (live > 2) v128.store(out + 2 * row, v128.shuffle<i64>(highAB, highCD, 0, 2));
  if (live > 3) v128.store(out + 3 * row, v128.shuffle<i64>(highAB, highCD, 1, 3));
}
