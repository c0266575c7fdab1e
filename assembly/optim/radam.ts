import { averageSquare, decayed, Full, lerp } from '../simd/update';
import { ROW, Row } from './row';
import { StepScalars } from './step';

/** The per-step scalars of RAdam, each computed in float64 and rounded once to float32. */
@unmanaged
export class RAdamScalars extends StepScalars {
  keep: f32; // 1 - lr * weightDecay when decay is decoupled, else 1
  weightDecay: f32; // coupled decay, else 0
  w: f32; // 1 - beta1, the weight of the gradient in m
  beta2: f32;
  beta2Rest: f32; // 1 - beta2
  bc1: f32; // 1 - beta1^t
  lr: f32;
  eps: f32;
  sqrtBc2: f32; // sqrt(1 - beta2^t)
  rect: f32; // the rectification, or 0 while the variance of v is too large to use (rho_t <= 5)
}

/**
 * One step of RAdam over a table of rows: s0 = m, s1 = v.
 *
 *     g = scale * g  (+ weightDecay * p);  p = p * keep
 *     m = m + (1 - beta1) (g - m);  v = beta2 v + (1 - beta2) g g
 *     h = m / (1 - beta1^t)
 *     p = p - lr h, or once rho_t > 5: p = p - lr h * sqrt(1 - beta2^t) / (sqrt(v) + eps) * rect
 *
 * Rows may not overlap. Rows or elements numbering 0 are fine. The padding of the last lane is computed and ignored.
 * Source: Liu et al., arXiv:1908.03265; the bound of 5 (theirs is 4), eps and order of operations of torch.optim.
 */
export function radam_f32(table: usize, rows: usize, scalars: usize, scale: f32): void {
  const c = changetype<RAdamScalars>(scalars);
  for (let end = table + rows * ROW; table < end; table += ROW) {
    radam(changetype<Row>(table), c, scale);
  }
}

function radam(row: Row, c: RAdamScalars, scale: f32): void {
  if (row.n === 0) return;
  let p = row.p;
  let g = row.g;
  let m = row.s0;
  let v = row.s1;
  const weightDecay = c.weightDecay;
  const scales = f32x4.splat(scale);
  const w = c.w;
  const beta2 = f32x4.splat(c.beta2);
  const beta2Rest = f32x4.splat(c.beta2Rest);
  const rectified = c.rect !== 0;
  const keep = f32x4.splat(c.keep);
  const bc1 = f32x4.splat(c.bc1);
  const lr = f32x4.splat(c.lr);
  const eps = f32x4.splat(c.eps);
  const sqrtBc2 = f32x4.splat(c.sqrtBc2);
  const rect = f32x4.splat(c.rect);
  const end = p + (row.n << 2);
  do {
    const pi = v128.load(p);
    const gi = decayed<Full>(v128.load(g), scales, pi, weightDecay);
    const mi = lerp<Full>(v128.load(m), gi, w);
    const vi = averageSquare(v128.load(v), gi, beta2, beta2Rest);
    v128.store(m, mi);
    v128.store(v, vi);
    let update = f32x4.mul(f32x4.div(mi, bc1), lr);
    if (rectified) {
      const l = f32x4.mul(f32x4.div(f32x4.splat(1), f32x4.add(f32x4.sqrt(vi), eps)), sqrtBc2);
      update = f32x4.mul(f32x4.mul(update, l), rect);
    }
    v128.store(p, f32x4.sub(f32x4.mul(pi, keep), update));
    p += 16;
    g += 16;
    m += 16;
    v += 16;
  } while (p < end);
}
