import { storeColumn, wholeLanes } from '../inline/lanes';
import { inputOr } from '../inline/operand';
import { Context } from '../train/context';

// Every sum starts from its bias (or from what is there) and takes its products in the order of the index, one rounding each: the result
// of a row depends neither on how many rows are computed at once nor on which lane it falls in.

/**
 * y[B, U] = x[B, D] w[U, D]^T + b[U]; b = 0 means no bias. y may not alias anything; B, D or U = 0 are fine.
 * Lanes run over four rows of x, transposed on the fly.
 */
export function dense_f32(y: usize, x: usize, w: usize, b: usize, B: usize, D: usize, U: usize): void {
  const xRow = D << 2;
  const yRow = U << 2;
  const whole = wholeLanes(D) << 2;
  for (let r: usize = 0; r < B; r += 4) {
    const live = B - r;
    // Past the last row the lanes repeat it; they are computed and not stored.
    const x0 = x + r * xRow;
    const x1 = live > 1 ? x0 + xRow : x0;
    const x2 = live > 2 ? x1 + xRow : x1;
    const x3 = live > 3 ? x2 + xRow : x2;
    let wu = w;
    for (let u: usize = 0; u < yRow; u += 4) {
      let sum = b === 0 ? f32x4.splat(0) : v128.load32_splat(b + u);
      let j: usize = 0;
      for (; j < whole; j += 16) {
        const a0 = v128.load(x0 + j);
        const a1 = v128.load(x1 + j);
        const a2 = v128.load(x2 + j);
        const a3 = v128.load(x3 + j);
        const low01 = v128.shuffle<i32>(a0, a1, 0, 4, 1, 5);
        const low23 = v128.shuffle<i32>(a2, a3, 0, 4, 1, 5);
        const high01 = v128.shuffle<i32>(a0, a1, 2, 6, 3, 7);
        const high23 = v128.shuffle<i32>(a2, a3, 2, 6, 3, 7);
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(wu + j), v128.shuffle<i64>(low01, low23, 0, 2)));
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(wu + j, 4), v128.shuffle<i64>(low01, low23, 1, 3)));
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(wu + j, 8), v128.shuffle<i64>(high01, high23, 0, 2)));
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(wu + j, 12), v128.shuffle<i64>(high01, high23, 1, 3)));
      }
      for (; j < xRow; j += 4) {
        let column = v128.load32_zero(x0 + j);
        column = v128.load_lane<f32>(x1 + j, column, 1);
        column = v128.load_lane<f32>(x2 + j, column, 2);
        column = v128.load_lane<f32>(x3 + j, column, 3);
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(wu + j), column));
      }
      storeColumn(y + r * yRow + u, U, sum, live);
      wu += xRow;
    }
  }
}

/**
 * `dense_f32` on a column-major x[D, stride], of which the first B columns are rows of the input: the same bits, without the transposing.
 * Reads up to 7 floats past the last row, so stride is N rounded up to 8.
 */
export function denseColumns_f32(
  y: usize,
  x: usize,
  stride: usize,
  w: usize,
  b: usize,
  B: usize,
  D: usize,
  U: usize,
): void {
  const column = stride << 2;
  for (let u: usize = 0; u < U; u++) {
    const bias = b === 0 ? f32x4.splat(0) : v128.load32_splat(b + (u << 2));
    const wEnd = w + (D << 2);
    for (let r: usize = 0; r < B; r += 8) {
      let sum0 = bias;
      let sum1 = bias;
      for (let wj = w, xj = x + (r << 2); wj < wEnd; wj += 4, xj += column) {
        const weight = v128.load32_splat(wj);
        sum0 = f32x4.add(sum0, f32x4.mul(weight, v128.load(xj)));
        sum1 = f32x4.add(sum1, f32x4.mul(weight, v128.load(xj, 16)));
      }
      const out = y + ((r * U + u) << 2);
      storeColumn(out, U, sum0, B - r);
      if (r + 4 < B) storeColumn(out + (U << 4), U, sum1, B - r - 4);
    }
    w = wEnd;
  }
}

/**
 * The gradients of `dense_f32` for dy[B, U]: dw[U, D] = dy^T x, db[U] = the column sums of dy, dx[B, D] = dy w.
 * With `accumulate`, dw and db are added to. db = 0 and dx = 0 leave that gradient out. Outputs may not alias anything.
 */
export function denseBackward_f32(
  dw: usize,
  db: usize,
  dx: usize,
  dy: usize,
  x: usize,
  w: usize,
  B: usize,
  D: usize,
  U: usize,
  accumulate: bool,
): void {
  const row = D << 2;
  const yRow = U << 2;
  for (let u: usize = 0; u < yRow; u += 4) {
    outer(dw, dy + u, yRow, x, row, B, D, accumulate);
    dw += row;
    if (db !== 0) {
      let sum: f32 = accumulate ? load<f32>(db + u) : 0;
      for (let r: usize = 0, e = dy + u; r < B; r++, e += yRow) sum += load<f32>(e);
      store<f32>(db + u, sum);
    }
  }
  if (dx === 0) return;
  for (let r: usize = 0; r < B; r++) {
    outer(dx, dy, 4, w, row, U, D, false);
    dx += row;
    dy += yRow;
  }
}

/** out[D] = sum over k < K of a[k] * m[k, D], added to out with `accumulate`; a advances by `stride` bytes. Lanes run over D. */
function outer(out: usize, a: usize, stride: usize, m: usize, row: usize, K: usize, D: usize, accumulate: bool): void {
  const whole = wholeLanes(D) << 2;
  let j: usize = 0;
  for (; j < whole; j += 16) {
    let sum = accumulate ? v128.load(out + j) : f32x4.splat(0);
    for (let k: usize = 0, ak = a, mk = m + j; k < K; k++, ak += stride, mk += row) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(ak), v128.load(mk)));
    }
    v128.store(out + j, sum);
  }
  for (; j < row; j += 4) {
    let sum: f32 = accumulate ? load<f32>(out + j) : 0;
    for (let k: usize = 0, ak = a, mk = m + j; k < K; k++, ak += stride, mk += row)
      sum += load<f32>(ak) * load<f32>(mk);
    store<f32>(out + j, sum);
  }
}


@unmanaged
class Dense {
  y: usize;
  x: usize; // 0 for the input at hand
  w: usize;
  b: usize;
  D: usize;
  U: usize;
}

/** Op: `dense_f32` over the rows at hand. */
export function dense(args: Dense, context: Context): void {
  dense_f32(args.y, inputOr(args.x, context), args.w, args.b, context.rows, args.D, args.U);
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

/** Op: `denseColumns_f32` over the rows at hand, which start at the context's x. */
export function denseColumns(args: DenseColumns, context: Context): void {
  denseColumns_f32(args.y, context.x, args.stride, args.w, args.b, context.rows, args.D, args.U);
}


@unmanaged
class DenseBackward {
  dw: usize;
  db: usize;
  dx: usize;
  dy: usize;
  x: usize; // 0 for the input at hand
  w: usize;
  D: usize;
  U: usize;
}

/** Op: `denseBackward_f32` over the rows at hand. */
export function denseBackward(args: DenseBackward, context: Context): void {
  const x = inputOr(args.x, context);
  denseBackward_f32(args.dw, args.db, args.dx, args.dy, x, args.w, context.rows, args.D, args.U, context.accumulate);
}
