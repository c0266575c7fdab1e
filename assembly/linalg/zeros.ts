import { packCopy, packTranspose } from './pack';
import { allFinite_f32 } from './reduce';
import { hasBlanks, multiplyBlanks } from './sparseColumns';
import { isSparse, multiplySparse, TERM } from './sparseRows';

// Products that leave out zeros: pixels that are blank, units of a ReLU that are off. A product with 0 is 0 or -0, and adding that changes no sum but
// -0. So no bit changes where every other factor is finite (0 times Infinity is NaN) and no sum starts from -0.

/** Rows and columns of c, and products of a sum, from which looking for zeros costs nothing beside the products. */
const LEAST_ROWS: usize = 16;
const LEAST_COLUMNS: usize = 32;
const LEAST_K: usize = 16;

const BLOCK_M: usize = 128; // rows of a transposed a that are packed at once
const BLOCK_N: usize = 256; // columns of b at once
const BLOCK_K: usize = 128; // rows of b at once
const LEVEL_1: usize = 8192; // numbers that fit a first-level cache
const LEVEL_2: usize = 65536; // numbers that fit a second-level cache

/** The bytes of workspace that {@link leaveOutZeros} needs, if they are more than those of the whole product. */
export function zerosWorkspace(M: usize, N: usize, K: usize): usize {
  if (isSmall(M, N, K)) return 0;
  const depth = min(K, BLOCK_K);
  return depth * (TERM + packedRow(min(N, BLOCK_N))) + min(M, BLOCK_M) * packedRow(depth);
}


@inline function isSmall(M: usize, N: usize, K: usize): bool {
  return M < LEAST_ROWS || N < LEAST_COLUMNS || K < LEAST_K;
}

/** Bytes from one packed row to the next: not a power of two, which would put all rows into few cache sets. */
@inline function packedRow(numbers: usize): usize {
  return (numbers << 2) + 64;
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
  if (isSmall(M, N, K) || (bias !== 0 && holdsNegativeZero(bias, N))) return 0;
  if (transA && !transB && <u64>M * K <= LEVEL_2 && hasBlanks(b, K, N)) {
    if (!allFinite_f32(a, M * K)) return 0;
    multiplyBlanks(c, a, b, bias, workspace, M, N, K);
    return N;
  }
  // Few columns are not worth the transposing of a.
  if (transA && (transB || N < 64)) return 0;
  if (!(transA ? isSparse(a, K, M) : isSparse(a, M, K)) || !allFinite_f32(b, N * K)) return 0;
  const whole = N & ~31;
  const column: usize = transB ? K << 2 : 4;
  const block = transB ? BLOCK_N : min(BLOCK_N, (LEVEL_1 / min(K, BLOCK_K)) & ~31);
  for (let j: usize = 0; j < whole; j += block) {
    const columns = min(whole - j, block);
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
  const most = min(K, BLOCK_K);
  const packedB = workspace + most * TERM;
  const packedA = packedB + most * packedRow(columns);
  const bStride = transB ? packedRow(columns) : columns << 2;
  const blockM = transA ? BLOCK_M : M;
  let startStride: usize = 0;
  for (let k: usize = 0; k < K; k += BLOCK_K) {
    const depth = min(K - k, BLOCK_K);
    let rowsOfB = packedB;
    if (transB) packTranspose(packedB, bStride, columns, b + (k << 2), K << 2, columns, depth);
    else if (bStride < cStride) packCopy(packedB, columns, b + k * cStride, cStride, columns, depth);
    else rowsOfB = b + k * bStride;
    for (let i: usize = 0; i < M; i += blockM) {
      const rows = min(M - i, blockM);
      let rowsOfA = a + ((i * K + k) << 2);
      let aStride = K << 2;
      if (transA) {
        aStride = packedRow(depth);
        packTranspose(packedA, aStride, (depth + 3) & ~3, a + ((k * M + i) << 2), M << 2, depth, rows);
        rowsOfA = packedA;
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
