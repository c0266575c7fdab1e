import { packCopy, packTranspose } from './pack';
import { ukernel_2x16, ukernel_4x8 } from './microkernels';
import { dotRows, sumRows } from './gemv';
import { leaveOutZeros, zerosWorkspace } from './zeros';

const BLOCK_K: usize = 512; // a panel of 16 lanes takes 32 KB, and streams from the second-level cache where the first is smaller
const PACKED_K: usize = 256; // the same where a is packed
const BLOCK_M: usize = 128; // rows of a transposed a that are packed at once
const PACKED_ROW: usize = PACKED_K * 4 + 64; // not a power of two, which would put all rows into few cache sets
const CACHE: usize = 32768;

/**
 * The bytes of workspace that the products of these sizes need, whatever the transpositions: in float64, as they may exceed what memory and 32 bits
 * hold, which is the wrapper's to refuse.
 */
export function gemmWorkspace(M: usize, N: usize, K: usize): f64 {
  const panel = <f64>K * 64;
  const dense = packsA(M, N, min(K, PACKED_K)) ? panel + <f64>(min(M, BLOCK_M) * PACKED_ROW) : panel;
  return max(dense, <f64>zerosWorkspace(M, N, K));
}

/** True if a[depth, M] is transposed into the workspace: when it falls out of the cache between two of its many uses. */
function packsA(M: usize, N: usize, depth: usize): bool {
  return N >= 64 && <u64>depth * <u64>M > CACHE >> 2;
}

/**
 * c[M, N] = start + op(a) op(b): op(a)[M, K] is a, or a[K, M]^T with transA; op(b)[K, N] is b, or b[N, K]^T with transB.
 * The sums start from c itself with `accumulate`, else from bias[N] in every row, else (bias = 0) from 0; then each takes its products in the order
 * of k, one rounding for the product and one for the sum: its bits depend on nothing else. `workspace` holds gemmWorkspace(M, N, K) bytes, and
 * what it holds is unspecified. c and workspace may not alias anything. M or N = 0 does nothing; K = 0 stores the start.
 */
export function gemm_f32(
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
  accumulate: bool,
): void {
  const start = accumulate ? c : bias;
  const cStride = N << 2;
  const startStride = accumulate ? cStride : 0;
  if (K === 1) transB = false; // b[N, 1] is b[1, N]
  if (M < 4) {
    const aStride: usize = transA ? 4 : K << 2;
    const aStep: usize = transA ? M << 2 : 4;
    for (let i: usize = 0; i < M; i++) {
      const from: usize = start === 0 ? 0 : start + i * startStride;
      if (transB) dotRows(c + i * cStride, from, 4, a + i * aStride, aStep, b, N, K);
      else sumRows(c + i * cStride, from, 4, a + i * aStride, aStep, b, cStride, N, K);
    }
    return;
  }
  if (N === 1 && !transA && K > 1) return dotRows(c, start, startStride, b, 4, a, M, K);
  const done: usize = accumulate ? 0 : leaveOutZeros(c, a, b, bias, workspace, M, N, K, transA, transB);
  if (done === N) return;
  if (N > 3 && !transA && transB && !accumulate && done === 0) lanesOverRows(c, a, b, bias, workspace, M, N, K);
  else lanesOverColumns(c, a, b, start, startStride, workspace, M, N, K, transA, transB, done);
}

/**
 * c[M, N] = bias + a[M, K] b[N, K]^T, with lanes over the rows of a: it is a that is packed, whose share of the work falls with N, the units of a
 * layer, and not b, whose share would fall with M, the rows of a mini-batch. N > 3.
 */
function lanesOverRows(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  workspace: usize,
  M: usize,
  N: usize,
  K: usize,
): void {
  const row = K << 2;
  const cStride = N << 2;
  for (let i: usize = 0; i < M;) {
    // A last panel that is not full redoes rows before it where there are any.
    if (M - i > 8 && M > 15) {
      i = min(i, M - 16);
      packTranspose(workspace, 64, 16, a + i * row, row, 16, K);
      ukernel_2x16(c + i * cStride, cStride, bias, 4, b, row, 4, workspace, 64, N, K, true);
      i += 16;
    } else {
      if (M > 7) i = min(i, M - 8);
      const live = min<usize>(M - i, 8);
      packTranspose(workspace, 32, 8, a + i * row, row, live, K);
      ukernel_4x8(c + i * cStride, cStride, bias, 4, b, row, 4, workspace, 32, N, K, live, true);
      i += 8;
    }
  }
}

/** The columns of any product from `first` on, with lanes over the columns of c, by blocks of k: all but the first start from c. */
function lanesOverColumns(
  c: usize,
  a: usize,
  b: usize,
  start: usize,
  startStride: usize,
  workspace: usize,
  M: usize,
  N: usize,
  K: usize,
  transA: bool,
  transB: bool,
  first: usize,
): void {
  const cStride = N << 2;
  const aStride: usize = transA ? 4 : K << 2;
  const aStep: usize = transA ? M << 2 : 4;
  const bStride: usize = transB ? 4 : cStride;
  const bStep: usize = transB ? K << 2 : 4;
  const blockK = transA ? PACKED_K : BLOCK_K;
  let k: usize = 0;
  do {
    const depth = min(K - k, blockK);
    const packA = transA && packsA(M, N, depth);
    // Rows of b that are far apart are brought together, where enough rows of a use them.
    const packB = M >= 64 && depth * bStride > CACHE >> 1;
    const blockM = packA ? BLOCK_M : M;
    for (let i: usize = 0; i < M; i += blockM) {
      const rows = min(M - i, blockM);
      let rowsOfA = a + i * aStride + k * aStep;
      let packedStride = aStride;
      let packedStep = aStep;
      if (packA) {
        const packed = workspace + (K << 6);
        packTranspose(packed, PACKED_ROW, (depth + 3) & ~3, rowsOfA, aStep, depth, rows);
        rowsOfA = packed;
        packedStride = PACKED_ROW;
        packedStep = 4;
      }
      for (let j = first, lanes: usize = 16; j < N; j += lanes) {
        if (j + 16 > N) lanes = 8;
        const live = min(N - j, lanes);
        let panel = b + k * bStride + j * bStep;
        let panelStride = bStride;
        if (transB || packB || live < lanes) {
          panelStride = lanes << 2;
          if (transB) packTranspose(workspace, panelStride, lanes, panel, bStep, live, depth);
          else packCopy(workspace, lanes, panel, bStride, live, depth);
          panel = workspace;
        }
        const to = c + i * cStride + (j << 2);
        const from: usize = start === 0 ? 0 : start + i * startStride + (j << 2);
        if (lanes === 16)
          ukernel_2x16(
            to,
            cStride,
            from,
            startStride,
            rowsOfA,
            packedStride,
            packedStep,
            panel,
            panelStride,
            rows,
            depth,
            false,
          );
        else
          ukernel_4x8(
            to,
            cStride,
            from,
            startStride,
            rowsOfA,
            packedStride,
            packedStep,
            panel,
            panelStride,
            rows,
            depth,
            live,
            false,
          );
      }
    }
    start = c;
    startStride = cStride;
    k += blockK;
  } while (k < K);
}
