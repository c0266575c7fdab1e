import { describe, expect, it } from 'vitest';
import { Adam, LBFGS, type MinimizeProgress, memoryUsage, minimize } from '../../src/index.js';
import { optimizers } from '../optimizers.js';
import { logistic, oracle, quadratic, rosenbrock } from '../problems.js';

const START = [-1.2, 1];

describe('minimize', () => {
  it('finds the minimum of Rosenbrock by LBFGS, evaluating no point twice', () => {
    const x0 = Float32Array.from(START);
    const seen = new Set<string>();
    let calls = 0;
    const result = minimize((x, grad) => {
      calls++;
      seen.add(`${x}`);
      return rosenbrock(x, grad);
    }, x0);
    expect(result.status).toBe('converged');
    expect(result.loss).toBeLessThan(1e-10);
    expect(result.loss).toBe(rosenbrock(result.x, new Float32Array(2)));
    expect(result.evaluations).toBe(calls);
    expect(calls).toBeLessThan(62);
    expect(calls - seen.size).toBeLessThan(3);
    expect([...x0]).toEqual([...Float32Array.from(START)]);
  });

  it('finds the minimum of a logistic regression', () => {
    const { status, loss, steps } = minimize(logistic, new Float32Array(oracle.aShape[1]));
    expect(status).toBe('converged');
    expect(Math.abs(loss - oracle.cases[1]!.losses.at(-1)!)).toBeLessThan(1e-6);
    expect(steps).toBeLessThan(20);
  });

  it('gives the same bits twice', () => {
    expect(minimize(rosenbrock, START)).toEqual(minimize(rosenbrock, START));
  });

  it('converges at minima of any size, where float32 resolves the tolerance', () => {
    for (const at of [1, 1000, 1e-3]) {
      const { status, x } = minimize(
        (x, grad) => quadratic(x.map((v, i) => v - at * (i + 1)) as Float32Array, grad),
        [0, 0, 0],
        {
          tolerance: 1e-9,
        },
      );
      expect(status).toBe('converged');
      for (const [i, v] of x.entries()) expect(v / (at * (i + 1))).toBeCloseTo(1, 5);
    }
  });

  for (const [name, Class] of optimizers) {
    it(`descends by ${name}, and leaves no memory behind`, () => {
      const before = memoryUsage();
      const lr = { Adadelta: 10, SGD: 0.05 }[name] ?? 0.1;
      const start = quadratic(Float32Array.of(2, -1), new Float32Array(2));
      const { loss, steps, status } = minimize(quadratic, [2, -1], { optimizer: Class as never, lr, maxSteps: 500 });
      expect(loss).toBeLessThan(0.05 * start);
      expect(['converged', 'maxSteps']).toContain(status);
      expect(steps).toBeGreaterThan(1);
      const made = minimize(quadratic, [2, -1], { optimizer: (params) => new Class(params, { lr }), maxSteps: 500 });
      expect(made.loss).toBe(loss);
      expect(memoryUsage()).toBe(before);
    });
  }

  it('takes the steps that its optimizer takes', () => {
    const x = Float32Array.from(START);
    const optimizer = new Adam([x], { lr: 0.05 });
    const grad = new Float32Array(2);
    for (let i = 0; i < 100; i++) {
      rosenbrock(x, grad);
      optimizer.step([grad]);
    }
    const shown: MinimizeProgress[] = [];
    const onStep = (progress: MinimizeProgress) => {
      shown.push({ ...progress, x: progress.x.slice() });
    };
    const { status, steps } = minimize(rosenbrock, START, { optimizer: Adam, lr: 0.05, maxSteps: 100, onStep });
    expect({ status, steps }).toEqual({ status: 'maxSteps', steps: 100 });
    expect(shown.map((progress) => progress.steps)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(shown.at(-1)!.x).toEqual(x);
    expect(shown.at(-1)!.loss).toBe(rosenbrock(x, grad));
    expect(shown.at(-1)!.gradNorm).toBe(Math.max(...grad.map(Math.abs)));
  });

  it('gives LBFGS the options of its factory', () => {
    const optimizer = (params: readonly Float32Array[]) => new LBFGS(params, { lr: 0.5 });
    const plain = minimize(quadratic, [2, -1], { optimizer, tolerance: 1e-3 });
    expect(plain.status).toBe('converged');
    expect(minimize(quadratic, [2, -1], { optimizer, tolerance: 0 }).status).toBe('stalled'); // by its toleranceChange
    expect(plain.steps).toBeLessThan(5); // of 20 iterations each
    const byClass = minimize(rosenbrock, START, { optimizer: LBFGS });
    expect(byClass).toEqual(minimize(rosenbrock, START));
  });
});

describe('parameters of different sizes', () => {
  const valley = (k: number) => (x: Float32Array, grad: Float32Array) => {
    grad.set([2 * k * x[0]!, 2 * (x[1]! - 5)]);
    return k * x[0]! ** 2 + (x[1]! - 5) ** 2;
  };

  it.each([1e6, 1e9, 1e10])('k x^2 + (y - 5)^2 has its minimum found for k = %d', (k) => {
    for (const start of [
      [1, 1],
      [3, -2],
      [0.1, 100],
      [-20, 1e-3],
      [1, 0],
    ]) {
      const { x, loss } = minimize(valley(k), start);
      expect(loss).toBeLessThan(1e-10);
      expect(x[1]).toBeCloseTo(5, 5);
    }
  });

  it('scale is taken from the start, or given for each or all', () => {
    // The minimum of a sum whose terms have sizes of 1e-6 and 1e6.
    const f = (x: Float32Array, grad: Float32Array) => {
      const u = x[0]! / 1e-6 - 3;
      const v = x[1]! / 1e6 - 2;
      grad.set([(2 * u) / 1e-6, (2 * v) / 1e6]);
      return u * u + v * v;
    };
    for (const scale of [[1e-6, 1e6], Float64Array.of(1e-6, 1e6)]) {
      const { status, x, steps } = minimize(f, [0, 0], { scale });
      expect(status).toBe('converged');
      expect(x[0]! / 3e-6).toBeCloseTo(1, 5);
      expect(x[1]! / 2e6).toBeCloseTo(1, 5);
      expect(steps).toBeLessThan(8);
    }
    expect(minimize(f, [5e-6, 9e5], { maxSteps: 8 }).loss).toBeLessThan(1e-10);
    // A power of 2 changes nothing but the first step, of length 1 in units of the scale.
    expect(minimize(quadratic, [2, -1], { scale: 1 }).x).toEqual(minimize(quadratic, [2, -1], { scale: 1.5 }).x);
  });

  it('scales the steps of other optimizers only where it is given', () => {
    const options = { optimizer: Adam, lr: 0.5, maxSteps: 1 };
    expect(minimize(quadratic, [64], options).x[0]).toBe(63.5);
    expect(minimize(quadratic, [64], { ...options, scale: 64 }).x[0]).toBeCloseTo(32, 4);
  });

  it('refuses a scale that is none', () => {
    for (const [scale, message] of [
      [0, 'minimize: scale must be a finite number above 0, got 0'],
      [-1, 'minimize: scale must be a finite number above 0, got -1'],
      [[1], 'minimize: scale must be a number, or an array of 2, one per parameter, got [1]'],
      [[1, Number.NaN], 'minimize: scale[1] must be a finite number above 0, got NaN'],
      ['x', 'minimize: scale must be a number, or an array of 2, one per parameter, got "x"'],
      [null, 'minimize: scale must be a number, or an array of 2, one per parameter, got null'],
    ] as const) {
      expect(() => minimize(quadratic, [1, 2], { scale: scale as never })).toThrow(message);
    }
  });
});
