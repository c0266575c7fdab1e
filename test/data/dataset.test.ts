import { describe, expect, it } from 'vitest';
import { describe as describeData, kFolds, stratifiedSplit } from '../../src/datasets.js';
import { type Dataset, dataset, memoryUsage, normalization, tensor, UseAfterDisposeError } from '../../src/index.js';

/** Samples whose features and target all tell their number. */
function numbered(n: number): Dataset {
  const rows = Array.from({ length: n }, (_, i) => [i, i + 0.25]);
  return dataset(
    rows,
    rows.map(([i]) => i! + 0.5),
  );
}

/** Bytes of a block of so many float32 numbers. */
const vectors = (count: number) => 16 * Math.ceil(count / 4);

describe('dataset', () => {
  it('takes rows and numbers, in arrays of any kind, and copies them', () => {
    const row = new Float64Array([1, 2]);
    using data = dataset([row, [3, 4]], Int32Array.of(5, 6));
    row[0] = 9;
    expect([data.length, data.features.shape, data.targets.shape]).toEqual([2, [2, 2], [2]]);
    expect([...data.features.data, ...data.targets.data]).toEqual([1, 2, 3, 4, 5, 6]);
    using several = dataset(
      [[1], [2]],
      [
        [3, 4],
        [5, 6],
      ],
    );
    expect(several.targets.shape).toEqual([2, 2]);
  });

  it('reads each number of rows of any width once, into one block', () => {
    for (const width of [1, 3, 4, 5, 8, 11]) {
      let reads = 0;
      const counted = (row: number[]) =>
        new Proxy(row, {
          get(target, key) {
            if (/^\d+$/.test(String(key))) reads++;
            return Reflect.get(target, key);
          },
        });
      const rows = [0, 1, 2].map((i) => counted(Array.from({ length: width }, (_, j) => 100 * i + j)));
      const before = memoryUsage();
      using data = dataset(rows, [1, 2, 3]);
      expect([width, reads, memoryUsage() - before]).toEqual([width, 3 * width, vectors(3 * width) + vectors(3)]);
      expect([...data.features.data]).toEqual(rows.flat());
    }
  });

  it('names the element that is no number, wherever it stands', () => {
    for (let j = 0; j < 7; j++) {
      for (const odd of [null, undefined, '5', true, [3], 1n]) {
        const row = [1, 2, 3, 4, 5, 6, 7].with(j, odd as never);
        const [place, target] = [`features[1][${j}] must be a number, got`, `targets[${j}] must be a number, got`];
        expect(() => dataset([[1, 2, 3, 4, 5, 6, 7], row], [1, 2])).toThrow(place);
        if (j > 0)
          expect(() =>
            dataset(
              row.map(() => [1]),
              row,
            ),
          ).toThrow(target);
      }
    }
  });

  it('takes tensors over: disposing it disposes them', () => {
    const [x, y] = [tensor([1, 2], [2, 1]), tensor([3, 4])];
    const data = dataset(x, y);
    expect([data.features, data.targets]).toEqual([x, y]);
    data.dispose();
    expect([x.disposed, y.disposed]).toEqual([true, true]);
  });

  it('leaves the caller’s tensors alone when it refuses them', () => {
    using x = tensor([1, 2], [2, 1]);
    using y = tensor([3]);
    const bytes = memoryUsage();
    expect(() => dataset(x, y)).toThrow(RangeError);
    expect([x.disposed, y.disposed, memoryUsage()]).toEqual([false, false, bytes]);
  });

  it('takes numbers that are zero, subnormal or the largest', () => {
    using data = dataset([[-0, 1e-45]], [3.4028234663852886e38]);
    expect(data.features.data[0]).toBe(-0);
    expect(data.features.data[1]).toBeGreaterThan(0);
  });
});

describe('split', () => {
  it('gives each sample to one of the parts, whole', () => {
    using data = numbered(23);
    for (const [fraction, first] of [
      [0.5, 12],
      [0.8, 18],
      [0.05, 1],
      [0.97, 22],
    ] as const) {
      const parts = data.split(fraction, { seed: 3 });
      expect(parts.map(({ length }) => length)).toEqual([first, 23 - first]);
      const seen: number[] = [];
      for (const { features, targets, length } of parts) {
        for (let i = 0; i < length; i++) {
          const number = features.data[2 * i]!;
          expect([features.data[2 * i + 1], targets.data[i]]).toEqual([number + 0.25, number + 0.5]);
          seen.push(number);
        }
      }
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, i) => i));
      for (const part of parts) part.dispose();
    }
  });

  it('goes by its seed, 0 when left out', () => {
    using data = numbered(40);
    const first = (options?: { seed: number }) => {
      const parts = data.split(0.5, options);
      const numbers = [...parts[0].targets.data];
      for (const part of parts) part.dispose();
      return numbers;
    };
    expect(first({ seed: 1 })).toEqual(first({ seed: 1 }));
    expect(first()).toEqual(first({ seed: 0 }));
    expect(first({ seed: 1 })).not.toEqual(first({ seed: 2 }));
  });

  it('copies, and keeps the shape of the targets', () => {
    using data = dataset(
      [[1], [2], [3]],
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    );
    const [one, other] = data.split(0.7);
    expect([one.targets.shape, other.targets.shape]).toEqual([
      [2, 2],
      [1, 2],
    ]);
    one.features.data.fill(9);
    expect([...data.features.data]).toEqual([1, 2, 3]);
    one.dispose();
    other.dispose();
  });
});

