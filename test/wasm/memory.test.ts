// Wasm memory: growth, its limits, addresses above 2 GiB, and the net under what was forgotten.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  type Dataset,
  dataset,
  fit,
  linear,
  type Model,
  memoryUsage,
  OutOfMemoryError,
  parameter,
  partialFit,
  sequential,
  tensor,
  zeros,
} from '../../src/index.js';
import { memoryBuffer } from '../../src/wasm/kernels.js';
import { type Floats, floats, words } from '../../src/wasm/memory.js';
import { failAllocation, KEPT_BACK } from '../setup/memory.js';
import { kernels } from '../testingKernels.js';
import { hold } from './holding.js';

const GIB = 2 ** 30;
/** The longest block of float32 that is below 1 GiB. */
const LARGEST = (GIB - 128) / 4;

/** Makes memory grow. */
function grow(): void {
  const before = memoryBuffer();
  const filler: Floats[] = [];
  while (memoryBuffer() === before) filler.push(floats(2 ** 20));
  for (const one of filler) one.dispose();
}

describe('blocks', () => {
  it('are aligned to 16 bytes, do not overlap, and are counted in whole lanes', () => {
    const bytes: number[] = [];
    const blocks = [0, 1, 3, 4, 5, 8, 17].map((n) => {
      const before = memoryUsage();
      const block = hold(floats(n));
      bytes.push(memoryUsage() - before);
      return block;
    });
    for (const { ptr } of blocks) expect(ptr % 16).toBe(0);
    expect(bytes).toEqual([16, 16, 16, 16, 32, 32, 80]);
    expect(memoryUsage()).toBe(208);
    blocks.forEach((block, i) => {
      block.view.fill(i);
    });
    blocks.forEach((block, i) => {
      expect([...block.view].every((x) => x === i)).toBe(true);
    });
  });

  it('are reused once freed', () => {
    const before = memoryBuffer().byteLength;
    for (let i = 0; i < 10_000; i++) floats(1000).dispose();
    expect(memoryBuffer().byteLength - before).toBeLessThanOrEqual(KEPT_BACK);
  });

  it('cannot be viewed after dispose, which may be called twice', () => {
    const block = words(3);
    block.dispose();
    block.dispose();
    expect(() => block.view).toThrow(RangeError);
    expect(block.ptr).toBe(0);
    expect(memoryUsage()).toBe(0);
  });
});

