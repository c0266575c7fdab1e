// Rosenbrock's function, a curved valley whose floor is nearly flat, by several optimizers.
import { Adadelta, Adam, LBFGS, type MinimizeOptions, minimize, RMSprop, Rprop, SGD } from 'adamas';

/** (1 - x)^2 + 100 (y - x^2)^2, lowest at (1, 1) */
function rosenbrock([x, y]: Float32Array, grad: Float32Array): number {
  const u = 1 - x!;
  const v = y! - x! * x!;
  grad[0] = -2 * u - 400 * x! * v;
  grad[1] = 200 * v;
  return u * u + 100 * v * v;
}

const runs: readonly (readonly [string, MinimizeOptions])[] = [
  ['LBFGS, strong Wolfe', {}],
  ['LBFGS, fixed steps', { optimizer: (params) => new LBFGS(params, { maxIter: 1, lr: 0.1 }) }],
  ['Rprop', { optimizer: Rprop }],
  ['Adam', { optimizer: Adam, lr: 0.05 }],
  ['RMSprop', { optimizer: RMSprop, lr: 0.001 }],
  ['SGD', { optimizer: SGD, lr: 0.001 }],
  ['SGD, momentum 0.9', { optimizer: (params) => new SGD(params, { lr: 0.001, momentum: 0.9 }) }],
  ['Adadelta', { optimizer: Adadelta }],
  ['SGD, lr too large', { optimizer: SGD, lr: 0.01 }],
];

console.log('optimizer            status      steps  evaluations     loss  x');
for (const [name, options] of runs) {
  const { status, steps, evaluations, loss, x } = minimize(rosenbrock, [-1.2, 1], { maxSteps: 10_000, ...options });
  const point = Array.from(x, (value) => value.toFixed(5)).join(', ');
  console.log(
    name.padEnd(20),
    status.padEnd(10),
    String(steps).padStart(6),
    String(evaluations).padStart(12),
    loss.toExponential(1).padStart(8),
    ` (${point})`,
  );
}
