// Fisher's table, as the examples ship it: 150 flowers, held against the sums and deviations that are published of it.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readCsv } from '../../src/datasets.js';

const table = await readCsv(fileURLToPath(new URL('../../examples/data/iris.csv', import.meta.url)), {
  target: 'species',
});
const { features, targets } = table.data;

it('has 150 flowers of three species', () => {
  expect(table.features).toEqual(['sepal length', 'sepal width', 'petal length', 'petal width']);
  expect(table.targets).toEqual([
    {
      kind: 'category',
      name: 'species',
      count: 150,
      missing: 0,
      classes: ['setosa', 'versicolor', 'virginica'],
      counts: [50, 50, 50],
    },
  ]);
});

/** Some flowers' figures in a column. */
const column = (j: number, species?: number) =>
  Array.from({ length: 150 }, (_, i) => i)
    .filter((i) => species === undefined || targets.data[i] === species)
    .map((i) => features.data[4 * i + j]!);
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const product = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, i) => sum + (x - mean(a)) * (b[i]! - mean(b)), 0);

it('has the columns’ sums', () => {
  expect([0, 1, 2, 3].map((j) => (150 * mean(column(j))).toFixed(1))).toEqual(['876.5', '458.6', '563.7', '179.9']);
});

it.each([
  [0, [5.006, 3.428, 1.462, 0.246], [0.35249, 0.37906, 0.17366, 0.10539]],
  [1, [5.936, 2.77, 4.26, 1.326], [0.51617, 0.3138, 0.46991, 0.19775]],
  [2, [6.588, 2.974, 5.552, 2.026], [0.63588, 0.3225, 0.55189, 0.27465]],
])('species %i has its means and deviations', (species, means, deviations) => {
  for (const [j, expected] of means.entries()) {
    const values = column(j, species);
    expect(mean(values)).toBeCloseTo(expected, 5);
    expect(Math.sqrt(product(values, values) / 49)).toBeCloseTo(deviations[j]!, 5);
  }
});

it('has the columns’ correlations', () => {
  const correlation = (i: number, j: number) =>
    product(column(i), column(j)) / Math.sqrt(product(column(i), column(i)) * product(column(j), column(j)));
  expect(correlation(0, 1)).toBeCloseTo(-0.1175698, 6);
  expect(correlation(0, 2)).toBeCloseTo(0.8717538, 6);
  expect(correlation(1, 3)).toBeCloseTo(-0.3661259, 6);
  expect(correlation(2, 3)).toBeCloseTo(0.9628654, 6);
});
