// Two moons that reach into each other: a small network finds the line between them. Draws the samples and where the network sees each moon.
import { Adam, fitSync, mlp } from 'adamas';
import { stratifiedSplit, twoMoons } from 'adamas/datasets';
import { decisionBoundary, type Point } from 'adamas/plot';
import { saveSvg, terminalPlot } from './pictures.js';

const data = twoMoons(1000, { noise: 0.1, seed: 1 });
const [training, held] = stratifiedSplit(data, 0.8, { seed: 1 });

const model = mlp({ inputs: 2, hidden: [16, 16], outputs: 2, activation: 'tanh', loss: 'crossEntropy', seed: 1 });
const optimizer = new Adam(model.parameters(), { lr: 0.01 });
const { losses } = fitSync(model, training, { optimizer, epochs: 100, batchSize: 32, seed: 1 });

console.log(model.summary());
const points = losses.map((loss, epoch): Point => [epoch + 1, loss]);
console.log(`\n${terminalPlot(points, 'epoch', 'loss')}\n`);
for (const [name, part] of Object.entries({ training, 'held-out': held })) {
  const { loss, accuracy } = model.evaluate(part);
  console.log(`${name.padEnd(8)}  ${part.length} samples  loss ${loss.toFixed(4)}  accuracy ${accuracy.toFixed(4)}`);
}

const svg = decisionBoundary(model, data, { classes: ['upper', 'lower'] });
console.log(`As an SVG: ${saveSvg('two-moons', svg)}`);
