// Random options, parameters and gradients for every optimizer, from what its descriptor says.
import fc from 'fast-check';
import { anyNumber, type Check, readOptions } from '../../src/validate.js';
import { type AnyOptions, defaultsOf, type OptimizerClass } from '../optimizers.js';
import { noise } from '../train/byHand.js';

/** Values worth trying for any number; the checks choose. */
const NUMBERS = [-0.8, -0.1, 0, 1e-8, 1e-3, 0.05, 0.1, 0.5, 0.9, 0.999, 1, 1.2, 2.5, 50];

export function allowed({ descriptor }: OptimizerClass, options: AnyOptions): boolean {
  try {
    descriptor.check?.('', readOptions('', options, descriptor.options) as AnyOptions);
    return true;
  } catch {
    return false;
  }
}

/** Any options that the optimizer takes. */
export function anyOptions(Class: OptimizerClass): fc.Arbitrary<AnyOptions> {
  const passes = (check: Check, value: unknown) => {
    try {
      check('', value);
      return true;
    } catch {
      return false;
    }
  };
  const number = (standard: unknown, allowed: (value: number) => boolean) =>
    fc.oneof(fc.constant(standard), fc.constantFrom(...NUMBERS.filter(allowed)));
  const fields = Object.entries(defaultsOf(Class)).map(([name, standard]): [string, fc.Arbitrary<unknown>] => {
    const [check] = (Class.descriptor.options as Record<string, readonly [Check, unknown?]>)[name]!;
    if (typeof standard === 'boolean') return [name, fc.boolean()];
    if (Array.isArray(standard)) {
      const each = standard.map((one, i) =>
        number(one, (value) => value >= 0 && passes(check, standard.with(i, value))),
      );
      return [name, fc.tuple(...each)];
    }
    return [name, number(standard, (value) => passes(check, value) && (check !== anyNumber || value >= 0))];
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
