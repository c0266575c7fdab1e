import { describe, expect, it } from 'vitest';
import { type Activation, type ActivationName, activationNames, activations, SLOPE } from '../reference/activations.js';
import { ulps, unit } from '../sweep/ulp.js';
import { kernels } from '../testingKernels.js';
import { noise } from '../train/byHand.js';
import { checkGuards, expectSameBits, given, output, SIZES } from './tester.js';

const reference = (name: ActivationName): Activation => activations[name];
const kernel = (name: string) => kernels()[`${name}_f32`];

function forward(name: ActivationName, x: ArrayLike<number>, inPlace = false): Float32Array {
  const input = given(x);
  const y = inPlace ? input : output(x.length);
  kernel(name)(y.ptr, input.ptr, x.length, ...reference(name).scalars);
  if (!inPlace) expectSameBits(input.floats, Float32Array.from(x), 'the input');
  return y.floats;
}

/** dx for the inputs x, by x itself or by the kernel's own output. */
function backward(name: ActivationName, dy: ArrayLike<number>, x: ArrayLike<number>, into: 'dy' | 'v' | 'new' = 'new') {
  const { goesBy, scalars } = reference(name);
  const v = given(goesBy === 'x' ? x : forward(name, x));
  const g = given(dy);
  const dx = { dy: g, v, new: output(x.length) }[into];
  kernel(`${name}Backward`)(dx.ptr, g.ptr, v.ptr, x.length, ...scalars);
  return dx.floats;
}

/** Arguments from -90 to 90, dense near 0, and powers of ten down to the subnormal ones. */
function grid(lowest = -90): Float32Array {
  const x: number[] = [];
  for (let i = -20000; i <= 20000; i++) x.push((90 * i) / 20000, i / 4000);
  for (let e = -44; e < 0; e++) x.push(10 ** e, -(10 ** e));
  return Float32Array.from(x).filter((value) => value >= lowest && value !== 0);
}

/** The tanh form's exponent carries a relative error, which comes out as that many times its magnitude. */
const slack = (name: ActivationName, x: number) =>
  name === 'geluTanh' && x < -2 ? 1 + 2 * Math.abs(x) ** 3 * 0.0714 : 1;

describe.each(activationNames)('%s', (name) => {
  const { f, df, ulp, floor = 0, lowest } = reference(name);

  it(`is within ${ulp[0]} ulp of float64`, () => {
    const x = grid(lowest);
    const y = forward(name, x);
    x.forEach((value, i) => {
      const error = ulps(y[i]!, f(value)) / slack(name, value);
      if (!(error <= ulp[0])) expect.fail(`${error} ulp at ${value}`);
    });
  });

  it(`has the derivative of float64, within ${ulp[1]} ulp`, () => {
    const x = grid(lowest);
    const d = backward(name, new Float32Array(x.length).fill(1), x);
    const y = forward(name, x);
    // Kernels that go by y have the derivative at the rounded y.
    const exact = (i: number) => {
      if (name === 'tanh') return (1 - y[i]!) * (1 + y[i]!);
      return name === 'sigmoid' ? y[i]! * (1 - y[i]!) : df(x[i]!);
    };
    x.forEach((value, i) => {
      const expected = exact(i);
      const least = Math.abs(value) < 2 && floor > 0 ? unit(floor) : 0;
      const error = Math.abs(d[i]! - expected) / Math.max(unit(expected), least) / slack(name, value);
      if (!(error <= ulp[1])) expect.fail(`${error} ulp at ${value}`);
      if (!(Math.abs(d[i]! - df(value)) < 4e-7)) expect.fail(`${d[i]} at ${value}`);
    });
  });

  it('has a reference whose derivative is that of finite differences', () => {
    const h = 1e-5;
    for (let x = -6.013; x < 6; x += 0.05) {
      expect(Math.abs((f(x + h) - f(x - h)) / (2 * h) - df(x))).toBeLessThan(1e-9);
    }
  });

  it.each(SIZES)('gives each of %i numbers the same bits at every place, in place or not', (n) => {
    const random = noise(n + 1);
    const x = Float32Array.from({ length: n }, () => 6 * random());
    const dy = Float32Array.from({ length: n }, random);
    const y = forward(name, x);
    expectSameBits(forward(name, x, true), y, 'in place');
    const dx = backward(name, dy, x);
    expectSameBits(backward(name, dy, x, 'dy'), dx, 'dx over dy');
    expectSameBits(backward(name, dy, x, 'v'), dx, 'dx over x or y');
    for (let i = 0; i < n; i += n < 40 ? 1 : 37) {
      expectSameBits(forward(name, [x[i]!]), y.slice(i, i + 1), `y[${i}] alone`);
      expectSameBits(backward(name, [dy[i]!], [x[i]!]), dx.slice(i, i + 1), `dx[${i}] alone`);
    }
    checkGuards();
  });

  it('keeps NaN at its place, and the ends', () => {
    for (const n of [1, 5, 8, 67]) {
      const fine = new Float32Array(n).fill(0.5);
      const spoilt = fine.with(n - 1, Number.NaN);
      expectSameBits(forward(name, spoilt), forward(name, fine).with(n - 1, Number.NaN), 'y');
      expectSameBits(backward(name, spoilt, fine), backward(name, fine, fine).with(n - 1, Number.NaN), 'dx');
    }
    const [top, bottom] = forward(name, [3e38, -3e38]);
    expect(top).toBe(Math.fround(f(Math.fround(3e38))));
    expect(bottom! + 0).toBe(Math.fround(f(Math.fround(-3e38))) + 0);
    const [atTop, atBottom] = backward(name, [1, 1], [3e38, -3e38]);
    expect(atTop).toBe(name === 'sigmoid' || name === 'tanh' ? 0 : 1);
    expect(Math.abs(atBottom!)).toBe(name === 'leakyRelu' ? SLOPE : 0);
  });

  it('keeps subnormal numbers', () => {
    const tiny = 2 ** -140;
    const [up, down] = forward(name, [tiny, -tiny]);
    for (const [actual, x] of [
      [up, tiny],
      [down, -tiny],
    ] as const)
      expect(ulps(actual!, f(x))).toBeLessThanOrEqual(1);
    // x = 1: no slope is 0 there.
    const dx = backward(name, [tiny], [1])[0]!;
    expect(dx).toBeGreaterThan(0);
    expect(ulps(dx, tiny * df(1))).toBeLessThanOrEqual(1);
  });
});

it('takes torch’s side at 0', () => {
  const d = (name: ActivationName) => [...backward(name, [1, 1], [0, -0])];
  expect(d('relu')).toEqual([0, 0]);
  expect(d('leakyRelu')).toEqual([SLOPE, SLOPE]);
  expect(d('elu')).toEqual([activations.elu.scalars[0], activations.elu.scalars[0]]);
  expect([...backward('relu', [NaN, Infinity], [-1, -1])]).toEqual([0, 0]);
  for (const name of ['gelu', 'geluTanh', 'silu', 'tanh', 'elu', 'leakyRelu'] as const) {
    expect(Object.is(forward(name, [-0])[0], -0), name).toBe(true);
  }
});

it('gelu keeps its relative accuracy in the tail down to -13', () => {
  const x = Float32Array.from({ length: 11000 }, (_, i) => -2 - i / 1000);
  const y = forward('gelu', x);
  expect(Math.max(...x.map((v, i) => ulps(y[i]!, activations.gelu.f(v))))).toBeLessThan(6);
});
