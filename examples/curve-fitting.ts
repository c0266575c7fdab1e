// Fits a damped oscillation to noisy measurements: least squares by LBFGS, with the gradient written by hand.
import { minimize } from 'adamas';
import { type Point, scatter } from 'adamas/plot';
import { saveSvg, terminalPlot } from './pictures.js';

/** y(t) = amplitude exp(-decay t) cos(frequency t + phase) + offset */
const truth = { amplitude: 2, decay: 0.35, frequency: 3, phase: 0.5, offset: 0.4 };
const names = Object.keys(truth);

const times = Array.from({ length: 201 }, (_, i) => i / 25);
const noise = normals(2014);
const measured = times.map((t) => model(Object.values(truth), t).y + 0.1 * noise());

/** The curve at t, and what it depends on. */
function model(p: ArrayLike<number>, t: number) {
  const [amplitude, decay, frequency, phase, offset] = Array.from(p) as [number, number, number, number, number];
  const envelope = Math.exp(-decay * t);
  const cos = Math.cos(frequency * t + phase);
  const sin = Math.sin(frequency * t + phase);
  return { y: amplitude * envelope * cos + offset, amplitude, envelope, cos, sin };
}

/** Half the mean of the squared residuals. */
function halfSquaredError(p: Float32Array, grad: Float32Array): number {
  const sums = new Float64Array(p.length);
  let loss = 0;
  for (const [i, t] of times.entries()) {
    const { y, amplitude, envelope, cos, sin } = model(p, t);
    const residual = y - measured[i]!;
    loss += 0.5 * residual * residual;
    sums[0]! += residual * envelope * cos;
    sums[1]! -= residual * amplitude * envelope * t * cos;
    sums[2]! -= residual * amplitude * envelope * t * sin;
    sums[3]! -= residual * amplitude * envelope * sin;
    sums[4]! += residual;
  }
  grad.set(sums.map((sum) => sum / times.length));
  return loss / times.length;
}

console.log('step   loss       largest gradient');
const result = minimize(halfSquaredError, [1, 0.1, 2.5, 0, 0], {
  onStep: ({ steps, loss, gradNorm }) => {
    if (steps % 3 === 0)
      console.log(`${String(steps).padStart(4)}   ${loss.toFixed(6)}   ${gradNorm.toExponential(1)}`);
  },
});
console.log(`${result.status} after ${result.steps} steps and ${result.evaluations} evaluations\n`);

console.log('parameter    fitted    true');
for (const [i, name] of names.entries()) {
  console.log(name.padEnd(10), result.x[i]!.toFixed(4).padStart(8), Object.values(truth)[i]!.toFixed(2).padStart(7));
}
console.log(`\nnoise: ${Math.sqrt(2 * result.loss).toFixed(4)} left after the fit, 0.1 put in\n`);

const points = times.map((t, i): Point => [t, measured[i]!]);
const fitted = times.map((t): Point => [t, model(result.x, t).y]);
for (const [name, one] of Object.entries({ measured: points, fitted }))
  console.log(`${name}\n${terminalPlot(one, 't', 'y')}\n`);
const title = 'A damped oscillation, fitted by LBFGS';
const svg = scatter({ measured: points }, { lines: { fitted }, title, xLabel: 't', yLabel: 'y' });
console.log(`Both as an SVG: ${saveSvg('curve-fitting', svg)}`);

/** Seeded normal numbers, by Box and Muller. */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
