// Splits by class and folds: each sample where it belongs, whole.
import { describe, expect, it } from 'vitest';
import { kFolds, stratifiedSplit } from '../../src/datasets.js';
import { type Dataset, dataset, memoryUsage, tensor } from '../../src/index.js';

/** Samples whose features tell their number, with so many of each class, mixed. */
function samples(counts: readonly number[]): Dataset {
  const classes = counts.flatMap((count, k) => Array.from({ length: count }, (_, i) => [i / count, k] as const));
  classes.sort(([a], [b]) => a - b);
  return dataset(
    classes.map((_, i) => [i, -i]),
    classes.map(([, k]) => k),
  );
}

const numbers = ({ features }: Dataset) => Array.from(features.data).filter((_, i) => i % 2 === 0);
const countOf = ({ targets }: Dataset, k: number) => targets.data.filter((t) => t === k).length;
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const ascending = (list: number[]) => [...list].sort((a, b) => a - b);

/** True if each sample of this part is one of the whole, features and target. */
function expectPartOf(part: Dataset, whole: Dataset): void {
  numbers(part).forEach((number, i) => {
    expect([part.features.data[2 * i + 1], part.targets.data[i]]).toEqual([-number, whole.targets.data[number]]);
  });
}

describe('stratifiedSplit', () => {
  it('gives each class its part, and each sample to one of the two', () => {
    using data = samples([50, 21, 7]);
    for (const [fraction, counts] of [
      [0.5, [25, 11, 4]],
      [0.8, [40, 17, 6]],
      [0.1, [5, 2, 1]],
    ] as const) {
      const parts = stratifiedSplit(data, fraction, { seed: 3 });
      expect(counts.map((_, k) => countOf(parts[0], k))).toEqual(counts);
      expect(ascending(parts.flatMap(numbers))).toEqual(upTo(78));
      for (const part of parts) {
        expectPartOf(part, data);
        part.dispose();
      }
    }
  });

  it('the seed says which', () => {
    using data = samples([20, 20]);
    const chosen = [0, 0, 1].map((seed) => {
      const [one, other] = stratifiedSplit(data, 0.5, { seed });
      other.dispose();
      return numbers(one);
    });
    expect(chosen[0]).toEqual(chosen[1]);
    expect(ascending(chosen[0]!)).not.toEqual(ascending(chosen[2]!));
  });

  it('refuses what cannot be split by class', () => {
    using data = samples([5, 1]);
    using one = samples([5]);
    using regression = dataset([[1], [2]], [0.5, 1]);
    using several = dataset([[1]], [[1, 2]]);
    const before = memoryUsage();
    expect(() => stratifiedSplit(data, 0.5)).toThrow('got 0.5 of 1 of class 1');
    expect(() => stratifiedSplit(data, 1)).toThrow(RangeError);
    expect(() => stratifiedSplit(one, 0.5)).toThrow('data must have several classes, got one class only');
    expect(() => stratifiedSplit(regression, 0.5)).toThrow('targets must be class indices, got 0.5 in row 0');
    expect(() => stratifiedSplit(several, 0.5)).toThrow('data must have one class per sample');
    expect(() => stratifiedSplit({} as never, 0.5)).toThrow('stratifiedSplit: data must be a dataset, got an object');
    expect(() => stratifiedSplit(data, 0.5, { seed: -1 })).toThrow('stratifiedSplit: seed must be a whole number');
    expect(memoryUsage()).toBe(before);
  });
});

describe('kFolds', () => {
  it.each([2, 3, 10, 23])('%i folds: each sample validates once, and trains otherwise', (k) => {
    using data = samples([12, 11]);
    const validated: number[] = [];
    let folds = 0;
    for (const [training, validation] of kFolds(data, k, { seed: 1 })) {
      folds++;
      expect(validation.length).toBeGreaterThanOrEqual(Math.floor(23 / k));
      expect(validation.length).toBeLessThanOrEqual(Math.ceil(23 / k));
      expect(ascending([...numbers(training), ...numbers(validation)])).toEqual(upTo(23));
      validated.push(...numbers(validation));
      for (const part of [training, validation]) {
        expectPartOf(part, data);
        part.dispose();
      }
    }
    expect(folds).toBe(k);
    expect(ascending(validated)).toEqual(upTo(23));
  });

  it('stratified, each fold has its part of each class', () => {
    using data = samples([50, 23, 6]);
    const sizes: number[] = [];
    for (const [training, validation] of kFolds(data, 5, { stratify: true })) {
      sizes.push(validation.length);
      expect(countOf(validation, 0)).toBe(10);
      expect([4, 5]).toContain(countOf(validation, 1));
      expect([1, 2]).toContain(countOf(validation, 2));
      training.dispose();
      validation.dispose();
    }
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it('keeps the shape of targets [N, K]', () => {
    using data = dataset(
      upTo(4).map((i) => [i, -i]),
      upTo(4).map((i) => [i, i + 1]),
    );
    for (const [training, validation] of kFolds(data, 2)) {
      expect(training.targets.shape).toEqual([2, 2]);
      expect(training.targets.data[3]).toBe(numbers(training)[1]! + 1);
      training.dispose();
      validation.dispose();
    }
  });

  it('refuses what cannot be folded, before the first fold, and holds nothing', () => {
    using data = samples([5, 3]);
    using gone = samples([5, 3]);
    gone.dispose();
    const before = memoryUsage();
    expect(() => kFolds(data, 9)).toThrow(new RangeError('kFolds: k must be at most the 8 samples, got 9'));
    expect(() => kFolds(data, 1)).toThrow('kFolds: k must be a whole number of at least 2, got 1');
    expect(() => kFolds(data, 2.5)).toThrow(RangeError);
    expect(() => kFolds(data, '2' as never)).toThrow(TypeError);
    expect(() => kFolds(data, 4, { stratify: true })).toThrow('at least k = 4 samples, got 3 of class 1');
    expect(() => kFolds(data, 2, { shuffle: true } as never)).toThrow('kFolds: unknown option "shuffle"');
    expect(() => kFolds(gone, 2)).toThrow('dispose');
    kFolds(data, 2);
    expect(memoryUsage()).toBe(before);
  });
});

describe('many rows', () => {
  it('200,000 of them split and fold; a class that is too small is told by its name', () => {
    const n = 200_000;
    const targets = Float32Array.from({ length: n }, (_, i) => i % 3);
    using data = dataset(tensor(new Float32Array(n), [n, 1]), tensor(targets, [n]));
    const [one, other] = stratifiedSplit(data, 0.75);
    expect([one.length, other.length]).toEqual([150_000, 50_000]);
    for (const part of [one, other]) part.dispose();
    let held = 0;
    for (const [training, validation] of kFolds(data, 4, { stratify: true })) {
      held += validation.length;
      training.dispose();
      validation.dispose();
    }
    expect(held).toBe(n);
    using named = dataset([[0], [1], [2]], ['fig', 'fig', 'plum']);
    expect(() => kFolds(named, 2, { stratify: true })).toThrow('of class plum');
  });
});
