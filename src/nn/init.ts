import { checkNonNegative, checkNumber, checkOptions, show } from '../check.js';
import { Random } from '../random.js';
import { kernels, type Pointer } from '../wasm/kernels.js';

/**
 * How a layer's weights are drawn.
 *
 * - `'kaimingUniform'`: torch's default for linear layers: uniform within 1 / sqrt(inputs), biases too.
 * - `'zeros'`: all zero.
 * - `{ normal: { mean, std } }`: normal numbers, biases zero. Defaults 0 and 1.
 * - `{ uniform: { low, high } }`: uniform numbers, biases zero. Defaults 0 and 1.
 */
export type Init =
  | 'kaimingUniform'
  | 'zeros'
  | { readonly normal: { readonly mean?: number; readonly std?: number } }
  | { readonly uniform: { readonly low?: number; readonly high?: number } };

/** Checks an `init` option before anything is made. */
export function checkInit(name: string, init: Init): void {
  if (init === 'kaimingUniform' || init === 'zeros') return;
  if (typeof init === 'object' && init !== null && 'normal' in init) {
    checkOptions(`${name}.normal`, init.normal, ['mean', 'std']);
    const { mean = 0, std = 1 } = init.normal;
    checkNumber(`${name}.normal.mean`, mean, 'a finite number', Number.isFinite);
    checkNonNegative(`${name}.normal.std`, std);
  } else if (typeof init === 'object' && init !== null && 'uniform' in init) {
    checkOptions(`${name}.uniform`, init.uniform, ['low', 'high']);
    const { low = 0, high = 1 } = init.uniform;
    checkNumber(`${name}.uniform.low`, low, 'a finite number', Number.isFinite);
    checkNumber(`${name}.uniform.high`, high, 'a finite number of at least low', (x) => x >= low && x < Infinity);
  } else {
    throw new TypeError(`${name} must be 'kaimingUniform', 'zeros', { normal } or { uniform }, got ${show(init)}`);
  }
}

/** Fills `weight` and `bias` (0 for none), of these lengths, for a layer of so many inputs. */
export function initialise(
  init: Init,
  seed: number,
  inputs: number,
  weight: { ptr: Pointer; length: number },
  bias: { ptr: Pointer; length: number } | undefined,
): void {
  const { uniform_f32, normal_f32 } = kernels();
  const generator = new Random(seed);
  const constant = (block: { ptr: Pointer; length: number }) =>
    uniform_f32(block.ptr, block.length, 0, 0, generator.ptr);
  if (init === 'kaimingUniform') {
    const bound = 1 / Math.sqrt(inputs);
    uniform_f32(weight.ptr, weight.length, -bound, bound, generator.ptr);
    if (bias) uniform_f32(bias.ptr, bias.length, -bound, bound, generator.ptr);
  } else {
    if (init === 'zeros') constant(weight);
    else if ('normal' in init) {
      const { mean = 0, std = 1 } = init.normal;
      normal_f32(weight.ptr, weight.length, mean, std, generator.ptr);
    } else {
      const { low = 0, high = 1 } = init.uniform;
      uniform_f32(weight.ptr, weight.length, low, high, generator.ptr);
    }
    if (bias) constant(bias);
  }
  generator.dispose();
}
