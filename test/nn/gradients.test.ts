// Each gradient against finite differences of the loss.
import { describe, expect, it } from 'vitest';
import { linear, type Model, sequential, tensor } from '../../src/index.js';
import { bits, noise, twoLayers } from '../train/byHand.js';

const models: readonly [string, () => Model][] = [
  ['linear(1, 1)', () => sequential(linear(1, 1, { seed: 1 }))],
  ['linear(5, 1)', () => sequential(linear(5, 1, { seed: 2 }))],
  ['linear(7, 3)', () => sequential(linear(7, 3, { seed: 3 }))],
  ['linear(3, 5, no bias)', () => sequential(linear(3, 5, { bias: false, seed: 4 }))],
  ['linear(5, 9), linear(9, 3)', () => twoLayers(5, 9, 3)],
  ['linear(1, 4), linear(4, 1)', () => twoLayers(1, 4, 1)],
  [
    'three layers, the middle one without bias',
    () => sequential(linear(3, 7, { seed: 1 }), linear(7, 5, { bias: false, seed: 2 }), linear(5, 2, { seed: 3 })),
  ],
];

/** Numbers of magnitude about 1. */
function batch(n: number, seed: number): Float32Array {
  const random = noise(seed);
  return Float32Array.from({ length: n }, random);
}

describe.each(models)('%s', (_, make) => {
  it.each([1, 3, 4, 10])('has the gradients that differences of the loss show, for a batch of %i', (rows) => {
    const model = make();
    const x = batch(rows * model.inputs, 1);
    const y = batch(rows * model.outputs, 2);
    const loss = () => model.lossAndGrad('halfSquaredError', x, y);
    loss();
    const gradients = model.parameters().map(({ grad }) => grad.slice());
    // The loss is a parabola of each single weight, of which a central difference gives the slope exactly, however wide: only
    // float32 rounding is left.
    const h = 0.25;
    model.parameters().forEach((parameter, k) => {
      for (let i = 0; i < parameter.size; i++) {
        const at = parameter.data[i]!;
        const [above, below] = [at + h, at - h].map((value) => {
          parameter.data[i] = value;
          return [Math.fround(value), loss()] as const;
        });
        parameter.data[i] = at;
        const slope = (above![1] - below![1]) / (above![0] - below![0]);
        expect(Math.abs(slope - gradients[k]![i]!), `parameter ${k}, element ${i}`).toBeLessThan(5e-6);
      }
    });
    model.dispose();
  });

  it('is the same for a tensor as for an array, and for targets [B, K]', () => {
    const model = make();
    const [x, y] = [batch(3 * model.inputs, 1), batch(3 * model.outputs, 2)];
    const fromArrays = model.lossAndGrad('halfSquaredError', x, y);
    const grads = model.parameters().map(({ grad }) => bits(grad));
    const [xTensor, yTensor] = [tensor(x, [3, model.inputs]), tensor(y, [3, model.outputs])];
    expect(model.lossAndGrad('halfSquaredError', xTensor, yTensor)).toBe(fromArrays);
    expect(model.parameters().map(({ grad }) => bits(grad))).toEqual(grads);
    expect(model.lossAndGrad('halfSquaredError', x, [...y])).toBe(fromArrays);
    for (const one of [xTensor, yTensor, model]) one.dispose();
  });

  it('is added to with accumulate, and replaced without', () => {
    const model = make();
    const [x, y] = [batch(5 * model.inputs, 1), batch(5 * model.outputs, 2)];
    model.lossAndGrad('halfSquaredError', x, y);
    const once = model.parameters().map(({ grad }) => grad.slice());
    model.lossAndGrad('halfSquaredError', x, y, { accumulate: true });
    model.parameters().forEach(({ grad }, k) => {
      grad.forEach((value, i) => {
        expect(Math.abs(value - 2 * once[k]![i]!)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(value)));
      });
    });
    model.lossAndGrad('halfSquaredError', x, y);
    expect(model.parameters().map(({ grad }) => bits(grad))).toEqual(once.map(bits));
    model.dispose();
  });
});
