// NASA's airfoil measurements again: what a network makes of them, held against the chapter's linear model on samples that neither has seen.
import { Adam, fitSync, linearRegression, type Model, mlp } from 'adamas';
import { airfoil } from 'adamas/datasets';
import { type Curve, svgPlot } from './plot.js';

const EPOCHS = 200;
const EVERY = 5;

const data = airfoil();
const [training, held] = data.split(0.8, { seed: 1 });

/** Trains, and gives the held-out loss over the epochs. */
function train(name: string, model: Model, lr: number): Curve {
  const optimizer = new Adam(model.parameters(), { lr });
  const points: [number, number][] = [[0, model.evaluate(held, { loss: 'mse' }).loss]];
  for (let epoch = EVERY; epoch <= EPOCHS; epoch += EVERY) {
    // Goes on where the fit before has ended.
    fitSync(model, training, { loss: 'mse', optimizer, epochs: EVERY, batchSize: 32, seed: epoch });
    points.push([epoch, model.evaluate(held, { loss: 'mse' }).loss]);
  }
  const { loss, r2 } = model.evaluate(held, { loss: 'mse' });
  console.log(`${name.padEnd(12)} held-out loss ${loss.toFixed(4)}, r2 ${r2.toFixed(4)}`);
  return { name, points };
}

console.log(
  `${training.length} samples to train on, ${held.length} held out; mean squared error of the standardised level`,
);
const curves = [
  train('linear model', linearRegression({ inputs: 5, seed: 1 }), 0.01),
  train('MLP', mlp({ inputs: 5, hidden: [64, 64], outputs: 1, activation: 'silu', seed: 1 }), 0.003),
];
const axes = { x: 'epoch', y: 'held-out loss', yRange: [0, 1], yStep: 0.2 } as const;
console.log(`As an SVG: ${svgPlot('airfoil-mlp', curves, axes)}`);
