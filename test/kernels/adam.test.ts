import { describe, expect, it } from 'vitest';
import { Adam, type AdamOptions } from '../../src/index.js';
import { defaultsOf } from '../optimizers.js';
import { type AdamState, adamStep } from '../reference/adam.js';
import { kernels } from '../testingKernels.js';
import { checkGuards, expectSameBits, expectWithin, type Guarded, given, ordinary, SIZES } from './tester.js';

/** The scalars of step t as the wrapper computes them, in the order of AdamScalars in assembly/optim/adam.ts. */
function scalarsOf(t: number, options: AdamOptions): Guarded {
  const out = new Float32Array(16);
  Adam.descriptor.scalars(out, 0, t, options, {});
  return given(out);
}

interface Arrays {
  readonly p: Guarded;
  readonly g: Guarded;
  readonly m: Guarded;
  readonly v: Guarded;
  readonly vMax: Guarded;
}

function arrays(n: number, seed: number): Arrays {
  const positive = (s: number) => ordinary(n, s).map(Math.abs);
  return {
    p: given(ordinary(n, seed)),
    g: given(ordinary(n, seed + 1)),
    m: given(ordinary(n, seed + 2)),
    v: given(positive(seed + 3)),
    vMax: given(positive(seed + 4)),
  };
}

function step(rows: readonly Arrays[], t: number, options: AdamOptions): void {
  const table = rows.flatMap(({ p, g, m, v, vMax }) => [
    ...[p.ptr, g.ptr, p.length],
    ...[m.ptr, v.ptr, options.amsgrad ? vMax.ptr : 0, 0, 0],
  ]);
  kernels().adam_f32(
    given(Uint32Array.from(table)).ptr,
    rows.length,
    scalarsOf(t, options).ptr,
    options.maximize ? -1 : 1,
  );
}

const defaults = defaultsOf(Adam as never) as unknown as AdamOptions;
const table: readonly [string, Partial<AdamOptions>][] = [
  ['the plain kernel', {}],
  ['maximize', { maximize: true }],
  ['decoupled decay', { weightDecay: 0.1, decoupledWeightDecay: true }],
  ['coupled decay', { weightDecay: 0.1 }],
  ['amsgrad', { amsgrad: true }],
  ['beta1 below a half', { betas: [0.4, 0.9] }],
  ['beta1 = beta2 = 0', { betas: [0, 0] }],
  ['eps = 0', { eps: 0 }],
  ['all at once', { weightDecay: 0.1, amsgrad: true, maximize: true, betas: [0.3, 0.99], eps: 1e-3 }],
  ['all at once, decoupled', { weightDecay: 0.1, decoupledWeightDecay: true, amsgrad: true, betas: [0.3, 0.99] }],
];

describe.each(table)('adam_f32: %s', (_, changed) => {
  const options = { ...defaults, lr: 0.01, ...changed };

  it.each([1, 2, 1000])('gives the reference’s p, m, v for every size at step %i', (t) => {
    for (const n of SIZES) {
      const one = arrays(n, t);
      const before = { p: one.p.floats, g: one.g.floats, m: one.m.floats, v: one.v.floats, vMax: one.vMax.floats };
      const expected = Array.from({ length: n }, (_, i): AdamState => {
        const { p, g, m, v, vMax } = before;
        return adamStep({ p: p[i]!, m: m[i]!, v: v[i]!, vMax: vMax[i]! }, g[i]!, t, options);
      });
      step([one], t, options);
      for (const name of ['p', 'm', 'v', 'vMax'] as const) {
        const values = expected.map((state) => state[name]);
        // The error is one of the terms' last place if terms cancel.
        const size = (i: number) => Math.max(Math.abs(values[i]!), Math.abs(before[name][i]!), Math.abs(before.g[i]!));
        expectWithin(one[name].floats, values, (i) => 2e-6 * size(i), `${name}, n = ${n}`);
      }
      expectSameBits(one.g.floats, before.g, `g, n = ${n}`);
      if (!options.amsgrad) expectSameBits(one.vMax.floats, before.vMax, `vMax, n = ${n}`);
      checkGuards();
    }
  });

  it('steps every row of a table, each as if it were alone', () => {
    const sizes = [5, 0, 1, 8, 131];
    const together = sizes.map((n, i) => arrays(n, i));
    const alone = sizes.map((n, i) => arrays(n, i));
    step(together, 3, options);
    for (const one of alone) step([one], 3, options);
    together.forEach((row, i) => {
      for (const name of ['p', 'm', 'v', 'vMax'] as const) {
        expectSameBits(row[name].floats, alone[i]![name].floats, `${name} of row ${i}`);
      }
    });
  });

  it('does nothing to an empty table', () => {
    step([], 1, options);
  });

  it('takes NaN and infinities to their element alone', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      for (const n of [1, 5, 8]) {
        const [spoilt, clean] = [arrays(n, 7), arrays(n, 7)];
        const g = spoilt.g.floats;
        g[n - 1] = bad;
        const withBad = { ...spoilt, g: given(g) };
        step([withBad], 2, options);
        step([clean], 2, options);
        expect(Number.isNaN(withBad.p.floats[n - 1]!), `${bad}`).toBe(true);
        expect(withBad.v.floats[n - 1]).toBe(Number.isNaN(bad) ? Number.NaN : Infinity);
        for (const name of ['p', 'm', 'v'] as const) {
          expectSameBits(withBad[name].floats.subarray(0, n - 1), clean[name].floats.subarray(0, n - 1), name);
        }
      }
    }
  });

  it('keeps subnormal gradients in m', () => {
    const one = { p: given([1]), g: given([1e-40]), m: given([0]), v: given([0]), vMax: given([0]) };
    step([one], 1, { ...options, weightDecay: 0, eps: 1e-8 });
    expect(one.m.floats[0]).not.toBe(0);
    expect(
      Math.abs(one.m.floats[0]! / ((options.maximize ? -1e-40 : 1e-40) * (1 - options.betas[0])) - 1),
    ).toBeLessThan(1e-4);
    expect(one.v.floats[0]).toBe(0);
    expect(one.p.floats[0]).toBe(1);
  });
});

it('the plain and the general kernel have the same bits where both apply', () => {
  const n = 133;
  const options = { ...defaults, lr: 0.01 };
  const [plain, general] = [arrays(n, 1), arrays(n, 1)];
  const zeros = given(new Float32Array(n));
  step([plain], 1, options);
  // With v growing from zeros its largest value so far is v itself.
  step([{ ...general, vMax: zeros }], 1, { ...options, amsgrad: true });
  for (const name of ['p', 'm', 'v'] as const) expectSameBits(general[name].floats, plain[name].floats, name);
});

it('a gradient scale multiplies the gradient', () => {
  const n = 21;
  const [scaled, halved] = [arrays(n, 1), arrays(n, 1)];
  const options = { ...defaults, lr: 0.01 };
  const row = [scaled.p.ptr, scaled.g.ptr, n, scaled.m.ptr, scaled.v.ptr, 0, 0, 0];
  kernels().adam_f32(given(Uint32Array.from(row)).ptr, 1, scalarsOf(1, options).ptr, 0.5);
  step([{ ...halved, g: given(halved.g.floats.map((g) => g / 2)) }], 1, options);
  for (const name of ['p', 'm', 'v'] as const) expectSameBits(scaled[name].floats, halved[name].floats, name);
});
