import { averageSquare, decayed, Full } from '../simd/update';
import { ROW, Row } from './row';
import { StepScalars } from './step';

/** The per-step scalars of Adadelta, each computed in float64 and rounded once to float32. */
@unmanaged
export class AdadeltaScalars extends StepScalars {
  weightDecay: f32;
  rho: f32;
  rhoRest: f32; // 1 - rho
  eps: f32;
  step: f32; // -lr
}

/**
 * One step of Adadelta over a table of rows: s0 = v, the average of g^2, s1 = a, the average of d^2.
 *
 *     g = scale * g  (+ weightDecay * p)
 *     v = rho v + (1 - rho) g g
 *     d = sqrt(a + eps) / sqrt(v + eps) * g
 *     a = rho a + (1 - rho) d d
 *     p = p - lr * d
 *
 * Rows may not overlap. Rows or elements numbering 0 are fine. The padding of the last lane is computed and ignored.
 * Source: Zeiler, arXiv:1212.5701; order of operations of torch.optim.
 */
export function adadelta_f32(table: usize, rows: usize, scalars: usize, scale: f32): void {
  const c = changetype<AdadeltaScalars>(scalars);
  for (let end = table + rows * ROW; table < end; table += ROW) {
    adadelta(changetype<Row>(table), c, scale);
  }
}

function adadelta(row: Row, c: AdadeltaScalars, scale: f32): void {
  if (row.n === 0) return;
  let p = row.p;
  let g = row.g;
  let v = row.s0;
  let a = row.s1;
  const weightDecay = c.weightDecay;
  const scales = f32x4.splat(scale);
  const rho = f32x4.splat(c.rho);
  const rhoRest = f32x4.splat(c.rhoRest);
  const eps = f32x4.splat(c.eps);
  const step = f32x4.splat(c.step);
  const end = p + (row.n << 2);
  do {
    const pi = v128.load(p);
    const ai = v128.load(a);
    const gi = decayed<Full>(v128.load(g), scales, pi, weightDecay);
    const vi = averageSquare(v128.load(v), gi, rho, rhoRest);
    v128.store(v, vi);
    const ratio = f32x4.div(f32x4.sqrt(f32x4.add(ai, eps)), f32x4.sqrt(f32x4.add(vi, eps)));
    const d = f32x4.mul(ratio, gi);
    v128.store(a, averageSquare(ai, d, rho, rhoRest));
    v128.store(p, f32x4.add(pi, f32x4.mul(step, d)));
    p += 16;
    g += 16;
    v += 16;
    a += 16;
  } while (p < end);
}
