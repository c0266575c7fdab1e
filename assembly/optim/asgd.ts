import { decayed, Full } from '../simd/update';
import { ROW, Row } from './row';
import { StepScalars } from './step';

/** The per-step scalars of ASGD, each computed in float64 and rounded once to float32. */
@unmanaged
export class ASGDScalars extends StepScalars {
  keep: f32; // 1 - lambd * eta
  weightDecay: f32;
  step: f32; // -eta
  mu: f32; // the weight of p in its average; 1 until the averaging starts
}

/**
 * One step of averaged SGD over a table of rows: s0 = ax, the average of p.
 *
 *     g = scale * g  (+ weightDecay * p)
 *     p = p * (1 - lambd eta) - eta g
 *     ax = ax + mu (p - ax), or p while mu = 1
 *
 * Rows may not overlap. Rows or elements numbering 0 are fine. The padding of the last lane is computed and ignored.
 * Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J. Control Optim. 30 (1992), 838-855;
 * order of operations of torch.optim.
 */
export function asgd_f32(table: usize, rows: usize, scalars: usize, scale: f32): void {
  const c = changetype<ASGDScalars>(scalars);
  for (let end = table + rows * ROW; table < end; table += ROW) {
    asgd(changetype<Row>(table), c, scale);
  }
}

function asgd(row: Row, c: ASGDScalars, scale: f32): void {
  if (row.n === 0) return;
  let p = row.p;
  let g = row.g;
  let ax = row.s0;
  const weightDecay = c.weightDecay;
  const scales = f32x4.splat(scale);
  const averages = c.mu !== 1;
  const keep = f32x4.splat(c.keep);
  const step = f32x4.splat(c.step);
  const mu = f32x4.splat(c.mu);
  const end = p + (row.n << 2);
  do {
    const before = v128.load(p);
    const gi = decayed<Full>(v128.load(g), scales, before, weightDecay);
    const pi = f32x4.add(f32x4.mul(before, keep), f32x4.mul(step, gi));
    v128.store(p, pi);
    let average = pi;
    if (averages) {
      average = v128.load(ax);
      average = f32x4.add(average, f32x4.mul(f32x4.sub(pi, average), mu));
    }
    v128.store(ax, average);
    p += 16;
    g += 16;
    ax += 16;
  } while (p < end);
}
