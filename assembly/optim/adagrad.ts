import { decayed, Full } from '../simd/update';
import { ROW, Row } from './row';
import { StepScalars } from './step';

/** The per-step scalars of Adagrad, each computed in float64 and rounded once to float32. */
@unmanaged
export class AdagradScalars extends StepScalars {
  weightDecay: f32;
  eps: f32;
  step: f32; // -lr / (1 + (t - 1) * lrDecay)
}

/**
 * One step of Adagrad over a table of rows: s0 = s, the sum of squares.
 *
 *     g = scale * g  (+ weightDecay * p)
 *     s = s + g g
 *     p = p - lr / (1 + (t - 1) lrDecay) * g / (sqrt(s) + eps)
 *
 * Rows may not overlap. Rows or elements numbering 0 are fine. The padding of the last lane is computed and ignored.
 * Source: Duchi, Hazan and Singer, JMLR 12 (2011), 2121-2159; order of operations of torch.optim.
 */
export function adagrad_f32(table: usize, rows: usize, scalars: usize, scale: f32): void {
  const c = changetype<AdagradScalars>(scalars);
  for (let end = table + rows * ROW; table < end; table += ROW) {
    adagrad(changetype<Row>(table), c, scale);
  }
}

function adagrad(row: Row, c: AdagradScalars, scale: f32): void {
  if (row.n === 0) return;
  let p = row.p;
  let g = row.g;
  let s = row.s0;
  const weightDecay = c.weightDecay;
  const scales = f32x4.splat(scale);
  const eps = f32x4.splat(c.eps);
  const step = f32x4.splat(c.step);
  const end = p + (row.n << 2);
  do {
    const pi = v128.load(p);
    const gi = decayed<Full>(v128.load(g), scales, pi, weightDecay);
    const si = f32x4.add(v128.load(s), f32x4.mul(gi, gi));
    v128.store(s, si);
    const d = f32x4.add(f32x4.sqrt(si), eps);
    v128.store(p, f32x4.add(pi, f32x4.div(f32x4.mul(step, gi), d)));
    p += 16;
    g += 16;
    s += 16;
  } while (p < end);
}
