// Averages of weights: against float64, exchanged to the bit, state dicts, memory, what is refused.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Adam,
  type AverageStateDict,
  batchNorm,
  dataset,
  ExponentialMovingAverage,
  encodeStateDict,
  fitSync,
  linear,
  memoryUsage,
  parameter,
  StochasticWeightAverage,
  sequential,
  UseAfterDisposeError,
} from '../../src/index.js';
import { bits, noise } from '../train/byHand.js';

let start = 0;
beforeEach(() => {
  start = memoryUsage();
});
afterEach(() => {
  expect(memoryUsage()).toBe(start);
});

type Average = ExponentialMovingAverage | StochasticWeightAverage;
const kinds: readonly [string, (params: never) => Average][] = [
  ['ExponentialMovingAverage', (params) => new ExponentialMovingAverage(params, { decay: 0.9 })],
  ['StochasticWeightAverage', (params) => new StochasticWeightAverage(params)],
];
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1023, 100_000];

/** The averages of `count` updates of parameters of all sizes by noise, with the same in float64. */
function averages(average: (params: never) => Average, next: (n: number, a: number, x: number) => number, count = 50) {
  const random = noise(3);
  const params = SIZES.map((size) => parameter(new Float32Array(size)));
  const expected = SIZES.map((size) => new Float64Array(size));
  const averaged = average(params as never);
  for (let n = 0; n < count; n++) {
    params.forEach(({ data }, i) => {
      for (let j = 0; j < data.length; j++) {
        data[j] = random();
        expected[i]![j] = n === 0 ? data[j]! : next(n, expected[i]![j]!, data[j]!);
      }
    });
    averaged.update();
  }
  expect(averaged.count).toBe(count);
  const got = averaged.stateDict().averages;
  for (const one of [averaged, ...params]) one.dispose();
  return { got, expected };
}

function expectNear(got: readonly Float32Array[], expected: readonly Float64Array[]): void {
  const distances = got.map((array, i) =>
    array.reduce((most, a, j) => Math.max(most, Math.abs(a - expected[i]![j]!)), 0),
  );
  expect(Math.max(...distances)).toBeLessThan(1e-6);
}

describe('against float64', () => {
  it.each([0, 0.3, 0.5, 0.9, 0.999, 1])('ExponentialMovingAverage with decay %d', (decay) => {
    const { got, expected } = averages(
      (params) => new ExponentialMovingAverage(params, { decay }),
      (_, a, x) => decay * a + (1 - decay) * x,
    );
    expectNear(got, expected);
  });

  it('StochasticWeightAverage', () => {
    const { got, expected } = averages(
      (params) => new StochasticWeightAverage(params),
      (n, a, x) => (n * a + x) / (n + 1),
    );
    expectNear(got, expected);
  });
});

