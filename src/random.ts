import { RandomGenerator, seedOr, shuffled } from './generator.js';
import { disposeAfter } from './resources.js';
import { type Shape, type Tensor, zeros } from './tensor.js';
import { nonNegativeInt, readOptions, seedNumber } from './validate.js';
import { kernels } from './wasm/kernels.js';

/** Options of {@link rand}, {@link randn} and {@link randperm}. */
export interface RandomOptions {
  /** The same seed gives the same numbers, on every engine. By default each call takes the next of 0, 1, 2, ... */
  readonly seed?: number | undefined;
}

/**
 * A tensor of numbers drawn uniformly from [0, 1).
 *
 * @param shape - the length of each axis
 * @param options - see {@link RandomOptions}
 * @throws TypeError or RangeError for a wrong shape or seed; OutOfMemoryError
 * @example
 * ```ts
 * import { rand } from 'adamas';
 * console.log(rand([2, 2], { seed: 1 }).data.every((x) => x >= 0 && x < 1)); // true
 * ```
 */
export function rand(shape: Shape, options: RandomOptions = {}): Tensor {
  const result = draw('rand', 'uniform_f32', shape, options);
  // Float32 rounds the largest numbers up to 1.
  const { data } = result;
  for (let i = 0; i < data.length; i++) if (data[i] === 1) data[i] = 1 - 2 ** -24;
  return result;
}

/**
 * A tensor of numbers drawn from the normal distribution of mean 0 and deviation 1.
 *
 * @param shape - the length of each axis
 * @param options - see {@link RandomOptions}
 * @throws TypeError or RangeError for a wrong shape or seed; OutOfMemoryError
 * @example
 * ```ts
 * import { randn } from 'adamas';
 * const [a, b] = [randn([3], { seed: 7 }), randn([3], { seed: 7 })];
 * console.log(a.data.every((x, i) => x === b.data[i])); // true
 * ```
 */
export function randn(shape: Shape, options: RandomOptions = {}): Tensor {
  return draw('randn', 'normal_f32', shape, options);
}

/**
 * The numbers 0 to n - 1 in random order, each order equally likely.
 *
 * @param n - number of elements
 * @param options - see {@link RandomOptions}
 * @throws TypeError or RangeError for a wrong n or seed; OutOfMemoryError
 * @example
 * ```ts
 * import { randperm } from 'adamas';
 * console.log(randperm(5, { seed: 0 }).sort()); // Uint32Array(5) [ 0, 1, 2, 3, 4 ]
 * ```
 */
export function randperm(n: number, options: RandomOptions = {}): Uint32Array {
  nonNegativeInt('randperm: n', n);
  const seed = readSeed('randperm', options);
  return disposeAfter((use) => shuffled(use, n, seed).view.slice());
}

function draw(name: string, kernel: 'uniform_f32' | 'normal_f32', shape: Shape, options: RandomOptions): Tensor {
  const seed = readSeed(name, options);
  return disposeAfter((use) => {
    const generator = use(new RandomGenerator(seed));
    const result = zeros(shape);
    kernels()[kernel](result.block.ptr, result.size, 0, 1, generator.ptr);
    return result;
  });
}

function readSeed(name: string, options: RandomOptions): number {
  return seedOr(readOptions(name, options, { seed: [seedNumber, undefined] }).seed);
}
