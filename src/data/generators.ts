import { type Dataset, randn } from '../index.js';
import { checkInt, checkNumber, checkOptions, nonNegative, positiveInt, show } from '../validate.js';
import { checkSeed, makeDataset } from './make.js';

// Samples to try models on. What is random comes from the generator in WebAssembly; what is not is plain arithmetic, where the host's own
// cos and sin would differ between engines: the same seed gives the same bytes everywhere.

/** Options of {@link twoMoons}. */
export interface NoiseOptions {
  /** Standard deviation of the normal noise that is added. */
  readonly noise?: number;
  /** Seed of the noise. Default 0. */
  readonly seed?: number;
}

/** Options of {@link spiral}. */
export interface SpiralOptions extends NoiseOptions {
  /** How many arms, each a class. Default 2. */
  readonly arms?: number;
  /** How often an arm goes round. Default 1.5. */
  readonly turns?: number;
}

/** Options of {@link blobs}. */
export interface BlobsOptions {
  /** How many blobs, or where they are: each a row of D numbers. Default 3. */
  readonly centers?: number | readonly (readonly number[])[];
  /** D, where the centers are drawn: from the normal distribution, each with deviation 5. Default 2. */
  readonly features?: number;
  /** Standard deviation of each blob. Default 1. */
  readonly deviation?: number;
  /** Seed of centers and samples. Default 0. */
  readonly seed?: number;
}

/** Options of {@link linearData}. */
export interface LinearDataOptions {
  /** w, one number a feature. Default [2, -3.4]. */
  readonly weights?: readonly number[];
  /** b. Default 4.2. */
  readonly bias?: number;
  /** Standard deviation of the noise of the targets. Default 0.01. */
  readonly noise?: number;
  /** Seed of features and noise. Default 0. */
  readonly seed?: number;
}

/**
 * Two half circles that reach into each other, with noise: two classes, in turn, that no straight line tells apart.
 *
 * @param count - how many samples
 * @param options - `noise` (default 0.1) and `seed`
 * @returns features [N, 2]; targets [N], 0 for the upper moon and 1 for the lower
 * @throws TypeError or RangeError for wrong arguments; OutOfMemoryError
 * @example
 * ```ts
 * import { twoMoons } from 'adamas/datasets';
 * const data = twoMoons(200, { noise: 0.1, seed: 1 });
 * console.log(data.features.shape, data.targets.data.slice(0, 4)); // [ 200, 2 ] Float32Array(4) [ 0, 1, 0, 1 ]
 * ```
 */
export function twoMoons(count: number, options: NoiseOptions = {}): Dataset {
  checkOptions('twoMoons', options, ['noise', 'seed']);
  const { noise = 0.1, seed = 0 } = options;
  checkInt('twoMoons: count', count, 2);
  nonNegative('twoMoons: noise', noise);
  const normal = normals('twoMoons', [count, 2], seed);
  return makeDataset(count, 2, undefined, (x, y) => {
    for (let i = 0; i < count; i++) {
      const lower = i % 2;
      const place = (i - lower) / 2 / Math.max(1, Math.ceil((count - lower) / 2) - 1);
      const [cos, sin] = onCircle(place / 2);
      x[2 * i] = (lower ? 1 - cos : cos) + noise * normal[2 * i]!;
      x[2 * i + 1] = (lower ? 0.5 - sin : sin) + noise * normal[2 * i + 1]!;
      y[i] = lower;
    }
  });
}

/**
 * Arms that wind round the origin out to a radius of 1, with noise: as many classes, in turn.
 *
 * @param count - how many samples
 * @param options - see {@link SpiralOptions}; `noise` is 0.02 by default
 * @returns features [N, 2]; targets [N], the arm
 * @throws TypeError or RangeError for wrong arguments; OutOfMemoryError
 * @example
 * ```ts
 * import { spiral } from 'adamas/datasets';
 * const data = spiral(300, { arms: 3, seed: 1 });
 * console.log(data.features.shape, data.targets.data.slice(0, 4)); // [ 300, 2 ] Float32Array(4) [ 0, 1, 2, 0 ]
 * ```
 */
export function spiral(count: number, options: SpiralOptions = {}): Dataset {
  checkOptions('spiral', options, ['arms', 'turns', 'noise', 'seed']);
  const { arms = 2, turns = 1.5, noise = 0.02, seed = 0 } = options;
  positiveInt('spiral: arms', arms);
  checkInt('spiral: count', count, arms);
  checkNumber('spiral: turns', turns, 'a finite number', Number.isFinite);
  nonNegative('spiral: noise', noise);
  const normal = normals('spiral', [count, 2], seed);
  return makeDataset(count, 2, undefined, (x, y) => {
    for (let i = 0; i < count; i++) {
      const arm = i % arms;
      const radius = (Math.floor(i / arms) + 1) / Math.ceil((count - arm) / arms);
      const [cos, sin] = onCircle(turns * radius + arm / arms);
      x[2 * i] = radius * cos + noise * normal[2 * i]!;
      x[2 * i + 1] = radius * sin + noise * normal[2 * i + 1]!;
      y[i] = arm;
    }
  });
}

