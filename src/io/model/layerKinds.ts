// Layers as data: how each kind is written to a file, checked, and made anew. A new layer needs an entry here, in the ONNX export and in the
// JavaScript export.
import { elu, gelu, leakyRelu, relu, sigmoid, silu, softplus, tanh } from '../../nn/activations.js';
import { batchNorm } from '../../nn/batchNorm.js';
import { dropout } from '../../nn/dropout.js';
import { embedding } from '../../nn/embedding.js';
import type { Layer } from '../../nn/layer.js';
import { layerNorm } from '../../nn/layerNorm.js';
import { linear } from '../../nn/linear.js';
import { normalization } from '../../nn/normalization.js';
import { targetScaling } from '../../nn/targetScaling.js';
import {
  boolean,
  type Check,
  finiteNumber,
  halfOpenUnit,
  nonNegative,
  positiveInt,
  unchecked,
  unitInterval,
} from '../../validate.js';

/** The options of a layer as a file has them. */
// biome-ignore lint/suspicious/noExplicitAny: each kind has options of its own, which its table checks
type Options = Readonly<Record<string, any>>;
type Shapes = Readonly<Record<string, readonly number[]>>;

/** A kind of layer. */
interface LayerKind {
  /** Every option with its check; one with a second element can be missing. */
  readonly options: Readonly<Record<string, readonly [check: Check, standard?: undefined]>>;
  /** The shapes of its parameters and buffers, by torch's names. */
  shapes(options: Options): Shapes;
  /** Makes it, with any state. */
  make(options: Options): Layer;
}

/** The shapes of a layer without parameters. */
const none = (): Shapes => ({});

const scaleAndShift = ({ n, affine }: Options): Shapes => (affine ? { weight: [n], bias: [n] } : {});

/** All kinds that files know, by the name of the function that makes them. Nothing is called here, so that a bundler can leave it out. */
export const LAYER_KINDS: Readonly<Record<string, LayerKind>> = {
  linear: {
    options: { inputs: [positiveInt], outputs: [positiveInt], bias: [boolean] },
    shapes: ({ inputs, outputs, bias }) => ({ weight: [outputs, inputs], ...(bias && { bias: [outputs] }) }),
    make: ({ inputs, outputs, bias }) => linear(inputs, outputs, { bias, init: 'zeros', seed: 0 }),
  },
  embedding: {
    options: { count: [positiveInt], size: [positiveInt], inputs: [positiveInt, undefined] },
    shapes: ({ count, size }) => ({ weight: [count, size] }),
    make: ({ count, size, inputs }) => embedding(count, size, { inputs, init: 'zeros', seed: 0 }),
  },
  batchNorm: {
    options: { n: [positiveInt], eps: [nonNegative], momentum: [unitInterval], affine: [boolean] },
    shapes: (options) => ({
      ...scaleAndShift(options),
      running_mean: [options.n],
      running_var: [options.n],
      num_batches_tracked: [],
    }),
    make: ({ n, ...options }) => batchNorm(n, options),
  },
  layerNorm: {
    options: { n: [positiveInt], eps: [nonNegative], affine: [boolean] },
    shapes: scaleAndShift,
    make: ({ n, ...options }) => layerNorm(n, options),
  },
  normalization: {
    options: { n: [positiveInt] },
    shapes: ({ n }) => ({ mean: [n], std: [n] }),
    make: ({ n }) => normalization({ mean: new Float32Array(n), std: new Float32Array(n).fill(1) }),
  },
  targetScaling: {
    options: { n: [positiveInt] },
    shapes: ({ n }) => ({ mean: [n], std: [n] }),
    make: ({ n }) => targetScaling({ mean: new Float32Array(n), std: new Float32Array(n).fill(1) }),
  },
  dropout: { options: { p: [halfOpenUnit] }, shapes: none, make: ({ p }) => dropout(p, { seed: 0 }) },
  relu: { options: {}, shapes: none, make: relu },
  leakyRelu: { options: { slope: [finiteNumber] }, shapes: none, make: ({ slope }) => leakyRelu(slope) },
  elu: { options: { alpha: [finiteNumber] }, shapes: none, make: ({ alpha }) => elu(alpha) },
  gelu: { options: { approximate: [unchecked] }, shapes: none, make: ({ approximate }) => gelu({ approximate }) },
  sigmoid: { options: {}, shapes: none, make: sigmoid },
  silu: { options: {}, shapes: none, make: silu },
  softplus: { options: {}, shapes: none, make: softplus },
  tanh: { options: {}, shapes: none, make: tanh },
};

/** A layer as plain data: its kind and options. */
export interface LayerSpec {
  readonly type: string;
  readonly [option: string]: unknown;
}

/** A layer as plain data; undefined for one that is written in JavaScript. */
export function specOf({ recipe }: Layer): LayerSpec | undefined {
  if (recipe === undefined) return undefined;
  const [type, ...args] = recipe;
  // biome-ignore lint/suspicious/noExplicitAny: arguments of each kind's function
  const [first, second, third] = args as any[];
  switch (type) {
    case 'linear':
      return { type, inputs: first, outputs: second, bias: third.bias };
    case 'embedding':
      return { type, count: first, size: second, ...(third.inputs !== undefined && { inputs: third.inputs }) };
    case 'batchNorm':
    case 'layerNorm':
      return { type, n: first, ...second };
    case 'normalization':
    case 'targetScaling':
      return { type, n: first.mean.length };
    case 'dropout':
      return { type, p: first };
    case 'leakyRelu':
      return { type, slope: first };
    case 'elu':
      return { type, alpha: first };
    case 'gelu':
      return { type, ...first };
    default:
      return { type };
  }
}
