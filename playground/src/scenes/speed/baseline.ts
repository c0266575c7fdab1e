// The plain JavaScript that the repository's benchmarks measure against (bench/baseline): typed arrays, fused loops, float64 scalars, what a good
// programmer would write. Bias corrections come from running products, so that no power is timed.

/** beta1^t and beta2^t. */
export interface Powers {
  b1t: number;
  b2t: number;
}

/** One step of Adam over all parameters. */
export function adam(
  p: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  lr: number,
  b1: number,
  b2: number,
  eps: number,
  s: Powers,
): void {
  s.b1t *= b1;
  s.b2t *= b2;
  const [n, c1, c2, step, q] = [p.length, 1 - b1, 1 - b2, lr / (1 - s.b1t), 1 / Math.sqrt(1 - s.b2t)];
  for (let i = 0; i < n; i++) {
    const x = g[i]!;
    const a = m[i]! * b1 + x * c1;
    const b = v[i]! * b2 + x * x * c2;
    m[i] = a;
    v[i] = b;
    p[i] = p[i]! - (step * a) / (Math.sqrt(b) * q + eps);
  }
}

/** Rows [N, D] and their labels. */
interface Table {
  readonly X: Float32Array;
  readonly y: Float32Array;
}

/** Mean of (prediction - label)^2 / 2 over all rows; w holds the D weights, then the bias. */
function halfSquaredLoss({ X, y }: Table, w: Float32Array): number {
  const [N, D] = [y.length, w.length - 1];
  let sum = 0;
  for (let i = 0; i < N; i++) {
    let e = w[D]! - y[i]!;
    for (let j = 0; j < D; j++) e += w[j]! * X[i * D + j]!;
    sum += e * e;
  }
  return sum / 2 / N;
}

/** State of an epoch: weights, moments, and room for an order of rows and for gradients. */
export interface Training {
  readonly w: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
  readonly grad: Float32Array;
  readonly order: Uint32Array;
  readonly s: Powers;
}

/** One epoch of the chapter: shuffle, a step per batch, the loss over all rows after every `logEvery` rows. Returns those losses. */
export function epoch(
  table: Table,
  batch: number,
  logEvery: number,
  lr: number,
  { w, m, v, grad, order, s }: Training,
  random: () => number = Math.random,
): number[] {
  const { X, y } = table;
  const [N, D] = [y.length, w.length - 1];
  for (let i = N - 1; i > 0; i--) {
    const j = (random() * (i + 1)) | 0;
    const t = order[i]!;
    order[i] = order[j]!;
    order[j] = t;
  }
  const losses: number[] = [];
  for (let start = 0; start < N; start += batch) {
    const end = Math.min(N, start + batch);
    grad.fill(0);
    for (let k = start; k < end; k++) {
      const row = order[k]! * D;
      let e = w[D]! - y[order[k]!]!;
      for (let j = 0; j < D; j++) e += w[j]! * X[row + j]!;
      for (let j = 0; j < D; j++) grad[j] = grad[j]! + e * X[row + j]!;
      grad[D] = grad[D]! + e;
    }
    for (let j = 0; j <= D; j++) grad[j] = grad[j]! / (end - start);
    adam(w, grad, m, v, lr, 0.9, 0.999, 1e-8, s);
    if (end % logEvery === 0) losses.push(halfSquaredLoss(table, w));
  }
  return losses;
}
