import { sign } from '../simd/update';
import { ROW, Row } from './row';
import { StepScalars } from './step';

/** The per-step scalars of Rprop, each computed in float64 and rounded once to float32. */
@unmanaged
export class RpropScalars extends StepScalars {
  etaMinus: f32;
  etaPlus: f32;
  minStep: f32;
  maxStep: f32;
}

/**
 * One step of Rprop over a table of rows: s0 = the previous gradient, s1 = z, the step sizes.
 *
 *     g = scale * g;  s = sign(g * previous)
 *     z = clamp(z * (s > 0: etaPlus, s < 0: etaMinus, else 1), minStep, maxStep);  where s < 0: g = 0
 *     p = p - sign(g) z;  previous = g
 *
 * Rows may not overlap. Rows or elements numbering 0 are fine. The padding of the last lane is computed and ignored.
 * Source: Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning", ICNN 1993 (without its
 * backtracking); order of operations of torch.optim.
 */
export function rprop_f32(table: usize, rows: usize, scalars: usize, scale: f32): void {
  const c = changetype<RpropScalars>(scalars);
  for (let end = table + rows * ROW; table < end; table += ROW) rprop(changetype<Row>(table), c, scale);
}

function rprop(row: Row, c: RpropScalars, scale: f32): void {
  if (row.n === 0) return;
  let p = row.p;
  let g = row.g;
  let previous = row.s0;
  let z = row.s1;
  const scales = f32x4.splat(scale);
  const etaMinus = f32x4.splat(c.etaMinus);
  const etaPlus = f32x4.splat(c.etaPlus);
  const minStep = f32x4.splat(c.minStep);
  const maxStep = f32x4.splat(c.maxStep);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const end = p + (row.n << 2);
  do {
    let gi = f32x4.mul(v128.load(g), scales);
    const product = f32x4.mul(gi, v128.load(previous));
    const turned = f32x4.lt(product, zero);
    const eta = v128.bitselect(etaMinus, v128.bitselect(etaPlus, one, f32x4.gt(product, zero)), turned);
    const zi = f32x4.pmin(f32x4.pmax(f32x4.mul(v128.load(z), eta), minStep), maxStep);
    gi = v128.andnot(gi, turned);
    v128.store(previous, gi);
    v128.store(z, zi);
    v128.store(p, f32x4.sub(v128.load(p), f32x4.mul(sign(gi), zi)));
    p += 16;
    g += 16;
    previous += 16;
    z += 16;
  } while (p < end);
}
