// Memory of optimizers and averages: a failing allocation changes nothing; views of Wasm memory are copied, or refused; no memory is
// given twice.
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  Adam,
  ExponentialMovingAverage,
  LBFGS,
  memoryUsage,
  type Optimizer,
  OutOfMemoryError,
  parameter,
  SGD,
  StochasticWeightAverage,
  zeros,
} from '../../src/index.js';
import { type AnyOptions, type OptimizerClass, optimizers, variants } from '../optimizers.js';
import { bits } from '../train/byHand.js';

/** Number of allocations that succeed before one fails, and true if each moves the memory, as growing does. */
const allocations = vi.hoisted(() => ({ allowed: Infinity, detach: false }));

/** The memory of the kernels: grow(0) detaches every view of it. */
const memories = vi.hoisted(() => {
  const made: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made.push(this);
    }
  };
  return made;
});

vi.mock('../../src/wasm/kernels.js', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/wasm/kernels.js')>();
  let wrapped: ReturnType<typeof original.kernels> | undefined;
  const alloc = (bytes: number) => {
    if (allocations.allowed-- === 0) throw new WebAssembly.RuntimeError('unreachable');
    if (allocations.detach) memories.at(-1)!.grow(0);
    return original.kernels().alloc(bytes);
  };
  const kernels = () => {
    wrapped ??= { ...original.kernels(), alloc };
    return wrapped;
  };
  return { ...original, kernels };
});

afterEach(() => {
  Object.assign(allocations, { allowed: Infinity, detach: false });
});

/** Calls with the first, the second, ... allocation failing, until none does; `see` must show the same after each failure. */
function failing(call: () => unknown, see: () => unknown): number {
  const before = structuredClone(see());
  for (let failures = 0; ; failures++) {
    allocations.allowed = failures;
    try {
      call();
      return failures;
    } catch (error) {
      allocations.allowed = Infinity;
      expect(error).toBeInstanceOf(OutOfMemoryError);
      expect(see(), `allocation ${failures}`).toEqual(before);
    } finally {
      allocations.allowed = Infinity;
    }
  }
}

const state = (optimizer: Optimizer<AnyOptions>) => [
  optimizer.stateDict(),
  structuredClone(optimizer.paramGroups.map(({ params, ...options }) => ({ ...options, count: params.length }))),
];
const weights = () => [parameter([1, 2, 3, 4], [2, 2]), parameter([5])];

describe.each([...optimizers] as [string, OptimizerClass][])('%s: an allocation fails', (_, Class) => {
  it('in the constructor, in addParamGroup, in a first step: nothing is changed', () => {
    const start = memoryUsage();
    const arrays = () => [new Float32Array(3), new Float32Array(2)];
    let made: Optimizer<AnyOptions> | undefined;
    const count = failing(
      () => {
        made = new Class(arrays());
      },
      () => memoryUsage() - start,
    );
    expect(count).toBeGreaterThan(2);
    const optimizer = made!;
    const more = new Float32Array([1]);
    expect(
      failing(
        () => optimizer.addParamGroup({ params: [more] }),
        () => [state(optimizer), memoryUsage()],
      ),
    ).toBeGreaterThan(1);
    const grads = [new Float32Array(3).fill(1), new Float32Array(2).fill(1), new Float32Array([1])];
    expect(
      failing(
        () => optimizer.step(grads),
        () => [state(optimizer), memoryUsage(), bits(more)],
      ),
    ).toBeGreaterThan(1);
    expect(more[0]).not.toBe(1);
    optimizer.dispose();
    expect(memoryUsage()).toBe(start);
  });

  it.each(variants(Class))('in loadStateDict, and in steps after: %s', (_, options) => {
    const start = memoryUsage();
    const [params, twins] = [weights(), weights()];
    const [optimizer, twin] = [params, twins].map((list) => new Class(list, options)) as [
      Optimizer<AnyOptions>,
      Optimizer<AnyOptions>,
    ];
    const step = (one: Optimizer<AnyOptions>, list: ReturnType<typeof weights>) => {
      for (const { grad } of list) grad.fill(0.5);
      one.step();
    };
    step(optimizer, params);
    step(twin, twins);
    // Other options, so that there is state to make.
    const rich = Object.fromEntries(
      Object.keys(Class.descriptor.options)
        .filter((key) => /^(momentum|centered|amsgrad)$/.test(key))
        .map((key) => [key, key === 'momentum' ? 0.9 : true]),
    );
    const third = new Class(weights(), {
      ...options,
      ...rich,
      ...('nesterov' in Class.descriptor.options && { nesterov: false }),
    });
    for (const { grad } of third.paramGroups[0]!.params as ReturnType<typeof weights>) grad.fill(2);
    third.step();
    third.step();
    const dict = third.stateDict();
    failing(
      () => optimizer.loadStateDict(dict),
      () => state(optimizer),
    );
    twin.loadStateDict(dict);
    failing(
      () => step(optimizer, params),
      () => [state(optimizer), params.map(({ data }) => bits(data))],
    );
    step(twin, twins);
    expect(params.map(({ data }) => bits(data))).toEqual(twins.map(({ data }) => bits(data)));
    expect(state(optimizer)).toEqual(state(twin));
    for (const one of [optimizer, twin, ...params, ...twins]) one.dispose();
    for (const one of third.paramGroups[0]!.params) (one as { dispose?(): void }).dispose?.();
    third.dispose();
    expect(memoryUsage()).toBe(start);
  });
});

