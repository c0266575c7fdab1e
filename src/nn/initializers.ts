import { RandomGenerator } from '../generator.js';
import { disposeAfter } from '../resources.js';
import {
  checkNumber,
  finiteNumber,
  nonNegative,
  type OptionTable,
  oneOf,
  readOptions,
  refuse,
  unchecked,
} from '../validate.js';
import { kernels, type Pointer } from '../wasm/kernels.js';

/** Options of the kaiming initialisers: those of `torch.nn.init.kaiming_uniform_`, with its defaults. */
export interface KaimingOptions {
  /** The slope of a leakyRelu for negative inputs. Default 0. */
  readonly a?: number | undefined;
  /** Pass that keeps its variance: the forward one ('fanIn', by inputs) or the backward one ('fanOut', by outputs). Default 'fanIn'. */
  readonly mode?: 'fanIn' | 'fanOut' | undefined;
  /** Activation after the layer, which decides the gain; `a` matters to 'leakyRelu' only. Default 'leakyRelu'. */
  readonly nonlinearity?: 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | undefined;
}

/** Options of the xavier initialisers. */
export interface XavierOptions {
  /** Factor of the deviation. Default 1. */
  readonly gain?: number | undefined;
}

/**
 * Distribution of a layer's initial weights; its biases are zero but for the first of these.
 *
 * - `'kaimingUniform'`: torch's default for linear layers: uniform within 1 / sqrt(inputs), biases too.
 * - `'kaimingNormal'`, `{ kaimingNormal }`, `{ kaimingUniform }`: `torch.nn.init.kaiming_normal_` and `kaiming_uniform_` (He et al.,
 *   arXiv:1502.01852): of deviation gain / sqrt(fan).
 * - `'xavierUniform'`, `'xavierNormal'`, or with options: of deviation gain sqrt(2 / (inputs + outputs)) (Glorot and Bengio, 2010).
 * - `'zeros'`: all zero.
 * - `'normal'`, `{ normal: { mean, std } }`: normal numbers. Defaults 0 and 1.
 * - `'uniform'`, `{ uniform: { low, high } }`: uniform numbers. Defaults 0 and 1.
 */
export type Initializer =
  | 'kaimingUniform'
  | 'kaimingNormal'
  | 'xavierUniform'
  | 'xavierNormal'
  | 'normal'
  | 'uniform'
  | 'zeros'
  | { readonly kaimingUniform: KaimingOptions }
  | { readonly kaimingNormal: KaimingOptions }
  | { readonly xavierUniform: XavierOptions }
  | { readonly xavierNormal: XavierOptions }
  | { readonly normal: { readonly mean?: number | undefined; readonly std?: number | undefined } }
  | { readonly uniform: { readonly low?: number | undefined; readonly high?: number | undefined } };

/** A kernel with its two numbers: low and high, or mean and deviation. */
type Draw = readonly ['uniform_f32' | 'normal_f32', number, number];

/** The options of all initialisers together. */
type Given = KaimingOptions & XavierOptions & { mean?: number; std?: number; low?: number; high?: number };

/** The kernel and numbers of an initialiser for a layer of this size. Checks its options. */
function drawOf(label: string, init: Initializer, inputs: number, outputs: number): Draw {
  const gains = { linear: 1, sigmoid: 1, tanh: 5 / 3, relu: Math.SQRT2, leakyRelu: 0 };
  const kaiming = {
    a: [finiteNumber, 0],
    mode: [oneOf('fanIn', 'fanOut'), 'fanIn'],
    nonlinearity: [oneOf(...Object.keys(gains)), 'leakyRelu'],
  } as const;
  const xavier = { gain: [nonNegative, 1] } as const;
  const initialisers: Readonly<Record<string, Partial<OptionTable<Given>>>> = {
    kaimingUniform: kaiming,
    kaimingNormal: kaiming,
    xavierUniform: xavier,
    xavierNormal: xavier,
    normal: { mean: [finiteNumber, 0], std: [nonNegative, 1] },
    uniform: { low: [finiteNumber, 0], high: [unchecked, 1] },
    zeros: {},
  };
  const names = Object.keys(initialisers);
  const entries = Object.entries<object>(typeof init === 'object' && init ? init : { [String(init)]: {} });
  const [[name, given] = ['', {}], ...more] = entries;
  if (more.length > 0 || !names.includes(name)) {
    refuse(TypeError, label, `be one of ${names.join(', ')}, or { name: options }`, init);
  }
  const path = `${label}.${name}`;
  const options = readOptions(path, given as Given, initialisers[name] as OptionTable<Given>, '.') as Required<Given>;
  const { a, mode, nonlinearity, gain, mean, std, low, high } = options;
  if (name === 'zeros') return ['uniform_f32', 0, 0];
  if (name === 'normal') return ['normal_f32', mean, std];
  if (name === 'uniform') {
    checkNumber(`${path}.high`, high, 'a finite number of at least low', (x) => x >= low && x < Infinity);
    return ['uniform_f32', low, high];
  }
  gains.leakyRelu = Math.sqrt(2 / (1 + a * a));
  const deviation =
    gain === undefined
      ? gains[nonlinearity] / Math.sqrt(mode === 'fanIn' ? inputs : outputs)
      : gain * Math.sqrt(2 / (inputs + outputs));
  const bound = Math.sqrt(3) * deviation;
  return name.endsWith('Normal') ? ['normal_f32', 0, deviation] : ['uniform_f32', -bound, bound];
}

/** Checks an `init` option before anything is made. */
export function checkInit(name: string, init: unknown): void {
  drawOf(name, init as Initializer, 1, 1);
}

/** Fills `weight` and `bias` (undefined for none), of these lengths, for a layer with this number of inputs. */
export function initialise(
  init: Initializer,
  seed: number,
  inputs: number,
  weight: { ptr: Pointer; length: number },
  bias: { ptr: Pointer; length: number } | undefined,
): void {
  disposeAfter((use) => {
    const generator = use(new RandomGenerator(seed));
    const fill = (block: { ptr: Pointer; length: number }, [kernel, a, b]: Draw) =>
      kernels()[kernel](block.ptr, block.length, a, b, generator.ptr);
    const bound = init === 'kaimingUniform' ? 1 / Math.sqrt(inputs) : 0;
    fill(weight, bound > 0 ? ['uniform_f32', -bound, bound] : drawOf('init', init, inputs, weight.length / inputs));
    if (bias) fill(bias, ['uniform_f32', -bound, bound]);
  });
}
