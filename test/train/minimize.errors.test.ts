// Arguments that minimize refuses, and a gradient that is never written.
import { describe, expect, it } from 'vitest';
import { Adam, LBFGS, type MinimizeOptions, minimize } from '../../src/index.js';
import { quadratic } from '../problems.js';

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
