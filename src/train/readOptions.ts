import {
  checkBoolean,
  checkFunction,
  checkNonNegative,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkWeights,
  checkWhole,
  show,
} from '../check.js';
import { Dataset, heldOut } from '../data/dataset.js';
import { checkData } from '../nn/evaluate.js';
import { linkOf, nameOf } from '../nn/links.js';
import { type LossSpec, lossOf } from '../nn/losses.js';
import { Model } from '../nn/model.js';
import { Optimizer } from '../optim/optimizer.js';
import { seedOr } from '../random.js';
import { checkResume } from './checkpoint.js';
import { readClassWeights, weightsByClass } from './classWeights.js';
import type { CheckedEarlyStopping, EarlyStopping, FitOptions, TrainingOptions } from './options.js';
import type { MetricName, Monitored } from './result.js';

/** The options with their defaults, all checked. */
export type CheckedOptions = ReturnType<typeof readOptions>;

const OPTIONS = [
  'loss',
  'optimizer',
  'epochs',
  'batchSize',
  'shuffle',
  'seed',
  'sampleOrder',
  'logEvery',
  'scheduler',
  'scheduleEvery',
  'accumulate',
  'clipGradNorm',
  'clipGradValue',
  'skipNonFinite',
  'sampleWeights',
  'classWeights',
  'validation',
  'metrics',
  'earlyStopping',
  'average',
  'dropLast',
  'onEpoch',
  'onCheckpoint',
  'checkpointEvery',
  'resume',
  'onProgress',
  'signal',
] as const satisfies readonly (keyof FitOptions)[];

/** What {@link fit} and {@link partialFit} alike need for their steps, with defaults, all checked. */
export function readTrainingOptions(name: string, model: Model, options: TrainingOptions) {
  const { optimizer, scheduler, average, signal, accumulate = 1, clipGradNorm, clipGradValue } = options;
  const { skipNonFinite = false } = options;
  const loss = lossOf(`${name}: loss`, (options.loss ?? model.loss) as LossSpec);
  if (!(optimizer instanceof Optimizer)) {
    // By its shape: `instanceof LBFGS` would bring it along with every fit.
    if (Object(Object(optimizer).paramGroups?.[0]).lineSearchFn !== undefined) {
      throw new TypeError(
        `${name}: optimizer: LBFGS needs a closure: use optimizer.step(() => model.lossAndGrad(...)) or minimize`,
      );
    }
    throw new TypeError(`${name}: optimizer must be an optimizer, got ${show(optimizer)}`);
  }
  for (const method of scheduler === undefined ? [] : (['step', 'stateDict', 'loadStateDict'] as const)) {
    checkFunction(`${name}: scheduler.${method}`, Object(scheduler)[method]);
  }
  checkWhole(`${name}: accumulate`, accumulate, 1);
  for (const [option, value] of Object.entries({ clipGradNorm, clipGradValue })) {
    if (value !== undefined) checkNumber(`${name}: ${option}`, value, 'at least 0', (x) => x >= 0);
  }
  checkBoolean(`${name}: skipNonFinite`, skipNonFinite);
  if (signal !== undefined && typeof Object(signal).aborted !== 'boolean') {
    throw new TypeError(`${name}: signal must be an AbortSignal, got ${show(signal)}`);
  }
  model.assertIdle(name);
  optimizer.assertIdle(name);
  if (average !== undefined) {
    // By its shape, too.
    if (typeof Object(average).assertAverages !== 'function') {
      throw new TypeError(`${name}: average must be an average of parameters, got ${show(average)}`);
    }
    const known = new Set<unknown>(model.parameters());
    const other = average.params.findIndex((param) => !known.has(param));
    if (other >= 0) throw new RangeError(`${name}: average must be of the model's parameters, got another at ${other}`);
    average.assertAverages(name);
  }
  return { loss, optimizer, scheduler, average, signal, accumulate, clipGradNorm, clipGradValue, skipNonFinite };
}

