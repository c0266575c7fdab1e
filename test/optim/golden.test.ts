// Bit parity with PyTorch: test/golden/optimizers.json and state_dict.json.
import { describe, expect, it } from 'vitest';
import { Adam, type Optimizer, type OptimizerStateDict, type Parameter, parameter } from '../../src/index.js';
import { decode, differing, golden, torchName } from '../golden.js';
import { type OptimizerClass, optimizers } from '../optimizers.js';

interface Case {
  readonly id: string;
  readonly optimizer: string;
  readonly options: Record<string, unknown>;
  readonly shapes: number[][];
  readonly initial: string[];
  /** [step][parameter] */
  readonly grads: string[][];
  readonly params: string[][];
  /** by camelCase name, [parameter] */
  readonly state: Record<string, string[]>;
}

const { cases } = golden<{ cases: Case[] }>('optimizers.json');
const ours = cases.filter(({ optimizer }) => optimizers.has(optimizer));

function expectState(optimizer: Optimizer<never>, state: Case['state']): void {
  const { state: mine } = (optimizer as unknown as Optimizer).stateDict();
  for (const [name, arrays] of Object.entries(state)) {
    arrays.forEach((array, i) => {
      const values = mine[i]?.[torchName(name)] as Float32Array;
      expect({ [`${name}[${i}]`]: differing(values, decode(array)) }).toEqual({ [`${name}[${i}]`]: 0 });
    });
  }
}

describe('optimizers.json', () => {
  it('has 40 cases, and all are run', () => {
    expect(ours).toHaveLength(40);
    expect(cases.map(({ optimizer }) => optimizer).filter((name) => !optimizers.has(name))).toEqual([]);
  });

  describe.each(ours.map((one) => [one.id, one] as const))('%s', (_, one) => {
    const Class = optimizers.get(one.optimizer) as OptimizerClass;

    it('has 0 differing bits over parameters with grad', () => {
      const params = one.initial.map((values, i) => parameter(decode(values), one.shapes[i]!));
      const optimizer = new Class(params, one.options);
      one.grads.forEach((grads, step) => {
        grads.forEach((grad, i) => {
          params[i]!.grad.set(decode(grad));
        });
        optimizer.step();
        expect(
          params.map((param, i) => differing(param.data, decode(one.params[step]![i]!))),
          `step ${step + 1}`,
        ).toEqual(params.map(() => 0));
      });
      expectState(optimizer as never, one.state);
      optimizer.dispose();
      for (const param of params) param.dispose();
    });

    it('has 0 differing bits over arrays of the user, through step(grads)', () => {
      const params = one.initial.map(decode);
      const optimizer = new Class(params, one.options);
      one.grads.forEach((grads, step) => {
        optimizer.step(grads.map(decode));
        expect(
          params.map((param, i) => differing(param, decode(one.params[step]![i]!))),
          `step ${step + 1}`,
        ).toEqual(params.map(() => 0));
      });
      expectState(optimizer as never, one.state);
      optimizer.dispose();
    });

    it('steps the same, whichever group a parameter is in', () => {
      const params = one.initial.map(decode);
      const groups = params.map((param) => ({ params: [param], ...one.options }));
      const optimizer = new Class(groups.slice(0, 2));
      optimizer.addParamGroup(groups[2]!);
      for (const grads of one.grads) optimizer.step(grads.map(decode));
      expect(params.map((param, i) => differing(param, decode(one.params.at(-1)![i]!)))).toEqual([0, 0, 0]);
      optimizer.dispose();
    });
  });
});

