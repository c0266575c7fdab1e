// Shared by the examples: the model of the chapter "Adam" of Dive into Deep Learning, and how it is trained.
import {
  Adam,
  type AdamOptions,
  type FitOptions,
  fitSync,
  linear,
  type Model,
  type Parameter,
  sequential,
} from 'adamas';
import { airfoil } from 'adamas/datasets';
import { shuffles } from './shuffle.js';

/** NASA's airfoil measurements: 1500 rows of 5 features. */
export const data = airfoil();

/** Linear regression. The same seed gives the same weights each time. */
export const chapterModel = (): Model => sequential(linear(5, 1, { init: { normal: { std: 0.01 } }, seed: 1 }));

/** Two epochs in batches of 10; the loss over all rows after every 100 samples. */
export const chapterFit = {
  loss: 'halfSquaredError',
  epochs: 2,
  batchSize: 10,
  logEvery: 100,
  seed: 0,
} as const satisfies Omit<FitOptions, 'optimizer'>;

/** When a loss was recorded, in epochs. */
export const epochOf = (index: number): number => (index * chapterFit.logEvery) / data.length;

/** The x axis of the chapter's figure. */
export const epochAxis = { xLabel: 'epoch', positions: epochOf } as const;

/** Result of a training. */
export interface Run {
  readonly losses: readonly number[];
  /** The weights and the bias at its end. */
  readonly weights: readonly number[];
}

/** Trains with Adam: the concise version. */
export function trainWithAdam(options: Partial<AdamOptions>): Run {
  const model = chapterModel();
  const optimizer = new Adam(model.parameters(), options);
  const { losses } = fitSync(model, data, { ...chapterFit, optimizer });
  return { losses, weights: weightsOf(model) };
}

/** An optimizer written by hand: for these parameters, a function that takes a step by their gradients. */
export type ByHand = (params: readonly Parameter[]) => () => void;

/** The same training with its loop written out, through the samples in the same order. */
export function trainByHand(optimizer: ByHand): Run {
  const { epochs, batchSize, logEvery, loss, seed } = chapterFit;
  const model = chapterModel();
  const step = optimizer(model.parameters());
  const orders = shuffles(data.length, seed);
  const losses = [meanLoss(model)];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = orders.next().value;
    for (let seen = batchSize; seen <= order.length; seen += batchSize) {
      const { x, y } = gather(order.subarray(seen - batchSize, seen));
      model.lossAndGrad(loss, x, y);
      step();
      if (seen % logEvery === 0) losses.push(meanLoss(model));
    }
  }
  return { losses, weights: weightsOf(model) };
}

const weightsOf = (model: Model): number[] => model.parameters().flatMap(({ data }) => [...data]);

/** The rows of a batch. */
function gather(batch: Uint32Array): { x: Float32Array; y: Float32Array } {
  const [features, targets] = [data.features.data, data.targets.data];
  const width = data.features.shape[1]!;
  const x = new Float32Array(batch.length * width);
  batch.forEach((row, i) => {
    x.set(features.subarray(row * width, (row + 1) * width), i * width);
  });
  return { x, y: Float32Array.from(batch, (row) => targets[row]!) };
}

/** The mean of (prediction - target)^2 / 2 over all rows. */
function meanLoss(model: Model): number {
  const predictions = model.predict(data.features);
  const targets = data.targets.data;
  return predictions.reduce((sum, prediction, i) => sum + (prediction - targets[i]!) ** 2 / 2, 0) / targets.length;
}
