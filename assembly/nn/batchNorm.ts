import { centre } from '../simd/centre';
import { loadRow, storeRow } from '../simd/rows';
import { addHigh, addLow, high, low, narrow } from '../simd/wide';
import { Context, inputOr } from '../vm/context';

// Four columns at a time. Sums down a column are taken in float64, in the order of the rows. Rows start anywhere: only what is theirs is
// read and written. What holds a number per column may be read and written up to whole lanes.

/** Bytes that the backward pass needs of four columns: their means in two parts, and 1 / their deviations. */
const STATS: usize = 48;

/** 1 / sqrt(variance + eps) in float64 */
@inline function inverseRoot(variance: v128, eps: f64): v128 {
  return f64x2.div(f64x2.splat(1), f64x2.sqrt(f64x2.add(variance, f64x2.splat(eps))));
}

/** (1 - momentum) running + momentum v, in float64 */
@inline function follow(running: v128, v: v128, momentum: f64): v128 {
  return f64x2.add(f64x2.mul(f64x2.splat(momentum), v), f64x2.mul(f64x2.splat(1 - momentum), running));
}

/**
 * y[B, U] = (x - mean) / sqrt(variance + eps) * w[U] + b[U] for x[B, U]. w = b = 0 leaves both out. In training mean and variance are those
 * of each column of x (the variance biased), go to stats[ceil(U / 4), 12], and the running ones follow them:
 *
 *     running = (1 - momentum) running + momentum batch,   the batch's variance unbiased: B > 1
 *
 * Else they are the running ones, which stay as they are, and stats is not touched. y may alias x; nothing else may alias. Without
 * training B = 0 is fine. Source: Ioffe and Szegedy, arXiv:1502.03167, as PyTorch has it.
 */
export function batchNorm_f32(
  y: usize,
  stats: usize,
  x: usize,
  w: usize,
  b: usize,
  runningMean: usize,
  runningVar: usize,
  B: usize,
  U: usize,
  training: bool,
  eps: f64,
  momentum: f64,
): void {
  const row = U << 2;
  const bytes = B * row;
  for (let j: usize = 0; j < row; j += 16) {
    const live = (row - j) >> 2;
    const end = x + j + bytes;
    let mean = f32x4.splat(0);
    let rest = mean;
    let average0 = f64x2.splat(0); // of x, then of its squared distance to that
    let average1 = average0;
    if (training) {
      let count = f64x2.splat(<f64>B);
      for (let pass = 0; pass < 2; pass++) {
        let sum0 = f64x2.splat(0);
        let sum1 = sum0;
        for (let p = x + j; p < end; p += row) {
          const v = centre(loadRow(p, live), mean, rest);
          const times = pass === 0 ? f32x4.splat(1) : v;
          sum0 = addLow(sum0, v, times);
          sum1 = addHigh(sum1, v, times);
        }
        average0 = f64x2.div(sum0, count);
        average1 = f64x2.div(sum1, count);
        if (pass === 0) {
          mean = narrow(average0, average1);
          rest = narrow(f64x2.sub(average0, low(mean)), f64x2.sub(average1, high(mean)));
        } else count = f64x2.splat(<f64>B - 1);
        const running = (pass === 0 ? runningMean : runningVar) + j;
        v128.store(
          running,
          narrow(
            follow(low(v128.load(running)), f64x2.div(sum0, count), momentum),
            follow(high(v128.load(running)), f64x2.div(sum1, count), momentum),
          ),
        );
      }
    } else {
      mean = v128.load(runningMean + j);
      average0 = low(v128.load(runningVar + j));
      average1 = high(v128.load(runningVar + j));
    }
    const factor = narrow(inverseRoot(average0, eps), inverseRoot(average1, eps));
    if (training) {
      v128.store(stats, mean);
      v128.store(stats, rest, 16);
      v128.store(stats, factor, 32);
      stats += STATS;
    }
    for (let p = x + j, out = y + j; p < end; p += row, out += row) {
      let v = f32x4.mul(centre(loadRow(p, live), mean, rest), factor);
      if (w !== 0) v = f32x4.add(f32x4.mul(v, v128.load(w + j)), v128.load(b + j));
      storeRow(out, v, live);
    }
  }
}