describe('state_dict.json', () => {
  interface Saved {
    readonly dtype: string;
    readonly shape: number[];
    readonly data: string;
  }
  const file = golden<{
    shapes: number[][];
    params: string[];
    stateDict: { state: Record<string, Record<string, Saved>>; param_groups: OptimizerStateDict['param_groups'] };
    grads: string[];
    next: string[];
  }>('state_dict.json');

  /** torch's tensors as plain data: those without axes as numbers. */
  function plain(): OptimizerStateDict {
    const state = Object.entries(file.stateDict.state).map(([i, entry]) => {
      const values = Object.entries(entry).map(([name, { dtype, shape, data }]) => {
        expect(dtype).toBe('float32');
        return [name, shape.length === 0 ? decode(data)[0]! : decode(data)];
      });
      return [i, Object.fromEntries(values)];
    });
    return { state: Object.fromEntries(state), param_groups: structuredClone(file.stateDict.param_groups) };
  }

  function make(): { params: Parameter[]; optimizer: Adam } {
    const params = file.params.map((values, i) => parameter(decode(values), file.shapes[i]!));
    const optimizer = new Adam(
      [
        { params: params.slice(0, 2), weightDecay: 0.1 },
        { params: params.slice(2), lr: 3e-3 },
      ],
      { lr: 1e-2, amsgrad: true },
    );
    return { params, optimizer };
  }

  function expectNext(params: Parameter[], optimizer: Adam): void {
    params.forEach((param, i) => {
      param.grad.set(decode(file.grads[i]!));
    });
    optimizer.step();
    expect(params.map((param, i) => differing(param.data, decode(file.next[i]!)))).toEqual([0, 0, 0]);
  }

  it('is loaded, and the next step has 0 differing bits', () => {
    const { params, optimizer } = make();
    optimizer.loadStateDict(plain());
    expectNext(params, optimizer);
  });

  it('overrides the options that the optimizer was made with', () => {
    const { params } = make();
    const optimizer = new Adam([{ params: params.slice(0, 2) }, { params: params.slice(2) }], { lr: 7, eps: 1 });
    optimizer.loadStateDict(plain());
    expect(optimizer.paramGroups.map(({ lr, weightDecay, amsgrad }) => [lr, weightDecay, amsgrad])).toEqual([
      [1e-2, 0.1, true],
      [3e-3, 0, true],
    ]);
    expectNext(params, optimizer);
  });

  it('is what stateDict() gives: every entry of ours is in torch’s, with the same bits', () => {
    const { optimizer } = make();
    optimizer.loadStateDict(plain());
    const mine = optimizer.stateDict();
    const theirs = plain();
    expect(mine.state).toEqual(theirs.state);
    mine.param_groups.forEach((group, g) => {
      expect(theirs.param_groups[g]).toMatchObject(group);
    });
  });

  it('equals our own after the same history, and goes over to another optimizer', () => {
    const history = cases.find(({ id }) => id === 'adam-amsgrad')!;
    const options = history.options;
    const run = (optimizer: Adam, grads: string[][]) => {
      for (const step of grads) optimizer.step(step.map(decode));
    };
    const a = history.initial.map(decode);
    const whole = new Adam(a, options);
    run(whole, history.grads);

    const b = history.initial.map(decode);
    const first = new Adam(b, options);
    run(first, history.grads.slice(0, 5));
    const second = new Adam(b);
    second.loadStateDict(first.stateDict());
    run(second, history.grads.slice(5));

    expect(b.map((values, i) => differing(values, a[i]!))).toEqual([0, 0, 0]);
    expect(second.stateDict()).toEqual(whole.stateDict());
  });

  it('shares nothing with the optimizer', () => {
    const { params, optimizer } = make();
    const loaded = plain();
    optimizer.loadStateDict(loaded);
    for (const { exp_avg } of Object.values(loaded.state)) (exp_avg as Float32Array).fill(9);
    const given = optimizer.stateDict();
    for (const { exp_avg } of Object.values(given.state)) (exp_avg as Float32Array).fill(9);
    (given.param_groups[0]!.betas as number[])[0] = 0.5;
    (loaded.param_groups[0]!.betas as number[])[0] = 0.5;
    expectNext(params, optimizer);
  });

  it('has no entry for a parameter that has taken no step', () => {
    const [a, b] = [new Float32Array(2), new Float32Array(3)];
    const optimizer = new Adam([a, b]);
    expect(optimizer.stateDict().state).toEqual({});
    optimizer.step([null, new Float32Array(3)]);
    expect(Object.keys(optimizer.stateDict().state)).toEqual(['1']);
  });
});
