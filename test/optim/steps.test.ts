// Steps after PyTorch's tests: zero gradients, sizes, groups, freezing, missing gradients, options that change.
import { describe, expect, it } from 'vitest';
import { Adam, ASGD, type Optimizer, type OptimizerStateDict, parameter, SGD } from '../../src/index.js';
import { differing } from '../golden.js';
import { type AnyOptions, defaultsOf, type OptimizerClass, optimizers, variants } from '../optimizers.js';
import { bits } from '../train/byHand.js';
import { values } from './arbitrary.js';

const all = [...optimizers].flatMap(([name, Class]) =>
  variants(Class).map(([title, options]) => ({ title: `${name} ${title}`, Class, options })),
);
const decays = (Class: OptimizerClass, options: Record<string, unknown>) =>
  Number(options.weightDecay ?? defaultsOf(Class).weightDecay ?? 0) > 0 || Class === (ASGD as unknown);
/** State through which an earlier gradient moves a parameter on. */
const momentum = /^(exp_avg|momentum_buffer)$/;

describe('zero gradients', () => {
  it.each(all)(
    '$title: only decay moves from the start; later momentum does, and nothing else',
    ({ Class, options }) => {
      const p = parameter([1, -2, 3]);
      const optimizer = new Class([p], options);
      const start = bits(p.data);
      optimizer.step();
      if (decays(Class, options)) return;
      expect(bits(p.data)).toEqual(start);

      p.grad.set([1, 0, -1]);
      optimizer.step();
      expect(p.data[0]).toBeLessThan(1 + (options.maximize ? 1 : 0));
      const moved = p.data.slice();
      optimizer.zeroGrad();
      optimizer.step();
      const remembers = Class.descriptor
        .state(optimizer.paramGroups[0]!, [3])
        .some((name) => momentum.test(name ?? ''));
      expect([p.data[0] !== moved[0], p.data[1] !== moved[1], p.data[2] !== moved[2]]).toEqual([
        remembers,
        false,
        remembers,
      ]);
      optimizer.dispose();
      p.dispose();
    },
  );

  it('are no missing gradients: those skip the parameter and its step', () => {
    const own = [new Float32Array([1]), new Float32Array([1])];
    const optimizer = new SGD(own, { lr: 0.1, momentum: 0.5 });
    optimizer.step([new Float32Array([1]), new Float32Array([1])]);
    optimizer.step([null, new Float32Array(1)]);
    expect(own.map(([x]) => x!.toFixed(2))).toEqual(['0.90', '0.85']);
    const adam = new Adam(own);
    adam.step([null, new Float32Array([1])]);
    adam.step([new Float32Array([1]), new Float32Array([1])]);
    expect(Object.values(adam.stateDict().state).map(({ step }) => step)).toEqual([1, 2]);
  });
});

describe('sizes', () => {
  const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1023, 100_000];
  const BASE = 5;

  it.each(all)('$title: an element moves as a parameter of one element does', ({ Class, options }) => {
    const start = values(BASE, 1).map((x) => x + 1);
    const grads = [values(BASE, 2), new Float32Array(BASE), values(BASE, 3)];
    const singles = Array.from(start, (x) => Float32Array.of(x));
    const one = new Class(singles, options);
    for (const grad of grads) one.step(Array.from(grad, (g) => Float32Array.of(g)));
    one.dispose();

    for (const size of SIZES) {
      const tile = (few: Float32Array) => {
        const tiled = new Float32Array(size);
        for (let i = 0; i < size; i++) tiled[i] = few[i % BASE]!;
        return tiled;
      };
      // All elements are alike for a step that goes by all of them together.
      const few = (grad: Float32Array) => (Class.descriptor.length ? grad.map(() => grad[0]!) : grad);
      const x = tile(few(start));
      const optimizer = new Class([x], options);
      for (const grad of grads) optimizer.step([tile(few(grad))]);
      optimizer.dispose();
      if (Class.descriptor.length) {
        for (const i of [0, size - 1]) expect(Math.abs(x[i]! / singles[0]![0]! - 1)).toBeLessThan(1e-5);
      } else expect(differing(x, tile(Float32Array.from(singles.map(([value]) => value!))))).toBe(0);
    }
  });
});

