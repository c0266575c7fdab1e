// NASA's airfoil measurements again: what a network makes of them, held against the chapter's linear model on samples that neither has seen.
import { Adam, fitSync, linearRegression, type Model, mlp } from 'adamas';
import { airfoil } from 'adamas/datasets';
import { lossCurve } from 'adamas/plot';
import { saveSvg } from './pictures.js';

const EPOCHS = 200;
const EVERY = 5;

const data = airfoil();
const [training, held] = data.split(0.8, { seed: 1 });

/** Trains, and gives the held-out loss over the epochs. */
function train(name: string, model: Model, lr: number): { losses: number[] } {
  const optimizer = new Adam(model.parameters(), { lr });
  const losses = [model.evaluate(held, { loss: 'mse' }).loss];
  for (let epoch = EVERY; epoch <= EPOCHS; epoch += EVERY) {
    // Goes on where the fit before has ended.
    fitSync(model, training, { loss: 'mse', optimizer, epochs: EVERY, batchSize: 32, seed: epoch });
    losses.push(model.evaluate(held, { loss: 'mse' }).loss);
  }
  const { loss, r2 } = model.evaluate(held, { loss: 'mse' });
  console.log(`${name.padEnd(12)} held-out loss ${loss.toFixed(4)}, r2 ${r2.toFixed(4)}`);
  return { losses };
}

console.log(
  `${training.length} samples to train on, ${held.length} held out; mean squared error of the standardised level`,
);
const curves = {
  'linear model': train('linear model', linearRegression({ inputs: 5, seed: 1 }), 0.01),
  MLP: train('MLP', mlp({ inputs: 5, hidden: [64, 64], outputs: 1, activation: 'silu', seed: 1 }), 0.003),
};
const axes = { xLabel: 'epoch', yLabel: 'held-out loss', yRange: [0, 1], positions: (i: number) => i * EVERY } as const;
console.log(`As an SVG: ${saveSvg('airfoil-mlp', lossCurve(curves, axes))}`);
