// Activations in a model: gradients against finite differences of every loss, and forward and backward against float64.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LossSpec, linear, type Model, sequential } from '../../src/index.js';
import { expectWithin } from '../kernels/tester.js';
import { type Activation, activationNames, activations } from '../reference/activations.js';
import { noise } from '../train/byHand.js';
import { makeActivation } from './named.js';

const ODD = [1, 3, 5, 17, 31, 65];

const losses: readonly LossSpec[] = [
  'halfSquaredError',
  'mse',
  'l1',
  'huber',
  { huber: { delta: 0.3 } },
  'binaryCrossEntropy',
  'crossEntropy',
  { crossEntropy: { labelSmoothing: 0.2, classWeights: [0.5, 2, 1] } },
];

/** Targets no prediction here comes near, so that no difference steps over a kink of l1 or huber. */
function targetsFor(loss: LossSpec, rows: number, outputs: number): number[] {
  if (JSON.stringify(loss).includes('crossEntropy')) return Array.from({ length: rows }, (_, r) => (2 * r + 1) % 3);
  if (loss === 'binaryCrossEntropy') return Array.from({ length: rows * outputs }, (_, i) => (i % 3) / 2);
  return Array.from({ length: rows * outputs }, (_, i) => (i % 2 ? -9 : 9));
}

/** Sets inputs, weights and biases of linear(1, units) so that no sum of the first layer is near 0, where relu has its kink. */
function awayFromZero(model: Model, rows: number): Float32Array {
  const [weight, bias, ...rest] = model.parameters();
  const random = noise(rows);
  const away = (low: number) => () => {
    const u = random();
    return Math.sign(u) * (low + Math.abs(u));
  };
  weight!.set(Array.from({ length: weight!.size }, away(0.6)));
  bias!.set(Array.from({ length: bias!.size }, () => 0.1 * random()));
  for (const parameter of rest) parameter.set(Array.from({ length: parameter.size }, random));
  return Float32Array.from({ length: rows }, away(0.5));
}

describe.each(activationNames)('%s', (name) => {
  it.each(losses.map((loss) => ({ loss, title: JSON.stringify(loss) })))(
    'has the gradients that differences of $title show, for odd batches',
    ({ loss }) => {
      for (const rows of [1, 3, 17]) {
        using model = sequential(linear(1, 5), makeActivation[name](), linear(5, 3));
        const x = awayFromZero(model, rows);
        const y = targetsFor(loss, rows, 3);
        const weights = Array.from({ length: rows }, (_, r) => 0.5 + (r % 3));
        for (const options of [{}, { weights }]) {
          const value = () => model.lossAndGrad(loss, x, y, options);
          value();
          const gradients = model.parameters().map(({ grad }) => grad.slice());
          const most = Math.max(...gradients.flatMap((gradient) => [...gradient].map(Math.abs)));
          const h = 2 ** -7;
          model.parameters().forEach((parameter, k) => {
            for (let i = 0; i < parameter.size; i++) {
              const at = parameter.data[i]!;
              const [above, below] = [at + h, at - h].map((moved) => {
                parameter.data[i] = moved;
                return [Math.fround(moved), value()] as const;
              });
              parameter.data[i] = at;
              const slope = (above![1] - below![1]) / (above![0] - below![0]);
              const gradient = gradients[k]![i]!;
              const bound = 1e-3 * (0.2 + most);
              expect(Math.abs(slope - gradient), `parameter ${k}, [${i}]: ${gradient}, not ${slope}`).toBeLessThan(
                bound,
              );
            }
          });
        }
      }
    },
  );

  it('gives f of any numbers, and the gradient that f has, in any batch of odd sizes', () => {
    const { f, df, floor = 0, lowest = -80 } = activations[name] as Activation;
    const size = fc.constantFrom(...ODD);
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 0, max: 1e6 }),
        fc.double({ min: 0.1, max: 4, noNaN: true }),
        (B, U, seed, spread) => {
          // x passes through: the weight is 1 on the diagonal.
          using model = sequential(linear(U, U, { bias: false, init: 'zeros' }), makeActivation[name]());
          const [weight] = model.parameters();
          for (let u = 0; u < U; u++) weight!.data[u * U + u] = 1;
          const random = noise(seed);
          const x = Float32Array.from({ length: B * U }, () => Math.max(lowest, spread * random()));
          const y = model.predict(x);
          expectWithin(y, Float64Array.from(x, f), (i) => 3e-6 * Math.abs(f(x[i]!)) + 1e-37, 'y');
          const target = Float32Array.from(x, random);
          model.lossAndGrad('halfSquaredError', x, target);
          // dw[u, u] is the sum over rows of dy f'(x) x.
          for (let u = 0; u < U; u++) {
            let [sum, magnitude] = [0, 0];
            for (let i = u; i < B * U; i += U) {
              const count = B * U;
              sum += ((f(x[i]!) - target[i]!) * df(x[i]!) * x[i]!) / count;
              const largest = Math.abs(f(x[i]!)) + Math.abs(target[i]!);
              magnitude += (largest * (Math.abs(df(x[i]!)) + floor) * Math.abs(x[i]!)) / count;
            }
            expectWithin([weight!.grad[u * U + u]!], [sum], () => (B + 30) * 1.2e-7 * magnitude + 1e-12, `dw[${u}]`);
          }
        },
      ),
      { numRuns: 40, seed: 20141222 },
    );
  });

  it('passes gradients through as the first and as the last layer', () => {
    using first = sequential(makeActivation[name](), linear(3, 2, { seed: 1 }));
    using behind = sequential(linear(3, 2, { seed: 1 }));
    const random = noise(9);
    const x = Float32Array.from({ length: 5 * 3 }, random);
    const y = Float32Array.from({ length: 5 * 2 }, random);
    using shape = sequential(linear(3, 3, { bias: false, init: 'zeros' }), makeActivation[name]());
    for (let u = 0; u < 3; u++) shape.parameters()[0]!.data[4 * u] = 1;
    const activated = shape.predict(x);
    expect(first.lossAndGrad('mse', x, y)).toBe(behind.lossAndGrad('mse', activated, y));
    first.parameters().forEach(({ grad }, k) => {
      expect(grad).toEqual(behind.parameters()[k]!.grad);
    });
  });
});