describe('groups, freezing and options that change', () => {
  const grads = (t: number) => [values(7, 30 + t), values(3, 40 + t)];

  /** Steps two parameters in one optimizer as `together` says, and each in one of its own as `alone` says; both must give the same bits. */
  function same(
    Class: OptimizerClass,
    together: (params: Float32Array[]) => [Optimizer<AnyOptions>, (t: number) => void],
    alone: (params: Float32Array[]) => [Optimizer<AnyOptions>[], (t: number) => void],
  ): void {
    const [a, b] = [0, 1].map(() => [values(7, 1), values(3, 2)]);
    const [one, step] = together(a!);
    const [each, stepEach] = alone(b!);
    for (let t = 0; t < 8; t++) {
      step(t);
      stepEach(t);
    }
    expect(
      a!.map((x, i) => differing(x, b![i]!)),
      Class.descriptor.name,
    ).toEqual([0, 0]);
    const states = each.flatMap((optimizer) => Object.values(optimizer.stateDict().state));
    expect(Object.values((one.stateDict() as OptimizerStateDict).state)).toEqual(states);
    for (const optimizer of [one, ...each]) optimizer.dispose();
  }

  it.each([...optimizers])('%s: a group added between steps, with options of its own', (_, Class) => {
    same(
      Class,
      (params) => {
        const optimizer = new Class([params[0]!], { lr: 0.01 });
        return [
          optimizer,
          (t) => {
            if (t === 3) optimizer.addParamGroup({ params: [params[1]!], lr: 0.05 });
            optimizer.step(grads(t).slice(0, t < 3 ? 1 : 2));
          },
        ];
      },
      (params) => {
        const each = [new Class([params[0]!], { lr: 0.01 }), new Class([params[1]!], { lr: 0.05 })];
        return [
          each,
          (t) => {
            each[0]!.step([grads(t)[0]!]);
            if (t >= 3) each[1]!.step([grads(t)[1]!]);
          },
        ];
      },
    );
  });

  it.each([...optimizers])('%s: missing gradients leave out one parameter’s step', (_, Class) => {
    const missing = (t: number) => grads(t).map((grad, i) => ((t + i) % 3 === 0 ? null : grad));
    same(
      Class,
      (params) => {
        const optimizer = new Class(params, { lr: 0.01 });
        return [optimizer, (t) => optimizer.step(missing(t))];
      },
      (params) => {
        const each = params.map((param) => new Class([param], { lr: 0.01 }));
        return [
          each,
          (t) =>
            missing(t).forEach((grad, i) => {
              if (grad !== null) each[i]!.step([grad]);
            }),
        ];
      },
    );
  });

  it.each([...optimizers])('%s: a frozen parameter keeps value, state and step count, and thaws', (_, Class) => {
    const [a, b] = [parameter(values(7, 1)), parameter(values(7, 1))];
    const optimizer = new Class([a], { lr: 0.01 });
    const reference = new Class([b], { lr: 0.01 });
    for (let t = 0; t < 9; t++) {
      a.requiresGrad = t % 3 !== 1;
      for (const one of [a, b]) one.grad.set(values(7, t));
      const before = [bits(a.data), optimizer.stateDict()];
      optimizer.step();
      if (a.requiresGrad) reference.step();
      else expect([bits(a.data), optimizer.stateDict()]).toEqual(before);
    }
    expect(differing(a.data, b.data)).toBe(0);
    expect(optimizer.stateDict()).toEqual(reference.stateDict());
    for (const one of [optimizer, reference, a, b]) one.dispose();
  });

  it.each([...optimizers])(
    '%s: every option may change between steps, as by a new optimizer with the state',
    (_, Class) => {
      const defaults = defaultsOf(Class);
      for (const [, options] of variants(Class)) {
        const [a, b] = [values(7, 1), values(7, 1)];
        const changed = new Class([a], options);
        let anew = new Class([b], options);
        for (let t = 0; t < 6; t++) {
          // lr, decay, betas; not what decides which state there is.
          const next: Record<string, unknown> = { lr: 0.01 / (t + 1) };
          if ('weightDecay' in defaults) next.weightDecay = 0.01 * t;
          if ('betas' in defaults) next.betas = [0.9 - 0.1 * t, 0.99];
          Object.assign(changed.paramGroups[0]!, next);
          const dict = anew.stateDict();
          anew.dispose();
          anew = new Class([b], { ...options, ...next });
          dict.param_groups = anew.stateDict().param_groups;
          anew.loadStateDict(dict);
          changed.step([values(7, t)]);
          anew.step([values(7, t)]);
        }
        expect(differing(a, b)).toBe(0);
        expect(changed.stateDict()).toEqual(anew.stateDict());
        changed.dispose();
        anew.dispose();
      }
    },
  );

  it('momentum and amsgrad may be turned on later: their state begins there', () => {
    const [a, b] = [values(5, 1), values(5, 1)];
    const late = new SGD([a], { lr: 0.1 });
    late.step([values(5, 2)]);
    late.paramGroups[0]!.momentum = 0.9;
    const plain = new SGD([b], { lr: 0.1 });
    plain.step([values(5, 2)]);
    const moving = new SGD([b], { lr: 0.1, momentum: 0.9 });
    for (let t = 3; t < 6; t++) {
      late.step([values(5, t)]);
      moving.step([values(5, t)]);
    }
    expect(differing(a, b)).toBe(0);
    const adam = new Adam([a]);
    adam.step([values(5, 2)]);
    adam.paramGroups[0]!.amsgrad = true;
    adam.step([values(5, 3)]);
    expect(Object.keys(adam.stateDict().state[0]!)).toEqual(['step', 'exp_avg', 'exp_avg_sq', 'max_exp_avg_sq']);
  });
});

it('refuses to step an array that was transferred away since', () => {
  const w = values(3, 1);
  const optimizer = new SGD([w]);
  structuredClone(w, { transfer: [w.buffer] });
  expect(() => optimizer.step([values(3, 2)])).toThrow(
    new RangeError('SGD: params[0] must still hold 3 numbers, got 0'),
  );
  optimizer.dispose();
});
