import { decayed, Full, isFull, Fast } from '../simd/update';
import { ROW, Row } from './row';
import { StepScalars } from './step';

/** The per-step scalars of SGD, each computed in float64 and rounded once to float32. */
@unmanaged
export class SGDScalars extends StepScalars {
  step: f32; // -lr
  weightDecay: f32;
  momentum: f32; // 0 at the step that gives b its first value
  gain: f32; // 1 - dampening; 1 at that step
  lookahead: f32; // momentum with nesterov, else 0
}

/**
 * One step of SGD over a table of rows: s0 = b, the momentum buffer, or 0 without momentum.
 *
 *     g = scale * g  (+ weightDecay * p)
 *     b = momentum b + (1 - dampening) g, at first b = g;  g = b, or with nesterov g + momentum b
 *     p = p - lr g
 *
 * b comes filled with -0 to its first step, so that -0 * 0 + 1 * g is g bit for bit, also where g = -0.
 * Rows may not overlap. Rows or elements numbering 0 are fine. The padding of the last lane is computed and ignored.
 * Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013; order of operations of
 * torch.optim.
 */
export function sgd_f32(table: usize, rows: usize, scalars: usize, scale: f32): void {
  const c = changetype<SGDScalars>(scalars);
  const plain = c.weightDecay === 0 && c.lookahead === 0;
  for (let end = table + rows * ROW; table < end; table += ROW) {
    const row = changetype<Row>(table);
    if (row.s0 === 0) {
      if (plain) sgd<Fast>(row, c, scale);
      else sgd<Full>(row, c, scale);
    } else if (plain) sgdMomentum<Fast>(row, c, scale);
    else sgdMomentum<Full>(row, c, scale);
  }
}

function sgd<Options>(row: Row, c: SGDScalars, scale: f32): void {
  let p = row.p;
  let g = row.g;
  const weightDecay = c.weightDecay;
  const scales = f32x4.splat(scale);
  const step = f32x4.splat(c.step);
  const end = p + (row.n << 2);
  if (!isFull<Options>()) {
    // There is so little to compute that pointers and branches would take a sixth of the time.
    for (const whole = end - 48; p < whole; p += 64, g += 64) {
      const g0 = f32x4.mul(v128.load(g), scales);
      v128.store(p, f32x4.add(v128.load(p), f32x4.mul(step, g0)));
      const g1 = f32x4.mul(v128.load(g, 16), scales);
      v128.store(p, f32x4.add(v128.load(p, 16), f32x4.mul(step, g1)), 16);
      const g2 = f32x4.mul(v128.load(g, 32), scales);
      v128.store(p, f32x4.add(v128.load(p, 32), f32x4.mul(step, g2)), 32);
      const g3 = f32x4.mul(v128.load(g, 48), scales);
      v128.store(p, f32x4.add(v128.load(p, 48), f32x4.mul(step, g3)), 48);
    }
  }
  for (; p < end; p += 16, g += 16) {
    const pi = v128.load(p);
    const gi = decayed<Options>(v128.load(g), scales, pi, weightDecay);
    v128.store(p, f32x4.add(pi, f32x4.mul(step, gi)));
  }
}

function sgdMomentum<Options>(row: Row, c: SGDScalars, scale: f32): void {
  if (row.n === 0) return;
  let p = row.p;
  let g = row.g;
  let b = row.s0;
  const weightDecay = c.weightDecay;
  const nesterov = c.lookahead !== 0;
  const scales = f32x4.splat(scale);
  const momentum = f32x4.splat(c.momentum);
  const gain = f32x4.splat(c.gain);
  const lookahead = f32x4.splat(c.lookahead);
  const step = f32x4.splat(c.step);
  const end = p + (row.n << 2);
  do {
    const pi = v128.load(p);
    const gi = decayed<Options>(v128.load(g), scales, pi, weightDecay);
    const bi = f32x4.add(f32x4.mul(v128.load(b), momentum), f32x4.mul(gain, gi));
    v128.store(b, bi);
    let direction = bi;
    if (isFull<Options>() && nesterov) direction = f32x4.add(gi, f32x4.mul(lookahead, bi));
    v128.store(p, f32x4.add(pi, f32x4.mul(step, direction)));
    p += 16;
    g += 16;
    b += 16;
  } while (p < end);
}
