import { averageSquare, decayed, Full, isFull, lerp, Fast } from '../simd/update';
import { ROW, Row } from './row';
import { StepScalars } from './step';

/** The per-step scalars of Adam and AdamW, each computed in float64 and rounded once to float32. */
@unmanaged
export class AdamScalars extends StepScalars {
  keep: f32; // 1 - lr * weightDecay when decay is decoupled, else 1
  weightDecay: f32; // coupled decay, else 0
  w: f32; // 1 - beta1, the weight of the gradient in m
  beta2: f32;
  beta2Rest: f32; // 1 - beta2
  sqrtBc2: f32; // sqrt(1 - beta2^t)
  eps: f32;
  step: f32; // -lr / (1 - beta1^t)
}

/**
 * One step of Adam or AdamW over a table of rows: s0 = m, s1 = v, s2 = the maximum of v (amsgrad) or 0.
 *
 *     g = scale * g  (+ weightDecay * p);  p = p * keep
 *     m = m + w (g - m);  v = beta2 v + (1 - beta2) g g
 *     p = p - lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + eps)
 *
 * Rows may not overlap. Rows or elements numbering 0 are fine. The padding of the last lane is computed and ignored.
 * Source: Kingma and Ba, arXiv:1412.6980; Loshchilov and Hutter, arXiv:1711.05101; order of operations of torch.optim.
 */
export function adam_f32(table: usize, rows: usize, scalars: usize, scale: f32): void {
  const c = changetype<AdamScalars>(scalars);
  const plain = c.weightDecay === 0 && c.w < 0.5;
  for (let end = table + rows * ROW; table < end; table += ROW) {
    const row = changetype<Row>(table);
    if (plain && row.s2 === 0) adam<Fast>(row, c, scale);
    else adam<Full>(row, c, scale);
  }
}


@inline function adam<Options>(row: Row, c: AdamScalars, scale: f32): void {
  let p = row.p;
  let g = row.g;
  let m = row.s0;
  let v = row.s1;
  let largest = row.s2;
  const w = c.w;
  const weightDecay = c.weightDecay;
  const scales = f32x4.splat(scale);
  const keep = f32x4.splat(c.keep);
  const beta2 = f32x4.splat(c.beta2);
  const beta2Rest = f32x4.splat(c.beta2Rest);
  const sqrtBc2 = f32x4.splat(c.sqrtBc2);
  const eps = f32x4.splat(c.eps);
  const step = f32x4.splat(c.step);
  const end = p + (row.n << 2);
  // Two vectors at a time, so that one's square root and divisions need not wait for the loop.
  for (; p + 16 < end; p += 32) {
    adamVector<Options>(p, g, m, v, largest, w, weightDecay, scales, keep, beta2, beta2Rest, sqrtBc2, eps, step);
    if (isFull<Options>() && largest !== 0) largest += 16;
    adamVector<Options>(
      p + 16,
      g + 16,
      m + 16,
      v + 16,
      largest,
      w,
      weightDecay,
      scales,
      keep,
      beta2,
      beta2Rest,
      sqrtBc2,
      eps,
      step,
    );
    g += 32;
    m += 32;
    v += 32;
    if (isFull<Options>() && largest !== 0) largest += 16;
  }
  if (p < end)
    adamVector<Options>(p, g, m, v, largest, w, weightDecay, scales, keep, beta2, beta2Rest, sqrtBc2, eps, step);
}


@inline function adamVector<Options>(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  largest: usize,
  w: f32,
  weightDecay: f32,
  scales: v128,
  keep: v128,
  beta2: v128,
  beta2Rest: v128,
  sqrtBc2: v128,
  eps: v128,
  step: v128,
): void {
  const before = v128.load(p);
  const gi = decayed<Options>(v128.load(g), scales, before, weightDecay);
  const mi = lerp<Options>(v128.load(m), gi, w);
  let vi = averageSquare(v128.load(v), gi, beta2, beta2Rest);
  v128.store(m, mi);
  v128.store(v, vi);
  if (isFull<Options>() && largest !== 0) {
    vi = f32x4.max(v128.load(largest), vi);
    v128.store(largest, vi);
  }
  const d = f32x4.add(f32x4.div(f32x4.sqrt(vi), sqrtBc2), eps);
  v128.store(p, f32x4.add(f32x4.mul(before, keep), f32x4.div(f32x4.mul(step, mi), d)));
}
