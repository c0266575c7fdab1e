// Outputs, loss and gradients of whole networks against PyTorch's in float64, for the same float32 inputs and parameters.
import { describe, expect, it } from 'vitest';
import { elu, type LossName, leakyRelu, linear, sequential, tensor } from '../../src/index.js';
import { decode, golden } from '../golden.js';
import { expectWithin } from '../kernels/tester.js';
import type { ActivationName } from '../reference/activations.js';
import { makeActivation } from './named.js';

interface Case {
  readonly id: string;
  readonly loss: LossName;
  readonly inputs: number;
  readonly hidden: readonly { readonly units: number; readonly activation: ActivationName }[];
  readonly outputs: number;
  readonly x: string;
  readonly xShape: readonly number[];
  readonly y: string;
  readonly params: readonly string[];
  readonly output64: string;
  readonly loss64: number;
  readonly grads64: readonly string[];
}

const { cases } = golden<{ cases: readonly Case[] }>('networks.json');

/** With torch's default scalars. */
const layerOf = { ...makeActivation, leakyRelu: () => leakyRelu(), elu: () => elu() };

/** base64 of little-endian float64 */
function doubles(base64: string): Float64Array {
  return new Float64Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

function modelOf({ inputs, hidden, outputs, params }: Case) {
  let width = inputs;
  const layers = hidden.flatMap(({ units, activation }) => {
    const dense = linear(width, units);
    width = units;
    return [dense, layerOf[activation]()];
  });
  const model = sequential(...layers, linear(width, outputs));
  model.parameters().forEach((parameter, i) => {
    parameter.set(decode(params[i]!));
  });
  return model;
}

/** The bar of golden/README.md. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expectWithin(actual, expected, (i) => 2e-5 * Math.abs(expected[i]!) + 1e-6, what);
}

it('covers every loss and every activation', () => {
  expect(new Set(cases.map(({ loss }) => loss))).toEqual(
    new Set(['halfSquaredError', 'mse', 'l1', 'huber', 'binaryCrossEntropy', 'crossEntropy']),
  );
  const used = cases.flatMap(({ hidden }) => hidden.map(({ activation }) => activation));
  expect(new Set(used)).toEqual(new Set(Object.keys(makeActivation)));
});

describe.each(cases)('$id', (one) => {
  const [x, y] = [decode(one.x), decode(one.y)];

  it('gives the outputs of PyTorch', () => {
    using model = modelOf(one);
    using rows = tensor(x, one.xShape);
    expectClose(model.predict(rows), doubles(one.output64), 'predict');
    using output = model.forward(rows);
    expect(output.shape).toEqual([one.xShape[0], one.outputs]);
    expectClose(output.data, doubles(one.output64), 'forward');
  });

  it('gives its loss and every gradient', () => {
    using model = modelOf(one);
    const loss = model.lossAndGrad(one.loss, x, y);
    expectClose([loss], [one.loss64], 'the loss');
    expect(one.grads64).toHaveLength(model.parameters().length);
    model.parameters().forEach(({ grad }, i) => {
      expectClose(grad, doubles(one.grads64[i]!), `the gradient of parameter ${i}`);
    });
  });

  it('gives the same gradients from two halves of the batch, weighted by their rows', () => {
    if (one.loss === 'crossEntropy' || one.loss === 'mse') {
      using model = modelOf(one);
      const B = one.xShape[0]!;
      const half = B >> 1;
      // Rows of no weight still count in the mean, as in torch, so that the parts add up to the whole.
      const first = Array.from({ length: B }, (_, r) => Number(r < half));
      const losses = [first, first.map((weight) => 1 - weight)].map((weights, i) =>
        model.lossAndGrad(one.loss, x, y, { weights, accumulate: i > 0 }),
      );
      expectClose([losses[0]! + losses[1]!], [one.loss64], 'the loss');
      model.parameters().forEach(({ grad }, i) => {
        expectClose(grad, doubles(one.grads64[i]!), `the gradient of parameter ${i}`);
      });
    }
  });
});
