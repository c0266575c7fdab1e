// Clipping: clipping.json, norms, what is not finite, and a step that clips against clipping and a step.
import { describe, expect, it } from 'vitest';
import { type ClipGradNormOptions, clipGradNorm, clipGradValue, type Parameter, parameter } from '../../src/index.js';
import { decode, differing, golden } from '../golden.js';
import { optimizers } from '../optimizers.js';
import { bits } from '../train/byHand.js';
import { values } from './arbitrary.js';

type Norm = NonNullable<ClipGradNormOptions['normType']>;
const NORMS: readonly Norm[] = [1, 2, Infinity];

const { cases } = golden<{
  cases: { maxNorm: number; shapes: number[][]; grads: string[]; totalNorm: number; clipped: string[] }[];
}>('clipping.json');

function withGrads(grads: readonly Float32Array[], shapes?: readonly number[][]): Parameter[] {
  return grads.map((grad, i) => {
    const one = parameter(values(grad.length, 90 + i), shapes?.[i]);
    one.grad.set(grad);
    return one;
  });
}

/** In float64. */
function normOf(grads: readonly Float32Array[], normType: Norm): number {
  const all = grads.flatMap((grad) => Array.from(grad, Math.abs));
  if (normType === Infinity) return Math.max(...all);
  const sum = all.reduce((total, g) => total + g ** normType, 0);
  return normType === 2 ? Math.sqrt(sum) : sum;
}

describe('clipGradNorm', () => {
  it.each(cases)('clipping.json: to $maxNorm', ({ maxNorm, shapes, grads, totalNorm, clipped }) => {
    const params = withGrads(grads.map(decode), shapes);
    expect(Math.abs(clipGradNorm(params, maxNorm) / totalNorm - 1)).toBeLessThan(1e-6);
    params.forEach(({ grad }, i) => {
      const expected = decode(clipped[i]!);
      grad.forEach((g, k) => {
        expect(Math.abs(g - expected[k]!)).toBeLessThanOrEqual(1e-6 * Math.abs(expected[k]!));
      });
    });
  });

  it.each(NORMS)('norm %d: of all gradients together, and one parameter stands for itself', (normType) => {
    for (const sizes of [[1], [3, 1], [4, 5, 1023]]) {
      const grads = sizes.map((size, i) => values(size, i));
      const norm = normOf(grads, normType);
      const params = withGrads(grads);
      expect(Math.abs(clipGradNorm(params, 0.25 * norm, { normType }) / norm - 1)).toBeLessThan(1e-12);
      expect(
        Math.abs(
          normOf(
            params.map(({ grad }) => grad),
            normType,
          ) /
            (0.25 * norm) -
            1,
        ),
      ).toBeLessThan(1e-6);
      for (const maxNorm of [norm * 2, Infinity]) {
        const [one] = withGrads(grads.slice(0, 1));
        clipGradNorm(one!, maxNorm, { normType });
        expect(bits(one!.grad)).toEqual(bits(grads[0]!));
      }
    }
  });

  it('to 0, and of zeros', () => {
    const params = withGrads([new Float32Array([3, -4])]);
    expect(clipGradNorm(params, 0)).toBe(5);
    expect(Array.from(params[0]!.grad, Math.abs)).toEqual([0, 0]);
    expect(clipGradNorm(params, 1)).toBe(0);
    expect(clipGradNorm([], 1)).toBe(0);
  });

  it.each(NORMS)(
    'norm %d: what is not finite shows, and with errorIfNonfinite throws and leaves the gradients',
    (normType) => {
      for (const bad of [Number.NaN, Infinity, -Infinity]) {
        const params = withGrads([new Float32Array([1, 2, 3, 4, bad]), new Float32Array([1])]);
        const before = params.map(({ grad }) => bits(grad));
        const norm = Number.isNaN(bad) ? Number.NaN : Infinity;
        expect(() => clipGradNorm(params, 1, { normType, errorIfNonfinite: true })).toThrow(
          new RangeError(`clipGradNorm: the norm of the gradients must be finite, got ${norm}`),
        );
        expect(params.map(({ grad }) => bits(grad))).toEqual(before);
        expect(clipGradNorm(params, 1, { normType })).toBe(norm);
        // As in torch: 1 / infinity is 0, and NaN poisons all.
        expect(params[1]!.grad[0]).toBe(Number.isNaN(bad) ? Number.NaN : 0);
      }
    },
  );

  it('refuses', () => {
    const p = parameter([1]);
    for (const [call, Class, message] of [
      [() => clipGradNorm([p], Number.NaN), RangeError, 'clipGradNorm: maxNorm must be at least 0, got NaN'],
      [() => clipGradNorm([p], -1), RangeError, 'clipGradNorm: maxNorm must be at least 0, got -1'],
      [() => clipGradNorm([p], '1' as never), TypeError, 'clipGradNorm: maxNorm must be at least 0, got "1"'],
      [
        () => clipGradNorm([p], 1, { normType: 3 as never }),
        RangeError,
        'clipGradNorm: normType must be 1, 2 or Infinity, got 3',
      ],
      [() => clipGradNorm([p, 1 as never], 1), TypeError, 'clipGradNorm: params[1] must be a Parameter, got 1'],
      [() => clipGradValue([p], -1), RangeError, 'clipGradValue: value must be at least 0, got -1'],
      [() => clipGradValue([p], Number.NaN), RangeError, 'clipGradValue: value must be at least 0, got NaN'],
    ] as const) {
      expect(call).toThrow(new Class(message));
    }
  });
});

