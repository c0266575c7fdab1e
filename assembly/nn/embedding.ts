import { loadRow, storeRow } from '../simd/rows';
import { Context, inputOr } from '../vm/context';
import { gather_f32 } from '../train/gather';

/**
 * y[n, U] = the rows of w[count, U] that the whole numbers x[n] name, which indices[n] gets as words. What is no whole number is cut off, and
 * what lies outside 0 .. count - 1 goes to the nearer end (NaN to 0), so that nothing outside of w is read, whatever x holds. indices may
 * alias x, y nothing; n = 0 is fine.
 */
export function embedding_f32(y: usize, indices: usize, x: usize, w: usize, n: usize, count: u32, U: usize): void {
  const last = i32x4.splat(count - 1);
  for (let i: usize = 0, end = n << 2; i < end; i += 16) {
    v128.store(indices + i, i32x4.min_u(i32x4.trunc_sat_f32x4_u(v128.load(x + i)), last));
  }
  gather_f32(y, w, indices, n, U);
}

/**
 * dw[count, U]: to row indices[i] is added dy[i, U], for each i < n in turn. With `accumulate` they are added to what is there, else to
 * zeros. dw may not alias anything; n = 0 is fine.
 */
export function embeddingBackward_f32(
  dw: usize,
  dy: usize,
  indices: usize,
  n: usize,
  count: usize,
  U: usize,
  accumulate: bool,
): void {
  const row = U << 2;
  if (!accumulate) memory.fill(dw, 0, count * row);
  for (const end = indices + (n << 2); indices < end; indices += 4, dy += row) {
    const out = dw + <usize>load<u32>(indices) * row;
    for (let j: usize = 0; j < row; j += 16) {
      const live = (row - j) >> 2;
      storeRow(out + j, f32x4.add(loadRow(out + j, live), loadRow(dy + j, live)), live);
    }
  }
}


@unmanaged
class Embedding {
  y: usize; // [B, F U]
  indices: usize; // u32[B, F]
  x: usize; // [B, F]; 0 for the current input rows
  w: usize; // [count, U]
  F: usize;
  count: usize;
  U: usize;
}

/** Op: `embedding_f32` over the current rows. */
export function embedding(at: usize, context: Context): void {
  const args = changetype<Embedding>(at);
  const x = inputOr(args.x, context);
  embedding_f32(args.y, args.indices, x, args.w, context.rows * args.F, <u32>args.count, args.U);
}


@unmanaged
class EmbeddingBackward {
  dw: usize;
  dy: usize;
  indices: usize;
  F: usize;
  count: usize;
  U: usize;
}

/** Op: `embeddingBackward_f32` over the current rows. */
export function embeddingBackward(at: usize, context: Context): void {
  const args = changetype<EmbeddingBackward>(at);
  const n = context.rows * args.F;
  embeddingBackward_f32(args.dw, args.dy, args.indices, n, args.count, args.U, context.accumulate !== 0);
}
