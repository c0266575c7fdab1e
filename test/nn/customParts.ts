// A layer, a layer with a parameter and a loss written in TypeScript, for the tests of such.
import { type CustomLoss, customLayer, dataset, type Model, parameter, tensor } from '../../src/index.js';
import { bits, noise } from '../train/byHand.js';

export const customRelu = () =>
  customLayer({
    name: 'customRelu',
    outputs: (inputs) => inputs,
    forward(x, y) {
      for (let i = 0; i < x.length; i++) y[i] = x[i]! > 0 ? x[i]! : 0;
    },
    backward(dy, dx, { y }) {
      for (let i = 0; i < dy.length; i++) dx[i] = y[i]! > 0 ? dy[i]! : 0;
    },
  });

/** y = s x, element by element of a row, with one s a column. */
export function scaleLayer(width: number) {
  const s = parameter(Float32Array.from({ length: width }, (_, j) => 1 + j / 4));
  return customLayer({
    name: 'scale',
    inputs: width,
    outputs: () => width,
    parameters: { s },
    forward: (x) => x.map((value, i) => value * s.data[i % width]!),
    backward(dy, dx, { x }) {
      const { data, grad } = s;
      dy.forEach((d, i) => {
        dx[i] = d * data[i % width]!;
        grad[i % width]! += d * x[i]!;
      });
    },
  });
}

export const customMse: CustomLoss = (prediction, target, gradient, { outputs, weights }) => {
  const n = target.length;
  const scale = Math.fround(1 / n);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const e = Math.fround(prediction[i]! - target[i]!);
    const w = weights?.[Math.floor(i / outputs)] ?? 1;
    sum += w * e * e;
    if (gradient) gradient[i] = Math.fround(e + e) * Math.fround(scale * w);
  }
  return sum / n;
};

export const batch = (n: number, seed: number) => Float32Array.from({ length: n }, noise(seed));

export function table(rows: number, inputs: number, outputs: number) {
  return dataset(tensor(batch(rows * inputs, 1), [rows, inputs]), tensor(batch(rows * outputs, 2), [rows, outputs]));
}

export const gradBits = (model: Model) => model.parameters().flatMap(({ grad }) => bits(grad));
