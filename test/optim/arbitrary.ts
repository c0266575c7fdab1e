// Random options, parameters and gradients for every optimizer, from what its descriptor says.
import fc from 'fast-check';
import { checkAgainst } from '../../src/optim/descriptor.js';
import type { AnyOptions, OptimizerClass } from '../optimizers.js';
import { noise } from '../train/byHand.js';

/** Values worth trying for any number; the rules choose. */
const NUMBERS = [-0.8, -0.1, 0, 1e-8, 1e-3, 0.05, 0.1, 0.5, 0.9, 0.999, 1, 1.2, 2.5, 50];

export function allowed({ descriptor }: OptimizerClass, options: AnyOptions): boolean {
  try {
    checkAgainst('', descriptor, options);
    return true;
  } catch {
    return false;
  }
}

/** Any options that the optimizer takes. */
export function anyOptions(Class: OptimizerClass): fc.Arbitrary<AnyOptions> {
  const { defaults, rules } = Class.descriptor;
  const allowedNumber = (name: string, value: number) => {
    if (rules[name] === undefined) return value >= 0;
    try {
      rules[name](name, value);
      return true;
    } catch {
      return false;
    }
  };
  const number = (name: string, standard: number | null) =>
    fc.oneof(fc.constant(standard), fc.constantFrom(...NUMBERS.filter((value) => allowedNumber(name, value))));
  const fields = Object.entries(defaults).map(([name, standard]): [string, fc.Arbitrary<unknown>] => {
    if (typeof standard === 'boolean') return [name, fc.boolean()];
    if (Array.isArray(standard)) return [name, fc.tuple(...standard.map((one, i) => number(`${name}[${i}]`, one)))];
    return [name, number(name, standard as number)];
  });
  const all = fc.record(Object.fromEntries(fields)) as unknown as fc.Arbitrary<AnyOptions>;
  return all.filter((options) => allowed(Class, options));
}

/** Shapes of parameters: one element, vectors that fill no lane, matrices. */
export const anyShape = fc.oneof(
  fc.integer({ min: 1, max: 21 }).map((n) => [n]),
  fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 })).map((shape) => [...shape]),
);

/** Numbers of both signs and many magnitudes, some of them 0. */
export function values(size: number, seed: number): Float32Array<ArrayBuffer> {
  const random = noise(seed + 1);
  return Float32Array.from({ length: size }, () => (random() > 0.8 ? 0 : random() * 10 ** (3 * random())));
}
