import { wholeLanes } from '../simd/lanes';
import { Full, lerp } from '../simd/update';
import { addSquare, high, low, narrow, total } from '../simd/wide';
import { ROW, Row } from './row';
import { StepScalars } from './step';

/** The per-step scalars of Adafactor, each computed in float64 and rounded once to float32. */
@unmanaged
export class AdafactorScalars extends StepScalars {
  keep: f32; // 1 - lr * weightDecay
  w: f32; // 1 - beta2_t = t^beta2Decay, the weight of g^2 in its averages
  eps1: f32;
  eps1Squared: f32;
  eps2: f32;
  rho: f32; // min(lr, 1 / sqrt(t))
  rhoRest: f32; // what float32 dropped of rho: the step is a product of float64 factors
  d: f32; // the bound of RMS(update)
}

/** Rows whose squares are added up before they go to the column's average. */
const BLOCK: usize = 32;

/**
 * One step of Adafactor over a table of rows. A vector (C = 0): s0 = v[P], the average of g^2. Matrices [.., R, C]:
 * s0 = r[.., R] and s1 = c[.., C], the averages of the means of g^2 over a row and over a column.
 *
 *     g = scale * g;  alpha = max(eps2, RMS(p)) rho;  p = p * (1 - lr weightDecay)
 *     r = r + w (mean over columns of g g - r);  c = c + w (mean over rows of g g - c);  v = r c / max(mean(r), eps1)
 *     u = g / sqrt(max(v, eps1^2))
 *     p = p - alpha / max(1, RMS(u) / d) * u
 *
 * Sums are taken in an order that depends on the shape alone. Rows may not overlap. Rows or elements numbering 0 are fine.
 * Source: Shazeer and Stern, arXiv:1804.04235; lr, means for sums, the places of eps1 and the order of decay from torch.optim.
 */
export function adafactor_f32(table: usize, rows: usize, scalars: usize, scale: f32): void {
  const c = changetype<AdafactorScalars>(scalars);
  for (let end = table + rows * ROW; table < end; table += ROW) {
    const row = changetype<Row>(table);
    if (row.n === 0) continue;
    if (row.C === 0) adafactorVector(row, c, scale);
    else adafactorMatrices(row, c, scale);
  }
}

function adafactorVector(row: Row, a: AdafactorScalars, scale: f32): void {
  const n = row.n;
  const v = row.s0;
  const alpha = alphaOf(row, a);
  averageSquares(v, row.g, n, a.w, scale);
  const step = stepOf(alpha, sumSquaresOfUpdate(row.g, v, n, 1, a.eps1Squared, scale), n, a);
  // r / mean = 1 leaves v as it is.
  applyUpdate(row.p, row.g, v, n, 1, 1, a.eps1Squared, a.keep, step, scale);
}

function adafactorMatrices(row: Row, a: AdafactorScalars, scale: f32): void {
  const n = row.n;
  const R = row.R;
  const C = row.C;
  const bytes = C << 2;
  const alpha = alphaOf(row, a);
  let total: f64 = 0;
  let g = row.g;
  let r = row.s0;
  let c = row.s1;
  for (const end = g + (n << 2); g < end; c += bytes) {
    averageRows(r, g, R, C, a.w, scale);
    averageColumns(c, g, R, C, a.w, scale);
    const mean = max(meanOf(r, R), a.eps1);
    for (let i: usize = 0; i < R; i++, g += bytes, r += 4) {
      total += sumSquaresOfUpdate(g, c, C, load<f32>(r) / mean, a.eps1Squared, scale);
    }
  }
  const step = stepOf(alpha, total, n, a);
  let p = row.p;
  g = row.g;
  r = row.s0;
  c = row.s1;
  for (const end = p + (n << 2); p < end; c += bytes) {
    const mean = max(meanOf(r, R), a.eps1);
    for (let i: usize = 0; i < R; i++, p += bytes, g += bytes, r += 4) {
      applyUpdate(p, g, c, C, load<f32>(r), mean, a.eps1Squared, a.keep, step, scale);
    }
  }
}

/** max(eps2, RMS(p)) rho. */
function alphaOf(row: Row, a: AdafactorScalars): f64 {
  return max(<f64>a.eps2, sqrt(sumSquares(row.p, row.n, 1) / <f64>row.n)) * (<f64>a.rho + <f64>a.rhoRest);
}

/** -alpha / max(1, RMS(u) / d), where `total` is the sum of u^2. */
function stepOf(alpha: f64, total: f64, n: usize, a: AdafactorScalars): f32 {
  return <f32>(-alpha / max(1, sqrt(total / <f64>n) / <f64>a.d));
}

/** The mean of x[n]. */
function meanOf(x: usize, n: usize): f32 {
  let sum: f64 = 0;
  for (let i = x, end = x + (n << 2); i < end; i += 4) sum += <f64>load<f32>(i);
  return <f32>(sum / <f64>n);
}

