// Three arms that wind round each other. Draws the samples and where the network sees each arm.
import { Adam, fitSync, mlp, OneCycleLR } from 'adamas';
import { spiral, stratifiedSplit } from 'adamas/datasets';
import { decisionBoundary } from 'adamas/plot';
import { saveSvg } from './pictures.js';

const ARMS = ['first', 'second', 'third'];
const EPOCHS = 200;
const BATCH = 32;

const data = spiral(1500, { arms: ARMS.length, turns: 1.25, noise: 0.02, seed: 1 });
const [training, held] = stratifiedSplit(data, 0.8, { seed: 1 });

const model = mlp({ inputs: 2, hidden: [32, 32], outputs: ARMS.length, loss: 'crossEntropy', seed: 1 });
const optimizer = new Adam(model.parameters());
const totalSteps = EPOCHS * Math.ceil(training.length / BATCH);
const scheduler = new OneCycleLR(optimizer, { maxLr: 0.01, totalSteps });
fitSync(model, training, { optimizer, scheduler, scheduleEvery: 'step', epochs: EPOCHS, batchSize: BATCH, seed: 1 });

for (const [name, part] of Object.entries({ training, 'held-out': held })) {
  const { loss, accuracy, confusion } = model.evaluate(part);
  console.log(`${name}: ${part.length} samples, loss ${loss.toFixed(4)}, accuracy ${accuracy.toFixed(4)}`);
  console.table(Object.fromEntries(confusion.map((row, k) => [ARMS[k]!, named(row)])));
}

console.log(`As an SVG: ${saveSvg('spiral', decisionBoundary(model, data, { classes: ARMS }))}`);

function named(counts: readonly number[]): Record<string, number> {
  return Object.fromEntries(counts.map((count, k) => [`seen as ${ARMS[k]}`, count]));
}