/**
 * Samples normally distributed around centers: as many classes, in turn.
 *
 * @param count - how many samples
 * @param options - see {@link BlobsOptions}
 * @returns features [N, D]; targets [N], the blob
 * @throws TypeError or RangeError for wrong arguments; OutOfMemoryError
 * @example
 * ```ts
 * import { blobs } from 'adamas/datasets';
 * const data = blobs(100, { centers: [[-3, 0], [3, 0]], deviation: 0.5, seed: 1 });
 * console.log(data.features.data.every((x, i) => i % 2 === 1 || (x < 0) === (data.targets.data[i / 2] === 0))); // true
 * ```
 */
export function blobs(count: number, options: BlobsOptions = {}): Dataset {
  checkOptions('blobs', options, ['centers', 'features', 'deviation', 'seed']);
  const { centers = 3, deviation = 1, seed = 0 } = options;
  const rows = Array.isArray(centers) ? (centers as readonly (readonly number[])[]) : undefined;
  const classes = rows?.length ?? (centers as number);
  const { features: width = rows === undefined ? 2 : Object(rows[0]).length } = options;
  positiveInt('blobs: centers', classes);
  positiveInt('blobs: features', width);
  checkInt('blobs: count', count, classes);
  nonNegative('blobs: deviation', deviation);
  for (const [k, center] of rows?.entries() ?? []) {
    if (!Array.isArray(center) || center.length !== width || !center.every(Number.isFinite)) {
      throw new RangeError(`blobs: centers[${k}] must be ${width} finite numbers, got ${show(center)}`);
    }
  }
  const normal = normals('blobs', [classes + count, width], seed);
  const center = (k: number, j: number) => (rows === undefined ? 5 * normal[k * width + j]! : rows[k]![j]!);
  return makeDataset(count, width, undefined, (x, y) => {
    for (let i = 0; i < count; i++) {
      const k = i % classes;
      for (let j = 0; j < width; j++) {
        x[i * width + j] = center(k, j) + deviation * normal[(classes + i) * width + j]!;
      }
      y[i] = k;
    }
  });
}

/**
 * Normally distributed features and y = x w^T + b with noise: what a linear regression should find again.
 *
 * @param count - how many samples
 * @param options - see {@link LinearDataOptions}
 * @returns features [N, D]; targets [N]
 * @throws TypeError or RangeError for wrong arguments; OutOfMemoryError
 * @example
 * ```ts
 * import { linearData } from 'adamas/datasets';
 * const data = linearData(10, { weights: [2], bias: 1, noise: 0 });
 * console.log(data.targets.data.every((y, i) => y === Math.fround(2 * data.features.data[i]! + 1))); // true
 * ```
 */
export function linearData(count: number, options: LinearDataOptions = {}): Dataset {
  checkOptions('linearData', options, ['weights', 'bias', 'noise', 'seed']);
  const { weights = [2, -3.4], bias = 4.2, noise = 0.01, seed = 0 } = options;
  positiveInt('linearData: count', count);
  if (!Array.isArray(weights)) {
    throw new TypeError(`linearData: weights must be an array of numbers, got ${show(weights)}`);
  }
  const width = weights.length;
  if (width === 0 || !weights.every(Number.isFinite)) {
    throw new RangeError(`linearData: weights must be finite numbers, got ${show(weights)}`);
  }
  checkNumber('linearData: bias', bias, 'a finite number', Number.isFinite);
  nonNegative('linearData: noise', noise);
  const normal = normals('linearData', [count, width + 1], seed);
  return makeDataset(count, width, undefined, (x, y) => {
    for (let i = 0; i < count; i++) {
      const row = i * (width + 1);
      let sum = bias;
      for (let j = 0; j < width; j++) {
        x[i * width + j] = normal[row + j]!;
        sum += weights[j]! * normal[row + j]!;
      }
      y[i] = sum + noise * normal[row + width]!;
    }
  });
}

/** Seeded numbers of mean 0 and deviation 1. */
function normals(call: string, shape: readonly number[], seed: number): Float32Array {
  checkSeed(call, seed);
  const drawn = randn(shape, { seed });
  const values = drawn.data.slice();
  drawn.dispose();
  return values;
}

/** cos and sin of so many turns, to 1e-15: Taylor's series within an eighth of a turn, doubled twice. */
function onCircle(turns: number): [cos: number, sin: number] {
  const x = (Math.PI / 2) * (turns - Math.round(turns));
  const z = x * x;
  let cos = 1;
  let sin = 1;
  for (let n = 20; n > 0; n -= 2) {
    cos = 1 - (z / (n * (n - 1))) * cos;
    sin = 1 - (z / (n * (n + 1))) * sin;
  }
  sin *= x;
  for (let i = 0; i < 2; i++) [cos, sin] = [cos * cos - sin * sin, 2 * sin * cos];
  return [cos, sin];
}
