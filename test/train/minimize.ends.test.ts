// Every status that minimize ends with, and where it ends with an error.
import { describe, expect, it } from 'vitest';
import { Adam, LBFGS, type MinimizeProgress, memoryUsage, minimize } from '../../src/index.js';
import { quadratic, rosenbrock } from '../problems.js';

const START = [-1.2, 1];

describe('how minimize ends', () => {
  it('converged: at once at a minimum, else by the infinity norm of the gradient', () => {
    expect(minimize(quadratic, [0, 0])).toEqual({
      status: 'converged',
      x: new Float32Array(2),
      loss: 0,
      steps: 0,
      evaluations: 1,
    });
    for (const tolerance of [1, 1e-1, 1e-3]) {
      const norms: number[] = [];
      const onStep = ({ gradNorm }: MinimizeProgress) => void norms.push(gradNorm);
      const { status, x } = minimize(rosenbrock, START, { tolerance, onStep });
      expect(status).toBe('converged');
      expect(norms.at(-1)).toBeLessThanOrEqual(tolerance);
      expect(Math.min(...norms.slice(0, -1))).toBeGreaterThan(tolerance);
      const grad = new Float32Array(2);
      rosenbrock(x, grad);
      expect(Math.max(...grad.map(Math.abs))).toBe(norms.at(-1));
    }
  });

  it('maxSteps: with the best point that was met', () => {
    let lowest = Infinity;
    const onStep = ({ loss }: MinimizeProgress) => {
      lowest = Math.min(lowest, loss);
    };
    const { status, x, loss } = minimize(quadratic, [1], { optimizer: Adam, lr: 0.7, maxSteps: 7, onStep });
    expect(status).toBe('maxSteps');
    expect(loss).toBe(lowest);
    expect(quadratic(x, new Float32Array(1))).toBe(lowest);
    expect(minimize(rosenbrock, START, { maxSteps: 0 })).toMatchObject({
      status: 'maxSteps',
      steps: 0,
      evaluations: 1,
    });
  });

  it('stopped: where onStep returned false', () => {
    const onStep = ({ steps }: MinimizeProgress) => steps < 5;
    let at: Float32Array | undefined;
    const result = minimize(quadratic, [1], {
      optimizer: Adam,
      lr: 0.7,
      onStep: (progress) => {
        at = progress.x.slice();
        return onStep(progress);
      },
    });
    expect(result).toMatchObject({ status: 'stopped', steps: 5 });
    expect(result.x).toEqual(at);
  });

  it('aborted: before the next step', () => {
    const controller = new AbortController();
    const { signal } = controller;
    const onStep = ({ steps }: MinimizeProgress) => {
      if (steps === 3) controller.abort();
    };
    expect(minimize(rosenbrock, START, { signal, onStep })).toMatchObject({ status: 'aborted', steps: 3 });
    expect(minimize(rosenbrock, START, { signal })).toMatchObject({ status: 'aborted', steps: 0, evaluations: 1 });
  });

  it('diverged: with the best finite point', () => {
    const result = minimize(quadratic, [1], { optimizer: (params) => new LBFGS(params, { lr: 1e30 }), maxSteps: 50 });
    expect(result).toMatchObject({ status: 'diverged', x: Float32Array.of(1), loss: 0.5 });
    const bySteps = minimize(
      (x, grad) => {
        grad[0] = 1;
        return x[0]! < -3 ? Number.NaN : x[0]!;
      },
      [0],
      { optimizer: Adam, lr: 1, tolerance: 0 },
    );
    expect(bySteps.status).toBe('diverged');
    expect(bySteps.steps).toBe(4);
    expect(bySteps.x[0]).toBeCloseTo(-3, 5);
    const byGradient = minimize(
      (x, grad) => {
        grad[0] = x[0]! < 0.5 ? Number.NaN : 1;
        return x[0]!;
      },
      [1],
      { optimizer: Adam, lr: 0.3 },
    );
    expect(byGradient.status).toBe('diverged');
    expect(byGradient.x[0]).toBeCloseTo(0.7, 5);
    expect(minimize(() => Number.NaN, [1])).toEqual({
      status: 'diverged',
      x: Float32Array.of(1),
      loss: Number.NaN,
      steps: 0,
      evaluations: 1,
    });
  });

  it('goes around a hole in which the loss is not finite', () => {
    const f = (x: Float32Array, grad: Float32Array) => {
      grad[0] = 1 - 1 / x[0]!;
      return x[0]! - Math.log(x[0]!);
    };
    for (const x0 of [1e-3, 0.5, 20, 1e4]) expect(minimize(f, [x0]).x[0]).toBeCloseTo(1, 4);
  });

  it('stalled: when grad is not the gradient, or there is no minimum', () => {
    const wrong = (x: Float32Array, grad: Float32Array) => {
      const loss = quadratic(x, grad);
      grad.forEach((g, i) => {
        grad[i] = -g;
      });
      return loss;
    };
    expect(minimize(wrong, [1, 2])).toMatchObject({ status: 'stalled', steps: 0, x: Float32Array.of(1, 2) });
    const { status } = minimize(
      (x, grad) => {
        grad[0] = 1;
        return x[0]!;
      },
      [0],
    );
    expect(status).toBe('stalled');
  });

  it('by an error: of the caller, with everything disposed', () => {
    const before = memoryUsage();
    const thrower = () => {
      throw new Error('mine');
    };
    expect(() => minimize(thrower, [1], { optimizer: Adam })).toThrow('mine');
    expect(() => minimize(quadratic, [1], { optimizer: Adam, onStep: thrower })).toThrow('mine');
    expect(() => minimize(quadratic, [1], { optimizer: thrower as never })).toThrow('mine');
    expect(memoryUsage()).toBe(before);
  });
});