describe.each(kinds)('%s', (name, make) => {
  const two = () => [parameter([1, -0, Number.NaN, 1e-45, 5]), parameter([6])] as const;
  const both = (params: readonly ReturnType<typeof parameter>[]) => params.flatMap(({ data }) => bits(data));

  it('starts with the parameters, and is set to them by the first update', () => {
    const w = parameter([1, 2]);
    const average = make([w] as never);
    expect(average.stateDict()).toEqual({ n_averaged: 0, averages: [Float32Array.of(1, 2)] });
    w.set([3, 4]);
    average.update();
    expect(average.stateDict()).toEqual({ n_averaged: 1, averages: [Float32Array.of(3, 4)] });
    average.dispose();
    w.dispose();
  });

  it('exchanges parameters and averages in place, and back to the bit', () => {
    const params = two();
    const average = make(params as never);
    average.update();
    for (const { data } of params) for (let i = 0; i < data.length; i++) data[i]! += 1;
    average.update();
    const [trained, averaged] = [both(params), average.stateDict()];
    average.swapIn();
    expect(average.swapped).toBe(true);
    expect(both(params)).toEqual(averaged.averages.flatMap(bits));
    expect(average.stateDict().averages.flatMap(bits)).toEqual(averaged.averages.flatMap(bits));
    average.swapOut();
    expect(average.swapped).toBe(false);
    expect(both(params)).toEqual(trained);
    average.swap();
    average.swap();
    expect(both(params)).toEqual(trained);
    expect(average.stateDict().averages.flatMap(bits)).toEqual(averaged.averages.flatMap(bits));
    for (const one of [average, ...params]) one.dispose();
  });

  it('refuses what makes no sense while they are exchanged, or are not', () => {
    const w = parameter([1]);
    const average = make([w] as never);
    expect(() => average.swapOut()).toThrow(
      `${name}: swapOut() needs swapIn() first: the parameters are not exchanged`,
    );
    average.swapIn();
    const message = (call: string) => `${name}: ${call}() needs swapOut() first: the parameters hold the averages`;
    expect(() => average.update()).toThrow(message('update'));
    expect(() => average.swapIn()).toThrow(message('swapIn'));
    expect(() => average.loadStateDict(average.stateDict())).toThrow(message('loadStateDict'));
    average.dispose();
    w.dispose();
  });

  it("averages and exchanges the user's own arrays", () => {
    const array = Float32Array.of(1, 2, 3);
    const average = make([array] as never);
    average.update();
    array.set([4, 5, 6]);
    average.update();
    const [trained, { averages }] = [array.slice(), average.stateDict()];
    average.swapIn();
    expect(array).toEqual(averages[0]);
    average.swapOut();
    expect(array).toEqual(trained);
    structuredClone(array, { transfer: [array.buffer] });
    expect(() => average.update()).toThrow(new RangeError(`${name}: params[0] must still hold 3 numbers, got 0`));
    average.dispose();
  });

  it('goes on from a state dict, to the bit', () => {
    const [v, w] = [parameter([0]), parameter([0])];
    const [one, other] = [make([v] as never), make([w] as never)];
    for (let t = 0; t < 8; t++) {
      v.data[0] = Math.fround(1 / (t + 1));
      one.update();
      if (t === 3) other.loadStateDict(structuredClone(one.stateDict()));
      w.data[0] = v.data[0]!;
      if (t > 3) other.update();
    }
    expect(other.stateDict()).toEqual(one.stateDict());
    for (const made of [one, other, v, w]) made.dispose();
  });

  it('refuses a state dict that does not fit, and is then as it was', () => {
    const params = two();
    const average = make(params as never);
    const dict = average.stateDict();
    const refused = (bad: unknown, message: string) =>
      expect(() => average.loadStateDict(bad as AverageStateDict)).toThrow(`${name}: loadStateDict: ${message}`);
    refused(null, 'n_averaged must be a whole number of at least 0, got undefined');
    refused({ ...dict, n_averaged: Number.NaN }, 'n_averaged must be a whole number of at least 0, got NaN');
    refused({ n_averaged: 1 }, 'averages must be an array of 2, got undefined');
    refused({ n_averaged: 1, averages: [] }, 'averages must be an array of 2, got []');
    const averages = [new Float32Array(5), new Float32Array(2)];
    refused({ n_averaged: 1, averages }, 'averages[1] must be a Float32Array of 1 numbers, got Float32Array(2)');
    expect(average.stateDict()).toEqual(dict);
    for (const one of [average, ...params]) one.dispose();
  });

  it('holds an average of each parameter and a table, and gives them back', () => {
    const w = parameter(new Float32Array(100));
    const before = memoryUsage();
    const average = make([w] as never);
    expect(memoryUsage() - before).toBe(400 + 32);
    average.dispose();
    average.dispose();
    expect(memoryUsage()).toBe(before);
    const uses = ['update', 'swap', 'swapIn', 'swapOut', 'stateDict'] as const;
    for (const use of uses) expect(() => average[use]()).toThrow(new UseAfterDisposeError(name));
    w.dispose();
  });

  it('leaves the averages in the parameters when it is disposed while they are exchanged', () => {
    const w = parameter([1]);
    const average = make([w] as never);
    average.update();
    w.set([9]);
    average.swapIn();
    average.dispose();
    expect(w.data[0]).toBe(1);
    w.dispose();
  });

  it('refuses to use a parameter that has been disposed', () => {
    const w = parameter([1]);
    const average = make([w] as never);
    w.dispose();
    expect(() => average.update()).toThrow(new UseAfterDisposeError(`${name}: params[0]`));
    expect(() => average.swap()).toThrow(new UseAfterDisposeError(`${name}: params[0]`));
    expect(() => make([w] as never)).toThrow(new UseAfterDisposeError(`${name}: params[0]`));
    average.dispose();
  });

  it('refuses wrong parameters', () => {
    const w = parameter([1]);
    const refused = (params: unknown, error: Error) => expect(() => make(params as never)).toThrow(error);
    refused(w, new TypeError(`${name}: params must be an array, got a Parameter`));
    refused([], new RangeError(`${name}: params must hold at least one parameter, got none`));
    refused([[1]], new TypeError(`${name}: params[0] must be a Parameter or a Float32Array, got [1]`));
    refused([w, w], new RangeError(`${name}: params[1] must be a parameter not given before, got one twice`));
    w.dispose();
  });
});

