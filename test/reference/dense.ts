// A dense layer and its gradients in float64, written like the equations. Each sum also gives the sum of the magnitudes that it adds, by
// which its rounding error is bounded.

/** Sums, and the sums of their terms' magnitudes. */
export interface Sums {
  readonly values: Float64Array;
  readonly magnitudes: Float64Array;
}

type Term = readonly [number, number];

/** out[R, C], each the sum of what `terms` gives for it. */
function sums(R: number, C: number, terms: (r: number, c: number) => Iterable<Term>): Sums {
  const values = new Float64Array(R * C);
  const magnitudes = new Float64Array(R * C);
  for (let r = 0; r < R; r++) {
    for (let c = 0; c < C; c++) {
      for (const [a, b] of terms(r, c)) {
        values[r * C + c]! += a * b;
        magnitudes[r * C + c]! += Math.abs(a * b);
      }
    }
  }
  return { values, magnitudes };
}

/** y[B, U] = x[B, D] w[U, D]^T + b[U] */
export function dense(
  x: Float32Array,
  w: Float32Array,
  b: Float32Array | undefined,
  B: number,
  D: number,
  U: number,
): Sums {
  return sums(B, U, function* (r, u) {
    if (b) yield [b[u]!, 1];
    for (let j = 0; j < D; j++) yield [x[r * D + j]!, w[u * D + j]!];
  });
}

/** dw[U, D] = before + dy[B, U]^T x[B, D] */
export function denseWeightGradient(
  before: Float32Array,
  dy: Float32Array,
  x: Float32Array,
  B: number,
  D: number,
  U: number,
): Sums {
  return sums(U, D, function* (u, j) {
    yield [before[u * D + j]!, 1];
    for (let r = 0; r < B; r++) yield [dy[r * U + u]!, x[r * D + j]!];
  });
}

/** db[U] = before + the column sums of dy[B, U] */
export function denseBiasGradient(before: Float32Array, dy: Float32Array, B: number, U: number): Sums {
  return sums(1, U, function* (_, u) {
    yield [before[u]!, 1];
    for (let r = 0; r < B; r++) yield [dy[r * U + u]!, 1];
  });
}

/** dx[B, D] = dy[B, U] w[U, D] */
export function denseInputGradient(dy: Float32Array, w: Float32Array, B: number, D: number, U: number): Sums {
  return sums(B, D, function* (r, j) {
    for (let u = 0; u < U; u++) yield [dy[r * U + u]!, w[u * D + j]!];
  });
}
