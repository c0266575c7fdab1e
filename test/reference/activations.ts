// The activations and their derivatives in float64, written like the equations, in forms that do not cancel.

export interface Activation {
  f(x: number): number;
  df(x: number): number;
  /** Argument of the backward kernel: its input or its output. */
  readonly goesBy: 'x' | 'y';
  /** Scalars of its kernels. */
  readonly scalars: readonly number[];
  /** The kernels' maximum errors in ulp over ordinary arguments, forward and backward. */
  readonly ulp: readonly [number, number];
  /** Places where the derivative crosses 0, and an error relative to it means nothing: there 1 ulp of this instead. */
  readonly floor?: number;
  /** The lowest argument whose result is not subnormal. */
  readonly lowest?: number;
}

/** float32 scalars of the parametrised ones, not their defaults. */
export const SLOPE = Math.fround(0.2);
export const ALPHA = Math.fround(1.3);

const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const normal = (x: number) => 0.5 * erfc(-x / Math.SQRT2);
const C = 2 * Math.sqrt(2 / Math.PI);
const twice = (x: number) => C * (x + 0.044715 * x ** 3);

export const activations = {
  relu: { f: (x) => Math.max(x, 0), df: (x) => (x > 0 ? 1 : 0), goesBy: 'y', scalars: [], ulp: [0, 0] },
  leakyRelu: {
    f: (x) => (x > 0 ? x : SLOPE * x),
    df: (x) => (x > 0 ? 1 : SLOPE),
    goesBy: 'x',
    scalars: [SLOPE],
    ulp: [0.5, 0.5],
  },
  elu: {
    f: (x) => (x > 0 ? x : ALPHA * Math.expm1(x)),
    df: (x) => (x > 0 ? 1 : ALPHA * Math.exp(x)),
    goesBy: 'x',
    scalars: [ALPHA],
    ulp: [2, 2],
  },
  silu: {
    f: (x) => x * sigmoid(x),
    df: (x) => sigmoid(x) * (1 + x * sigmoid(-x)),
    goesBy: 'x',
    scalars: [],
    ulp: [3, 6],
    floor: 0.1,
    lowest: -87,
  },
  gelu: {
    f: (x) => x * normal(x),
    df: (x) => normal(x) + x * density(x),
    goesBy: 'x',
    scalars: [],
    ulp: [6, 6],
    floor: 0.5,
    lowest: -13,
  },
  geluTanh: {
    f: (x) => x * sigmoid(twice(x)),
    df: (x) => sigmoid(twice(x)) * (1 + x * sigmoid(-twice(x)) * C * (1 + 3 * 0.044715 * x * x)),
    goesBy: 'x',
    scalars: [],
    ulp: [8, 8],
    floor: 0.1,
    lowest: -10,
  },
  sigmoid: { f: sigmoid, df: (x) => sigmoid(x) * sigmoid(-x), goesBy: 'y', scalars: [], ulp: [2.5, 2.5], lowest: -87 },
  tanh: { f: Math.tanh, df: (x) => 1 - Math.tanh(x) ** 2, goesBy: 'y', scalars: [], ulp: [1.5, 3] },
  softplus: {
    f: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    df: sigmoid,
    goesBy: 'x',
    scalars: [],
    ulp: [2.5, 2.5],
    lowest: -87,
  },
} satisfies Record<string, Activation>;

export type ActivationName = keyof typeof activations;

export const activationNames = Object.keys(activations) as ActivationName[];

/** 1 - erf(x): by erf below 1, by the continued fraction above (DLMF 7.9.1). */
function erfc(x: number): number {
  if (x <= -1) return 2 - erfc(-x);
  if (x < 1) return 1 - erf(x);
  let fraction = x;
  for (let k = 400; k >= 1; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

/** DLMF 7.6.2; beyond 6 it is 1 to all digits of float64. */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-18 * Math.abs(sum); k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
