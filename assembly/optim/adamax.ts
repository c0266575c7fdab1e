import { decayed, Full, lerp } from '../simd/update';
import { ROW, Row } from './row';
import { StepScalars } from './step';

/** The per-step scalars of Adamax, each computed in float64 and rounded once to float32. */
@unmanaged
export class AdamaxScalars extends StepScalars {
  weightDecay: f32;
  w: f32; // 1 - beta1, the weight of the gradient in m
  beta2: f32;
  eps: f32;
  step: f32; // -lr / (1 - beta1^t)
}

/**
 * One step of Adamax over a table of rows: s0 = m, s1 = u, the decaying maximum of |g|.
 *
 *     g = scale * g  (+ weightDecay * p)
 *     m = m + (1 - beta1) (g - m);  u = max(beta2 u, |g| + eps)
 *     p = p - lr / (1 - beta1^t) * m / u
 *
 * Rows may not overlap. Rows or elements numbering 0 are fine. The padding of the last lane is computed and ignored.
 * Source: Kingma and Ba, arXiv:1412.6980, section 7.1; eps and order of operations of torch.optim.
 */
export function adamax_f32(table: usize, rows: usize, scalars: usize, scale: f32): void {
  const c = changetype<AdamaxScalars>(scalars);
  for (let end = table + rows * ROW; table < end; table += ROW) {
    adamax(changetype<Row>(table), c, scale);
  }
}

function adamax(row: Row, c: AdamaxScalars, scale: f32): void {
  if (row.n === 0) return;
  let p = row.p;
  let g = row.g;
  let m = row.s0;
  let u = row.s1;
  const weightDecay = c.weightDecay;
  const scales = f32x4.splat(scale);
  const w = c.w;
  const beta2 = f32x4.splat(c.beta2);
  const eps = f32x4.splat(c.eps);
  const step = f32x4.splat(c.step);
  const end = p + (row.n << 2);
  do {
    const pi = v128.load(p);
    const gi = decayed<Full>(v128.load(g), scales, pi, weightDecay);
    const mi = lerp<Full>(v128.load(m), gi, w);
    const ui = f32x4.max(f32x4.mul(v128.load(u), beta2), f32x4.add(f32x4.abs(gi), eps));
    v128.store(m, mi);
    v128.store(u, ui);
    v128.store(p, f32x4.add(pi, f32x4.div(f32x4.mul(step, mi), ui)));
    p += 16;
    g += 16;
    m += 16;
    u += 16;
  } while (p < end);
}
