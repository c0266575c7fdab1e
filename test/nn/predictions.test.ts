// Predictions of a model that has predicted before, which takes a shorter path: the same numbers and the same errors as of one that has not.
import { describe, expect, it } from 'vitest';
import { BusyError, customLayer, embedding, linear, logisticRegression, sequential, tensor } from '../../src/index.js';
import { bits } from '../train/byHand.js';
import { numbers } from './layers.js';

const D = 5;
const network = (outputs: number) => sequential(linear(D, outputs, { seed: 1 }));

/** A model that has predicted some rows. */
function warm(outputs: number, rows = 1) {
  const model = network(outputs);
  model.predict(numbers(rows * D, 1), new Float32Array(rows * outputs));
  return model;
}

/** The error of a call. */
function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe.each([1, 3, D])('with %i outputs', (K) => {
  it.each([1, 2, 3, 4, 5, 40])('%i rows, as a model that has not predicted', (rows) => {
    const x = numbers(rows * D, 2);
    using fresh = network(K);
    using model = warm(K);
    const expected = bits(fresh.predict(x));
    const out = new Float32Array(rows * K);
    using held = tensor(x, [rows, D]);
    for (let i = 0; i < 2; i++) {
      expect(bits(model.predict(x))).toEqual(expected);
      expect(model.predict(x, out.fill(0))).toBe(out);
      expect(bits(out)).toEqual(expected);
      for (const same of [held, held.data]) {
        expect(bits(model.predict(same))).toEqual(expected);
        expect(bits(model.predict(same, out.fill(0)))).toEqual(expected);
      }
    }
  });

  it('what does not fit', () => {
    // Room for more numbers than the calls give.
    using model = warm(K, 2);
    const row = numbers(D, 3);
    const disposed = tensor(row, [1, D]);
    disposed.dispose();
    const calls: ((model: ReturnType<typeof network>) => unknown)[] = [
      (one) => one.predict(numbers(D + 2, 4)),
      (one) => one.predict(numbers(D + 2, 4), new Float32Array(D + 2)),
      (one) => one.predict(numbers(D - 1, 4), new Float32Array(K)),
      (one) => one.predict(row, new Float32Array(K + 1)),
      (one) => one.predict(row, new Float32Array(0)),
      (one) => one.predict(row, new Float64Array(K) as unknown as Float32Array),
      (one) => one.predict(row, Array(K).fill(0) as unknown as Float32Array),
      (one) => one.predict(row, null as unknown as Float32Array),
      (one) => one.predict(tensor(row, [D, 1]), new Float32Array(K)),
      (one) => one.predict(tensor(numbers(D + 1, 4), [1, D + 1])),
      (one) => one.predict(tensor(row, [1, 1, D])),
      (one) => one.predict(tensor(row), new Float32Array(K + 1)),
      (one) => one.predict(disposed),
      (one) => one.predict(disposed, new Float32Array(K)),
    ];
    for (const call of calls) {
      using fresh = network(K);
      expect(errorOf(() => call(model))).toEqual(errorOf(() => call(fresh)));
    }
  });

  it('arrays that have lost their numbers', () => {
    using model = warm(K);
    const [row, out] = [numbers(D, 3), new Float32Array(K)];
    structuredClone(row.buffer, { transfer: [row.buffer as ArrayBuffer] });
    expect(() => model.predict(row)).toThrow(TypeError);
    structuredClone(out.buffer, { transfer: [out.buffer] });
    expect(() => model.predict(numbers(D, 3), out)).toThrow(RangeError);
  });

  it('without out: an array of its own each time', () => {
    using model = warm(K);
    const first = model.predict(numbers(D, 5));
    const kept = bits(first);
    expect(model.predict(numbers(D, 6))).not.toBe(first);
    expect(bits(first)).toEqual(kept);
  });
});

it.each([1, 4, 20_000])('into the rows themselves, and over a part of them: %i rows', (rows) => {
  using model = warm(D);
  const x = numbers(rows * D, 7);
  const expected = bits(model.predict(x));
  // Blocks of rows are each in their place.
  expect(bits(model.predict(x.subarray(-D)))).toEqual(expected.slice(-D));
  for (const shift of [0, 1, D]) {
    const both = new Float32Array(x.length + shift);
    for (const [from, to] of [[0, shift] as const, [shift, 0] as const]) {
      both.set(x, from);
      model.predict(both.subarray(from, from + x.length), both.subarray(to, to + x.length));
      expect(bits(both.subarray(to, to + x.length))).toEqual(expected);
    }
  }
  using held = tensor(x);
  model.predict(held, held.data);
  expect(bits(held.data)).toEqual(expected);
});

it('probabilities of one row', () => {
  using model = logisticRegression({ inputs: D, seed: 1 });
  const row = numbers(D, 8);
  const [first, out] = [model.predictProba(row), new Float32Array(1)];
  expect(bits(model.predictProba(row))).toEqual(bits(first));
  expect(bits(model.predictProba(row, out))).toEqual(bits(first));
  expect(out[0]).toBeCloseTo(1 / (1 + Math.exp(-model.predict(row)[0]!)), 6);
});

it('indices that are none, after those that are', () => {
  using model = sequential(embedding(4, 2, { seed: 1 }), linear(2, 2, { seed: 2 }));
  const out = new Float32Array(2);
  model.predict(Float32Array.of(3), out);
  for (const bad of [4, -1, 0.5, Number.NaN]) {
    expect(() => model.predict(Float32Array.of(bad))).toThrow(RangeError);
    expect(() => model.predict(Float32Array.of(bad), out)).toThrow(RangeError);
  }
});

it('a layer written in JavaScript: the model is in use while it runs', () => {
  let within = () => {};
  const layer = customLayer({
    name: 'calls',
    outputs: (inputs) => inputs,
    forward(x, y) {
      y.set(x);
      within();
    },
    backward: (dy, dx) => dx.set(dy),
  });
  using model = sequential(linear(D, 2, { seed: 1 }), layer);
  const [x, out] = [numbers(D, 9), new Float32Array(2)];
  const first = bits(model.predict(x));
  within = () => model.dispose();
  expect(() => model.predict(x, out)).toThrow(BusyError);
  expect(() => model.predict(x)).toThrow(BusyError);
  within = () => {};
  expect(bits(model.predict(x, out))).toEqual(first);
});

it('a layer that has been disposed since', () => {
  const layer = linear(D, 1, { seed: 1 });
  using model = sequential(layer);
  using other = warm(1);
  const out = new Float32Array(1);
  for (let i = 0; i < 2; i++) model.predict(numbers(D, 1), out);
  sequential(layer).dispose();
  expect(() => model.predict(numbers(D, 1), out)).toThrow('dispose');
  expect(() => model.predict(numbers(D, 1))).toThrow('dispose');
  expect(other.predict(numbers(D, 1), out)).toBe(out);
});
