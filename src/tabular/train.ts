// Trains a model on the samples of a table: scaling, layers, loss and options of the fit.
import type { CsvSchema } from '../data/csv/schema.js';
import type { Dataset } from '../data/dataset.js';
import { columnMoments, type Moments } from '../data/moments.js';
import type { Layer } from '../nn/layer.js';
import { Model } from '../nn/model.js';
import { normalization } from '../nn/normalization.js';
import { linearRegression, mlp, softmaxRegression } from '../nn/presets.js';
import { sequential } from '../nn/sequential.js';
import { targetScaling } from '../nn/targetScaling.js';
import { LBFGS } from '../optim/index.js';
import type { Parameter } from '../tensor.js';
import type { FitOptions } from '../train/fitOptions.js';
import type { FitResult } from '../train/fitResult.js';
import { fail } from '../validate.js';
import { OPTIMIZERS, type ResolvedTraining, SCHEDULES } from './options.js';

/** Means and deviations by which a table's features are scaled: numbers by their own, classes and constant columns by a deviation of 1. */
function featureMoments(schema: CsvSchema, { features, length }: Dataset) {
  const { mean, std } = columnMoments(features.data, length, schema.features.length);
  const constant: number[] = [];
  let at = 0;
  for (const column of schema.columns) {
    const width = column.kind === 'category' ? column.classes.length : 1;
    for (let j = at; j < at + width; j++) {
      if (std[j] === 0) constant.push(j);
      if (column.kind === 'category' || std[j] === 0) std[j] = 1;
    }
    at += width;
  }
  return { mean, std, constant };
}

function targetMoments({ targets, length }: Dataset): Moments {
  const { mean, std } = columnMoments(targets.data, length, targets.size / length);
  return { mean, std: std.map((deviation) => deviation || 1) };
}

/** The model that is trained on samples of this schema. */
export function makeModel(call: string, schema: CsvSchema, data: Dataset, options: ResolvedTraining): Model {
  const { model, seed, hidden = [64, 64], activation, dropout } = options;
  const classes = schema.classes?.length;
  const [inputs, outputs] = [schema.features.length, classes ?? schema.targets.length];
  const { constant, ...normalize } = featureMoments(schema, data);
  const scaleTargets = classes === undefined ? targetMoments(data) : undefined;
  if (model instanceof Model) return around(call, model, inputs, outputs, normalize, scaleTargets);
  const loss = classes === undefined ? 'mse' : 'crossEntropy';
  const made =
    model === 'mlp'
      ? mlp({ inputs, hidden, outputs, activation, dropout, loss, seed, normalize, scaleTargets })
      : classes === undefined
        ? linearRegression({ inputs, outputs, init: 'zeros', normalize, scaleTargets })
        : softmaxRegression({ inputs, classes, init: 'zeros', normalize });
  // Training learns nothing about a constant column: other values of it must not change a prediction.
  const [{ data: weight }] = made.parameters() as [Parameter];
  for (const j of constant) for (let at = j; at < weight.length; at += inputs) weight[at] = 0;
  return made as Model;
}

/** A user's model between the layers that scale, unless it has them itself. Its layers become part of the new model. */
function around(
  call: string,
  model: Model,
  inputs: number,
  outputs: number,
  normalize: Moments,
  scaleTargets: Moments | undefined,
): Model {
  if (model.inputs !== inputs)
    fail(RangeError, `${call}: model`, `have ${inputs} inputs, one per feature of the table`, model.inputs);
  if (model.outputs !== outputs) {
    const meaning = scaleTargets ? 'one per target' : 'one per class';
    fail(RangeError, `${call}: model`, `have ${outputs} outputs, ${meaning} of the table`, model.outputs);
  }
  const [first, last] = [model.layers[0]!, model.layers.at(-1)!];
  const before: Layer[] = first.recipe?.[0] === 'normalization' || first.checkInputs ? [] : [normalization(normalize)];
  const after: Layer[] = scaleTargets === undefined || last.scaleTargets ? [] : [targetScaling(scaleTargets)];
  const whole = sequential(...before, model, ...after);
  whole.loss = model.loss ?? (scaleTargets ? 'mse' : 'crossEntropy');
  return whole;
}

/** Trains a model, and returns the result of its fit. */
export async function train(model: Model, data: Dataset, options: ResolvedTraining): Promise<FitResult> {
  const trained = options.model === 'linear' ? linearFit(model, data, options) : networkFit(model, data, options);
  const { fit, signal, onProgress, onEpoch, checkpoint, onCheckpoint, checkpointEvery, resume, override } = options;
  const passedOn = { signal, onProgress, onEpoch, checkpoint, onCheckpoint, checkpointEvery, resume, override };
  try {
    return await fit(model, data, { ...passedOn, ...trained });
  } finally {
    trained.optimizer.dispose();
  }
}

/** Norm of the gradient, by scaled features and targets, at which a linear model counts as solved. */
const SOLVED = 1e-6;

/** Options of the fit that solves a linear model over all rows. */
function linearFit(model: Model, data: Dataset, options: ResolvedTraining): FitOptions {
  const { weightDecay: alpha = 1, epochs = 500, onEpoch } = options;
  // Ridge adds alpha |w|^2 to the sum of squares, which is N times the mean; LogisticRegression |w|^2 / 2 to C times the sum.
  const weightDecay = (alpha * (model.loss === 'mse' ? 2 : 1)) / data.length;
  const tolerances = { toleranceGrad: 0, toleranceChange: 0 };
  let last = Number.NaN;
  return {
    optimizer: new LBFGS(model.parameters(), { lineSearchFn: 'strong_wolfe', weightDecay, ...tolerances }),
    epochs,
    async onEpoch(row) {
      const stop = (await onEpoch?.(row)) === false;
      // The gradient stays as it was if no lower point is found.
      const stays = row.gradNorm === last;
      last = row.gradNorm;
      return !(stop || stays || row.gradNorm <= SOLVED);
    },
  };
}

/** Default number of a network's epochs: fewer for a large table. */
const epochsFor = (rows: number) => Math.max(10, Math.min(100, Math.round(2_000_000 / rows)));

/** Options of the fit that trains a network by mini-batches. */
function networkFit(model: Model, data: Dataset, options: ResolvedTraining): FitOptions {
  const N = data.length;
  const { optimizer: name = 'adamw', seed, epochs = epochsFor(N), batchSize = 32, schedule = 'cosine' } = options;
  const { validation = N < 20 ? 0 : 0.1 } = options;
  const { earlyStopping = validation > 0 && { patience: 25 } } = options;
  const standard = name === 'adamw' ? { lr: 0.003, weightDecay: 0.1 } : undefined;
  const { lr = standard?.lr, weightDecay = standard?.weightDecay } = options;
  const optimizer = new OPTIMIZERS[name](model.parameters(), { lr, ...(weightDecay !== undefined && { weightDecay }) });
  const trained = N - Math.round(N * validation);
  if (validation > 0 && (trained === 0 || trained === N)) {
    const got = `${validation} of the ${N} rows to train on`;
    fail(RangeError, 'trainTable: validation', 'leave rows in both parts', got);
  }
  const steps = epochs * Math.ceil(trained / batchSize);
  const scheduler = SCHEDULES[schedule](optimizer, steps);
  return {
    ...{ optimizer, epochs, batchSize, seed },
    ...(scheduler && { scheduler, scheduleEvery: 'step' }),
    ...(validation > 0 && { validation }),
    ...(earlyStopping && { earlyStopping }),
  };
}
