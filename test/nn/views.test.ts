// Views of Wasm memory as arguments, where the call itself makes memory grow. In a file of its own: each test begins with little memory.
import { expect, it } from 'vitest';
import { linear, type Rows, sequential, tensor, zeros } from '../../src/index.js';
import { readRows } from '../../src/rows.js';
import { memoryBuffer } from '../../src/wasm/kernels.js';
import { bits } from '../train/byHand.js';
import { batch, gradBits } from './customParts.js';

/** Runs `body`, and fails unless memory grows in it. */
function growing<T>(body: () => T): T {
  const before = memoryBuffer();
  const result = body();
  expect(memoryBuffer()).not.toBe(before);
  return result;
}

const network = (units: number, outputs = 1) =>
  sequential(linear(4, units, { seed: 1 }), linear(units, outputs, { seed: 2 }));

it('predict, with rows and out', () => {
  const rows = 4000;
  const values = batch(4 * rows, 1);
  using model = network(64);
  using held = tensor(values);
  using out = zeros([rows]);
  const given = out.data;
  // One block of rows takes 256 KB, more than there is.
  const result = growing(() => model.predict(held.data, given));
  expect(given.length).toBe(0); // detached, as every view from before
  expect([result.length, bits(out.data)]).toEqual([rows, bits(model.predict(values))]);
});

it('forward, of an array of its own and of a view', () => {
  for (const view of [false, true]) {
    const rows = Math.ceil(memoryBuffer().byteLength / 16);
    const values = batch(4 * rows, 1);
    using model = network(8, 5);
    using held = tensor(values);
    using seen = growing(() => model.forward(view ? held.data : values));
    expect([seen.shape, bits(seen.data)]).toEqual([[rows, 5], bits(model.predict(values))]);
  }
});

it('lossAndGrad, with rows, targets and weights', () => {
  const rows = 100;
  const arrays = [batch(4 * rows, 1), batch(rows, 2), batch(rows, 3).map(Math.abs)] as const;
  using model = network(Math.ceil(memoryBuffer().byteLength / (4 * rows)));
  const [x, y, weights] = arrays.map((values) => tensor(values));
  const loss = growing(() => model.lossAndGrad('mse', x!.data, y!.data, { weights: weights!.data }));
  const gradients = gradBits(model);
  expect(loss).toBe(model.lossAndGrad('mse', arrays[0], arrays[1], { weights: arrays[2] }));
  expect(gradients).toEqual(gradBits(model));
});

it('rows that were looked at before memory grew', () => {
  using held = tensor([1, 2, 3, 4]);
  const forms: readonly (() => Rows)[] = [
    () => held,
    () => held.data,
    () => [held.data.subarray(0, 2), held.data.subarray(2)],
    () => [[1, 2], held.data.subarray(2)],
  ];
  for (const form of forms) {
    const { size, copyTo } = readRows('rows', form());
    growing(() => zeros([memoryBuffer().byteLength / 4]).dispose());
    const copy = new Float32Array(size);
    copyTo(copy);
    expect(copy).toEqual(Float32Array.of(1, 2, 3, 4));
  }
});
