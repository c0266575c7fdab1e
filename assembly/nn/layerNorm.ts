import { centre } from '../simd/centre';
import { maskFirst } from '../simd/lanes';
import { loadRow, storeRow } from '../simd/rows';
import { addHigh, addLow, high, low, total } from '../simd/wide';
import { Context, inputOr } from '../vm/context';

// Sums over a row are taken in float64, in four lanes: their order depends on U alone. Rows start anywhere: only what is theirs is read
// and written. w, b and their gradients may be read and written up to whole lanes.

/** Bytes that the backward pass needs of a row: its mean in two parts, and 1 / its deviation. */
const STATS: usize = 16;

/**
 * y[B, U] = (x - mean) / sqrt(variance + eps) * w[U] + b[U], with the mean and biased variance of each row of x[B, U], which go to
 * stats[B, 4]. w = b = 0 leaves both out. y may alias x; nothing else may alias. B = 0 is fine; U > 0.
 * Source: Ba, Kiros and Hinton, arXiv:1607.06450.
 */
export function layerNorm_f32(
  y: usize,
  stats: usize,
  x: usize,
  w: usize,
  b: usize,
  B: usize,
  U: usize,
  eps: f64,
): void {
  const row = U << 2;
  for (const end = x + B * row; x < end; x += row, y += row, stats += STATS) {
    let mean = f32x4.splat(0);
    let rest = mean;
    let average: f64 = 0; // of x, then of its squared distance to that
    for (let pass = 0; pass < 2; pass++) {
      let sum0 = f64x2.splat(0);
      let sum1 = sum0;
      for (let j: usize = 0; j < row; j += 16) {
        const live = (row - j) >> 2;
        const v = v128.and(centre(loadRow(x + j, live), mean, rest), maskFirst(live));
        const times = pass === 0 ? f32x4.splat(1) : v;
        sum0 = addLow(sum0, v, times);
        sum1 = addHigh(sum1, v, times);
      }
      average = total(sum0, sum1) / <f64>U;
      if (pass !== 0) break;
      mean = f32x4.splat(<f32>average);
      rest = f32x4.splat(<f32>(average - <f64>(<f32>average)));
    }
    const factor = f32x4.splat(<f32>(1 / sqrt<f64>(average + eps)));
    for (let j: usize = 0; j < row; j += 16) {
      const live = (row - j) >> 2;
      let v = f32x4.mul(centre(loadRow(x + j, live), mean, rest), factor);
      if (w !== 0) v = f32x4.add(f32x4.mul(v, v128.load(w + j)), v128.load(b + j));
      storeRow(y + j, v, live);
    }
    v128.store32_lane(stats, mean, 0);
    v128.store32_lane(stats, rest, 0, 4);
    v128.store32_lane(stats, factor, 0, 8);
  }
}

/**
 * The gradients of `layerNorm_f32` for dy[B, U], with z = (x - mean) / sqrt(variance + eps) and g = dy w:
 *
 *     dw[U] = the column sums of dy z,   db[U] = those of dy,   dx[B, U] = (g - mean(g) - z mean(g z)) / sqrt(variance + eps)
 *
 * With `accumulate`, dw and db are added to. w = 0 leaves dw and db out, dx = 0 that gradient. dx may alias dy; nothing else may alias.
 */
export function layerNormBackward_f32(
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
  if (w !== 0 && !accumulate) {
    memory.fill(dw, 0, row);
    memory.fill(db, 0, row);
  }
  for (const end = x + B * row; x < end; x += row, dy += row, stats += STATS) {
    const mean = v128.load32_splat(stats);
    const rest = v128.load32_splat(stats + 4);
    const factor = v128.load32_splat(stats + 8);
    let sum0 = f64x2.splat(0);
    let sum1 = sum0;
    let dot0 = sum0;
    let dot1 = sum0;
    for (let j: usize = 0; j < row; j += 16) {
      const live = (row - j) >> 2;
      let g = loadRow(dy + j, live);
      const z = f32x4.mul(centre(loadRow(x + j, live), mean, rest), factor);
      if (w !== 0) {
        v128.store(dw + j, f32x4.add(v128.load(dw + j), f32x4.mul(g, z)));
        v128.store(db + j, f32x4.add(v128.load(db + j), g));
        g = f32x4.mul(g, v128.load(w + j));
      }
      g = v128.and(g, maskFirst(live));
      const gz = v128.and(f32x4.mul(g, z), maskFirst(live));
      sum0 = f64x2.add(sum0, low(g));
      sum1 = f64x2.add(sum1, high(g));
      dot0 = f64x2.add(dot0, low(gz));
      dot1 = f64x2.add(dot1, high(gz));
    }
    if (dx === 0) continue;
    const sum = f32x4.splat(<f32>(total(sum0, sum1) / <f64>U));
    const dot = f32x4.splat(<f32>(total(dot0, dot1) / <f64>U));
    for (let j: usize = 0; j < row; j += 16) {
      const live = (row - j) >> 2;
      let g = loadRow(dy + j, live);
      const z = f32x4.mul(centre(loadRow(x + j, live), mean, rest), factor);
      if (w !== 0) g = f32x4.mul(g, v128.load(w + j));
      storeRow(dx + j, f32x4.mul(f32x4.sub(f32x4.sub(g, sum), f32x4.mul(z, dot)), factor), live);
    }
    dx += row;
  }
}


@unmanaged
class LayerNorm {
  y: usize;
  stats: usize;
  x: usize; // 0 for the current input rows
  w: usize;
  b: usize;
  U: usize;
  eps: f64;
}

/** Op: `layerNorm_f32` over the current rows. */
export function layerNorm(at: usize, context: Context): void {
  const args = changetype<LayerNorm>(at);
  const x = inputOr(args.x, context);
  layerNorm_f32(args.y, args.stats, x, args.w, args.b, context.rows, args.U, args.eps);
}


@unmanaged
class LayerNormBackward {
  dw: usize;
  db: usize;
  dx: usize;
  dy: usize;
  x: usize; // 0 for the current input rows
  w: usize;
  stats: usize;
  U: usize;
}

/** Op: `layerNormBackward_f32` over the current rows. */
export function layerNormBackward(at: usize, context: Context): void {
  const args = changetype<LayerNormBackward>(at);
  const x = inputOr(args.x, context);
  const accumulate = context.accumulate !== 0;
  layerNormBackward_f32(args.dw, args.db, args.dx, args.dy, x, args.w, args.stats, context.rows, args.U, accumulate);
}