it('an average that finds no memory leaks none', () => {
  for (const Average of [ExponentialMovingAverage, StochasticWeightAverage]) {
    const params = weights();
    const start = memoryUsage();
    let made: ExponentialMovingAverage | StochasticWeightAverage | undefined;
    failing(
      () => {
        made = new Average([new Float32Array(3), ...params] as never);
      },
      () => memoryUsage() - start,
    );
    made!.dispose();
    expect(memoryUsage()).toBe(start);
  }
});

describe('views of Wasm memory', () => {
  it.each([...optimizers] as [string, OptimizerClass][])(
    '%s: as gradients and in state dicts are copied in time',
    (_, Class) => {
      const held = zeros([4]);
      held.set([1, -2, 3, -4]);
      const steps = (grad: () => Float32Array, detach: boolean) => {
        const [w, own] = [parameter([1, 2, 3, 4]), new Float32Array([1, 2, 3, 4])];
        const optimizer = new Class([w, own] as never, { lr: 0.1 });
        allocations.detach = detach;
        for (let i = 0; i < 3; i++) {
          // The plan is made anew, and memory grows, in the middle of the step.
          w.requiresGrad = i !== 1;
          optimizer.step([grad(), grad()]);
          optimizer.step({ grads: [grad(), grad()], clipGradNorm: 1 });
        }
        const dict = optimizer.stateDict();
        const other = new Class([parameter(w.data.slice()), own.slice()] as never);
        const views = structuredClone(dict);
        for (const [name, value] of Object.entries(views.state[0] ?? {})) {
          if (!(value instanceof Float32Array) || value.length !== 4) continue;
          held.set(value);
          views.state[0]![name] = held.data;
          break;
        }
        other.loadStateDict(views);
        allocations.detach = false;
        held.set([1, -2, 3, -4]);
        expect(other.stateDict()).toEqual(dict);
        return [bits(w.data), bits(own), dict];
      };
      expect(steps(() => held.data, true)).toEqual(steps(() => held.data.slice(), false));
    },
  );

  it('as parameters are refused: they go empty when memory grows', () => {
    const w = parameter([1, 2]);
    for (const make of [
      () => new SGD([w.data]),
      () => new Adam([new Float32Array(2), w.grad]),
      () => new SGD([w as never, w.data as never]),
      () => new ExponentialMovingAverage([w.data]),
      () => new LBFGS([new Float32Array(2), w.data]),
      () => new LBFGS([w.grad]),
    ]) {
      expect(make).toThrow(/params\[[01]\] must be a Parameter, or an array outside Wasm memory/);
      expect(make).toThrow(RangeError);
    }
  });
});

describe('memory that is given twice', () => {
  const all = new Float32Array(6).fill(1);
  const cases: readonly [string, Float32Array[]][] = [
    ['overlapping', [all.subarray(0, 4), all.subarray(2, 6)]],
    ['the other way round', [all.subarray(2, 6), all.subarray(0, 4)]],
    ['within', [all, all.subarray(1, 2)]],
    ['another view', [all, all.subarray(0)]],
    ['one with an offset', [all.subarray(5), new Float32Array(1), new Float32Array(all.buffer, 20, 1)]],
  ];

  it.each(cases)('is refused: %s', (_, params) => {
    const message = /params\[\d\] must share no memory with another parameter, got overlapping arrays/;
    for (const Class of [SGD, Adam, LBFGS, ExponentialMovingAverage, StochasticWeightAverage]) {
      expect(() => new Class(params as never)).toThrow(message);
    }
    const grouped = params.map((one) => ({ params: [one] }));
    expect(() => new SGD(grouped)).toThrow(message);
  });

  it('is told from halves of one buffer, and from empty arrays', () => {
    const halves = [all.subarray(0, 3), all.subarray(3, 6), all.subarray(3, 3), all.subarray(1, 1)];
    using optimizer = new SGD(halves, { lr: 0.5 });
    optimizer.step([new Float32Array(3).fill(1), new Float32Array(3).fill(2), new Float32Array(), new Float32Array()]);
    expect([...all]).toEqual([0.5, 0.5, 0.5, 0, 0, 0]);
    expect(() => new SGD([halves[0]!, halves[0]!])).toThrow(
      'params[1] must be a parameter not given before, got one twice',
    );
  });
});

it('options of one group are not those of another', () => {
  const optimizer = new Adam([{ params: [new Float32Array(1)] }, { params: [new Float32Array(1)] }]);
  (optimizer.paramGroups[0]!.betas as [number, number])[0] = 0.5;
  expect(optimizer.paramGroups[1]!.betas).toEqual([0.9, 0.999]);
  expect(new Adam([new Float32Array(1)]).paramGroups[0]!.betas).toEqual([0.9, 0.999]);
});
