// Each initialiser's distribution is the one that PyTorch documents, seeded, with biases zero but for the default.
import { afterEach, describe, expect, it } from 'vitest';
import { type Initializer, type Layer, linear } from '../../src/index.js';

const [INPUTS, OUTPUTS] = [120, 80];
const layers: Layer[] = [];
afterEach(() => {
  for (const { parameters } of layers.splice(0)) for (const one of Object.values(parameters)) one.dispose();
});

function draw(init: Initializer | undefined, seed = 1): { weight: Float32Array; bias: Float32Array } {
  const layer = linear(INPUTS, OUTPUTS, init === undefined ? { seed } : { init, seed });
  layers.push(layer);
  const { weight, bias } = layer.parameters;
  return { weight: weight!.data.slice(), bias: bias!.data.slice() };
}

function moments(values: Float32Array) {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const moment = (power: number) => values.reduce((sum, x) => sum + (x - mean) ** power, 0) / values.length;
  return { mean, std: Math.sqrt(moment(2)), kurtosis: moment(4) / moment(2) ** 2 };
}

const normal: readonly [Initializer, number, number?][] = [
  ['kaimingNormal', Math.sqrt(2 / INPUTS)],
  [{ kaimingNormal: { a: Math.sqrt(5) } }, Math.sqrt(1 / 3 / INPUTS)],
  [{ kaimingNormal: { mode: 'fanOut', nonlinearity: 'relu' } }, Math.sqrt(2 / OUTPUTS)],
  [{ kaimingNormal: { nonlinearity: 'linear' } }, Math.sqrt(1 / INPUTS)],
  ['xavierNormal', Math.sqrt(2 / (INPUTS + OUTPUTS))],
  [{ xavierNormal: { gain: 3 } }, 3 * Math.sqrt(2 / (INPUTS + OUTPUTS))],
  ['normal', 1],
  [{ normal: { mean: 2, std: 0.5 } }, 0.5, 2],
];

const uniform: readonly [Initializer, number, number][] = [
  [{ kaimingUniform: {} }, -Math.sqrt(6 / INPUTS), Math.sqrt(6 / INPUTS)],
  [{ kaimingUniform: { nonlinearity: 'tanh' } }, (-5 / 3) * Math.sqrt(3 / INPUTS), (5 / 3) * Math.sqrt(3 / INPUTS)],
  [{ kaimingUniform: { a: 1, mode: 'fanOut' } }, -Math.sqrt(3 / OUTPUTS), Math.sqrt(3 / OUTPUTS)],
  ['xavierUniform', -Math.sqrt(6 / (INPUTS + OUTPUTS)), Math.sqrt(6 / (INPUTS + OUTPUTS))],
  ['uniform', 0, 1],
  [{ uniform: { low: -3, high: 5 } }, -3, 5],
];

describe('normal ones', () => {
  it.each(normal)('%j', (init, std, mean = 0) => {
    const { weight, bias } = draw(init);
    const found = moments(weight);
    // 9600 numbers: five standard errors of each.
    expect(Math.abs(found.mean - mean)).toBeLessThan((5 * std) / Math.sqrt(weight.length));
    expect(Math.abs(found.std / std - 1)).toBeLessThan(5 / Math.sqrt(2 * weight.length));
    expect(Math.abs(found.kurtosis - 3)).toBeLessThan(5 * Math.sqrt(24 / weight.length));
    expect(bias.every((b) => Object.is(b, 0))).toBe(true);
  });
});

describe('uniform ones', () => {
  it.each(uniform)('%j', (init, low, high) => {
    const { weight, bias } = draw(init);
    const width = high - low;
    expect(Math.min(...weight)).toBeGreaterThanOrEqual(Math.fround(low));
    expect(Math.max(...weight)).toBeLessThanOrEqual(Math.fround(high));
    // The extremes of 9600 numbers are next to the bounds.
    expect(Math.min(...weight)).toBeLessThan(low + width / 500);
    expect(Math.max(...weight)).toBeGreaterThan(high - width / 500);
    expect(Math.abs(moments(weight).std / (width / Math.sqrt(12)) - 1)).toBeLessThan(0.03);
    expect(bias.every((b) => Object.is(b, 0))).toBe(true);
  });
});

describe('the default', () => {
  it("is torch's for linear layers: weights and biases within 1 / sqrt(inputs)", () => {
    const { weight, bias } = draw(undefined);
    const bound = Math.fround(1 / Math.sqrt(INPUTS));
    for (const values of [weight, bias]) {
      const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      expect(largest).toBeLessThanOrEqual(bound);
      expect(largest).toBeGreaterThan(0.9 * bound);
    }
    expect(draw('kaimingUniform')).toEqual({ weight, bias });
    // kaiming_uniform_(weight, a=sqrt(5)), which torch.nn.Linear calls, is the same but for the rounding of its bound.
    const spelled = draw({ kaimingUniform: { a: Math.sqrt(5) } });
    spelled.weight.forEach((x, i) => {
      expect(Math.abs(x - weight[i]!)).toBeLessThan(1e-8);
    });
  });
});

it.each([...normal, ...uniform])('%j gives the same for the same seed, something else for another', (init) => {
  expect(draw(init, 7)).toEqual(draw(init, 7));
  expect(draw(init, 8).weight).not.toEqual(draw(init, 7).weight);
});

it('zeros', () => {
  const { weight, bias } = draw('zeros');
  expect([...weight, ...bias].every((x) => Object.is(x, 0))).toBe(true);
});

describe('refuses', () => {
  // biome-ignore lint/suspicious/noExplicitAny: what TypeScript would not let through
  const refused: readonly [any, new (message: string) => Error, string][] = [
    [{ kaimingNormal: { gain: 1 } }, TypeError, 'unknown option "gain", expected one of a, mode, nonlinearity'],
    [
      { kaimingUniform: { a: Number.NaN } },
      RangeError,
      'linear: init.kaimingUniform.a must be a finite number, got NaN',
    ],
    [{ kaimingUniform: { mode: 'in' } }, RangeError, 'kaimingUniform.mode must be one of fanIn, fanOut, got "in"'],
    [
      { kaimingNormal: { nonlinearity: 'gelu' } },
      RangeError,
      'nonlinearity must be one of linear, sigmoid, tanh, relu, leakyRelu, got "gelu"',
    ],
    [{ xavierUniform: { gain: -1 } }, RangeError, 'xavierUniform.gain must be a finite number of at least 0, got -1'],
    [{ normal: {}, uniform: {} }, TypeError, 'or { name: options }, got an object'],
    [{}, TypeError, 'or { name: options }, got an object'],
    [{ normal: 3 }, TypeError, 'linear: init.normal: options must be an object, got 3'],
    [null, TypeError, 'or { name: options }, got null'],
    ['toString', TypeError, 'or { name: options }, got "toString"'],
  ];
  it.each(refused)('%j', (init, Class, message) => {
    const attempt = () => linear(2, 3, { init });
    expect(attempt).toThrow(Class);
    expect(attempt).toThrow(message);
  });
});
