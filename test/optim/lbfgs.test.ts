import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitSync, LBFGS, linear, memoryUsage, parameter, sequential } from '../../src/index.js';
import { logistic, oracle, quadratic, rosenbrock } from '../problems.js';

const grad = (size: number) => new Float32Array(size);

describe('LBFGS against PyTorch', () => {
  for (const { problem, x0, options, losses, evaluations } of oracle.cases) {
    it(`${problem} ${JSON.stringify(options)}`, () => {
      const f = problem === 'rosenbrock' ? rosenbrock : logistic;
      const x = Float32Array.from(x0);
      const optimizer = new LBFGS([x], options);
      let count = 0;
      for (let i = 0; i < losses.length; i++) {
        optimizer.step(([g]) => {
          count++;
          return f(x, g!);
        });
      }
      expect(Math.abs(f(x, grad(x.length)) - losses.at(-1)!)).toBeLessThan(1e-6);
      expect(count).toBeLessThanOrEqual(1.2 * evaluations);
    });
  }

  it('adds the L2 penalty of weightDecay to loss and gradient of all that is trained', () => {
    const [free, frozen] = [parameter([0, 5]), parameter([7])];
    frozen.requiresGrad = false;
    const optimizer = new LBFGS([free, frozen], { lineSearchFn: 'strong_wolfe', weightDecay: 0.5 });
    const loss = () => {
      free.grad.set(free.data.map((v) => 2 * (v - 3)));
      return free.data.reduce((sum, v) => sum + (v - 3) ** 2, 0);
    };
    // (x - 3)^2 + x^2 / 4 is smallest where 2 (x - 3) + x / 2 = 0.
    expect(optimizer.step(loss)).toBe(9 + 4 + 25 / 4);
    for (const v of free.data) expect(v).toBeCloseTo(2.4, 5);
    expect(frozen.data[0]).toBe(7);
    expect(optimizer.stateDict().param_groups[0]).toMatchObject({ weight_decay: 0.5 });
    expect(new LBFGS([free]).stateDict().param_groups[0]).not.toHaveProperty('weight_decay');
  });

  it('solves a quadratic in as many steps as it has dimensions, on parameters of several shapes', () => {
    const a = parameter([1, 2, 3, 4], [2, 2]);
    const b = parameter([5]);
    const before = memoryUsage();
    const optimizer = new LBFGS([a, b], { lineSearchFn: 'strong_wolfe' });
    expect(memoryUsage()).toBe(before);
    const first = optimizer.step((grads) => {
      expect(grads.map((g) => g.length)).toEqual([4, 1]);
      let loss = 0;
      for (const [k, p] of [a, b].entries()) {
        p.data.forEach((v, i) => {
          const scale = 1 + k + i;
          p.grad[i] = scale * (v - 1);
          loss += 0.5 * scale * (v - 1) * (v - 1);
        });
      }
      return loss;
    });
    expect(first).toBe(0.5 * (2 * 1 + 3 * 4 + 4 * 9 + 2 * 16));
    for (const v of [...a.data, ...b.data]) expect(v).toBeCloseTo(1, 4);
  });

  it('trains a model through lossAndGrad', () => {
    const model = sequential(linear(2, 1, { seed: 3 }));
    const x = new Float32Array([0, 0, 0, 1, 1, 0, 1, 1, 2, 1]);
    const y = new Float32Array([1, 4, 3, 6, 8]); // 1 + 2 x0 + 3 x1
    const optimizer = new LBFGS(model.parameters(), { lineSearchFn: 'strong_wolfe' });
    optimizer.step(() => model.lossAndGrad('halfSquaredError', x, y));
    expect([...model.parameters()].flatMap((p) => [...p.data].map((v) => Number(v.toFixed(3))))).toEqual([2, 3, 1]);
    const data = { length: 5 } as never;
    expect(() => fitSync(model, data, { loss: 'halfSquaredError', optimizer: optimizer as never })).toThrow(TypeError);
  });
});

