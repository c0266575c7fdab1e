// Models of all layers, drawn from a seed, with parameters and statistics as if they had been trained.
import {
  batchNorm,
  dropout,
  elu,
  embedding,
  gelu,
  type Layer,
  layerNorm,
  leakyRelu,
  linear,
  type Model,
  mlp,
  normalization,
  relu,
  sequential,
  sigmoid,
  silu,
  softplus,
  tanh,
  targetScaling,
} from '../../src/index.js';
import { noise } from '../train/byHand.js';

/** Models within a model. */
export function nestedModel(): Model {
  return sequential(
    normalization({ mean: [1, 2], std: [3, 4] }),
    sequential(
      linear(2, 3, { seed: 1 }),
      sequential(relu(), dropout(0.5, { seed: 2 }), linear(3, 4, { seed: 2 })),
      mlp({ inputs: 4, hidden: [3], outputs: 2, loss: 'crossEntropy', seed: 3 }),
    ),
  );
}

/** A model, and rows of features for it. */
export interface Drawn {
  readonly model: Model;
  readonly x: Float32Array;
  readonly rows: number;
}

/** The model of a seed: up to seven layers, each kind of which comes up in any few dozen of seeds. */
export function randomModel(seed: number): Drawn {
  const random = noise(seed);
  const uniform = () => (random() + 1) / 2;
  const whole = (least: number, most: number) => least + Math.floor(uniform() * (most - least + 1));
  const numbers = (n: number, low: number, high: number) =>
    Float32Array.from({ length: n }, () => low + (high - low) * uniform());

  const inputs = whole(1, 6);
  const layers: Layer[] = [];
  let width = inputs;
  let classes = 0;
  const first = whole(0, 3);
  if (first === 0) {
    classes = whole(2, 5);
    const size = whole(1, 3);
    layers.push(embedding(classes, size, { inputs, seed }));
    width *= size;
  } else if (first === 1) layers.push(normalization({ mean: numbers(inputs, -2, 2), std: numbers(inputs, 0.2, 3) }));
  const makers: readonly (() => Layer)[] = [
    () => linear(width, whole(1, 8), { seed: whole(0, 1000), bias: uniform() < 0.7 }),
    () => batchNorm(width, { affine: uniform() < 0.7, eps: uniform() < 0.5 ? 1e-5 : 0.1 }),
    () => layerNorm(width, { affine: uniform() < 0.7, eps: uniform() < 0.5 ? 1e-2 : 0.1 }),
    () => dropout(0.3, { seed }),
    relu,
    () => leakyRelu(numbers(1, -0.5, 0.5)[0]),
    () => elu(numbers(1, 0.1, 2)[0]),
    gelu,
    () => gelu({ approximate: 'tanh' }),
    sigmoid,
    silu,
    softplus,
    tanh,
  ];
  if (layers.length === 0 || uniform() < 0.5) layers.push(linear(width, whole(1, 8), { seed: whole(0, 1000) }));
  for (let i = whole(0, 6); i > 0; i--) {
    width = layers.reduce((at, layer) => layer.outputs(at), inputs);
    layers.push(makers[whole(0, makers.length - 1)]!());
  }
  if (seed % 4 === 1) {
    width = layers.reduce((at, layer) => layer.outputs(at), inputs);
    layers.push(targetScaling({ mean: numbers(width, -2, 2), std: numbers(width, 0.2, 3) }));
  }
  // One in three has its later layers in a model within it, which must fix its inputs by itself.
  const inner = seed % 3 === 0 ? layers.slice(1) : [];
  const nests = inner.some(({ inputs, scaleTargets }) => inputs !== undefined && scaleTargets === undefined);
  const model = nests ? sequential(layers[0]!, sequential(...inner)) : sequential(...layers);
  for (const { name, parameters, buffers = {} } of layers) {
    const scale = name.startsWith('linear') ? 1 : 0.5;
    for (const parameter of Object.values(parameters)) parameter.set(numbers(parameter.size, -scale, 1));
    const { running_mean, running_var } = buffers;
    running_mean?.set(numbers(running_mean.size, -1, 1));
    running_var?.set(numbers(running_var.size, 0.3, 2));
  }
  const rows = whole(1, 5);
  const x =
    classes > 0
      ? Float32Array.from({ length: rows * inputs }, () => whole(0, classes - 1))
      : numbers(rows * inputs, -3, 3);
  return { model, x, rows };
}