/** The options with their defaults, all checked. */
export function readOptions(name: string, model: Model, data: Dataset, options: FitOptions) {
  if (!(model instanceof Model)) throw new TypeError(`${name}: model must be a model, got ${show(model)}`);
  if (!(data instanceof Dataset)) throw new TypeError(`${name}: data must be a dataset, got ${show(data)}`);
  checkOptions(name, options, OPTIONS);
  const { epochs = 1, batchSize = 32, shuffle = true, seed = 0, scheduleEvery = 'epoch', validation } = options;
  const { sampleWeights, dropLast = false, checkpointEvery = 1, resume, metrics = [] } = options;
  const { sampleOrder, onProgress, onEpoch, onCheckpoint } = options;
  const training = readTrainingOptions(name, model, options);
  const { loss } = training;
  const spec = (options.loss ?? model.loss)!;
  checkWhole(`${name}: epochs`, epochs, 0);
  checkWhole(`${name}: batchSize`, batchSize, 1);
  checkBoolean(`${name}: shuffle`, shuffle);
  checkBoolean(`${name}: dropLast`, dropLast);
  seedOr(`${name}: seed`, seed);
  checkOneOf(`${name}: scheduleEvery`, scheduleEvery, ['step', 'epoch']);
  checkWhole(`${name}: checkpointEvery`, checkpointEvery, 1);
  for (const [option, value] of Object.entries({ sampleOrder, onProgress, onEpoch, onCheckpoint })) {
    if (value !== undefined) checkFunction(`${name}: ${option}`, value);
  }
  checkData(name, model, loss, data);
  let samples = data.length;
  if (validation instanceof Dataset) checkData(`${name}: validation`, model, loss, validation);
  else if (validation !== undefined) {
    checkNumber(`${name}: validation`, validation, 'a dataset, or a fraction in (0, 1)', (x) => x > 0 && x < 1);
    samples -= heldOut(`${name}: validation`, data.length, validation);
  }
  const last = samples % batchSize;
  const epochSamples = dropLast ? samples - last : samples;
  const logEvery = options.logEvery ?? Math.max(1, epochSamples);
  checkWhole(`${name}: logEvery`, logEvery, 1);
  if (dropLast && last === samples) {
    throw new RangeError(`${name}: dropLast needs a batch: batchSize must be at most ${samples}, got ${batchSize}`);
  }
  for (const rows of [Math.min(batchSize, samples), dropLast ? 0 : last]) {
    if (rows > 0) for (const layer of model.layers) layer.checkBatch?.(name, rows);
  }
  if (sampleWeights !== undefined) {
    if (Object(sampleWeights).length !== data.length) {
      throw new RangeError(
        `${name}: sampleWeights must hold ${data.length} numbers, one a sample, got ${show(sampleWeights)}`,
      );
    }
    checkWeights(`${name}: sampleWeights`, sampleWeights);
  }
  const targets = data.targets.data;
  const classes = options.classWeights && readClassWeights(name, options.classWeights, spec, model.outputs, targets);
  checkMetrics(name, metrics, spec);
  const earlyStopping = options.earlyStopping && readEarlyStopping(name, options.earlyStopping, metrics, validation);
  if (resume !== undefined) {
    const { scheduler, average } = training;
    checkResume(`${name}: resume`, resume, { scheduler, average, earlyStopping }, model);
  }
  return {
    ...training,
    ...{ epochs, batchSize, shuffle, seed, scheduleEvery, sampleOrder, logEvery, metrics, earlyStopping, validation },
    ...{ dropLast, onProgress, onEpoch, onCheckpoint, checkpointEvery, resume, spec },
    epochSamples,
    /** Of all samples, and of those of a validation dataset. */
    weights: classes ? weightsByClass(targets, classes, sampleWeights) : sampleWeights,
    validationWeights:
      classes && validation instanceof Dataset ? weightsByClass(validation.targets.data, classes) : undefined,
  };
}

function checkMetrics(name: string, metrics: readonly MetricName[], spec: LossSpec): void {
  if (!Array.isArray(metrics)) throw new TypeError(`${name}: metrics must be an array, got ${show(metrics)}`);
  const known = linkOf(spec) ? ['accuracy'] : nameOf(spec) ? ['r2', 'mae'] : [];
  metrics.forEach((metric, i) => {
    const label = `${name}: metrics[${i}]`;
    if (known.length === 0) throw new RangeError(`${label} needs a loss that is named, got ${show(spec)}`);
    checkOneOf(label, metric, known);
  });
}

function readEarlyStopping(
  name: string,
  options: EarlyStopping,
  metrics: readonly MetricName[],
  validation: unknown,
): CheckedEarlyStopping {
  const label = `${name}: earlyStopping`;
  checkOptions(label, options, ['monitor', 'patience', 'minDelta', 'restoreBest']);
  const validated = validation !== undefined;
  const { patience, minDelta = 0, restoreBest = true, monitor = validated ? 'validationLoss' : 'loss' } = options;
  const keys = ['loss', ...metrics] as const;
  checkOneOf(`${label}.monitor`, monitor, [...keys, ...(validated ? keys.map(validationKey) : [])]);
  checkWhole(`${label}.patience`, patience, 1);
  checkNonNegative(`${label}.minDelta`, minDelta);
  checkBoolean(`${label}.restoreBest`, restoreBest);
  return { monitor, patience, minDelta, restoreBest };
}

/** loss => validationLoss */
export function validationKey<Key extends 'loss' | MetricName>(key: Key) {
  return `validation${key[0]!.toUpperCase()}${key.slice(1)}` as `validation${Capitalize<Key>}` & Monitored;
}

/** What `sampleOrder` gave for an epoch, checked. */
export function readOrder(name: string, order: unknown, length: number): Uint32Array {
  const label = `${name}: sampleOrder(epoch)`;
  if (!(order instanceof Uint32Array)) throw new TypeError(`${label} must give a Uint32Array, got ${show(order)}`);
  if (order.length !== length) throw new RangeError(`${label} must give ${length} indices, got ${order.length}`);
  const bad = order.findIndex((index) => index >= length);
  if (bad >= 0) throw new RangeError(`${label} must give indices below ${length}, got ${order[bad]} at ${bad}`);
  return order;
}
