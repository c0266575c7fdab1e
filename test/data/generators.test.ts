// Generated samples: where they lie, how they are spread, and that they are the same bytes everywhere.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { blobs, describe as describeData, linearData, spiral, twoMoons } from '../../src/datasets.js';
import { type Dataset, dataset, memoryUsage, rand, randn, randperm } from '../../src/index.js';

const at = ({ features }: Dataset, i: number) => [features.data[2 * i]!, features.data[2 * i + 1]!] as const;
const deviation = (values: readonly number[]) => {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
};

/** The SHA-1 of a dataset's bytes. */
function digest(data: Dataset): string {
  const hash = createHash('sha1');
  for (const { data: values } of [data.features, data.targets]) {
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex').slice(0, 12);
}

describe('twoMoons', () => {
  it('without noise: a half circle above, and one below that reaches into it', () => {
    using data = twoMoons(101, { noise: 0 });
    for (let i = 0; i < data.length; i++) {
      const [x, y] = at(data, i);
      const lower = data.targets.data[i]!;
      expect(lower).toBe(i % 2);
      expect(Math.hypot(x - lower, y - lower / 2)).toBeCloseTo(1, 6);
      expect(lower ? y < 0.5 + 1e-7 : y > -1e-7).toBe(true);
    }
    expect(at(data, 0)).toEqual([1, 0]);
    expect(at(data, 100)[0]).toBeCloseTo(-1, 6);
  });

  it('the noise has its deviation', () => {
    using clean = twoMoons(4000, { noise: 0 });
    using noisy = twoMoons(4000, { noise: 0.2, seed: 3 });
    const differences = Array.from(noisy.features.data, (x, i) => x - clean.features.data[i]!);
    expect(deviation(differences)).toBeGreaterThan(0.19);
    expect(deviation(differences)).toBeLessThan(0.21);
  });
});

it('spiral: arms that wind as often as they should, each a class', () => {
  using data = spiral(3000, { arms: 3, turns: 2, noise: 0 });
  for (let i = 0; i < data.length; i++) {
    const [x, y] = at(data, i);
    const radius = Math.hypot(x, y);
    expect(data.targets.data[i]).toBe(i % 3);
    const angle = 2 * Math.PI * (2 * radius + (i % 3) / 3);
    expect(Math.hypot(x - radius * Math.cos(angle), y - radius * Math.sin(angle))).toBeLessThan(1e-5);
  }
  expect(Math.hypot(...at(data, 2999))).toBeCloseTo(1, 6);
});

it('blobs: around their centers, given or drawn', () => {
  using data = blobs(3000, {
    centers: [
      [0, 10],
      [-10, 0],
    ],
    deviation: 0.5,
  });
  const left = Array.from({ length: 1500 }, (_, i) => at(data, 2 * i + 1)[0]);
  expect(left.reduce((sum, x) => sum + x, 0) / 1500).toBeCloseTo(-10, 1);
  expect(deviation(left)).toBeCloseTo(0.5, 1);
  using drawn = blobs(10, { centers: 4, features: 3, deviation: 0 });
  expect(drawn.features.shape).toEqual([10, 3]);
  expect(drawn.features.data.slice(0, 3)).toEqual(drawn.features.data.slice(12, 15));
  expect(Array.from(drawn.targets.data)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1]);
});

it('linearData: y = x w^T + b, with noise', () => {
  using clean = linearData(100, { weights: [1, -2], bias: 3, noise: 0 });
  using noisy = linearData(5000, { weights: [1, -2], bias: 3, noise: 0.1 });
  for (const [data, spread] of [
    [clean, 0],
    [noisy, 0.1],
  ] as const) {
    const residuals = Array.from(data.targets.data, (y, i) => y - (at(data, i)[0] - 2 * at(data, i)[1] + 3));
    expect(Math.abs(deviation(residuals) - spread)).toBeLessThan(0.01);
  }
});

it('the same seed gives the same bytes, in every engine', () => {
  const digests = [
    twoMoons(100, { seed: 1 }),
    spiral(100, { seed: 1 }),
    blobs(100, { seed: 1 }),
    linearData(100, { seed: 1 }),
  ].map((data) => {
    const result = digest(data);
    data.dispose();
    return result;
  });
  expect(digests).toEqual(['626cb0a591f6', '58c69a58f2d5', '5f4675c731bb', 'bf7e82b55fcd']);
  using other = twoMoons(100, { seed: 2 });
  expect(digest(other)).not.toBe(digests[0]);
});