it('decay is checked, and 0.999 when left out', () => {
  const w = parameter([1]);
  for (const decay of [-0.1, 1.1, Number.NaN]) {
    expect(() => new ExponentialMovingAverage([w], { decay })).toThrow(
      new RangeError(`ExponentialMovingAverage: decay must be in [0, 1], got ${decay}`),
    );
  }
  const average = new ExponentialMovingAverage([w]);
  expect(average.decay).toBe(0.999);
  average.dispose();
  w.dispose();
});

it("averages a model's parameters while it trains, and predicts by them", () => {
  const model = sequential(linear(1, 1, { seed: 1 }));
  const data = dataset([[0], [1], [2], [3]], [1, 3, 5, 7]);
  const optimizer = new Adam(model.parameters(), { lr: 0.1 });
  const average = new ExponentialMovingAverage(model.parameters(), { decay: 0.9 });
  for (let epoch = 0; epoch < 300; epoch++) {
    fitSync(model, data, { loss: 'halfSquaredError', optimizer, batchSize: 4 });
    average.update();
  }
  average.swapIn();
  expect(model.predict(Float32Array.of(4))[0]).toBeCloseTo(9, 1);
  average.swapOut();
  for (const one of [average, optimizer, data, model]) one.dispose();
});

it('of a model that was disposed: by name, with nothing changed', () => {
  const model = sequential(linear(2, 2, { seed: 1 }), batchNorm(2));
  const average = new StochasticWeightAverage(model);
  average.update();
  const dict = average.stateDict();
  const { buffers: _, ...without } = dict;
  average.swapIn();
  average.swapOut();
  model.dispose();
  const other = dict.averages.map((values) => values.map((value) => value + 1));
  expect(() => average.loadStateDict({ ...without, averages: other })).toThrow(UseAfterDisposeError);
  expect(average.stateDict()).toEqual(dict);
  average.dispose();
  const second = sequential(linear(2, 2, { seed: 1 }), batchNorm(2));
  const swapped = new StochasticWeightAverage(second);
  swapped.update();
  swapped.swapIn();
  const text = JSON.stringify(encodeStateDict(dict as never));
  expect(() => swapped.swapOut()).not.toThrow();
  expect(() => swapped.loadStateDict(text as never)).toThrow('take decodeStateDict(JSON.parse(text)), got ');
  swapped.swapIn();
  second.dispose();
  expect(() => swapped.stateDict()).toThrow(UseAfterDisposeError);
  swapped.dispose();
});
