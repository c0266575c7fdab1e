// NIST's nonlinear regression problems, each from both starts: the ends that docs/minimize.md lists, and none 'converged' where it is not.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type MinimizeResult, minimize } from '../../../src/index.js';
import { models } from './models.js';

interface Problem {
  readonly name: string;
  readonly starts: readonly (readonly number[])[];
  readonly certified: readonly number[];
  /** The certified residual sum of squares. */
  readonly rss: number;
  readonly x: readonly (number | readonly [number, number])[];
  readonly y: readonly number[];
}

const problems: readonly Problem[] = JSON.parse(readFileSync(new URL('problems.json', import.meta.url), 'utf8'));
const page = readFileSync(new URL('../../../docs/minimize.md', import.meta.url), 'utf8');

/** The residual sum of squares and its gradient, in float64. */
function residuals({ name, x: xs, y: ys }: Problem, b: ArrayLike<number>, gradient: Float64Array): number {
  const derivatives = new Float64Array(b.length);
  gradient.fill(0);
  let sum = 0;
  ys.forEach((value, i) => {
    const [x, x2] = [xs[i]].flat() as [number, number];
    const y = name === 'Nelson' ? Math.log(value) : value;
    const residual = models[name]!(b as readonly number[], x, derivatives, x2) - y;
    sum += residual * residual;
    derivatives.forEach((derivative, k) => {
      gradient[k]! += 2 * residual * derivative;
    });
  });
  return sum;
}

/** Largest component of the gradient in float64, scaled by the point. */
const scaledNorm = (gradient: Float64Array, b: ArrayLike<number>) =>
  Math.max(...gradient.map((g, k) => Math.abs(g * b[k]!)));

const row = ({ name, rss }: Problem, start: number, { status, loss }: MinimizeResult) =>
  `| ${name} | ${start + 1} | ${status} | ${loss.toPrecision(5)} | ${rss.toPrecision(5)} |`;

describe.each(problems)('$name', (problem) => {
  const gradient = new Float64Array(problem.certified.length);

  it('has its minimum where NIST certifies it', () => {
    const sum = residuals(problem, problem.certified, gradient);
    // Lanczos1 has no noise: eleven digits of its parameters do not give its sum.
    if (problem.name === 'Lanczos1') expect(sum).toBeLessThan(1e-20);
    else expect(sum / problem.rss).toBeCloseTo(1, 9);
    // Derivatives against differences, at a start, where they are not 0.
    const [b] = problem.starts as [readonly number[]];
    residuals(problem, b, gradient);
    const exact = gradient.slice();
    exact.forEach((g, k) => {
      const h = 1e-5 * Math.abs(b[k]!);
      const [up, down] = [h, -h].map((step) => residuals(problem, b.with(k, b[k]! + step), new Float64Array(b.length)));
      const bound = 1e-4 * Math.max(Math.abs(g), scaledNorm(exact, b) / Math.abs(b[k]!));
      expect(Math.abs((up! - down!) / (2 * h) - g)).toBeLessThanOrEqual(bound);
    });
  });

  it.each([0, 1])('from start %i ends as the docs say, and has converged where it says so', (start) => {
    const result = minimize((b, grad) => {
      const sum = residuals(problem, b, gradient);
      grad.set(gradient);
      return sum;
    }, problem.starts[start]!);
    expect(page).toContain(row(problem, start, result));
    expect(result.loss).toBe(residuals(problem, result.x, gradient));
    if (result.status === 'converged') expect(scaledNorm(gradient, result.x)).toBeLessThanOrEqual(1e-5);
    if (/Misra/.test(problem.name)) expect(result.loss / problem.rss).toBeCloseTo(1, 8);
  });
});
