// Layers as data: how each kind is written to a file, checked, and recreated. An activation without options is known by its export from
// nn/activations.ts; any other layer needs an entry in `LAYER_KINDS`, and a case in `specOf` where it has options.
import * as activations from '../../nn/activations.js';
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

/** Layers with parameters or options, by the function that makes them. Nothing is called here, so that a bundler can leave it out. */
const LAYER_KINDS: Readonly<Record<string, LayerKind>> = {
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
  leakyRelu: { options: { slope: [finiteNumber] }, shapes: none, make: ({ slope }) => activations.leakyRelu(slope) },
  elu: { options: { alpha: [finiteNumber] }, shapes: none, make: ({ alpha }) => activations.elu(alpha) },
  gelu: {
    options: { approximate: [unchecked] },
    shapes: none,
    make: ({ approximate }) => activations.gelu({ approximate }),
  },
};

/** The kind of a layer, by the name of the function that makes it; undefined for one that files do not know. */
export function kindOf(type: string): LayerKind | undefined {
  if (Object.hasOwn(LAYER_KINDS, type)) return LAYER_KINDS[type];
  const make = Object.entries(activations).find(([name]) => name === type)?.[1];
  return make && { options: {}, shapes: none, make: () => make() };
}

/** The names of all kinds. */
export function kindNames(): string[] {
  return [...new Set([...Object.keys(LAYER_KINDS), ...Object.keys(activations)])];
}

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
