import { describe, expect, it } from 'vitest';
import { Adam, LBFGS, type MinimizeOptions, type MinimizeProgress, memoryUsage, minimize } from '../../src/index.js';
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

describe('a gradient that is never written', () => {
  const message =
    'minimize: fun must write the gradient to its second argument, grad[i] = ..., got zeros that it never wrote';

  it('is an error, by any optimizer, at the minimum too', () => {
    for (const optimizer of [undefined, LBFGS, Adam]) {
      for (const x0 of [[0], [3], [1, 2]]) {
        expect(() => minimize((x) => (x[0]! - 3) ** 2, x0, { optimizer: optimizer as never })).toThrow(
          new TypeError(message),
        );
      }
    }
    expect(() => minimize(() => 5, [1])).toThrow(message);
  });

  it('is told from zeros of either sign that are written or added up', () => {
    const gradients: ((g: number, grad: Float32Array) => void)[] = [
      (g, grad) => {
        grad[0] = g;
      },
      (g, grad) => {
        grad[0] = -g;
      },
      (g, grad) => {
        grad[0]! += g;
      },
      (g, grad) => {
        grad[0]! += -g;
      },
      (g, grad) => grad.fill(g),
    ];
    for (const write of gradients) {
      for (const zero of [0, -0]) {
        const f = (x: Float32Array, grad: Float32Array) => {
          write(x[0] === 2 ? zero : x[0]! - 2, grad);
          return (x[0]! - 2) ** 2;
        };
        expect(minimize(f, [2])).toMatchObject({ status: 'converged', steps: 0, evaluations: 1 });
      }
    }
    const domain = (x: Float32Array, grad: Float32Array) => {
      if (x[0]! > 2) throw new RangeError('outside');
      if (x[0]! < 2) grad[0] = -1;
      else grad[0]! += -0;
      return 2 - x[0]!;
    };
    expect(minimize(domain, [2]).status).toBe('converged');
  });
});

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

describe('the arguments of minimize', () => {
  const call = (fun: unknown, x0: unknown, options?: unknown) => () =>
    minimize(fun as never, x0 as never, options as MinimizeOptions);

  it('are checked', () => {
    expect(call(1, [1])).toThrow('minimize: fun must be a function, got 1');
    for (const x0 of [undefined, 1, {}, null]) expect(call(quadratic, x0)).toThrow(TypeError);
    expect(call(quadratic, [])).toThrow('minimize: x0.length must be a positive whole number, got 0');
    expect(call(quadratic, [1, Number.NaN])).toThrow('minimize: x0[1] must be a finite number, got NaN');
    expect(call(quadratic, ['1'])).toThrow('minimize: x0[0] must be a finite number, got "1"');
    expect(call(() => undefined, [1])).toThrow('what fun returns must be the loss as a number, got undefined');
    const refused: [object, typeof TypeError, string][] = [
      [{ steps: 1 }, TypeError, 'unknown option "steps"'],
      [{ maxSteps: -1 }, RangeError, 'maxSteps must be a whole number'],
      [{ maxSteps: 1.5 }, RangeError, 'maxSteps must be'],
      [{ tolerance: Number.NaN }, RangeError, 'tolerance must be a finite number of at least 0, got NaN'],
      [{ tolerance: -1 }, RangeError, 'tolerance must be'],
      [{ onStep: 1 }, TypeError, 'onStep must be a function'],
      [{ signal: {} }, TypeError, 'signal must be an AbortSignal'],
      [{ optimizer: 'adam' }, TypeError, 'optimizer must be a function, got "adam"'],
      [{ optimizer: () => ({}) }, TypeError, 'minimize: step of what optimizer returns must be a function'],
      [{ optimizer: (params: Float32Array[]) => new Adam(params), lr: 1 }, TypeError, 'lr must be left out'],
      [{ lr: -1 }, RangeError, 'LBFGS: lr must be'],
      [{ lr: -1, optimizer: Adam }, RangeError, 'Adam: lr must be'],
    ];
    for (const [options, Kind, message] of refused) {
      expect(call(quadratic, [1], options)).toThrow(Kind);
      expect(call(quadratic, [1], options)).toThrow(message);
    }
  });

  it('may be an array of float64, and grad comes as zeros', () => {
    const { x } = minimize((x, grad) => {
      expect(grad[0]).toBe(0);
      grad[0]! += x[0]! - 2;
      return 0.5 * (x[0]! - 2) * (x[0]! - 2);
    }, Float64Array.of(0.1));
    expect(x).toBeInstanceOf(Float32Array);
    expect(x[0]).toBeCloseTo(2, 5);
  });
});