describe('standardize', () => {
  it('gives features of mean 0 and population deviation 1, and copies the targets', () => {
    const rows = Array.from({ length: 17 }, (_, i) => [i ** 2, 1000 + Math.sin(i), -i]);
    using data = dataset(
      rows,
      rows.map((_, i) => i),
    );
    using standard = data.standardize();
    expect([...standard.targets.data]).toEqual([...data.targets.data]);
    for (let j = 0; j < 3; j++) {
      const column = rows.map((_, i) => standard.features.data[3 * i + j]!);
      const mean = column.reduce((sum, value) => sum + value, 0) / 17;
      const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 17;
      expect(mean).toBeCloseTo(0, 6);
      expect(variance).toBeCloseTo(1, 5);
    }
    standard.targets.data[0] = 9;
    expect([data.targets.data[0], data.features.data[0]]).toEqual([0, 0]);
  });
});

describe('standardize(by)', () => {
  const training = dataset(
    [
      [1, 7],
      [3, 7],
    ],
    [0, 1],
  );

  it('brings other data to the scale of the training data; a deviation of 0 counts as 1', () => {
    expect([...training.standardize().features.data]).toEqual([-1, 0, 1, 0]);
    const other = dataset([[5, 8]], [0]);
    expect([...other.standardize(training).features.data]).toEqual([3, 1]);
    expect([...other.standardize({ mean: [5, 0], std: [2, 4] }).features.data]).toEqual([0, 2]);
  });

  it('refuses another width, and what is neither a dataset nor moments', () => {
    expect(() => training.standardize(dataset([[1]], [0]))).toThrow('standardize: by must have 2 features, got 1');
    expect(() => training.standardize(5 as never)).toThrow(
      'standardize: by must be a dataset, or { mean, std }, got 5',
    );
  });
});

describe('classes', () => {
  const named = dataset([[0], [1], [2], [3]], ['plum', 'fig', 'plum', 'fig']);

  it('names become indices in ascending order, and stay with every part', () => {
    expect(named.classes).toEqual(['fig', 'plum']);
    expect([...named.targets.data]).toEqual([1, 0, 1, 0]);
    const parts = [...named.split(0.5), ...stratifiedSplit(named, 0.5), named.take([0]), named.standardize()];
    for (const part of parts) expect(part.classes).toEqual(['fig', 'plum']);
    for (const [training, held] of kFolds(named, 2)) {
      expect([training.classes, held.classes]).toEqual([named.classes, named.classes]);
    }
  });

  it('booleans are false and true; other kinds among them are refused by their row', () => {
    const flags = dataset([[0], [1]], [true, false]);
    expect([flags.classes, [...flags.targets.data]]).toEqual([
      ['false', 'true'],
      [1, 0],
    ]);
    expect(() => dataset([[0], [1]], ['a', 2] as never)).toThrow(
      'dataset: targets must be strings like the first, got 2 in row 1',
    );
  });
});

describe('take', () => {
  const data = dataset([[1], [2], [3]], [4, 5, 6]);

  it('copies samples in the order of their indices, one several times', () => {
    const taken = data.take(Uint32Array.of(2, 0, 2));
    expect([[...taken.features.data], [...taken.targets.data]]).toEqual([
      [3, 1, 3],
      [6, 4, 6],
    ]);
    expect([...data.features.data]).toEqual([1, 2, 3]);
  });

  it.each([
    [[], 'take: indices must name at least one sample, got none'],
    [[0, 3], 'take: indices[1] must be a whole number in [0, 3), got 3'],
    [[-1], 'take: indices[0] must be a whole number in [0, 3), got -1'],
    [[0.5], 'take: indices[0] must be a whole number in [0, 3), got 0.5'],
    [5, 'take: indices must be an array of indices, got 5'],
  ])('%j: %s', (indices, message) => {
    const bytes = memoryUsage();
    expect(() => data.take(indices as never)).toThrow(message);
    expect(memoryUsage()).toBe(bytes);
  });
});

describe('a dataset of which a part was disposed by itself', () => {
  const calls: readonly [string, (data: Dataset) => unknown][] = [
    ['split', (data) => data.split(0.5)],
    ['take', (data) => data.take([0])],
    ['standardize', (data) => data.standardize()],
    ['kFolds', (data) => [...kFolds(data, 2)]],
    ['stratifiedSplit', (data) => stratifiedSplit(data, 0.5)],
    ['describe', (data) => describeData(data)],
    ['normalization', (data) => data.features.disposed && normalization(data)],
  ];
  it.each(calls)('%s: UseAfterDisposeError, and nothing is left behind', (name, call) => {
    for (const part of ['features', 'targets'] as const) {
      if (name === 'normalization' && part === 'targets') continue; // it reads none
      const data = dataset([[1], [2], [3], [4]], [0, 1, 0, 1]);
      data[part].dispose();
      const before = memoryUsage();
      expect(() => call(data), part).toThrow(UseAfterDisposeError);
      expect(memoryUsage()).toBe(before);
      data.dispose();
    }
  });
});