it('clipGradValue clamps every element; NaN stays', () => {
  const p = withGrads([new Float32Array([3, -0.5, -7, 0.5, Infinity, Number.NaN, -Infinity])]);
  clipGradValue(p, 0.75);
  expect([...p[0]!.grad]).toEqual([0.75, -0.5, -0.75, 0.5, 0.75, Number.NaN, -0.75]);
});

describe.each([...optimizers])('%s', (_, Class) => {
  const grads = [values(7, 1), values(1, 2), values(6, 3)];
  const shapes = [[7], [1], [2, 3]];

  /** A parameter set with its optimizer, three steps on. */
  function make() {
    const params = withGrads(grads, shapes);
    const optimizer = new Class(params, { lr: 0.01 });
    for (let t = 0; t < 3; t++) optimizer.step();
    const see = () => [params.map(({ data }) => bits(data)), optimizer.stateDict()];
    return { params, optimizer, see };
  }

  it.each(NORMS)(
    'a step that clips is clipping and a step, to the bit, and leaves the gradients: norm %d',
    (normType) => {
      const norm = normOf(grads, normType);
      // 0.1 is no float32, and a coefficient of 1 changes nothing.
      for (const maxNorm of [0.1, 0.3 * norm, 7 * norm, Infinity]) {
        const [a, b] = [make(), make()];
        const { gradNorm, skipped } = a.optimizer.step({ clipGradNorm: maxNorm, normType });
        expect([gradNorm, skipped]).toEqual([clipGradNorm(b.params, maxNorm, { normType }), false]);
        b.optimizer.step();
        expect(a.see()).toEqual(b.see());
        expect(a.params.map(({ grad }, i) => differing(grad, grads[i]!))).toEqual([0, 0, 0]);
      }
    },
  );

  it('gradScale multiplies the gradients, and clipping comes after it; by powers of two to the bit', () => {
    for (const gradScale of [0.25, 8, -2, 0]) {
      for (const clips of [{}, { clipGradNorm: 0.7 }]) {
        const [a, b] = [make(), make()];
        const report = a.optimizer.step({ gradScale, ...clips });
        for (const { grad } of b.params) grad.set(grad.map((g) => gradScale * g));
        expect(report).toEqual(b.optimizer.step(clips));
        expect(a.see()).toEqual(b.see());
      }
    }
    const a = make();
    expect(a.optimizer.step({ gradScale: 1 / 3, clipGradNorm: 1e9 }).gradNorm).toBeCloseTo(normOf(grads, 2) / 3, 3);
  });

  it('skipNonFinite leaves parameters, state and step count, and says so', () => {
    const a = make();
    const before = a.see();
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      for (const clips of [{}, ...NORMS.map((normType) => ({ clipGradNorm: 1, normType }))]) {
        a.params[2]!.grad[5] = bad;
        expect(a.optimizer.step({ skipNonFinite: true, ...clips })).toEqual({
          skipped: true,
          gradNorm: 'clipGradNorm' in clips ? (Number.isNaN(bad) ? Number.NaN : Infinity) : undefined,
        });
        expect(a.see()).toEqual(before);
      }
    }
    a.params[2]!.grad.set(grads[2]!);
    const b = make();
    expect(a.optimizer.step({ skipNonFinite: true })).toEqual({ skipped: false, gradNorm: undefined });
    b.optimizer.step();
    expect(a.see()).toEqual(b.see());

    const own = [values(5, 1)];
    const kept = own[0]!.slice();
    const optimizer = new Class(own);
    expect(optimizer.step({ grads: [new Float32Array([1, 2, Number.NaN, 4, 5])], skipNonFinite: true }).skipped).toBe(
      true,
    );
    expect([own[0], optimizer.stateDict().state]).toEqual([kept, {}]);
  });
});

it('a frozen or left out parameter counts in neither norm nor finite check', () => {
  const [a, b] = withGrads([new Float32Array([3, 4]), new Float32Array([Number.NaN])]);
  b!.requiresGrad = false;
  const optimizer = new (optimizers.get('SGD')!)([a!, b!]);
  expect(optimizer.step({ clipGradNorm: 1, skipNonFinite: true })).toEqual({ skipped: false, gradNorm: 5 });
});

it('the same parameter twice, and holes, are refused by both ways to clip', () => {
  const one = parameter([1, 2]);
  one.grad.set([3, 4]);
  for (const clip of [clipGradNorm, clipGradValue]) {
    expect(() => clip([one, one], 1)).toThrow(
      new RangeError(`${clip.name}: params[1] must be a parameter not given before, got one twice`),
    );
    expect(() => clip(new Array<Parameter>(2), 1)).toThrow(
      `${clip.name}: params[0] must be a Parameter, got undefined`,
    );
  }
  expect([...one.grad]).toEqual([3, 4]);
});
