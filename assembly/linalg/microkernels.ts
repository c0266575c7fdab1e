import { loadFirst, multiplyAdd, storeFirst } from '../simd/lanes';

// The inner kernels of a product, named by the rows and columns of their tile: c = start + a b for a[M, K] and a panel b[K, 16 or 8] whose
// values fill the lanes while those of a are splatted. Each sum takes its products in the order of k, one rounding each.
//
// Rows of a are `aStride` bytes apart and its columns `aStep`; rows of b are `bStride` apart. Sums start from start[M, lanes], whose rows are
// `startStride` apart, or from 0 when start is 0. `transposeC` stores c[lanes, M] instead, and takes start[M], one value for all lanes
// (startStride is 4 then). c may be start; nothing else may alias. M = 0 does nothing, K = 0 stores the start.
//
// One step of k a turn, with every pointer advanced before it is used: V8 hoists the loads of a longer body and spills, and unrolls this one itself.
// (Four steps a turn, with a branch after each to keep the loads apart, take 2 % less in V8 11.3 and 4 % more in V8 13.6.)

/** A panel of 16 columns, by tiles of two rows. `transposeC` needs M > 1: its last tile may redo a row. */
export function ukernel_2x16(
  c: usize,
  cStride: usize,
  start: usize,
  startStride: usize,
  a: usize,
  aStride: usize,
  aStep: usize,
  b: usize,
  bStride: usize,
  M: usize,
  K: usize,
  transposeC: bool,
): void {
  const before = b - bStride;
  const last = before + K * bStride;
  for (let i: usize = 0; i < M; i += 2) {
    if (transposeC) i = min(i, M - 2);
    // Past the last row, the tile repeats it: the same sums, stored to the same place.
    const r1: usize = i + 1 < M ? 1 : 0;
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c02 = c00;
    let c03 = c00;
    let c10 = c00;
    let c11 = c00;
    let c12 = c00;
    let c13 = c00;
    if (start !== 0) {
      const from = start + i * startStride;
      if (transposeC) {
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
        const from1 = from + r1 * startStride;
        c10 = v128.load(from1);
        c11 = v128.load(from1, 16);
        c12 = v128.load(from1, 32);
        c13 = v128.load(from1, 48);
      }
    }
    let p0 = a + i * aStride - aStep;
    let p1 = p0 + r1 * aStride;
    b = before;
    while (b !== last) {
      b += bStride;
      p0 += aStep;
      p1 += aStep;
      const a0 = v128.load32_splat(p0);
      const a1 = v128.load32_splat(p1);
      const b0 = v128.load(b);
      c00 = multiplyAdd(c00, a0, b0);
      c10 = multiplyAdd(c10, a1, b0);
      const b1 = v128.load(b, 16);
      c01 = multiplyAdd(c01, a0, b1);
      c11 = multiplyAdd(c11, a1, b1);
      const b2 = v128.load(b, 32);
      c02 = multiplyAdd(c02, a0, b2);
      c12 = multiplyAdd(c12, a1, b2);
      const b3 = v128.load(b, 48);
      c03 = multiplyAdd(c03, a0, b3);
      c13 = multiplyAdd(c13, a1, b3);
    }
    if (transposeC) {
      let to = c + (i << 2);
      to = storePairs(to, cStride, c00, c10);
      to = storePairs(to, cStride, c01, c11);
      to = storePairs(to, cStride, c02, c12);
      storePairs(to, cStride, c03, c13);
    } else {
      const to = c + i * cStride;
      v128.store(to, c00);
      v128.store(to, c01, 16);
      v128.store(to, c02, 32);
      v128.store(to, c03, 48);
      const to1 = to + r1 * cStride;
      v128.store(to1, c10);
      v128.store(to1, c11, 16);
      v128.store(to1, c12, 32);
      v128.store(to1, c13, 48);
    }
  }
}

/**
 * A panel of 8 columns, by tiles of four rows; only the first `live` lanes (at least 1) are read from start and stored. `transposeC` needs M > 3: its last
 * tile may redo rows.
 */
export function ukernel_4x8(
  c: usize,
  cStride: usize,
  start: usize,
  startStride: usize,
  a: usize,
  aStride: usize,
  aStep: usize,
  b: usize,
  bStride: usize,
  M: usize,
  K: usize,
  live: usize,
  transposeC: bool,
): void {
  const before = b - bStride;
  const last = before + K * bStride;
  const high = live > 4 ? live - 4 : 0;
  for (let i: usize = 0; i < M; i += 4) {
    if (transposeC) i = min(i, M - 4);
    const r1: usize = i + 1 < M ? 1 : 0;
    const r2: usize = i + 2 < M ? 2 : r1;
    const r3: usize = i + 3 < M ? 3 : r2;
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c10 = c00;
    let c11 = c00;
    let c20 = c00;
    let c21 = c00;
    let c30 = c00;
    let c31 = c00;
    if (start !== 0) {
      const from = start + i * startStride;
      if (transposeC) {
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
        c10 = loadFirst(from + r1 * startStride, live);
        c11 = loadFirst(from + r1 * startStride + 16, high);
        c20 = loadFirst(from + r2 * startStride, live);
        c21 = loadFirst(from + r2 * startStride + 16, high);
        c30 = loadFirst(from + r3 * startStride, live);
        c31 = loadFirst(from + r3 * startStride + 16, high);
      }
    }
    let p0 = a + i * aStride - aStep;
    let p1 = p0 + r1 * aStride;
    let p2 = p0 + r2 * aStride;
    let p3 = p0 + r3 * aStride;
    b = before;
    while (b !== last) {
      b += bStride;
      p0 += aStep;
      p1 += aStep;
      p2 += aStep;
      p3 += aStep;
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      const a0 = v128.load32_splat(p0);
      c00 = multiplyAdd(c00, a0, b0);
      c01 = multiplyAdd(c01, a0, b1);
      const a1 = v128.load32_splat(p1);
      c10 = multiplyAdd(c10, a1, b0);
      c11 = multiplyAdd(c11, a1, b1);
      const a2 = v128.load32_splat(p2);
      c20 = multiplyAdd(c20, a2, b0);
      c21 = multiplyAdd(c21, a2, b1);
      const a3 = v128.load32_splat(p3);
      c30 = multiplyAdd(c30, a3, b0);
      c31 = multiplyAdd(c31, a3, b1);
    }
    if (transposeC) {
      const to = c + (i << 2);
      storeFours(to, cStride, c00, c10, c20, c30, live);
      if (high > 0) storeFours(to + (cStride << 2), cStride, c01, c11, c21, c31, high);
    } else {
      const to = c + i * cStride;
      storeFirst(to, c00, live);
      storeFirst(to + 16, c01, high);
      storeFirst(to + r1 * cStride, c10, live);
      storeFirst(to + r1 * cStride + 16, c11, high);
      storeFirst(to + r2 * cStride, c20, live);
      storeFirst(to + r2 * cStride + 16, c21, high);
      storeFirst(to + r3 * cStride, c30, live);
      storeFirst(to + r3 * cStride + 16, c31, high);
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
