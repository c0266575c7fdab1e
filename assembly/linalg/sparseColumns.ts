import { multiplyAdd, wholeLanes } from '../simd/lanes';

// Products c = start + a^T b in which b has many blanks, four neighbours that are all 0, as pixels at the margins of pictures are: four columns of c
// take only the products with the rows of b that are not blank there.

/** True if more than a quarter of the fours of b[K, N] are blank, as far as every eighth row tells. */
export function hasBlanks(b: usize, K: usize, N: usize): bool {
  const row = N << 2;
  const whole = wholeLanes(N) << 2;
  let blanks: usize = 0;
  let looked: usize = 0;
  for (let k: usize = 0; k < K; k += 8, b += row << 3) {
    for (let at = b, end = b + whole; at < end; at += 16) if (isBlank(v128.load(at))) blanks++;
    looked += whole >> 4;
  }
  return blanks << 2 > looked;
}


@inline function isBlank(v: v128): bool {
  return !v128.any_true(f32x4.ne(v, f32x4.splat(0)));
}

/**
 * c[M, N] = start[N] + a[K, M]^T b[K, N]; start = 0 means zeros. M > 12, N > 3: the last tiles redo rows and columns. `workspace` holds K * 20 bytes.
 * c and workspace may not alias anything.
 */
export function multiplyBlanks(
  c: usize,
  a: usize,
  b: usize,
  start: usize,
  workspace: usize,
  M: usize,
  N: usize,
  K: usize,
): void {
  const cStride = N << 2;
  const values = workspace;
  const places = workspace + (K << 4);
  for (let j: usize = 0; j < N; j += 4) {
    j = min(j, N - 4);
    const place = j << 2;
    const end = listFours(values, places, b + place, cStride, M << 2, K);
    const from = start === 0 ? f32x4.splat(0) : v128.load(start + place);
    for (let i: usize = 0; i < M; i += 13) {
      i = min(i, M - 13);
      ukernel_13x4(c + i * cStride + place, cStride, from, a + (i << 2), values, end, places);
    }
  }
}

/** Lists the fours of b[K, 4] that are not blank, and the places of their rows of a. Returns the end of the fours. */
function listFours(values: usize, places: usize, b: usize, bStride: usize, aStride: usize, K: usize): usize {
  for (let place: usize = 0; K > 0; K--, b += bStride, place += aStride) {
    const v = v128.load(b);
    v128.store(values, v);
    store<u32>(places, <u32>place);
    const kept = <usize>v128.any_true(f32x4.ne(v, f32x4.splat(0)));
    values += kept << 4;
    places += kept << 2;
  }
  return values;
}

/** c[13, 4] = start[4] in each row + the sums of a[place, 13]^T times the fours from `values` to `end`. */
function ukernel_13x4(c: usize, cStride: usize, start: v128, a: usize, values: usize, end: usize, places: usize): void {
  let c0 = start;
  let c1 = start;
  let c2 = start;
  let c3 = start;
  let c4 = start;
  let c5 = start;
  let c6 = start;
  let c7 = start;
  let c8 = start;
  let c9 = start;
  let c10 = start;
  let c11 = start;
  let c12 = start;
  for (; values !== end; values += 16, places += 4) {
    const row = a + load<u32>(places);
    const b = v128.load(values);
    c0 = multiplyAdd(c0, v128.load32_splat(row), b);
    c1 = multiplyAdd(c1, v128.load32_splat(row, 4), b);
    c2 = multiplyAdd(c2, v128.load32_splat(row, 8), b);
    c3 = multiplyAdd(c3, v128.load32_splat(row, 12), b);
    c4 = multiplyAdd(c4, v128.load32_splat(row, 16), b);
    c5 = multiplyAdd(c5, v128.load32_splat(row, 20), b);
    c6 = multiplyAdd(c6, v128.load32_splat(row, 24), b);
    c7 = multiplyAdd(c7, v128.load32_splat(row, 28), b);
    c8 = multiplyAdd(c8, v128.load32_splat(row, 32), b);
    c9 = multiplyAdd(c9, v128.load32_splat(row, 36), b);
    c10 = multiplyAdd(c10, v128.load32_splat(row, 40), b);
    c11 = multiplyAdd(c11, v128.load32_splat(row, 44), b);
    c12 = multiplyAdd(c12, v128.load32_splat(row, 48), b);
  }
  v128.store(c, c0);
  c += cStride;
  v128.store(c, c1);
  c += cStride;
  v128.store(c, c2);
  c += cStride;
  v128.store(c, c3);
  c += cStride;
  v128.store(c, c4);
  c += cStride;
  v128.store(c, c5);
  c += cStride;
  v128.store(c, c6);
  c += cStride;
  v128.store(c, c7);
  c += cStride;
  v128.store(c, c8);
  c += cStride;
  v128.store(c, c9);
  c += cStride;
  v128.store(c, c10);
  c += cStride;
  v128.store(c, c11);
  c += cStride;
  v128.store(c, c12);
}
