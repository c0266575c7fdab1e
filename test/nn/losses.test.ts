// Losses through the public API against float64, over odd sizes and any options.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linear, sequential } from '../../src/index.js';
import { expectWithin } from '../kernels/tester.js';
import { type BuiltIn, meanLoss } from '../reference/losses.js';
import { noise } from '../train/byHand.js';

const ODD = [1, 3, 5, 17, 31, 65];
const size = fc.constantFrom(...ODD);
const weight = fc.float({ min: 0, max: 4, noNaN: true });

const losses: readonly [string, (K: number) => fc.Arbitrary<BuiltIn>][] = [
  ['halfSquaredError', () => fc.constant('halfSquaredError')],
  ['mse', () => fc.constant('mse')],
  ['l1', () => fc.constant('l1')],
  ['huber', () => fc.constant('huber')],
  ['huber with any delta', () => fc.float({ min: 0.125, max: 8, noNaN: true }).map((delta) => ({ huber: { delta } }))],
  ['binaryCrossEntropy', () => fc.constant('binaryCrossEntropy')],
  ['crossEntropy', () => fc.constant('crossEntropy')],
  [
    'crossEntropy with any options',
    (K) =>
      fc
        .record(
          {
            labelSmoothing: fc.float({ min: 0, max: 1, noNaN: true }),
            classWeights: fc.array(fc.float({ min: 0.125, max: 4, noNaN: true }), { minLength: K, maxLength: K }),
          },
          { requiredKeys: [] },
        )
        .map((crossEntropy) => ({ crossEntropy })),
  ],
];

const takesClasses = (name: string) => name.startsWith('crossEntropy');

/** A model whose outputs are its bias plus its one input times a weight of 1 each: any logits, and their gradient summed over the rows. */
function outputsOf(K: number) {
  return sequential(linear(K, K, { init: 'zeros' }));
}

describe.each(losses)('%s', (name, loss) => {
  const problem = fc
    .tuple(size, size)
    .chain(([B, K]) =>
      fc.tuple(
        fc.constant(B),
        fc.constant(K),
        loss(K),
        fc.integer({ min: 0, max: 1e6 }),
        fc.constantFrom(0.01, 1, 30),
        fc.option(fc.array(weight, { minLength: B, maxLength: B }), { nil: undefined }),
      ),
    );

  it('gives the mean of float64 and its gradient, for odd batches and outputs, with or without weights of the rows', () => {
    fc.assert(
      fc.property(problem, ([B, K, spec, seed, spread, weights]) => {
        using model = outputsOf(K);
        const [w, b] = model.parameters();
        for (let k = 0; k < K; k++) w!.data[k * K + k] = 1;
        const random = noise(seed);
        const x = Float32Array.from({ length: B * K }, () => spread * random());
        const y = takesClasses(name)
          ? Array.from({ length: B }, () => Math.floor(((random() + 1) / 2) * K))
          : Float32Array.from(x, () => (name === 'binaryCrossEntropy' ? (random() + 1) / 2 : random()));
        const expected = meanLoss(spec, x, y, B, weights);
        const value = model.lossAndGrad(spec, x, y, weights && { weights });
        expectWithin([value], [expected.value], () => 4e-6 * Math.abs(expected.value) + 1e-9, 'the loss');
        const most = Math.max(1, ...(weights ?? []));
        const total = takesClasses(name) ? B : B * K;
        for (let k = 0; k < K; k++) {
          let [bias, magnitude] = [0, 0];
          let [slope, slopeMagnitude] = [0, 0];
          for (let i = k; i < B * K; i += K) {
            const g = expected.gradient[i]!;
            bias += g;
            magnitude += Math.abs(g);
            slope += g * x[i]!;
            slopeMagnitude += Math.abs(g * x[i]!);
          }
          // 1 - p and p - t lose digits to p and t, of magnitude up to 1.
          const lost = ((takesClasses(name) ? 8 : 1) * 4e-7 * most * B) / total;
          const rounding = (B + 30) * 1.2e-7;
          expectWithin([b!.grad[k]!], [bias], () => rounding * magnitude + lost, `db[${k}]`);
          expectWithin(
            [w!.grad[k * K + k]!],
            [slope],
            () => rounding * slopeMagnitude + lost * spread,
            `dw[${k}, ${k}]`,
          );
        }
      }),
      { numRuns: 60, seed: 1412 },
    );
  });

  it('is finite, and right, for logits of 1e4 and outputs far from their targets', () => {
    for (const K of [1, 3, 5]) {
      using model = outputsOf(K);
      for (let k = 0; k < K; k++) model.parameters()[0]!.data[k * K + k] = 1;
      const x = Float32Array.from({ length: 4 * K }, (_, i) => [1e4, -1e4, 0, 9999][(i + (i >> 2)) % 4]!);
      const y = Array.from({ length: takesClasses(name) ? 4 : 4 * K }, (_, i) => (takesClasses(name) ? i % K : i % 2));
      const specs = fc.sample(loss(K), { numRuns: 5, seed: 3 });
      for (const spec of specs) {
        const expected = meanLoss(spec, x, y, 4);
        const value = model.lossAndGrad(spec, x, y);
        expectWithin([value], [expected.value], () => 1e-6 * expected.value, 'the loss');
        const gradient = model.parameters()[1]!.grad;
        for (let k = 0; k < K; k++) {
          const rows = [0, 1, 2, 3].map((r) => expected.gradient[r * K + k]!);
          const sum = rows.reduce((a, b) => a + b, 0);
          const magnitude = rows.reduce((a, b) => a + Math.abs(b), 0);
          expectWithin([gradient[k]!], [sum], () => 1e-6 * magnitude + 1e-12, `db[${k}]`);
        }
      }
    }
  });

  it('gives no loss and no gradient with weights of 0, and twice as much with weights of 2', () => {
    using model = sequential(linear(2, 3, { seed: 4 }));
    const random = noise(2);
    const x = Float32Array.from({ length: 10 }, random);
    const y = takesClasses(name) ? [0, 1, 2, 1, 0] : Array.from({ length: 15 }, (_, i) => i % 2);
    const [spec] = fc.sample(loss(3), { numRuns: 1, seed: 5 });
    const run = (weights?: number[]) => {
      const value = model.lossAndGrad(spec!, x, y, weights && { weights });
      return [value, ...model.parameters().flatMap(({ grad }) => [...grad])];
    };
    const plain = run();
    expect(run([0, 0, 0, 0, 0]).map(Math.abs)).toEqual(plain.map(() => 0));
    // The sum of weighted terms may be added up in another order.
    expectWithin(run([1, 1, 1, 1, 1]), plain, (i) => 1e-6 * Math.abs(plain[i]!), 'weights of 1');
    expect(run([2, 2, 2, 2, 2])).toEqual(run([1, 1, 1, 1, 1]).map((value) => 2 * value));
  });
});
