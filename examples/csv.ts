// A table as tables are: a column of text, dates that nobody needs, values that are missing. What a used car costs (the figures are made up).
import { fileURLToPath } from 'node:url';
import { Adam, dropout, fitSync, linear, normalization, sequential, silu } from 'adamas';
import { CsvError, readCsv } from 'adamas/datasets';
import { predictedAgainstTrue } from 'adamas/plot';
import { saveSvg } from './pictures.js';

const file = fileURLToPath(new URL('data/used-cars.csv', import.meta.url));

// Nothing is guessed: what cannot be meant is refused, with its line and column.
try {
  await readCsv(file, { target: 'price' });
} catch (error) {
  if (!(error instanceof CsvError)) throw error;
  console.log(`refused: line ${error.line}, column ${error.column}\n`);
}

const table = await readCsv(file, { target: 'price', columns: { listed: 'ignore' }, missing: 'mean' });
console.log(`${table.describe()}\n`);

// Thousands, so that the loss is about 1.
const prices = table.data.targets.data;
for (const [i, price] of prices.entries()) prices[i] = price / 1000;
const [training, held] = table.data.split(0.8, { seed: 1 });

const model = sequential(
  normalization(training),
  linear(table.features.length, 32, { seed: 1 }),
  silu(),
  dropout(0.05, { seed: 1 }),
  linear(32, 1, { seed: 2 }),
);
const optimizer = new Adam(model.parameters(), { lr: 0.01, weightDecay: 1e-4 });
fitSync(model, training, { loss: 'mse', optimizer, epochs: 300, batchSize: 16, seed: 1 });
for (const [name, part] of Object.entries({ training, 'held-out': held })) {
  const { r2, mae } = model.evaluate(part, { loss: 'mse' });
  console.log(`${name}: ${part.length} cars, r2 ${r2.toFixed(3)}, off by ${Math.round(1000 * mae)} on average`);
}

// New rows are encoded as the table was.
const cars = [
  { fuel: 'petrol', age: 5, mileage: 60, power: 90 },
  { fuel: 'electric', age: 2, mileage: null, power: 150 },
];
const predicted = model.predict(table.transform(cars));
for (const [i, car] of cars.entries()) console.log(`${JSON.stringify(car)} costs ${Math.round(1000 * predicted[i]!)}`);

const guesses = model.predict(held.features);
const title = 'Held-out cars: price predicted and true';
const svg = predictedAgainstTrue(guesses, held.targets.data, { title, unit: 'thousands' });
console.log(`As an SVG: ${saveSvg('csv', svg)}`);
