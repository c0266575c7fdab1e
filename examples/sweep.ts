// Which learning rate, width and optimizer suit two moons? Successive halving over 18 settings, on all cores of this machine; with --redis <url> on the
// workers of a queue. Draws the loss curves of the settings.

import { bullmq, local, sweep } from 'adamas/distribute';
import { fromBytes } from 'adamas/io';
import { lossCurve } from 'adamas/plot';
import { saveSvg } from './pictures.js';

const at = process.argv.indexOf('--redis');
const runner = at < 0 ? local() : bullmq({ connection: process.argv[at + 1]! });

const { table, best, curves } = await sweep({
  job: new URL('./sweep/train.mjs', import.meta.url),
  space: { optimizer: ['adam', 'sgd'], lr: [0.1, 0.01, 0.001], units: [4, 8, 16] },
  search: 'halving',
  budgets: [5, 15, 45],
  seeds: 2,
  runner,
});

for (const { params, seed, budget, value } of table.filter(({ budget }) => budget === 45)) {
  console.log(`${JSON.stringify(params)} seed ${seed}: held-out loss ${value.toFixed(4)} after ${budget} epochs`);
}
const { model } = fromBytes(best.model!);
console.log(
  `best of ${table.length} trainings: ${JSON.stringify(best.params)}, a model of ${model.parameters().reduce((sum, { size }) => sum + size, 0)} parameters`,
);
console.log(
  `As an SVG: ${saveSvg('sweep', lossCurve(curves, { yScale: 'log', title: 'Two moons: loss of 18 settings in three rungs' }))}`,
);
