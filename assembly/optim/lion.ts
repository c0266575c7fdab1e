import { sign } from '../simd/update';
import { ROW, Row } from './row';
import { StepScalars } from './step';

/** The per-step scalars of Lion, each computed in float64 and rounded once to float32. */
@unmanaged
export class LionScalars extends StepScalars {
  keep: f32; // 1 - lr * weightDecay
  beta1: f32;
  beta1Rest: f32; // 1 - beta1
  beta2: f32;
  beta2Rest: f32; // 1 - beta2
  step: f32; // -lr
}

/**
 * One step of Lion over a table of rows: s0 = m.
 *
 *     g = scale * g;  p = p * (1 - lr weightDecay)
 *     p = p - lr sign(beta1 m + (1 - beta1) g)
 *     m = beta2 m + (1 - beta2) g
 *
 * Rows may not overlap. Rows or elements numbering 0 are fine. The padding of the last lane is computed and ignored.
 * Source: Chen et al., arXiv:2302.06675, algorithm 2.
 */
export function lion_f32(table: usize, rows: usize, scalars: usize, scale: f32): void {
  const c = changetype<LionScalars>(scalars);
  for (let end = table + rows * ROW; table < end; table += ROW) lion(changetype<Row>(table), c, scale);
}

function lion(row: Row, c: LionScalars, scale: f32): void {
  if (row.n === 0) return;
  let p = row.p;
  let g = row.g;
  let m = row.s0;
  const scales = f32x4.splat(scale);
  const keep = f32x4.splat(c.keep);
  const beta1 = f32x4.splat(c.beta1);
  const beta1Rest = f32x4.splat(c.beta1Rest);
  const beta2 = f32x4.splat(c.beta2);
  const beta2Rest = f32x4.splat(c.beta2Rest);
  const step = f32x4.splat(c.step);
  const end = p + (row.n << 2);
  do {
    const gi = f32x4.mul(v128.load(g), scales);
    const mi = v128.load(m);
    const direction = sign(f32x4.add(f32x4.mul(mi, beta1), f32x4.mul(gi, beta1Rest)));
    v128.store(m, f32x4.add(f32x4.mul(mi, beta2), f32x4.mul(gi, beta2Rest)));
    v128.store(p, f32x4.add(f32x4.mul(v128.load(p), keep), f32x4.mul(step, direction)));
    p += 16;
    g += 16;
    m += 16;
  } while (p < end);
}
