// Fisher's measurements of three species of iris, from a CSV file: which of them a flower is, in five-fold cross-validation.
import { fileURLToPath } from 'node:url';
import { Adam, fitSync, linear, normalization, sequential } from 'adamas';
import { kFolds, readCsv } from 'adamas/datasets';
import { type Point, scatter } from 'adamas/plot';
import { saveSvg } from './pictures.js';

const table = await readCsv(fileURLToPath(new URL('data/iris.csv', import.meta.url)), { target: 'species' });
console.log(`${table.describe()}\n`);

const species = table.classes!;
const total = species.map(() => species.map(() => 0));
for (const [training, validation] of kFolds(table.data, 5, { stratify: true, seed: 1 })) {
  const model = sequential(normalization(training), linear(4, 3, { seed: 1 }));
  const optimizer = new Adam(model.parameters(), { lr: 0.05 });
  fitSync(model, training, { loss: 'crossEntropy', optimizer, epochs: 100, batchSize: 30 });
  const { accuracy, confusion } = model.evaluate(validation, { loss: 'crossEntropy' });
  console.log(`fold of ${validation.length} flowers: accuracy ${accuracy.toFixed(4)}`);
  for (const [k, row] of confusion.entries()) for (const [j, count] of row.entries()) total[k]![j]! += count;
  for (const one of [optimizer, model, training, validation]) one.dispose();
}
const right = total.reduce((sum, row, k) => sum + row[k]!, 0);
console.log(`accuracy over all folds: ${(right / table.rows).toFixed(4)}`);
console.table(Object.fromEntries(total.map((row, k) => [species[k]!, named(row)])));

// A flower that nobody has measured, by a model of all.
const model = sequential(normalization(table.data), linear(4, 3, { seed: 1 }));
fitSync(model, table.data, {
  loss: 'crossEntropy',
  optimizer: new Adam(model.parameters(), { lr: 0.05 }),
  epochs: 100,
});
const flower = { 'sepal length': 5.9, 'sepal width': 3, 'petal length': 4.2, 'petal width': 1.3 };
console.log(`${JSON.stringify(flower)} is ${species[model.predictClass(table.transform(flower))[0]!]}`);

const petals = Object.fromEntries(species.map((name): [string, Point[]] => [name, []]));
const { features, targets } = table.data;
targets.data.forEach((kind, i) => {
  petals[species[kind]!]!.push([features.data[4 * i + 2]!, features.data[4 * i + 3]!]);
});
const svg = scatter(petals, { title: 'Iris', xLabel: 'petal length [cm]', yLabel: 'petal width [cm]' });
console.log(`As an SVG: ${saveSvg('iris', svg)}`);

function named(counts: readonly number[]): Record<string, number> {
  return Object.fromEntries(counts.map((count, k) => [`seen as ${species[k]}`, count]));
}