/** The sum over x[n] of (scale x)^2. */
function sumSquares(x: usize, n: usize, scale: f32): f64 {
  const whole = x + (wholeLanes(n) << 2);
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  for (; x < whole; x += 16) {
    const e = f32x4.mul(v128.load(x), f32x4.splat(scale));
    sum0 = addSquare(sum0, low(e));
    sum1 = addSquare(sum1, high(e));
  }
  let sum = total(sum0, sum1);
  for (const end = x + ((n & 3) << 2); x < end; x += 4) {
    const e = <f64>(load<f32>(x) * scale);
    sum += e * e;
  }
  return sum;
}

/** r[R] = r + w (mean over columns of g^2 - r) for g[R, C]. */
function averageRows(r: usize, g: usize, R: usize, C: usize, w: f32, scale: f32): void {
  for (let end = r + (R << 2); r < end; r += 4, g += C << 2) {
    store<f32>(r, <f32>((1 - <f64>w) * <f64>load<f32>(r) + <f64>w * (sumSquares(g, C, scale) / <f64>C)));
  }
}

/** c[C] = c + w (mean over rows of g^2 - c) for g[R, C], as a sum of positive terms. */
function averageColumns(c: usize, g: usize, R: usize, C: usize, w: f32, scale: f32): void {
  const bytes = C << 2;
  const whole = wholeLanes(C) << 2;
  const gain = <f64>w / <f64>R;
  for (let i: usize = 0; i < R; i += BLOCK) {
    const rest: f64 = i === 0 ? 1 - <f64>w : 1;
    const end = g + min(R - i, BLOCK) * bytes;
    let j: usize = 0;
    for (; j < whole; j += 16) {
      let sum0 = f64x2.splat(0);
      let sum1 = f64x2.splat(0);
      for (let at = g + j; at < end; at += bytes) {
        const e = f32x4.mul(v128.load(at), f32x4.splat(scale));
        sum0 = addSquare(sum0, low(e));
        sum1 = addSquare(sum1, high(e));
      }
      const kept = v128.load(c + j);
      sum0 = f64x2.add(f64x2.mul(f64x2.splat(rest), low(kept)), f64x2.mul(f64x2.splat(gain), sum0));
      sum1 = f64x2.add(f64x2.mul(f64x2.splat(rest), high(kept)), f64x2.mul(f64x2.splat(gain), sum1));
      v128.store(c + j, narrow(sum0, sum1));
    }
    for (; j < bytes; j += 4) {
      let sum: f64 = 0;
      for (let at = g + j; at < end; at += bytes) {
        const e = <f64>(load<f32>(at) * scale);
        sum += e * e;
      }
      store<f32>(c + j, <f32>(rest * <f64>load<f32>(c + j) + gain * sum));
    }
    g = end;
  }
}

/** v[n] = v + w (g^2 - v). */
function averageSquares(v: usize, g: usize, n: usize, w: f32, scale: f32): void {
  for (const end = v + (n << 2); v < end; v += 16, g += 16) {
    const e = f32x4.mul(v128.load(g), f32x4.splat(scale));
    v128.store(v, lerp<Full>(v128.load(v), f32x4.mul(e, e), w));
  }
}

/** The sum over n of u^2 = g^2 / max(factor c, floor). */
function sumSquaresOfUpdate(g: usize, c: usize, n: usize, factor: f32, floor: f32, scale: f32): f64 {
  const whole = g + (wholeLanes(n) << 2);
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  for (; g < whole; g += 16, c += 16) {
    const e = f32x4.mul(v128.load(g), f32x4.splat(scale));
    const v = f32x4.pmax(f32x4.mul(f32x4.splat(factor), v128.load(c)), f32x4.splat(floor));
    const square = f32x4.div(f32x4.mul(e, e), v);
    sum0 = f64x2.add(sum0, low(square));
    sum1 = f64x2.add(sum1, high(square));
  }
  let sum = total(sum0, sum1);
  for (const end = g + ((n & 3) << 2); g < end; g += 4, c += 4) {
    const e = load<f32>(g) * scale;
    sum += <f64>((e * e) / max(factor * load<f32>(c), floor));
  }
  return sum;
}

/** p = keep p + step u over n, where u = g / sqrt(max(r c / mean, floor)), rounded as torch does it. */
function applyUpdate(
  p: usize,
  g: usize,
  c: usize,
  n: usize,
  r: f32,
  mean: f32,
  floor: f32,
  keep: f32,
  step: f32,
  scale: f32,
): void {
  for (const whole = p + (wholeLanes(n) << 2); p < whole; p += 16, g += 16, c += 16) {
    const v = f32x4.div(f32x4.mul(f32x4.splat(r), v128.load(c)), f32x4.splat(mean));
    const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.pmax(v, f32x4.splat(floor))));
    const u = f32x4.mul(inverse, f32x4.mul(v128.load(g), f32x4.splat(scale)));
    v128.store(p, f32x4.add(f32x4.mul(v128.load(p), f32x4.splat(keep)), f32x4.mul(f32x4.splat(step), u)));
  }
  for (const end = p + ((n & 3) << 2); p < end; p += 4, g += 4, c += 4) {
    const inverse = <f32>1 / sqrt<f32>(max((r * load<f32>(c)) / mean, floor));
    store<f32>(p, load<f32>(p) * keep + step * (inverse * (load<f32>(g) * scale)));
  }
}
