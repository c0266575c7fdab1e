import { averageSquare, decayed, Full, isFull, lerp, Fast } from '../simd/update';
import { ROW, Row } from './row';
import { StepScalars } from './step';

/** The per-step scalars of RMSprop, each computed in float64 and rounded once to float32. */
@unmanaged
export class RMSpropScalars extends StepScalars {
  weightDecay: f32;
  alpha: f32;
  alphaRest: f32; // 1 - alpha
  eps: f32;
  momentum: f32;
  step: f32; // -lr
}

/**
 * One step of RMSprop over a table of rows: s0 = v, s1 = b (momentum) or 0, s2 = a, the average of g (centered), or 0.
 *
 *     g = scale * g  (+ weightDecay * p)
 *     v = alpha v + (1 - alpha) g g;  d = sqrt(v) + eps
 *     centered: a = a + (1 - alpha) (g - a);  d = sqrt(v - a a) + eps
 *     p = p - lr * g / d, or with momentum b = momentum b + g / d;  p = p - lr * b
 *
 * Rows may not overlap. Rows or elements numbering 0 are fine. The padding of the last lane is computed and ignored.
 * Source: Tieleman and Hinton, "Neural Networks for Machine Learning", lecture 6.5, 2012; centered: Graves, arXiv:1308.0850;
 * order of operations of torch.optim.
 */
export function rmsprop_f32(table: usize, rows: usize, scalars: usize, scale: f32): void {
  const c = changetype<RMSpropScalars>(scalars);
  for (let end = table + rows * ROW; table < end; table += ROW) {
    const row = changetype<Row>(table);
    if (c.weightDecay === 0 && (row.s1 | row.s2) === 0) rmsprop<Fast>(row, c, scale);
    else rmsprop<Full>(row, c, scale);
  }
}

function rmsprop<Options>(row: Row, c: RMSpropScalars, scale: f32): void {
  if (row.n === 0) return;
  let p = row.p;
  let g = row.g;
  let v = row.s0;
  let b = row.s1;
  let a = row.s2;
  const weightDecay = c.weightDecay;
  const scales = f32x4.splat(scale);
  const w = c.alphaRest;
  const alpha = f32x4.splat(c.alpha);
  const alphaRest = f32x4.splat(c.alphaRest);
  const eps = f32x4.splat(c.eps);
  const momentum = f32x4.splat(c.momentum);
  const step = f32x4.splat(c.step);
  const end = p + (row.n << 2);
  do {
    const pi = v128.load(p);
    const gi = decayed<Options>(v128.load(g), scales, pi, weightDecay);
    const vi = averageSquare(v128.load(v), gi, alpha, alphaRest);
    v128.store(v, vi);
    let variance = vi;
    if (isFull<Options>() && a !== 0) {
      const ai = lerp<Options>(v128.load(a), gi, w);
      v128.store(a, ai);
      variance = f32x4.sub(vi, f32x4.mul(ai, ai));
      a += 16;
    }
    const d = f32x4.add(f32x4.sqrt(variance), eps);
    if (isFull<Options>() && b !== 0) {
      const bi = f32x4.add(f32x4.mul(v128.load(b), momentum), f32x4.div(gi, d));
      v128.store(b, bi);
      v128.store(p, f32x4.add(pi, f32x4.mul(step, bi)));
      b += 16;
    } else {
      v128.store(p, f32x4.add(pi, f32x4.div(f32x4.mul(step, gi), d)));
    }
    p += 16;
    g += 16;
    v += 16;
  } while (p < end);
}
