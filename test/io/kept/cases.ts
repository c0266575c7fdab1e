// Trainings that leave every kind of state: one for each layer, model, optimizer, schedule and average that the package exports.
import { createHash } from 'node:crypto';
import {
  Adam,
  batchNorm,
  customLayer,
  dropout,
  ExponentialMovingAverage,
  elu,
  embedding,
  encodeStateDict,
  gelu,
  type Layer,
  LBFGS,
  type LossSpec,
  layerNorm,
  leakyRelu,
  linear,
  linearRegression,
  logisticRegression,
  type Model,
  mlp,
  normalization,
  type Optimizer,
  relu,
  SGD,
  StochasticWeightAverage,
  sequential,
  sigmoid,
  silu,
  softmaxRegression,
  softplus,
  tanh,
  targetScaling,
  type WeightAverage,
} from '../../../src/index.js';
import type { LoadedModel, SaveOptions } from '../../../src/io.js';
import { everySchedule } from '../../everySchedule.js';
import { optimizers } from '../../optimizers.js';
import type { AnySchedule } from '../../schedules.js';
import { nestedModel } from '../randomModels.js';

/** Optimizer, schedule and average of a model. */
interface Parts {
  readonly optimizer: Optimizer | LBFGS;
  readonly scheduler?: AnySchedule;
  readonly average?: WeightAverage;
}

interface Case {
  readonly make: () => Model;
  /** Makes them for the model, with no state yet. */
  readonly parts: (model: Model) => Parts;
}

/** A model under training, and what trains it. */
export interface Training extends Parts {
  readonly model: Model;
}

const adam = (model: Model): Parts => ({ optimizer: new Adam(model.parameters(), { lr: 0.01 }) as never });
const small = () => sequential(linear(3, 4, { seed: 1 }), tanh(), linear(4, 1, { seed: 2 }));
const around = (layer: () => Layer) => () => sequential(linear(3, 4, { seed: 1 }), layer(), linear(4, 2, { seed: 2 }));

const half = () =>
  customLayer({
    name: 'half',
    outputs: (inputs) => inputs,
    forward: (x) => x.map((value) => value / 2),
    backward: (dy) => dy.map((d) => d / 2),
  });

/** Makes the layers of the cases that are written in JavaScript anew. */
export const layers = { half };

const models: Readonly<Record<string, () => Model>> = {
  linear: around(() => linear(4, 4, { seed: 3, bias: false })),
  embedding: () => sequential(embedding(4, 2, { inputs: 3, seed: 1 }), linear(6, 1, { seed: 2 })),
  batchNorm: around(() => batchNorm(4)),
  layerNorm: around(() => layerNorm(4)),
  normalization: () => sequential(normalization({ mean: [1, 2, 3], std: [0.5, 1, 2] }), linear(3, 1, { seed: 1 })),
  targetScaling: () => sequential(linear(3, 1, { seed: 1 }), targetScaling({ mean: [5], std: [0.3] })),
  dropout: around(() => dropout(0.4, { seed: 7 })),
  relu: around(relu),
  leakyRelu: around(() => leakyRelu(0.2)),
  elu: around(() => elu(0.7)),
  gelu: around(() => gelu({ approximate: 'tanh' })),
  sigmoid: around(sigmoid),
  silu: around(silu),
  softplus: around(softplus),
  tanh: around(tanh),
  customLayer: around(half),
  sequential: () => sequential(linear(3, 2, { seed: 9 }), nestedModel()),
  linearRegression: () => linearRegression({ inputs: 3, outputs: 2, seed: 1 }),
  logisticRegression: () => logisticRegression({ inputs: 3, seed: 1 }),
  softmaxRegression: () => softmaxRegression({ inputs: 3, classes: 4, seed: 1 }),
  mlp: () => mlp({ inputs: 3, hidden: [5, 4], outputs: 2, dropout: 0.2, loss: { huber: { delta: 0.5 } }, seed: 1 }),
};

/** Two groups, as the schedules need: weights and biases. */
function inGroups(model: Model): Optimizer {
  const named = model.namedParameters();
  const of = (end: string) => named.flatMap(([key, one]) => (key.endsWith(end) ? one : []));
  const groups = [{ params: of('weight') }, { params: of('bias'), lr: 0.005 }];
  return new SGD(groups, { lr: 0.01, momentum: 0.9 }) as never;
}