describe('the state of LBFGS', () => {
  const run = (x: Float32Array, optimizer: LBFGS, steps: number) => {
    for (let i = 0; i < steps; i++) optimizer.step(([g]) => quadratic(x, g!));
  };

  it('goes on with the same bits after a cut anywhere', () => {
    const options = fc.record({
      lr: fc.constantFrom(0.1, 0.5, 1),
      maxIter: fc.integer({ min: 1, max: 4 }),
      historySize: fc.integer({ min: 1, max: 6 }),
      lineSearchFn: fc.constantFrom(null, 'strong_wolfe' as const),
    });
    fc.assert(
      fc.property(options, fc.integer({ min: 1, max: 9 }), fc.nat(6), fc.nat(6), (options, size, before, after) => {
        const x = Float32Array.from({ length: size }, (_, i) => i - 1.5);
        const whole = new LBFGS([x], options);
        run(x, whole, before);
        const y = x.slice();
        const dict = structuredClone(whole.stateDict());
        run(x, whole, after);
        const resumed = new LBFGS([y]);
        resumed.loadStateDict(dict);
        run(y, resumed, after);
        expect(y).toEqual(x);
        expect(resumed.stateDict()).toEqual(whole.stateDict());
      }),
    );
  });

  it("has torch's shape and names, and shares nothing with the optimizer", () => {
    const x = new Float32Array([3, -4]);
    const optimizer = new LBFGS([x], { maxIter: 3, lr: 0.1 });
    const groups = [
      {
        lr: 0.1,
        max_iter: 3,
        max_eval: 3,
        tolerance_grad: 1e-7,
        tolerance_change: 1e-9,
        history_size: 100,
        line_search_fn: null,
        params: [0],
      },
    ];
    expect(optimizer.stateDict()).toEqual({ state: {}, param_groups: groups });
    run(x, optimizer, 1);
    const dict = optimizer.stateDict();
    expect(dict.param_groups).toEqual(groups);
    expect(Object.keys(dict.state[0]!).sort()).toEqual(
      'H_diag d func_evals n_iter old_dirs old_stps prev_flat_grad prev_loss ro t'.split(' ').sort(),
    );
    expect(dict.state[0]).toMatchObject({ n_iter: 2, func_evals: 3, t: 0.1 });
    const copy = structuredClone(dict);
    dict.state[0]!.old_dirs[0]!.fill(7);
    dict.state[0]!.d.fill(7);
    expect(optimizer.stateDict()).toEqual(copy);
  });

  it('keeps no more history than historySize, also when that shrinks', () => {
    const x = Float32Array.from({ length: 9 }, (_, i) => i - 3);
    const optimizer = new LBFGS([x], { lr: 0.3, maxIter: 8, historySize: 5 });
    run(x, optimizer, 1);
    expect(optimizer.stateDict().state[0]!.ro.length).toBe(5);
    optimizer.paramGroups[0].historySize = 2;
    run(x, optimizer, 1);
    expect(optimizer.stateDict().state[0]!.ro.length).toBe(2);
  });

  it("takes torch's float32 state, and one from before an iteration", () => {
    const x = new Float32Array([3, -4]);
    const optimizer = new LBFGS([x]);
    run(x, optimizer, 1);
    const dict = optimizer.stateDict();
    const [state] = Object.values(dict.state);
    const torch = { ...dict, state: { 0: { ...state!, al: [], d: Float32Array.from(state!.d) } as never } };
    optimizer.loadStateDict(torch);
    expect(optimizer.stateDict().state[0]!.d).toBeInstanceOf(Float64Array);
    const elsewhere = runInNewContext('(numbers) => Float64Array.from(numbers)');
    optimizer.loadStateDict({ ...dict, state: { 0: { ...state!, d: elsewhere(state!.d) } } });
    expect(optimizer.stateDict()).toEqual(dict);
    optimizer.loadStateDict({ ...dict, state: { 0: { func_evals: 1, n_iter: 0 } as never } });
    expect(optimizer.stateDict().state[0]).toMatchObject({ func_evals: 1, n_iter: 0, ro: [] });
  });

  it('refuses a dict that does not fit, and changes nothing then', () => {
    const x = new Float32Array([3, -4]);
    const optimizer = new LBFGS([x], { maxIter: 3, lr: 0.1 });
    run(x, optimizer, 1);
    const good = optimizer.stateDict();
    const entry = good.state[0]!;
    const [group] = good.param_groups;
    const refused: [unknown, typeof TypeError, string][] = [
      [null, TypeError, 'dict must be { state, param_groups }, got null'],
      [{ state: {}, param_groups: [] }, RangeError, 'dict must have one group of 1 parameters, got []'],
      [{ state: {}, param_groups: [{ params: [0, 1] }] }, RangeError, 'dict must have one group of 1 parameters'],
      [{ ...good, param_groups: [{ ...group, lr: Number.NaN }] }, RangeError, 'param_groups[0]: lr must be'],
      [{ ...good, state: { 0: { ...entry, d: [1, 2] } } }, TypeError, 'state[0].d must be a Float64Array'],
      [
        { ...good, state: { 0: { ...entry, d: new Float64Array(3) } } },
        RangeError,
        'of 2 numbers, got Float64Array(3)',
      ],
      [{ ...good, state: { 0: { ...entry, t: undefined } } }, TypeError, 'state[0].t must be a finite number'],
      [{ ...good, state: { 0: { ...entry, H_diag: Number.NaN } } }, RangeError, 'H_diag must be a finite number'],
      [{ ...good, state: { 0: { ...entry, old_dirs: {} } } }, TypeError, 'old_dirs must be an array'],
      [{ ...good, state: { 0: { ...entry, old_dirs: [1] } } }, TypeError, 'old_dirs[0] must be a Float64Array'],
      [{ ...good, state: { 0: { ...entry, ro: [] } } }, RangeError, 'must be equally long'],
    ];
    for (const [dict, Kind, message] of refused) {
      const load = () => optimizer.loadStateDict(dict as never);
      expect(load).toThrow(Kind);
      expect(load).toThrow(message);
      expect(optimizer.stateDict()).toEqual(good);
    }
  });
});
