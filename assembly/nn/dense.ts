import { gemm_f32, gemmWorkspace } from '../linalg/gemm';
import { dotRows, sumRows } from '../linalg/gemv';
import { Context, inputOr } from '../vm/context';

/** Address of a float32 1. */
const ONE = memory.data<f32>([1]);

// Every sum starts from its bias (or from what is there) and takes its products in the order of the index, one rounding each: the result
// of a row depends neither on how many rows are computed at once nor on which lane it falls in.

/**
 * y[B, U] = x[B, D] w[U, D]^T + b[U]; b = 0 means no bias. `workspace` holds gemmWorkspace(B, U, D) bytes. y and workspace may not alias
 * anything; B, D or U = 0 are fine.
 */
@inline export function dense_f32(
  y: usize,
  x: usize,
  w: usize,
  b: usize,
  workspace: usize,
  B: usize,
  D: usize,
  U: usize,
): void {
  if (U === 1) dotRows(y, b, 0, w, 4, x, B, D);
  else gemm_f32(y, x, w, b, workspace, B, U, D, false, true, false);
}

/**
 * `dense_f32` on a column-major x[D, stride], of which the first B columns are rows of the input: the same bits, without the transposing.
 * `workspace` holds 4 B bytes, up to whole lanes, and is not used for U = 1.
 */
export function denseColumns_f32(
  y: usize,
  x: usize,
  stride: usize,
  w: usize,
  b: usize,
  workspace: usize,
  B: usize,
  D: usize,
  U: usize,
): void {
  const out = U === 1 ? y : workspace;
  for (let u: usize = 0; u < U; u++) {
    sumRows(out, b === 0 ? 0 : b + (u << 2), 0, w, 4, x, stride << 2, B, D);
    w += D << 2;
    if (U === 1) return;
    for (let r: usize = 0; r < B; r++) store<f32>(y + ((r * U + u) << 2), load<f32>(out + (r << 2)));
  }
}

/**
 * The gradients of `dense_f32` for dy[B, U]: dw[U, D] = dy^T x, db[U] = the column sums of dy, dx[B, D] = dy w.
 * With `accumulate`, dw and db are added to. db = 0 and dx = 0 leave that gradient out. `workspace` holds denseWorkspace(B, D, U) bytes.
 * Outputs and workspace may not alias anything.
 */
@inline export function denseBackward_f32(
  dw: usize,
  db: usize,
  dx: usize,
  dy: usize,
  x: usize,
  w: usize,
  workspace: usize,
  B: usize,
  D: usize,
  U: usize,
  accumulate: bool,
): void {
  if (U === 1 && D > 3 && D < 9) sumFewColumns(dw, db, dy, x, B, D, accumulate);
  else if (U === 1) {
    sumRows(dw, accumulate ? dw : 0, 4, dy, 4, x, D << 2, D, B);
    if (db !== 0) {
      let sum: f32 = accumulate ? load<f32>(db) : 0;
      for (let at = dy, end = dy + (B << 2); at < end; at += 4) sum += load<f32>(at);
      store<f32>(db, sum);
    }
  } else {
    gemm_f32(dw, dy, x, 0, workspace, U, D, B, true, false, accumulate);
    if (db !== 0) sumRows(db, accumulate ? db : 0, 4, ONE, 0, dy, U << 2, U, B);
  }
  if (dx !== 0) gemm_f32(dx, dy, w, 0, workspace, B, D, U, false, false, false);
}

/** The gradients of weights and bias for one unit and four to eight features: two vectors, which overlap unless these are eight. */
function sumFewColumns(dw: usize, db: usize, dy: usize, x: usize, B: usize, D: usize, accumulate: bool): void {
  const last = (D << 2) - 16;
  let first = f32x4.splat(0);
  let second = first;
  let sum: f32 = 0;
  if (accumulate) {
    first = v128.load(dw);
    second = v128.load(dw + last);
    if (db !== 0) sum = load<f32>(db);
  }
  for (const end = dy + (B << 2); dy < end; dy += 4, x += D << 2) {
    const d = load<f32>(dy);
    const ds = f32x4.splat(d);
    first = f32x4.add(first, f32x4.mul(ds, v128.load(x)));
    second = f32x4.add(second, f32x4.mul(ds, v128.load(x + last)));
    sum += d;
  }
  v128.store(dw, first);
  v128.store(dw + last, second);
  if (db !== 0) store<f32>(db, sum);
}

/** The bytes of workspace that a dense layer needs, forward and backward. */
export function denseWorkspace(B: usize, D: usize, U: usize): f64 {
  return max(gemmWorkspace(B, U, D), max(gemmWorkspace(U, D, B), gemmWorkspace(B, D, U)));
}


@unmanaged
class Dense {
  y: usize;
  x: usize; // 0 for the current input rows
  w: usize;
  b: usize;
  D: usize;
  U: usize;
}

/** Op: `dense_f32` over the current rows. */
export function dense(at: usize, context: Context): void {
  const args = changetype<Dense>(at);
  const x = inputOr(args.x, context);
  dense_f32(args.y, x, args.w, args.b, context.workspace, context.rows, args.D, args.U);
}


@unmanaged
class DenseColumns {
  y: usize;
  stride: usize;
  w: usize;
  b: usize;
  D: usize;
  U: usize;
}

/** Op: `denseColumns_f32` over the current rows, which start at the context's x. */
export function denseColumns(at: usize, context: Context): void {
  const args = changetype<DenseColumns>(at);
  const workspace = context.workspace;
  denseColumns_f32(args.y, context.x, args.stride, args.w, args.b, workspace, context.rows, args.D, args.U);
}


@unmanaged
class DenseBackward {
  dw: usize;
  db: usize;
  dx: usize;
  dy: usize;
  x: usize; // 0 for the current input rows
  w: usize;
  D: usize;
  U: usize;
}

/** Op: `denseBackward_f32` over the current rows. */
export function denseBackward(at: usize, context: Context): void {
  const args = changetype<DenseBackward>(at);
  const x = inputOr(args.x, context);
  const workspace = context.workspace;
  const B = context.rows;
  const accumulate = context.accumulate !== 0;
  denseBackward_f32(args.dw, args.db, args.dx, args.dy, x, args.w, workspace, B, args.D, args.U, accumulate);
}
