import { averageSquare, decayed, Full, lerp } from '../simd/update';
import { ROW, Row } from './row';
import { StepScalars } from './step';

/** The per-step scalars of NAdam, each computed in float64 and rounded once to float32. */
@unmanaged
export class NAdamScalars extends StepScalars {
  keep: f32; // 1 - lr * weightDecay when decay is decoupled, else 1
  weightDecay: f32; // coupled decay, else 0
  w: f32; // 1 - beta1, the weight of the gradient in m
  beta2: f32;
  beta2Rest: f32; // 1 - beta2
  bc2: f32; // 1 - beta2^t
  eps: f32;
  gStep: f32; // -lr * (1 - mu) / (1 - prod)
  mStep: f32; // -lr * muNext / (1 - prod * muNext)
}

/**
 * One step of NAdam over a table of rows: s0 = m, s1 = v. mu is the momentum of step t, prod the product of all so far.
 *
 *     g = scale * g  (+ weightDecay * p);  p = p * keep
 *     m = m + (1 - beta1) (g - m);  v = beta2 v + (1 - beta2) g g
 *     d = sqrt(v / (1 - beta2^t)) + eps
 *     p = p - lr (1 - mu) / (1 - prod) * g / d - lr muNext / (1 - prod muNext) * m / d
 *
 * Rows may not overlap. Rows or elements numbering 0 are fine. The padding of the last lane is computed and ignored.
 * Source: Dozat, "Incorporating Nesterov Momentum into Adam", ICLR workshop 2016; order of operations of torch.optim.
 */
export function nadam_f32(table: usize, rows: usize, scalars: usize, scale: f32): void {
  const c = changetype<NAdamScalars>(scalars);
  for (let end = table + rows * ROW; table < end; table += ROW) {
    nadam(changetype<Row>(table), c, scale);
  }
}

function nadam(row: Row, c: NAdamScalars, scale: f32): void {
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
  const keep = f32x4.splat(c.keep);
  const bc2 = f32x4.splat(c.bc2);
  const eps = f32x4.splat(c.eps);
  const gStep = f32x4.splat(c.gStep);
  const mStep = f32x4.splat(c.mStep);
  const end = p + (row.n << 2);
  do {
    const before = v128.load(p);
    const gi = decayed<Full>(v128.load(g), scales, before, weightDecay);
    const mi = lerp<Full>(v128.load(m), gi, w);
    const vi = averageSquare(v128.load(v), gi, beta2, beta2Rest);
    v128.store(m, mi);
    v128.store(v, vi);
    const d = f32x4.add(f32x4.sqrt(f32x4.div(vi, bc2)), eps);
    const pi = f32x4.add(f32x4.mul(before, keep), f32x4.div(f32x4.mul(gStep, gi), d));
    v128.store(p, f32x4.add(pi, f32x4.div(f32x4.mul(mStep, mi), d)));
    p += 16;
    g += 16;
    m += 16;
    v += 16;
  } while (p < end);
}