it('wrong arguments are refused, and nothing is left behind', () => {
  const before = memoryUsage();
  for (const [make, message] of [
    [() => twoMoons(1), 'twoMoons: count must be a whole number of at least 2, got 1'],
    [() => twoMoons(10, { noise: -1 }), 'twoMoons: noise must be a finite number of at least 0, got -1'],
    [() => twoMoons(10, { seed: 0.5 }), 'twoMoons: seed must be a whole number from 0 to 2^53 - 1, got 0.5'],
    [() => twoMoons(10, { arms: 2 } as never), 'twoMoons: unknown option "arms"'],
    [() => spiral(2, { arms: 3 }), 'spiral: count must be a whole number of at least 3, got 2'],
    [() => spiral(10, { turns: Infinity }), 'spiral: turns must be a finite number, got Infinity'],
    [() => blobs(10, { centers: [[1, 2], [3]] }), 'blobs: centers[1] must be 2 finite numbers, got [3]'],
    [() => blobs(10, { centers: [] }), 'blobs: centers must be a positive whole number, got 0'],
    [() => blobs(10, { centers: 'many' as never }), 'blobs: centers must be a positive whole number, got "many"'],
    [() => linearData(10, { weights: [] }), 'linearData: weights must be finite numbers, got []'],
    [() => linearData(10, { weights: 2 as never }), 'linearData: weights must be an array of numbers, got 2'],
    [() => linearData(10, { bias: Number.NaN }), 'linearData: bias must be a finite number, got NaN'],
  ] as const) {
    expect(make).toThrow(message);
  }
  expect(memoryUsage()).toBe(before);
});

describe('rand, randn, randperm', () => {
  it('have their distributions', () => {
    using uniform = rand([100, 100], { seed: 1 });
    using normal = randn([100, 100], { seed: 1 });
    expect([uniform.shape, normal.shape]).toEqual([
      [100, 100],
      [100, 100],
    ]);
    expect(uniform.data.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(deviation([...uniform.data])).toBeCloseTo(Math.sqrt(1 / 12), 2);
    expect(deviation([...normal.data])).toBeCloseTo(1, 1);
    expect([...randperm(1000, { seed: 1 })].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  it('a seed gives the same again; without one each call gives others', () => {
    for (const draw of [rand, randn]) {
      const [a, b, c, d] = [draw([9], { seed: 2 }), draw([9], { seed: 2 }), draw([9]), draw([9])];
      expect(a!.data).toEqual(b!.data);
      expect(c!.data).not.toEqual(d!.data);
    }
    expect(randperm(9, { seed: 2 })).toEqual(randperm(9, { seed: 2 }));
    expect(randperm(0)).toHaveLength(0);
  });

  it('refuse wrong arguments, and leave nothing behind', () => {
    const before = memoryUsage();
    expect(() => rand(5 as never)).toThrow(TypeError);
    expect(() => rand([-1])).toThrow(RangeError);
    expect(() => randn([2], { seed: -1 })).toThrow('randn: seed must be a whole number from 0 to 2^53 - 1, got -1');
    expect(() => randn([2], { std: 1 } as never)).toThrow('randn: unknown option "std"');
    expect(() => randperm(1.5)).toThrow('randperm: n must be a whole number of at least 0, got 1.5');
    expect(memoryUsage()).toBe(before);
  });
});

it('describe tells features and targets', () => {
  using data = dataset(
    [
      [1, 2],
      [3, 2],
    ],
    [
      [0.5, -1],
      [1.5, -1],
    ],
  );
  expect(describeData(data)).toBe(
    [
      '2 samples, 2 features',
      'feature 0  1 to 3, mean 2',
      'feature 1  2, constant',
      'target 0   0.5 to 1.5, mean 1',
      'target 1   -1, constant',
    ].join('\n'),
  );
  using classes = blobs(1000, { centers: 12, features: 1 });
  expect(describeData(classes)).toMatch(/as classes: 0 84, 1 84, .*, 7 83 and 4 more classes$/);
  expect(() => describeData(data, { features: ['a'] })).toThrow('describe: features must be 2 names, got ["a"]');
  expect(() => describeData(5 as never)).toThrow(TypeError);
});
