import { describe, expect, it } from 'vitest';
import { BusyError, LBFGS, type LBFGSOptions, linear, parameter, sequential } from '../../src/index.js';
import { quadratic } from '../problems.js';

const grad = (size: number) => new Float32Array(size);

describe('LBFGS with awkward closures', () => {
  it('leaves the parameters where the loss or a gradient is not finite at the start', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      const x = new Float32Array([1, -0]);
      const optimizer = new LBFGS([x]);
      expect(
        optimizer.step(([g]) => {
          g!.fill(1);
          return bad;
        }),
      ).toBe(bad);
      optimizer.step(([g]) => {
        g!.set([1, bad]);
        return 1;
      });
      expect([...x]).toEqual([1, -0]);
      expect(optimizer.stateDict().state[0]).toMatchObject({ func_evals: 2, n_iter: 0 });
    }
  });

  it('never stays where the loss is not finite', () => {
    // x - log(x): NaN for x < 0, which the first steps reach
    const f = (x: Float32Array, g: Float32Array) => {
      g[0] = 1 - 1 / x[0]!;
      return x[0]! - Math.log(x[0]!);
    };
    const x = new Float32Array([0.01]);
    const fixed = new LBFGS([x], { lr: 1000 });
    for (let i = 0; i < 3; i++) fixed.step(([g]) => (x[0]! > 1 ? Number.NaN : f(x, g!)));
    expect(x[0]).toBe(Math.fround(0.01));
    const searched = new LBFGS([x], { lr: 1000, lineSearchFn: 'strong_wolfe' });
    for (let i = 0; i < 3; i++) searched.step(([g]) => f(x, g!));
    expect(x[0]).toBeCloseTo(1, 4);
    x[0] = 30;
    const back = new LBFGS([x], { lr: 1000, lineSearchFn: 'strong_wolfe' });
    for (let i = 0; i < 3; i++) back.step(([g]) => f(x, g!));
    expect(x[0]).toBeCloseTo(1, 4);
  });

  it('goes on from the last completed iteration after the closure has thrown, with the same bits', () => {
    for (const lineSearchFn of [null, 'strong_wolfe'] as const) {
      for (let at = 1; at < 8; at++) {
        const x = new Float32Array([3, -4, 5, 1]);
        const optimizer = new LBFGS([x], { lr: 0.3, lineSearchFn });
        let calls = 0;
        let lastIteration = x.slice();
        expect(() =>
          optimizer.step(([g]) => {
            if (++calls > at) throw new Error('mine');
            return quadratic(x, g!);
          }),
        ).toThrow('mine');
        lastIteration = x.slice();
        expect(x.every(Number.isFinite)).toBe(true);
        const retried = new LBFGS([lastIteration]);
        retried.loadStateDict(optimizer.stateDict());
        optimizer.step(([g]) => quadratic(x, g!));
        retried.step(([g]) => quadratic(lastIteration, g!));
        expect(x).toEqual(lastIteration);
        expect(quadratic(x, grad(4))).toBeLessThan(1e-2);
      }
    }
  });

  it('refuses a closure that is none, or gives no number, by name', () => {
    const x = new Float32Array([1]);
    const optimizer = new LBFGS([x]);
    const step = (closure?: unknown) => () => optimizer.step(closure as never);
    expect(step()).toThrow('LBFGS: closure must be a function, got undefined');
    expect(step([x])).toThrow(TypeError);
    expect(step(() => undefined)).toThrow('LBFGS: what closure returns must be the loss as a number, got undefined');
    expect(step(async () => 1)).toThrow('got a Promise');
    expect(x[0]).toBe(1);
  });

  it('leaves frozen parameters alone', () => {
    const a = parameter([3]);
    const b = parameter([-4]);
    b.requiresGrad = false;
    const optimizer = new LBFGS([a, b], { lineSearchFn: 'strong_wolfe' });
    const closure = () => {
      a.grad[0] = 2 * (a.data[0]! + b.data[0]!);
      b.grad[0] = a.grad[0]!;
      return (a.data[0]! + b.data[0]!) * (a.data[0]! + b.data[0]!);
    };
    optimizer.step(closure);
    expect(b.data[0]).toBe(-4);
    expect(a.data[0]).toBeCloseTo(4, 4);
    b.requiresGrad = true;
    a.data[0] = 0;
    optimizer.step(closure);
    expect(b.data[0]).not.toBe(-4);
    expect(a.data[0]! + b.data[0]!).toBeCloseTo(0, 4);
  });

  it('zeroGrad writes zeros', () => {
    const p = parameter([1]);
    p.grad[0] = 5;
    new LBFGS([p]).zeroGrad();
    expect(p.grad[0]).toBe(0);
  });
});

