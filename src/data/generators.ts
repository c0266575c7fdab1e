import { randn } from '../random.js';
import {
  type Check,
  checkInt,
  finiteNumber,
  nonNegative,
  type OptionTable,
  positiveInt,
  readOptions,
  refuse,
  seedNumber,
  unchecked,
} from '../validate.js';
import { buildDataset } from './buildDataset.js';
import type { Dataset } from './dataset.js';

// Samples to try models on. Random numbers come from the generator in WebAssembly; all else is plain arithmetic, since the host's cos and sin
// differ between engines: the same seed gives the same bytes everywhere.

/** Options of {@link twoMoons}. */
export interface NoiseOptions {
  /** Standard deviation of the normal noise that is added. */
  readonly noise?: number | undefined;
  /** Seed of the noise. Default 0. */
  readonly seed?: number | undefined;
}

/** Options of {@link spiral}. */
export interface SpiralOptions extends NoiseOptions {
  /** Number of arms, each a class. Default 2. */
  readonly arms?: number | undefined;
  /** Turns of an arm around the origin. Default 1.5. */
  readonly turns?: number | undefined;
}

/** Options of {@link blobs}. */
export interface BlobsOptions {
  /** Number of blobs, or their centers: each a row of D numbers. Default 3. */
  readonly centers?: number | readonly (readonly number[])[] | undefined;
  /** Number of features D, if the centers are drawn: from the normal distribution with deviation 5. Default 2. */
  readonly features?: number | undefined;
  /** Standard deviation of each blob. Default 1. */
  readonly deviation?: number | undefined;
  /** Seed of centers and samples. Default 0. */
  readonly seed?: number | undefined;
}

/** Options of {@link linearData}. */
export interface LinearDataOptions {
  /** Weights w, one per feature. Default [2, -3.4]. */
  readonly weights?: readonly number[] | undefined;
  /** Bias b. Default 4.2. */
  readonly bias?: number | undefined;
  /** Standard deviation of the noise of the targets. Default 0.01. */
  readonly noise?: number | undefined;
  /** Seed of features and noise. Default 0. */
  readonly seed?: number | undefined;
}

const weightsCheck: Check = (name, value) => {
  if (!Array.isArray(value)) refuse(TypeError, name, 'be an array of numbers', value);
  if (value.length === 0 || !value.every(Number.isFinite)) refuse(RangeError, name, 'be finite numbers', value);
};

const SPIRAL = {
  arms: [positiveInt, 2],
  turns: [finiteNumber, 1.5],
  noise: [nonNegative, 0.02],
  seed: [seedNumber, 0],
} as const satisfies OptionTable<SpiralOptions>;

const BLOBS = {
  // Checked with their width.
  centers: [unchecked, 3],
  features: [positiveInt, undefined],
  deviation: [nonNegative, 1],
  seed: [seedNumber, 0],
} as const satisfies OptionTable<BlobsOptions>;

const LINEAR_DATA = {
  weights: [weightsCheck, [2, -3.4]],
  bias: [finiteNumber, 4.2],
  noise: [nonNegative, 0.01],
  seed: [seedNumber, 0],
} as const satisfies OptionTable<LinearDataOptions>;

/**
 * Two half circles that reach into each other, with noise: two classes, in turn, that no straight line tells apart.
 *
 * @param count - number of samples
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
  const { noise, seed } = readOptions('twoMoons', options, { noise: [nonNegative, 0.1], seed: [seedNumber, 0] });
  checkInt('twoMoons: count', count, 2);
  const normal = normals([count, 2], seed);
  return buildDataset(count, 2, (x, y) => {
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
 * @param count - number of samples
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
  const { arms, turns, noise, seed } = readOptions('spiral', options, SPIRAL);
  checkInt('spiral: count', count, arms);
  const normal = normals([count, 2], seed);
  return buildDataset(count, 2, (x, y) => {
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
 * @param count - number of samples
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
  const { centers, features, deviation, seed } = readOptions('blobs', options, BLOBS);
  const rows = Array.isArray(centers) ? (centers as readonly (readonly number[])[]) : undefined;
  const classes = rows?.length ?? (centers as number);
  const width = features ?? (rows === undefined ? 2 : Object(rows[0]).length);
  positiveInt('blobs: centers', classes);
  positiveInt('blobs: features', width);
  checkInt('blobs: count', count, classes);
  for (const [k, center] of rows?.entries() ?? []) {
    if (!Array.isArray(center) || center.length !== width || !center.every(Number.isFinite)) {
      refuse(RangeError, `blobs: centers[${k}]`, `be ${width} finite numbers`, center);
    }
  }
  const normal = normals([classes + count, width], seed);
  const center = (k: number, j: number) => (rows === undefined ? 5 * normal[k * width + j]! : rows[k]![j]!);
  return buildDataset(count, width, (x, y) => {
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
 * Normally distributed features and y = x w^T + b with noise: a linear regression should find w and b again.
 *
 * @param count - number of samples
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
  const { weights, bias, noise, seed } = readOptions('linearData', options, LINEAR_DATA);
  positiveInt('linearData: count', count);
  const width = weights.length;
  const normal = normals([count, width + 1], seed);
  return buildDataset(count, width, (x, y) => {
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
function normals(shape: readonly number[], seed: number): Float32Array {
  const drawn = randn(shape, { seed });
  const values = drawn.data.slice();
  drawn.dispose();
  return values;
}

/** cos and sin of an angle in turns, to 1e-15: Taylor's series within an eighth of a turn, doubled twice. */
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
