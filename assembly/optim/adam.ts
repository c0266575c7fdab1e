import { ROW, Row } from './row';

/** The per-step scalars of Adam and AdamW, each computed in float64 and rounded once to float32. */
@unmanaged
class AdamScalars {
  keep: f32; // 1 - lr * weightDecay when decay is decoupled, else 1
  weightDecay: f32; // coupled decay, else 0
  w: f32; // 1 - beta1, the weight of the gradient in m
  wRest: f32; // 1 - w, in float32
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
    if (plain && row.s2 === 0) adamPlain(row, c, scale);
    else adamGeneral(row, c, scale);
  }
}

function adamPlain(row: Row, c: AdamScalars, scale: f32): void {
  let p = row.p;
  let g = row.g;
  let m = row.s0;
  let v = row.s1;
  const scales = f32x4.splat(scale);
  const keep = f32x4.splat(c.keep);
  const w = f32x4.splat(c.w);
  const beta2 = f32x4.splat(c.beta2);
  const beta2Rest = f32x4.splat(c.beta2Rest);
  const sqrtBc2 = f32x4.splat(c.sqrtBc2);
  const eps = f32x4.splat(c.eps);
  const step = f32x4.splat(c.step);
  for (let end = p + (row.n << 2); p < end; p += 16) {
    const gi = f32x4.mul(v128.load(g), scales);
    let mi = v128.load(m);
    mi = f32x4.add(mi, f32x4.mul(w, f32x4.sub(gi, mi)));
    const vi = f32x4.add(f32x4.mul(v128.load(v), beta2), f32x4.mul(f32x4.mul(beta2Rest, gi), gi));
    v128.store(m, mi);
    v128.store(v, vi);
    const d = f32x4.add(f32x4.div(f32x4.sqrt(vi), sqrtBc2), eps);
    v128.store(p, f32x4.add(f32x4.mul(v128.load(p), keep), f32x4.div(f32x4.mul(step, mi), d)));
    g += 16;
    m += 16;
    v += 16;
  }
}

function adamGeneral(row: Row, c: AdamScalars, scale: f32): void {
  const p = row.p;
  const g = row.g;
  const m = row.s0;
  const v = row.s1;
  const vMax = row.s2;
  for (let i: usize = 0, end = row.n << 2; i < end; i += 16) {
    let pi = v128.load(p + i);
    let gi = f32x4.mul(v128.load(g + i), f32x4.splat(scale));
    if (c.weightDecay !== 0) gi = f32x4.add(gi, f32x4.mul(f32x4.splat(c.weightDecay), pi));
    pi = f32x4.mul(pi, f32x4.splat(c.keep));
    const before = v128.load(m + i);
    const difference = f32x4.sub(gi, before);
    const mi =
      c.w < 0.5
        ? f32x4.add(before, f32x4.mul(f32x4.splat(c.w), difference))
        : f32x4.sub(gi, f32x4.mul(difference, f32x4.splat(c.wRest)));
    const vi = f32x4.add(
      f32x4.mul(v128.load(v + i), f32x4.splat(c.beta2)),
      f32x4.mul(f32x4.mul(f32x4.splat(c.beta2Rest), gi), gi),
    );
    v128.store(m + i, mi);
    v128.store(v + i, vi);
    let second = vi;
    if (vMax !== 0) {
      second = f32x4.max(v128.load(vMax + i), vi);
      v128.store(vMax + i, second);
    }
    const d = f32x4.add(f32x4.div(f32x4.sqrt(second), f32x4.splat(c.sqrtBc2)), f32x4.splat(c.eps));
    v128.store(p + i, f32x4.add(pi, f32x4.div(f32x4.mul(f32x4.splat(c.step), mi), d)));
  }
}
