import { checkNonNegative, checkNumber, checkOneOf, checkOptions, refuse } from '../check.js';
import { Random } from '../random.js';
import { kernels, type Pointer } from '../wasm/kernels.js';

/** Options of the kaiming initialisers: those of `torch.nn.init.kaiming_uniform_`, with its defaults. */
export interface KaimingOptions {
  /** The slope of a leakyRelu for negative inputs. Default 0. */
  readonly a?: number;
  /** Whether the forward pass ('fanIn', by inputs) or the backward pass ('fanOut', by outputs) keeps its variance. Default 'fanIn'. */
  readonly mode?: 'fanIn' | 'fanOut';
  /** What follows the layer, which decides the gain; `a` matters to 'leakyRelu' only. Default 'leakyRelu'. */
  readonly nonlinearity?: 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu';
}

/** Options of the xavier initialisers. */
export interface XavierOptions {
  /** What the deviation is multiplied by. Default 1. */
  readonly gain?: number;
}

/**
 * How a layer's weights are drawn; its biases are zero but for the first of these.
 *
 * - `'kaimingUniform'`: torch's default for linear layers: uniform within 1 / sqrt(inputs), biases too.
 * - `'kaimingNormal'`, `{ kaimingNormal }`, `{ kaimingUniform }`: `torch.nn.init.kaiming_normal_` and `kaiming_uniform_` (He et al.,
 *   arXiv:1502.01852): of deviation gain / sqrt(fan).
 * - `'xavierUniform'`, `'xavierNormal'`, or with options: of deviation gain sqrt(2 / (inputs + outputs)) (Glorot and Bengio, 2010).
 * - `'zeros'`: all zero.
 * - `'normal'`, `{ normal: { mean, std } }`: normal numbers. Defaults 0 and 1.
 * - `'uniform'`, `{ uniform: { low, high } }`: uniform numbers. Defaults 0 and 1.
 */
export type Init =
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
  | { readonly normal: { readonly mean?: number; readonly std?: number } }
  | { readonly uniform: { readonly low?: number; readonly high?: number } };

/** A kernel with its two numbers: low and high, or mean and deviation. */
type Draw = readonly ['uniform_f32' | 'normal_f32', number, number];

const KAIMING = ['a', 'mode', 'nonlinearity'];
const XAVIER = ['gain'];
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  kaimingUniform: KAIMING,
  kaimingNormal: KAIMING,
  xavierUniform: XAVIER,
  xavierNormal: XAVIER,
  normal: ['mean', 'std'],
  uniform: ['low', 'high'],
  zeros: [],
};

/** What an initialiser comes to for a layer of this size, once its options are checked. */
function drawOf(label: string, init: Init, inputs: number, outputs: number): Draw {
  const given = typeof init === 'object' && init !== null;
  const keys: unknown[] = given ? Object.keys(init) : [init];
  const name = String(keys[0]);
  if (keys.length !== 1 || !Object.keys(OPTIONS).includes(name)) {
    refuse(TypeError, label, `be one of ${Object.keys(OPTIONS).join(', ')}, or { name: options }`, init);
  }
  const path = `${label}.${name}`;
  const options = given ? (init as Record<string, object>)[name]! : {};
  checkOptions(path, options, OPTIONS[name]!);
  /** Numbers of mean 0 and this deviation. */
  const ofDeviation = (std: number): Draw =>
    name.endsWith('Normal') ? ['normal_f32', 0, std] : ['uniform_f32', -Math.sqrt(3) * std, Math.sqrt(3) * std];

  if (name === 'zeros') return ['uniform_f32', 0, 0];
  if (name === 'normal') {
    const { mean = 0, std = 1 }: { mean?: number; std?: number } = options;
    checkNumber(`${path}.mean`, mean, 'a finite number', Number.isFinite);
    checkNonNegative(`${path}.std`, std);
    return ['normal_f32', mean, std];
  }
  if (name === 'uniform') {
    const { low = 0, high = 1 }: { low?: number; high?: number } = options;
    checkNumber(`${path}.low`, low, 'a finite number', Number.isFinite);
    checkNumber(`${path}.high`, high, 'a finite number of at least low', (x) => x >= low && x < Infinity);
    return ['uniform_f32', low, high];
  }
  if (name.startsWith('xavier')) {
    const { gain = 1 }: XavierOptions = options;
    checkNonNegative(`${path}.gain`, gain);
    return ofDeviation(gain * Math.sqrt(2 / (inputs + outputs)));
  }
  const { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' }: KaimingOptions = options;
  const gains = { linear: 1, sigmoid: 1, tanh: 5 / 3, relu: Math.SQRT2, leakyRelu: Math.sqrt(2 / (1 + a * a)) };
  checkNumber(`${path}.a`, a, 'a finite number', Number.isFinite);
  checkOneOf(`${path}.mode`, mode, ['fanIn', 'fanOut']);
  checkOneOf(`${path}.nonlinearity`, nonlinearity, Object.keys(gains));
  return ofDeviation(gains[nonlinearity] / Math.sqrt(mode === 'fanIn' ? inputs : outputs));
}

/** Checks an `init` option before anything is made. */
export function checkInit(name: string, init: Init): void {
  drawOf(name, init, 1, 1);
}

/** Fills `weight` and `bias` (undefined for none), of these lengths, for a layer of so many inputs. */
export function initialise(
  init: Init,
  seed: number,
  inputs: number,
  weight: { ptr: Pointer; length: number },
  bias: { ptr: Pointer; length: number } | undefined,
): void {
  const generator = new Random(seed);
  const fill = (block: { ptr: Pointer; length: number }, [kernel, a, b]: Draw) =>
    kernels()[kernel](block.ptr, block.length, a, b, generator.ptr);
  const bound = init === 'kaimingUniform' ? 1 / Math.sqrt(inputs) : 0;
  fill(weight, bound > 0 ? ['uniform_f32', -bound, bound] : drawOf('init', init, inputs, weight.length / inputs));
  if (bias) fill(bias, ['uniform_f32', -bound, bound]);
  generator.dispose();
}
