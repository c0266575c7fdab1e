// Functions of float32 points, in float64, with their gradients.
import { golden } from './golden.js';

/** Results of torch.optim.LBFGS on them: golden/lbfgs.json. */
export const oracle = golden<{
  readonly a64: string;
  readonly aShape: readonly [number, number];
  readonly y64: string;
  readonly cases: readonly {
    readonly problem: 'rosenbrock' | 'logistic';
    readonly x0: readonly number[];
    readonly options: Readonly<Record<string, never>>;
    readonly losses: readonly number[];
    readonly evaluations: number;
  }[];
}>('lbfgs.json');

/** (1 - x)^2 + 100 (y - x^2)^2 */
export function rosenbrock(point: Float32Array, grad: Float32Array): number {
  const [x, y] = point as unknown as readonly [number, number];
  const u = 1 - x;
  const v = y - x * x;
  grad[0] = -2 * u - 400 * x * v;
  grad[1] = 200 * v;
  return u * u + 100 * v * v;
}

/** sum (i + 1) x_i^2 / 2 */
export function quadratic(x: Float32Array, grad: Float32Array): number {
  let loss = 0;
  for (let i = 0; i < x.length; i++) {
    grad[i] = (i + 1) * x[i]!;
    loss += 0.5 * (i + 1) * x[i]! * x[i]!;
  }
  return loss;
}

const [N, D] = oracle.aShape;
const a = doubles(oracle.a64);
const y = doubles(oracle.y64);

/** The mean binary cross-entropy of the logits a w, plus 0.01 |w|^2. */
export function logistic(w: Float32Array, grad: Float32Array): number {
  const g = new Float64Array(D);
  let loss = 0;
  for (let n = 0; n < N; n++) {
    const row = a.subarray(n * D, (n + 1) * D);
    const z = row.reduce((sum, value, d) => sum + value * w[d]!, 0);
    loss += (Math.max(z, 0) - z * y[n]! + Math.log1p(Math.exp(-Math.abs(z)))) / N;
    const residual = 1 / (1 + Math.exp(-z)) - y[n]!;
    row.forEach((value, d) => {
      g[d]! += (residual * value) / N;
    });
  }
  w.forEach((value, d) => {
    grad[d] = g[d]! + 0.02 * value;
    loss += 0.01 * value * value;
  });
  return loss;
}

function doubles(base64: string): Float64Array {
  return new Float64Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}