describe('the arguments of LBFGS', () => {
  const make = (params: unknown, options?: unknown) => () => new LBFGS(params as never, options as never);
  const x = new Float32Array(2);

  it('are checked', () => {
    expect(make(x)).toThrow(TypeError);
    expect(make([])).toThrow('LBFGS: params must be an array of at least one parameter, got []');
    expect(make([])).toThrow(RangeError);
    expect(make([x, [1]])).toThrow('LBFGS: params[1] must be a Parameter or a Float32Array, got [1]');
    expect(make([{ params: [x] }])).toThrow('params[0] must be a Parameter or a Float32Array, got an object');
    expect(make([x, x])).toThrow('params[1] must be a parameter not given before');
    expect(make([x], { momentum: 1 })).toThrow('unknown option "momentum"');
    expect(make([x], null)).toThrow(TypeError);
    for (const [name, bad] of Object.entries<unknown[]>({
      lr: [-1, Number.NaN, Infinity],
      maxIter: [0, 1.5, Number.NaN],
      maxEval: [0, 0.5],
      toleranceGrad: [-1, Number.NaN],
      toleranceChange: [-1, Number.NaN],
      historySize: [0, -1],
      lineSearchFn: ['armijo'],
      weightDecay: [-1, Number.NaN],
    } satisfies Record<keyof LBFGSOptions, unknown[]>)) {
      for (const value of bad) {
        expect(make([x], { [name]: value })).toThrow(RangeError);
        expect(make([x], { [name]: value })).toThrow(`LBFGS: ${name} must be`);
      }
      expect(make([x], { [name]: {} })).toThrow(TypeError);
    }
  });

  it("have torch's defaults, and undefined is left out", () => {
    expect(new LBFGS([x], { lr: undefined }).paramGroups[0]).toEqual({
      lr: 1,
      maxIter: 20,
      maxEval: 25,
      toleranceGrad: 1e-7,
      toleranceChange: 1e-9,
      historySize: 100,
      lineSearchFn: null,
      params: [x],
    });
  });

  it('are one group, and nothing is used after dispose', () => {
    const optimizer = new LBFGS([x]);
    expect(() => optimizer.addParamGroup()).toThrow('one group');
    optimizer.dispose();
    optimizer.dispose();
    const uses = [() => optimizer.step(() => 0), () => optimizer.zeroGrad(), () => optimizer.stateDict()];
    for (const use of uses) expect(use).toThrow('LBFGS optimizer was used after dispose()');
    const p = parameter([1]);
    const over = new LBFGS([p]);
    p.dispose();
    expect(() => over.step(() => 0)).toThrow('A Parameter of shape [1] was used after dispose()');
  });

  it('must keep their length', () => {
    const own = new Float32Array(2);
    const optimizer = new LBFGS([own]);
    structuredClone(own, { transfer: [own.buffer] });
    expect(() => optimizer.step(() => 0)).toThrow('LBFGS: the length of params[0] must be 2 as before, got 0');
  });
});

describe('a closure that never writes its gradients', () => {
  const message = /LBFGS: closure must write its gradients to the arrays that it is given/;

  it('is an error, for arrays and parameters', () => {
    for (const params of [[new Float32Array([1, 2])], [parameter([1]), parameter([2])]]) {
      const optimizer = new LBFGS(params as never);
      expect(() => optimizer.step(() => 5)).toThrow(message);
      expect(() => optimizer.step(() => 5)).toThrow(TypeError);
    }
  });

  it('is told from one that writes zeros of either sign', () => {
    for (const zero of [0, -0]) {
      const w = new Float32Array([1]);
      const optimizer = new LBFGS([w]);
      let calls = 0;
      const closure = ([grad]: readonly Float32Array[]) => {
        calls++;
        grad![0] = zero;
        return 3;
      };
      expect(optimizer.step(closure)).toBe(3);
      expect(calls).toBe(Object.is(zero, 0) ? 1 : 2);
      expect(optimizer.stateDict().state[0]!.func_evals).toBe(1);
    }
  });
});

describe('a closure of LBFGS', () => {
  it('cannot step, load or dispose what the step uses: BusyError, and the optimizer stays usable', () => {
    const model = sequential(linear(2, 1, { seed: 1 }));
    const [weight] = model.parameters();
    const loose = new Float32Array(1);
    const make = () => new LBFGS(model.parameters(), { lineSearchFn: 'strong_wolfe' });
    const x = [[1, 2], [3, 4], [5, 7]]; // biome-ignore format: one line
    const closure = () => model.lossAndGrad('mse', x, [1, 2, 3]);
    const start = model.stateDict();
    const attempts: readonly ((optimizer: LBFGS) => unknown)[] = [
      (optimizer) => optimizer.step(closure),
      (optimizer) => optimizer.loadStateDict(optimizer.stateDict()),
      (optimizer) => optimizer.dispose(),
      () => weight!.dispose(),
      () => model.dispose(),
    ];
    for (const attempt of attempts) {
      model.loadStateDict(start);
      const optimizer = make();
      let calls = 0;
      const run = () =>
        optimizer.step(() => {
          if (++calls === 3) attempt(optimizer);
          return closure();
        });
      expect(run, String(attempt)).toThrow(BusyError);
      for (let i = 0; i < 20; i++) optimizer.step(closure);
      expect(closure()).toBeLessThan(1e-6);
      optimizer.dispose();
    }
    const over = new LBFGS([loose]);
    over.step(([grad]) => {
      expect(() => over.dispose()).toThrow('LBFGS is busy: dispose must wait until the step that is running on it');
      grad![0] = 1;
      return 1;
    });
    over.dispose();
  });
});