/** The cases by the names of the exports that they are of. */
export const cases: Readonly<Record<string, Case>> = {
  ...mapped(models, (make) => ({ make, parts: adam })),
  ...mapped(Object.fromEntries(optimizers), (Class) => ({
    make: small,
    parts: (model) => ({ optimizer: new Class(model.parameters(), { lr: 0.01 }) as never }),
  })),
  LBFGS: { make: small, parts: (model) => ({ optimizer: new LBFGS(model.parameters(), { maxIter: 2 }) }) },
  ...mapped(everySchedule, (make) => ({
    make: small,
    parts: (model) => {
      const optimizer = inGroups(model);
      return { optimizer, scheduler: make(optimizer) };
    },
  })),
  ...mapped({ ExponentialMovingAverage, StochasticWeightAverage }, (Average) => ({
    make: around(() => batchNorm(4)),
    parts: (model) => ({ ...adam(model), average: new Average(model) }),
  })),
};

function mapped<A>(all: Readonly<Record<string, A>>, to: (one: A) => Case): Record<string, Case> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, to(one)]));
}

/** The training of a case, some steps after its beginning. */
export function begun({ make, parts }: Case): Training {
  const model = make();
  const training = { model, ...parts(model) };
  for (let i = 0; i < 3; i++) step(training, i);
  return training;
}

/** State saved beside the model. */
export function saved({ optimizer, scheduler, average }: Training): SaveOptions {
  return { optimizer, meta: { scheduler: scheduler?.stateDict(), average: average?.stateDict() } };
}

/** The training that was saved. */
export function again({ parts }: Case, { model, optimizer: found, meta }: LoadedModel): Training {
  const { optimizer, scheduler, average } = parts(model);
  optimizer.loadStateDict(found!.state);
  scheduler?.loadStateDict(meta.scheduler);
  average?.loadStateDict(meta.average);
  return { model, optimizer, scheduler: scheduler!, average: average! };
}

/** Digests of the model's predictions, and of all that ten further steps leave. */
export function goOn(training: Training): { predictions: string; steps: string } {
  const { model, optimizer, scheduler, average } = training;
  const predictions = predictionsOf(model);
  const losses = Array.from({ length: 10 }, (_, i) => step(training, 3 + i));
  const states = [model, optimizer, scheduler, average].map((one) => one?.stateDict() ?? null);
  return { predictions, steps: digestOf([losses, states]) };
}

/** The digest of what a model predicts. */
export function predictionsOf(model: Model): string {
  return digestOf(model.predict(batchFor(model, 0).x));
}

/** The digest of plain data, numbers by their bits. */
export function digestOf(data: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(encodeStateDict([data] as never)))
    .digest('hex');
}

/** One step over the i-th batch. Returns its loss. */
function step({ model, optimizer, scheduler, average }: Training, i: number): number {
  const { x, y, loss } = batchFor(model, i);
  const gradients = () => model.lossAndGrad(loss, x, y);
  const value = optimizer instanceof LBFGS ? optimizer.step(gradients) : gradients();
  if (!(optimizer instanceof LBFGS)) optimizer.step();
  scheduler?.step(Math.max(1, 5 - i));
  average?.update();
  return value as number;
}

/** The i-th batch of six rows that a model can read, and its loss for them. */
function batchFor(
  { inputs, outputs, loss = 'mse', layers }: Model,
  i: number,
): { x: Float32Array; y: number[]; loss: LossSpec } {
  const rows = 6;
  const isIndexed = layers[0]!.name.startsWith('embedding');
  const isClasses = loss === 'crossEntropy';
  const at = (k: number) => Math.sin(1 + k * 0.7 + i);
  return {
    x: Float32Array.from({ length: rows * inputs! }, (_, k) => (isIndexed ? (k * 7 + i) % 4 : at(k))),
    y: Array.from({ length: rows * (isClasses ? 1 : outputs!) }, (_, k) =>
      isClasses || loss === 'binaryCrossEntropy' ? k % 2 : at(k + 0.5),
    ),
    loss: loss as LossSpec,
  };
}