describe('when memory grows', () => {
  it('kept views are empty, and the accessors give new ones over the same numbers', () => {
    const t = hold(tensor([1, 2, 3]));
    const p = hold(parameter([4, 5]));
    p.grad.set([6, 7]);
    const views = [t.data, p.data, p.grad];
    expect(t.data).toBe(views[0]);
    grow();
    expect(views.map(({ length }) => length)).toEqual([0, 0, 0]);
    expect([...t.data, ...p.data, ...p.grad]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    t.data[0] = 8;
    expect(t.data[0]).toBe(8);
  });

  it('models and optimizers go on as if it had not', () => {
    const run = (between: () => void) => {
      const model = sequential(linear(3, 4, { seed: 1 }), linear(4, 1, { seed: 2 }));
      const optimizer = new Adam(model.parameters(), { lr: 0.1 });
      const x = Float32Array.of(1, 2, 3);
      for (let i = 0; i < 3; i++) {
        model.lossAndGrad('halfSquaredError', x, [1]);
        between();
        optimizer.step();
        between();
      }
      const y = [...model.predict(x)];
      optimizer.dispose();
      model.dispose();
      return y;
    };
    expect(run(grow)).toEqual(run(() => {}));
  });
});

describe('what does not fit', () => {
  it('a block of 1 GiB or more is refused with the bytes asked and in use, and nothing else happens', () => {
    const t = hold(tensor([1, 2, 3]));
    for (const shape of [[GIB / 4], [GIB / 4 - 1], [2 ** 16, 2 ** 16], [2 ** 31], [2 ** 50]]) {
      const bytes = 4 * shape.reduce((a, b) => a * b, 1);
      const error = caught(() => zeros(shape));
      expect(error).toBeInstanceOf(OutOfMemoryError);
      expect(error).toMatchObject({ name: 'OutOfMemoryError', bytesAsked: bytes, bytesInUse: 16 });
      expect(error.message).toBe(
        `Out of Wasm memory: ${bytes} bytes were asked for with 16 in use (a block is at most 1 GiB, all of them at most 4 GiB). ` +
          'Dispose what is no longer needed, or use smaller arrays.',
      );
    }
    expect(memoryUsage()).toBe(16);
    expect([...t.data]).toEqual([1, 2, 3]);
  });

  it('a model whose workspace is beyond 32 bits is refused, and its neighbours stay', () => {
    const neighbour = hold(tensor(new Float32Array(1000).fill(3)));
    const features = 2 ** 25;
    const model = hold(sequential(linear(features, 2, { init: 'zeros' })));
    const error = caught(() => model.predict(new Float32Array(features)));
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect(neighbour.data.every((x) => x === 3)).toBe(true);
  });

  it('only the allocator’s own trap means out of memory', () => {
    for (const trap of ['unreachable', 'unreachable executed', 'Unreachable code should not be executed']) {
      failAllocation(1, trap);
      expect(caught(() => zeros([2]))).toBeInstanceOf(OutOfMemoryError);
    }
    failAllocation(1, 'memory access out of bounds');
    const error = caught(() => zeros([2]));
    expect(error).not.toBeInstanceOf(OutOfMemoryError);
    expect(error.message).toMatch(/^Wasm memory is damaged: /);
    expect(error.cause).toBeInstanceOf(WebAssembly.RuntimeError);
  });

  it('4 GiB hold three of the largest blocks; past them everything stays usable, above 2 GiB too', {
    timeout: 60_000,
  }, () => {
    const blocks: Floats[] = [];
    const error = caught(() => {
      for (;;) blocks.push(hold(floats(LARGEST)));
    });
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect(error).toMatchObject({ bytesAsked: 4 * LARGEST, bytesInUse: memoryUsage() });
    expect(blocks.length).toBeGreaterThanOrEqual(3);
    const high = blocks.filter(({ ptr }) => ptr >= 2 ** 31);
    expect(high.length).toBeGreaterThanOrEqual(1);
    for (const { ptr } of blocks) expect(ptr).toBeGreaterThan(0);
    for (const block of blocks) block.view[block.length - 1] = 7;
    expect(kernels().sum_f32(high[0]!.ptr + 4 * (LARGEST - 8), 8)).toBe(7);

    // Room above 2 GiB for what comes next.
    const top = high.at(-1)!;
    top.dispose();
    const model = hold(sequential(linear(5, 3, { seed: 1 }), linear(3, 1, { seed: 2 })));
    const filler = hold(floats(2 ** 20));
    const p = hold(parameter(new Float32Array(2 ** 20).fill(1)));
    const optimizer = hold(new Adam([p], { lr: 0.5 }));
    expect(Math.max(filler.ptr, p.block.ptr, p.gradBlock.ptr)).toBeGreaterThan(2 ** 31);
    p.grad.fill(3);
    optimizer.step();
    expect([p.data[0], p.data[p.size - 1]]).toEqual([0.5, 0.5]);
    model.lossAndGrad('halfSquaredError', new Float32Array(10), [1, 2]);
    expect(model.predict(new Float32Array(5)).length).toBe(1);
    const again = caught(() => {
      for (;;) hold(floats(LARGEST));
    });
    expect(again).toBeInstanceOf(OutOfMemoryError);
  });

  it('and once it is freed, as much fits again', () => {
    const blocks = [floats(LARGEST), floats(LARGEST), floats(LARGEST)];
    for (const block of blocks) block.dispose();
  });
});

it('frees what was forgotten once it is collected', { timeout: 20_000 }, async () => {
  const gc = (globalThis as { gc?: () => void }).gc;
  expect(gc, 'vitest.config.ts passes --expose-gc').toBeTypeOf('function');
  (() => {
    for (let i = 0; i < 100; i++) zeros([1000]);
    sequential(linear(3, 1)).predict(new Float32Array(3));
    new Adam([parameter([1])]).step();
    // Fits that wait for what never comes.
    const never = () => new Promise<never>(() => {});
    const parts = (): [Model, Dataset, { loss: 'mse'; optimizer: Adam }] => {
      const model = sequential(linear(1, 1));
      return [model, dataset([[0], [1]], [0, 1]), { loss: 'mse', optimizer: new Adam(model.parameters()) }];
    };
    const [model, data, options] = parts();
    model.lossAndGrad('mse', data.features, data.targets);
    void fit(model, data, { ...options, onEpoch: never });
    const [other, , others] = parts();
    void partialFit(other, [never()], others);
  })();
  expect(memoryUsage()).toBeGreaterThan(400_000);
  for (let i = 0; i < 100 && memoryUsage() > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    gc!();
  }
  expect(memoryUsage()).toBe(0);
});

function caught(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  return expect.fail('nothing was thrown');
}
