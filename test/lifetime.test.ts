// dispose, `using`, use after dispose, and memory that comes back.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { airfoil } from '../src/datasets.js';
import {
  Adam,
  type Dataset,
  dataset,
  type FitOptions,
  fit,
  fitSync,
  linear,
  type Model,
  memoryUsage,
  parameter,
  sequential,
  tensor,
  UseAfterDisposeError,
  zeros,
} from '../src/index.js';
import { optimizers } from './optimizers.js';
import { RECORDS_KEPT } from './setup/memory.js';

let start = 0;
beforeEach(() => {
  start = memoryUsage();
});
afterEach(() => {
  expect(memoryUsage()).toBe(start);
});

const model = () => sequential(linear(2, 3, { seed: 1 }), linear(3, 1, { seed: 2 }));
const samples = () =>
  dataset(
    [
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    [1, 2, 3],
  );

/** Each kind of thing that holds memory: how it is made, what an error calls it, and every use of it. */
const kinds: readonly [string, () => { dispose(): void; disposed: boolean }, string, ((one: never) => unknown)[]][] = [
  [
    'Tensor',
    () => tensor([1, 2, 3, 4], [2, 2]),
    'A Tensor of shape [2, 2]',
    [(t: ReturnType<typeof tensor>) => t.data, (t: ReturnType<typeof tensor>) => t.set([1, 2, 3, 4])],
  ],
  ['zeros', () => zeros([3]), 'A Tensor of shape [3]', [(t: ReturnType<typeof tensor>) => t.data]],
  [
    'Parameter',
    () => parameter([1, 2]),
    'A Parameter of shape [2]',
    [
      (p: ReturnType<typeof parameter>) => p.data,
      (p: ReturnType<typeof parameter>) => p.grad,
      (p: ReturnType<typeof parameter>) => p.set([1, 2]),
    ],
  ],
  [
    'Optimizer',
    () => new Adam([new Float32Array(2)]),
    'Adam optimizer',
    [
      (o: Adam) => o.step([new Float32Array(2)]),
      (o: Adam) => o.step(),
      (o: Adam) => o.zeroGrad(),
      (o: Adam) => o.stateDict(),
      (o: Adam) => o.loadStateDict({ state: {}, param_groups: [] }),
      (o: Adam) => o.addParamGroup({ params: [new Float32Array(1)] }),
    ],
  ],
  [
    'Model',
    model,
    'A model (linear(2, 3), linear(3, 1))',
    [
      (m: Model) => m.predict(new Float32Array(2)),
      (m: Model) => m.forward(new Float32Array(2)),
      (m: Model) => m.lossAndGrad('halfSquaredError', new Float32Array(2), [1]),
      (m: Model) => m.parameters(),
    ],
  ],
  ['Dataset', samples, 'A dataset of 3 samples', [(d: Dataset) => d.split(0.5), (d: Dataset) => d.standardize()]],
];

describe.each(kinds)('%s', (_, make, name, uses) => {
  it('gives its memory back, once', () => {
    const one = make();
    expect(memoryUsage()).toBeGreaterThan(start);
    expect(one.disposed).toBe(false);
    one.dispose();
    expect(one.disposed).toBe(true);
    expect(memoryUsage()).toBe(start);
    const other = make();
    const bytes = memoryUsage();
    one.dispose();
    expect(memoryUsage()).toBe(bytes);
    other.dispose();
  });

  it('throws UseAfterDisposeError naming it, at every use', () => {
    const one = make();
    one.dispose();
    for (const use of uses) {
      expect(() => use(one as never), String(use)).toThrow(UseAfterDisposeError);
      expect(() => use(one as never), String(use)).toThrow(`${name} was used after dispose()`);
    }
  });

  it('is disposed at the end of a block that uses it', () => {
    const one = make();
    {
      using inBlock = one as ReturnType<typeof tensor>;
      expect(inBlock.disposed).toBe(false);
    }
    expect(one.disposed).toBe(true);
    one.dispose();
  });
});

describe('what is disposed elsewhere', () => {
  it('a parameter: its optimizer and its model name it', () => {
    const p = parameter([1, 2]);
    const optimizer = new Adam([p]);
    p.dispose();
    expect(() => optimizer.step()).toThrow(new UseAfterDisposeError('Adam: parameter 0'));
    expect(() => new Adam([p])).toThrow(UseAfterDisposeError);
    optimizer.dispose();

    const m = model();
    const [first] = m.parameters();
    first!.dispose();
    expect(() => m.predict(new Float32Array(2))).toThrow(UseAfterDisposeError);
    expect(() => m.lossAndGrad('halfSquaredError', new Float32Array(2), [1])).toThrow(UseAfterDisposeError);
    m.dispose();
  });

  it('the model of a fit, its optimizer, its data: each is named, and nothing is left busy', async () => {
    for (const which of ['model', 'optimizer', 'data', 'features', 'targets', 'parameter'] as const) {
      const [m, data] = [model(), samples()];
      const optimizer = new Adam([m.parameters()[1]!]);
      const options: FitOptions = { loss: 'halfSquaredError', optimizer };
      const { features, targets } = data;
      ({ model: m, optimizer, data, features, targets, parameter: m.parameters()[0]! })[which].dispose();
      expect(() => fitSync(m, data, options), which).toThrow(UseAfterDisposeError);
      await expect(fit(m, data, options), which).rejects.toThrow(UseAfterDisposeError);
      optimizer.dispose();
      m.dispose();
      data.dispose();
    }
  });

  it('tensors given to predict and lossAndGrad', () => {
    const m = model();
    const [x, y] = [tensor([1, 2], [1, 2]), tensor([1])];
    x.dispose();
    expect(() => m.predict(x)).toThrow(new UseAfterDisposeError('A Tensor of shape [1, 2]'));
    expect(() => m.lossAndGrad('halfSquaredError', x, [1])).toThrow(UseAfterDisposeError);
    y.dispose();
    expect(() => m.lossAndGrad('halfSquaredError', new Float32Array(2), y)).toThrow(UseAfterDisposeError);
    expect(() => dataset(x, [1])).toThrow(UseAfterDisposeError);
    m.dispose();
  });
});

describe('memory comes back', () => {
  it.each([...optimizers])('from %s, with its state and its plans', (_, Class) => {
    const [a, b] = [new Float32Array(5), new Float32Array(4)];
    const optimizer = new Class([a, b]);
    const grads = () => [new Float32Array(5).fill(1), new Float32Array(4).fill(1)];
    const use = () => {
      optimizer.step([null, grads()[1]!]);
      optimizer.step(grads());
      optimizer.loadStateDict(optimizer.stateDict());
      optimizer.step(grads());
    };
    use();
    const bytes = memoryUsage();
    for (let i = 0; i < 10; i++) use();
    expect(memoryUsage()).toBe(bytes);
    optimizer.dispose();
  });

  it('from a model that has seen batches of many sizes', () => {
    const m = model();
    for (const rows of [1, 3, 100, 7, 20_000]) {
      m.predict(new Float32Array(2 * rows));
      m.forward(new Float32Array(2 * rows)).dispose();
      if (rows <= 100) m.lossAndGrad('halfSquaredError', new Float32Array(2 * rows), new Float32Array(rows));
    }
    m.dispose();
  });

  it('from constructors that fail', () => {
    const p = parameter([1]);
    for (const fail of [
      () => tensor([1, 2], [3]),
      () => zeros([-1]),
      () => parameter([1, 2], [3]),
      () => linear(0, 1),
      () => linear(2, 2, { init: 'other' as never }),
      () => new Adam([p], { lr: -1 }),
      () => new Adam([p, p]),
      () => new Adam([{ params: [p] }, { params: [new Float32Array(3)], lr: -1 }]),
      () => new Adam([{ params: [p] }, { params: [] }]),
      () => dataset([[1], [2]], [3]),
      () => dataset([[1], [Number.NaN]], [3, 4]),
      () => dataset([[1], [2]], [3, Number.NaN]),
    ]) {
      const bytes = memoryUsage();
      expect(fail).toThrow();
      expect(memoryUsage(), String(fail)).toBe(bytes);
    }
    p.dispose();
  });

  const endings: readonly [string, Partial<FitOptions>, number][] = [
    ['completed', {}, 0.01],
    ['stopped', { onProgress: () => false }, 0.01],
    ['aborted', { signal: AbortSignal.abort() }, 0.01],
    ['diverged', {}, 1e30],
  ];

  it.each(endings)('from a fit that is %s', async (status, more, lr) => {
    for (const train of [fit, fitSync]) {
      const [m, data] = [model(), samples()];
      const optimizer = new Adam(m.parameters(), { lr });
      optimizer.zeroGrad();
      const bytes = memoryUsage();
      const result = await train(m, data, {
        loss: 'halfSquaredError',
        optimizer,
        epochs: 20,
        batchSize: 2,
        logEvery: 1,
        ...more,
      });
      expect(result.status).toBe(status);
      expect(memoryUsage(), train.name).toBe(bytes);
      for (const one of [optimizer, m, data]) one.dispose();
    }
  });

  it('from a fit whose callback throws', async () => {
    const [m, data] = [model(), samples()];
    const optimizer = new Adam(m.parameters());
    const bytes = memoryUsage();
    const thrower = () => {
      throw new Error('mine');
    };
    for (const callbacks of [{ onProgress: thrower }, { sampleOrder: thrower }]) {
      const options = { loss: 'halfSquaredError', optimizer, ...callbacks } as const;
      expect(() => fitSync(m, data, options)).toThrow('mine');
      await expect(fit(m, data, options)).rejects.toThrow('mine');
      expect(memoryUsage()).toBe(bytes);
    }
    for (const one of [optimizer, m, data]) one.dispose();
  });

  it('at once, without a turn of the host, from what is made and disposed in a loop: the net forgets it', () => {
    const [m, data] = [model(), samples()];
    const optimizer = new Adam(m.parameters());
    const gc = (globalThis as { gc?: () => void }).gc!;
    /** Bytes of the heap that are left by so many calls: the least of three times, as the engine's own code takes some now and then. */
    const left = (count: number, call: () => void): number => {
      for (let i = 0; i < 1000; i++) call();
      const each = Array.from({ length: 3 }, () => {
        gc();
        const before = process.memoryUsage().heapUsed;
        for (let i = 0; i < count; i++) call();
        gc();
        return process.memoryUsage().heapUsed - before - RECORDS_KEPT;
      });
      return Math.min(...each);
    };
    expect(left(20_000, () => tensor([1, 2]).dispose())).toBeLessThan(500_000);
    expect(left(2000, () => new Adam([new Float32Array(2)]).dispose())).toBeLessThan(200_000);
    expect(left(2000, () => void fitSync(m, data, { loss: 'mse', optimizer }))).toBeLessThan(400_000);
    for (const one of [optimizer, m, data]) one.dispose();
  });

  it('from datasets: parts, standardised copies and the airfoil data are the caller’s', () => {
    const data = airfoil();
    const parts = data.split(0.8, { seed: 1 });
    const standard = data.standardize();
    for (const one of [...parts, standard, data]) one.dispose();
  });

  it('a prediction into a given array takes none, of either memory', () => {
    const m = model();
    const [x, out] = [new Float32Array(2), new Float32Array(1)];
    const gc = (globalThis as { gc?: () => void }).gc!;
    const loop = (n: number) => {
      for (let i = 0; i < n; i++) m.predict(x, out);
    };
    loop(100_000);
    const bytes = memoryUsage();
    gc();
    const heap = process.memoryUsage().heapUsed;
    loop(1_000_000);
    expect(memoryUsage()).toBe(bytes);
    // Less than a byte a call: nothing is allocated in the loop.
    expect(process.memoryUsage().heapUsed - heap).toBeLessThan(1_000_000);
    m.dispose();
  });
});
