// The kernel of every optimizer over the size matrix. Its numbers are held to PyTorch's in test/optim; here every element of an array,
// whatever its place and the array's length, must get what it gets alone.
import { describe, expect, it } from 'vitest';
import { type AnyOptions, defaultsOf, type OptimizerClass, optimizers, variants } from '../optimizers.js';
import { kernels } from '../testingKernels.js';
import { checkGuards, expectSameBits, given, ordinary, SIZES } from './tester.js';

/** Kernels of which an element does not depend on the others: all but those whose state has another shape than the parameter. */
const elementwise = [...optimizers].filter(([, { descriptor }]) => descriptor.length === undefined);
const cases = elementwise.flatMap(([name, Class]) =>
  variants(Class).map(([title, options]) => [`${name} ${title}`, Class, options] as const),
);

it('there are some, Adam and AdamW among them', () => {
  expect(elementwise.map(([name]) => name)).toEqual(expect.arrayContaining(['Adam', 'AdamW']));
});

const STEPS = 3;

/** Result of some steps on p[n] with these gradients: p and the state arrays. */
function stepped(
  { descriptor }: OptimizerClass,
  options: AnyOptions,
  p: Float32Array,
  gradients: readonly Float32Array[],
): Float32Array[] {
  const n = p.length;
  const numbers = descriptor.numbers?.(options) ?? {};
  const parameter = given(p);
  const names = descriptor.state(options, [n]);
  const state = names.map((name) => {
    return name === null ? null : given(new Float32Array(n).fill(descriptor.initial?.(name, options) ?? 0));
  });
  gradients.forEach((gradient, step) => {
    const g = given(gradient);
    const states = [0, 1, 2].map((i) => state[i]?.ptr ?? 0);
    const row = given(Uint32Array.of(parameter.ptr, g.ptr, n, ...states, 0, 0));
    const out = new Float32Array(16);
    descriptor.scalars(out, 0, step + 1, options, numbers);
    const scalars = given(out);
    kernels()[descriptor.kernel](row.ptr, 1, scalars.ptr, options.maximize ? -1 : 1);
    expectSameBits(g.floats, gradient, 'the gradient');
  });
  const result = [parameter, ...state].flatMap((array) => array?.floats ?? []);
  checkGuards();
  return result;
}

describe.each(cases)('%s', (_, Class, changed) => {
  const options: AnyOptions = { ...defaultsOf(Class), ...changed };

  it('gives each element of every size what it gets alone', () => {
    const longest = Math.max(...SIZES);
    const p = ordinary(longest, 1);
    const gradients = Array.from({ length: STEPS }, (_, step) => ordinary(longest, 10 + step));
    gradients[1]!.fill(0, 5, 9);
    const alone = Array.from({ length: 70 }, (_, i) =>
      stepped(
        Class,
        options,
        p.slice(i, i + 1),
        gradients.map((g) => g.slice(i, i + 1)),
      ),
    );
    const whole = stepped(Class, options, p, gradients);
    for (const n of SIZES) {
      const arrays = stepped(
        Class,
        options,
        p.slice(0, n),
        gradients.map((g) => g.slice(0, n)),
      );
      arrays.forEach((array, k) => {
        expectSameBits(array, whole[k]!.slice(0, n), `array ${k}, n = ${n}`);
        const first = Float32Array.from({ length: Math.min(n, alone.length) }, (_, i) => alone[i]![k]![0]!);
        expectSameBits(array.slice(0, first.length), first, `array ${k} element by element, n = ${n}`);
      });
    }
    expect(whole[0]).not.toEqual(p);
  });

  it('takes a NaN gradient to its element alone', () => {
    const p = ordinary(9, 1);
    const gradients = [ordinary(9, 2), ordinary(9, 3)];
    const clean = stepped(Class, options, p, gradients);
    gradients[0]![6] = Number.NaN;
    const spoilt = stepped(Class, options, p, gradients);
    spoilt.forEach((array, k) => {
      array[6] = clean[k]![6]!;
      expectSameBits(array, clean[k]!, `array ${k}`);
    });
  });
});
