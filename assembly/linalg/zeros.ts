import { packTranspose } from './pack';
import { allFinite_f32 } from './reduce';
import { hasBlanks, multiplyBlanks } from './sparseColumns';
import { isSparse, multiplySparse, TERM } from './sparseRows';

// Products that leave out zeros: pixels that are blank, units of a ReLU that are off. A product with 0 is 0 or -0, and adding that changes no sum but
// -0. So no bit changes where every other factor is finite (0 times Infinity is NaN) and no sum starts from -0.

/** Rows and columns of c from which looking for zeros costs nothing beside the products. */
const LEAST_ROWS: usize = 16;
const LEAST_COLUMNS: usize = 32;

const BLOCK_M: usize = 128; // rows of a transposed a that are packed at once
const BLOCK_N: usize = 256; // columns of a transposed b that are packed at once
const BLOCK_K: usize = 128; // rows of b at once
const PACKED_ROW: usize = BLOCK_K * 4 + 64; // of a transposed a, in bytes
const CACHE: usize = 8192; // numbers that stay in a first-level cache
const CACHE_2: usize = 65536; // and in a second-level cache

/** The bytes of workspace that {@link leaveOutZeros} needs, if they are more than those of the whole product. */
export function zerosWorkspace(M: usize, N: usize, K: usize): usize {
  if (M < LEAST_ROWS || N < LEAST_COLUMNS) return 0;
  return min(K, BLOCK_K) * (TERM + packedRow(N));
}

/** Bytes from one row of a packed b to the next: not a power of two, which would put all rows into few cache sets. */
@inline function packedRow(columns: usize): usize {
  return (min(columns, BLOCK_N) << 2) + 64;
}

/**
 * Columns of a product c[M, N] = bias[N] + op(a) op(b), as in `gemm_f32`, by leaving out zeros. Returns how many columns, from the first on, have been
 * computed: 0 where the zeros are few, or where it might change a bit.
 */
export function leaveOutZeros(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  workspace: usize,
  M: usize,
  N: usize,
  K: usize,
  transA: bool,
  transB: bool,
): usize {
  if (M < LEAST_ROWS || N < LEAST_COLUMNS || (bias !== 0 && holdsNegativeZero(bias, N))) return 0;
  if (transA && !transB && <u64>M * K <= CACHE_2 && hasBlanks(b, K, N)) {
    if (!allFinite_f32(a, M * K)) return 0;
    multiplyBlanks(c, a, b, bias, workspace, M, N, K);
    return N;
  }
  const depth = min(K, BLOCK_K);
  // Few numbers are not worth the transposing, and each row of c walks over all rows of b.
  if (transA && (transB || N < 64 || depth * M <= CACHE)) return 0;
  if (!transB && depth * N > CACHE) return 0;
  if (!(transA ? isSparse(a, K, M) : isSparse(a, M, K)) || !allFinite_f32(b, N * K)) return 0;
  const whole = N & ~31;
  const column: usize = transB ? K << 2 : 4;
  for (let j: usize = 0; j < whole; j += BLOCK_N) {
    const columns = min(whole - j, BLOCK_N);
    const start: usize = bias === 0 ? 0 : bias + (j << 2);
    multiplyRows(c + (j << 2), N << 2, start, a, b + j * column, workspace, M, columns, K, transA, transB);
  }
  return whole;
}

/** c[M, columns] = start[columns] + op(a) op(b), where `columns` is a multiple of 32, by blocks of k: all but the first start from c. */
function multiplyRows(
  c: usize,
  cStride: usize,
  start: usize,
  a: usize,
  b: usize,
  workspace: usize,
  M: usize,
  columns: usize,
  K: usize,
  transA: bool,
  transB: bool,
): void {
  const packed = workspace + min(K, BLOCK_K) * TERM;
  const bStride = transB ? packedRow(columns) : cStride;
  const blockM = transA ? BLOCK_M : M;
  let startStride: usize = 0;
  for (let k: usize = 0; k < K; k += BLOCK_K) {
    const depth = min(K - k, BLOCK_K);
    if (transB) packTranspose(packed, bStride, columns, b + (k << 2), K << 2, columns, depth);
    const rowsOfB = transB ? packed : b + k * bStride;
    for (let i: usize = 0; i < M; i += blockM) {
      const rows = min(M - i, blockM);
      let rowsOfA = a + ((i * K + k) << 2);
      let aStride = K << 2;
      if (transA) {
        packTranspose(packed, PACKED_ROW, (depth + 3) & ~3, a + ((k * M + i) << 2), M << 2, depth, rows);
        rowsOfA = packed;
        aStride = PACKED_ROW;
      }
      const to = c + i * cStride;
      const from: usize = start === 0 ? 0 : start + i * startStride;
      multiplySparse(
        to,
        cStride,
        from,
        startStride,
        rowsOfA,
        aStride,
        rowsOfB,
        bStride,
        workspace,
        rows,
        columns,
        depth,
      );
    }
    start = c;
    startStride = cStride;
  }
}

/** True if a[count] holds -0. */
export function holdsNegativeZero(a: usize, count: usize): bool {
  for (const end = a + (count << 2); a < end; a += 4) if (load<u32>(a) === 0x80000000) return true;
  return false;
}