/**
 * The gradients of `batchNorm_f32` in training for dy[B, U], with z = (x - mean) / sqrt(variance + eps) and means over the rows:
 *
 *     dw[U] = the column sums of dy z,   db[U] = those of dy,   dx[B, U] = (dy - mean(dy) - z mean(dy z)) w / sqrt(variance + eps)
 *
 * With `accumulate`, dw and db are added to. w = 0 leaves dw and db out, dx = 0 that gradient. dx may alias dy; nothing else may alias.
 */
export function batchNormBackward_f32(
  dw: usize,
  db: usize,
  dx: usize,
  dy: usize,
  x: usize,
  w: usize,
  stats: usize,
  B: usize,
  U: usize,
  accumulate: bool,
): void {
  const row = U << 2;
  const bytes = B * row;
  for (let j: usize = 0; j < row; j += 16, stats += STATS) {
    const live = (row - j) >> 2;
    const mean = v128.load(stats);
    const rest = v128.load(stats, 16);
    const factor = v128.load(stats, 32);
    let sum0 = f64x2.splat(0);
    let sum1 = sum0;
    let dot0 = sum0;
    let dot1 = sum0;
    for (let i = j; i < bytes; i += row) {
      const g = loadRow(dy + i, live);
      const gz = f32x4.mul(g, f32x4.mul(centre(loadRow(x + i, live), mean, rest), factor));
      sum0 = f64x2.add(sum0, low(g));
      sum1 = f64x2.add(sum1, high(g));
      dot0 = f64x2.add(dot0, low(gz));
      dot1 = f64x2.add(dot1, high(gz));
    }
    let slope = factor;
    if (w !== 0) {
      let a = narrow(dot0, dot1);
      let b = narrow(sum0, sum1);
      if (accumulate) {
        a = f32x4.add(v128.load(dw + j), a);
        b = f32x4.add(v128.load(db + j), b);
      }
      v128.store(dw + j, a);
      v128.store(db + j, b);
      slope = f32x4.mul(factor, v128.load(w + j));
    }
    if (dx === 0) continue;
    const count = f64x2.splat(<f64>B);
    const sum = narrow(f64x2.div(sum0, count), f64x2.div(sum1, count));
    const dot = f32x4.mul(narrow(f64x2.div(dot0, count), f64x2.div(dot1, count)), factor);
    for (let i = j; i < bytes; i += row) {
      const v = f32x4.mul(centre(loadRow(x + i, live), mean, rest), dot);
      storeRow(dx + i, f32x4.mul(f32x4.sub(f32x4.sub(loadRow(dy + i, live), sum), v), slope), live);
    }
  }
}


@unmanaged
class BatchNorm {
  y: usize;
  stats: usize;
  x: usize; // 0 for the current input rows
  w: usize;
  b: usize;
  runningMean: usize;
  runningVar: usize;
  batches: usize; // f32, how many the running ones have followed
  U: usize;
  training: u32;
  eps: f64;
  momentum: f64;
}

/** Op: `batchNorm_f32` over the current rows. */
export function batchNorm(at: usize, context: Context): void {
  const args = changetype<BatchNorm>(at);
  const training = args.training !== 0;
  if (training) store<f32>(args.batches, load<f32>(args.batches) + 1);
  batchNorm_f32(
    args.y,
    args.stats,
    inputOr(args.x, context),
    args.w,
    args.b,
    args.runningMean,
    args.runningVar,
    context.rows,
    args.U,
    training,
    args.eps,
    args.momentum,
  );
}


@unmanaged
class BatchNormBackward {
  dw: usize;
  db: usize;
  dx: usize;
  dy: usize;
  x: usize; // 0 for the current input rows
  w: usize;
  stats: usize;
  U: usize;
}

/** Op: `batchNormBackward_f32` over the current rows. */
export function batchNormBackward(at: usize, context: Context): void {
  const args = changetype<BatchNormBackward>(at);
  const x = inputOr(args.x, context);
  const accumulate = context.accumulate !== 0;
  batchNormBackward_f32(args.dw, args.db, args.dx, args.dy, x, args.w, args.stats, context.rows, args.U, accumulate);
}
