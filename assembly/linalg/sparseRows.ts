import { multiplyAdd, wholeLanes } from '../simd/lanes';

// Products c = start + a b in which a has many zeros: each row of c takes only its products with the numbers of a that are not 0.

/** Bytes of a term: a number of a row of a, and the place of the row of b that it multiplies, in bytes. */
export const TERM: usize = 8;

/** True if more than a quarter of a[rows, K] is 0, as far as every eighth row tells. */
export function isSparse(a: usize, rows: usize, K: usize): bool {
  const row = K << 2;
  const whole = wholeLanes(K) << 2;
  let zeros: usize = 0;
  let looked: usize = 0;
  for (let i: usize = 0; i < rows; i += 8, a += row << 3) {
    for (let at = a, end = a + whole; at < end; at += 16)
      zeros += popcnt(i32x4.bitmask(f32x4.eq(v128.load(at), f32x4.splat(0))));
    looked += whole >> 2;
  }
  return zeros << 2 > looked;
}

/**
 * c[M, columns] = start + a[M, K] b, where `columns` is a multiple of 32. Rows of c, start, a and b are so many bytes apart; start = 0 means zeros, and
 * it may be c. `terms` holds K * 8 bytes. Nothing else may alias; M or columns = 0 does nothing, K = 0 stores the start.
 */
export function multiplySparse(
  c: usize,
  cStride: usize,
  start: usize,
  startStride: usize,
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  terms: usize,
  M: usize,
  columns: usize,
  K: usize,
): void {
  const bytes = columns << 2;
  for (; M > 0; M--) {
    const end = listTerms(terms, a, bStride, K);
    for (let j: usize = 0; j < bytes; j += 128) ukernel_1x32(c + j, start === 0 ? 0 : start + j, b + j, terms, end);
    a += aStride;
    c += cStride;
    if (start !== 0) start += startStride;
  }
}

/** Lanes that are not 0 moved to the front, in bytes, by the mask of those lanes. */
const FRONT = memory.data<u32>([
  0, 0, 0, 0, 0x03020100, 0, 0, 0, 0x07060504, 0, 0, 0, 0x03020100, 0x07060504, 0, 0, 0x0b0a0908, 0, 0, 0, 0x03020100,
  0x0b0a0908, 0, 0, 0x07060504, 0x0b0a0908, 0, 0, 0x03020100, 0x07060504, 0x0b0a0908, 0, 0x0f0e0d0c, 0, 0, 0,
  0x03020100, 0x0f0e0d0c, 0, 0, 0x07060504, 0x0f0e0d0c, 0, 0, 0x03020100, 0x07060504, 0x0f0e0d0c, 0, 0x0b0a0908,
  0x0f0e0d0c, 0, 0, 0x03020100, 0x0b0a0908, 0x0f0e0d0c, 0, 0x07060504, 0x0b0a0908, 0x0f0e0d0c, 0, 0x03020100,
  0x07060504, 0x0b0a0908, 0x0f0e0d0c,
]);

/** Lists the terms of a row a[K]; returns their end. */
function listTerms(terms: usize, a: usize, bStride: usize, K: usize): usize {
  let places = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(<i32>bStride));
  const four = i32x4.splat(<i32>(bStride << 2));
  for (const whole = a + (wholeLanes(K) << 2); a < whole; a += 16, places = i32x4.add(places, four)) {
    const values = v128.load(a);
    const kept = i32x4.bitmask(f32x4.ne(values, f32x4.splat(0)));
    if (kept === 0) continue;
    const front = v128.load(FRONT + (kept << 4));
    const v = i8x16.swizzle(values, front);
    const p = i8x16.swizzle(places, front);
    v128.store(terms, v128.shuffle<i32>(v, p, 0, 4, 1, 5));
    v128.store(terms, v128.shuffle<i32>(v, p, 2, 6, 3, 7), 16);
    terms += popcnt(kept) << 3;
  }
  let place = i32x4.extract_lane(places, 0);
  for (K &= 3; K > 0; K--, a += 4, place += <i32>bStride) {
    const value = load<f32>(a);
    if (value === 0) continue;
    store<f32>(terms, value);
    store<i32>(terms, place, 4);
    terms += TERM;
  }
  return terms;
}

/** c[32] = start[32] + the terms' products with their rows of b[32]. start = 0 means zeros. */
function ukernel_1x32(c: usize, start: usize, b: usize, terms: usize, end: usize): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let c4 = c0;
  let c5 = c0;
  let c6 = c0;
  let c7 = c0;
  if (start !== 0) {
    c0 = v128.load(start);
    c1 = v128.load(start, 16);
    c2 = v128.load(start, 32);
    c3 = v128.load(start, 48);
    c4 = v128.load(start, 64);
    c5 = v128.load(start, 80);
    c6 = v128.load(start, 96);
    c7 = v128.load(start, 112);
  }
  for (; terms !== end; terms += TERM) {
    const value = v128.load32_splat(terms);
    const row = b + load<u32>(terms, 4);
    c0 = multiplyAdd(c0, value, v128.load(row));
    c1 = multiplyAdd(c1, value, v128.load(row, 16));
    c2 = multiplyAdd(c2, value, v128.load(row, 32));
    c3 = multiplyAdd(c3, value, v128.load(row, 48));
    c4 = multiplyAdd(c4, value, v128.load(row, 64));
    c5 = multiplyAdd(c5, value, v128.load(row, 80));
    c6 = multiplyAdd(c6, value, v128.load(row, 96));
    c7 = multiplyAdd(c7, value, v128.load(row, 112));
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  v128.store(c, c4, 64);
  v128.store(c, c5, 80);
  v128.store(c, c6, 96);
  v128.store(c, c7, 112);
}
