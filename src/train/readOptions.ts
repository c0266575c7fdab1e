import { Dataset, heldOut } from '../data/dataset.js';
import { nameOf, outputActivation } from '../nn/classification.js';
import { checkData } from '../nn/evaluate.js';
import { type LossSpec, lossOf } from '../nn/losses.js';
import { Model } from '../nn/model.js';
import { Optimizer } from '../optim/optimizer.js';
import {
  abortSignal,
  atLeastZero,
  boolean,
  type Check,
  checkNumber,
  checkOneOf,
  checkOptions,
  fail,
  func,
  nonNegative,
  nonNegativeInt,
  oneOf,
  positiveInt,
  type Resolved,
  readOptions,
  refuse,
  seedNumber,
  show,
  unchecked,
  weightList,
} from '../validate.js';
import { checkResume } from './checkpoint.js';
import { readClassWeights, weightsByClass } from './classWeights.js';
import type { CheckedEarlyStopping, EarlyStopping, FitOptions, TrainingOptions } from './options.js';
import type { MetricName, Monitored } from './result.js';

/** What {@link readFitOptions} gives. */
export type CheckedOptions = ReturnType<typeof readFitOptions>;

const TRAINED = { loss: [unchecked, undefined], optimizer: [unchecked, undefined] } as const;
const STEPS = {
  scheduler: [checkScheduler, undefined],
  accumulate: [positiveInt, 1],
  clipGradNorm: [atLeastZero, undefined],
  clipGradValue: [atLeastZero, undefined],
  skipNonFinite: [boolean, false],
  average: [checkAverage, undefined],
  onProgress: [func, undefined],
  signal: [abortSignal, undefined],
} as const;
const FIT = {
  epochs: [nonNegativeInt, 1],
  batchSize: [positiveInt, 32],
  shuffle: [boolean, true],
  seed: [seedNumber, 0],
  sampleOrder: [func, undefined],
  logEvery: [positiveInt, undefined],
  scheduleEvery: [/* @__PURE__ */ oneOf('step', 'epoch'), 'epoch'],
  sampleWeights: [weightList, undefined],
  classWeights: [unchecked, undefined],
  validation: [unchecked, undefined],
  metrics: [unchecked, []],
  earlyStopping: [unchecked, undefined],
  dropLast: [boolean, false],
  onEpoch: [func, undefined],
  onCheckpoint: [func, undefined],
  checkpointEvery: [positiveInt, 1],
  resume: [unchecked, undefined],
} as const;

/** A table of options, and their defaults. */
function withStandards<const Table extends Readonly<Record<string, readonly [unknown, unknown]>>>(fields: Table) {
  const standards = Object.fromEntries(Object.entries(fields).map(([key, [, standard]]) => [key, standard]));
  return { fields, standards };
}

const PARTIAL_FIT_OPTIONS = /* @__PURE__ */ withStandards(/* @__PURE__ */ Object.assign({}, TRAINED, STEPS));
const FIT_OPTIONS = /* @__PURE__ */ withStandards(/* @__PURE__ */ Object.assign({}, TRAINED, FIT, STEPS));

function checkOptimizer(name: string, optimizer: unknown): void {
  if (optimizer instanceof Optimizer) return;
  // By its shape: `instanceof LBFGS` would bring it along with every fit.
  if (Object(Object(optimizer).paramGroups?.[0]).lineSearchFn !== undefined) {
    throw new TypeError(`${name}: LBFGS needs a closure: use optimizer.step(() => model.lossAndGrad(...)) or minimize`);
  }
  refuse(TypeError, name, 'be an optimizer', optimizer);
}

function checkScheduler(name: string, scheduler: unknown): void {
  for (const method of ['step', 'stateDict', 'loadStateDict']) {
    func(`${name}.${method}`, Object(scheduler)[method]);
  }
}

function checkAverage(name: string, average: unknown): void {
  if (typeof Object(average).assertAverages !== 'function') {
    refuse(TypeError, name, 'be an average of parameters', average);
  }
}

/** What {@link fit} and {@link partialFit} alike need for their steps, and the options of the table, with defaults, all checked. */
export function readTraining<Options extends TrainingOptions, Table = (typeof PARTIAL_FIT_OPTIONS)['fields']>(
  name: string,
  model: Model,
  options: Options,
  { fields, standards }: { fields: Table; standards: object } = PARTIAL_FIT_OPTIONS as never,
) {
  if (!(model instanceof Model)) refuse(TypeError, `${name}: model`, 'be a model', model);
  checkOptions(name, options, Object.keys(fields as object));
  // Of a literal only what is given is gone through: all of the table would take longer than the rest of a short fit's beginning.
  const literal = Object.getPrototypeOf(options) === Object.prototype;
  const read: Resolved<Options, Table> = Object.create(standards);
  for (const key of Object.keys(literal ? options : (fields as object)) as (keyof Options & keyof Table & string)[]) {
    const value = options[key];
    if (value === undefined) continue;
    (fields[key] as readonly [Check])[0](`${name}: ${key}`, value);
    read[key] = value as never;
  }
  checkOptimizer(`${name}: optimizer`, read.optimizer);
  const { optimizer, average } = read;
  const spec = (options.loss ?? model.loss) as LossSpec;
  const loss = lossOf(`${name}: loss`, spec);
  model.assertIdle(name);
  optimizer.assertIdle(name);
  if (average !== undefined) {
    const known = new Set<unknown>(model.parameters());
    const other = average.params.findIndex((param) => !known.has(param));
    if (other >= 0) fail(RangeError, `${name}: average`, "be of the model's parameters", `another at ${other}`);
    average.assertAverages(name);
  }
  return Object.assign(read, { spec, loss });
}

/** The options with their defaults, all checked. */
export function readFitOptions(name: string, model: Model, data: Dataset, options: FitOptions) {
  const read = readTraining(name, model, options, FIT_OPTIONS);
  const { spec, loss, batchSize, dropLast, validation, sampleWeights, metrics } = read;
  checkData(name, model, loss, data);
  let samples = data.length;
  if (validation instanceof Dataset) checkData(`${name}: validation`, model, loss, validation);
  else if (validation !== undefined) {
    checkNumber(`${name}: validation`, validation, 'a dataset, or a fraction in (0, 1)', (x) => x > 0 && x < 1);
    samples -= heldOut(`${name}: validation`, data.length, validation);
  }
  const last = samples % batchSize;
  const epochSamples = dropLast ? samples - last : samples;
  if (epochSamples === 0) {
    fail(RangeError, `${name}: dropLast needs a batch: batchSize`, `be at most ${samples}`, batchSize);
  }
  for (const rows of [Math.min(batchSize, samples), dropLast ? 0 : last]) {
    if (rows > 0) for (const layer of model.layers) layer.checkBatch?.(name, rows);
  }
  if (sampleWeights !== undefined && Object(sampleWeights).length !== data.length) {
    refuse(RangeError, `${name}: sampleWeights`, `hold ${data.length} numbers, one a sample`, sampleWeights);
  }
  const targets = data.targets.data;
  const classes =
    read.classWeights === undefined
      ? undefined
      : readClassWeights(name, read.classWeights, spec, model.outputs, targets);
  checkMetrics(name, metrics, spec);
  const earlyStopping =
    read.earlyStopping === undefined ? undefined : readEarlyStopping(name, read.earlyStopping, metrics, validation);
  if (read.resume !== undefined) {
    const { scheduler, average } = read;
    checkResume(`${name}: resume`, read.resume, { scheduler, average, earlyStopping }, model);
  }
  return Object.assign(read, {
    logEvery: read.logEvery ?? epochSamples,
    earlyStopping,
    epochSamples,
    /** Of all samples, and of those of a validation dataset. */
    weights: classes ? weightsByClass(targets, classes, sampleWeights) : sampleWeights,
    validationWeights:
      classes && validation instanceof Dataset ? weightsByClass(validation.targets.data, classes) : undefined,
  });
}

function checkMetrics(name: string, metrics: readonly MetricName[], spec: LossSpec): void {
  if (!Array.isArray(metrics)) refuse(TypeError, `${name}: metrics`, 'be an array', metrics);
  const known = outputActivation(spec) ? ['accuracy'] : nameOf(spec) ? ['r2', 'mae'] : [];
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
  const validated = validation !== undefined;
  const keys = ['loss', ...metrics] as const;
  const fields = {
    monitor: [oneOf(...keys, ...(validated ? keys.map(validationKey) : [])), validated ? 'validationLoss' : 'loss'],
    patience: [positiveInt],
    minDelta: [nonNegative, 0],
    restoreBest: [boolean, true],
  } as const;
  return readOptions(label, options, fields, '.');
}

/** loss => validationLoss */
export function validationKey<Key extends 'loss' | MetricName>(key: Key) {
  return `validation${key[0]!.toUpperCase()}${key.slice(1)}` as `validation${Capitalize<Key>}` & Monitored;
}

/** What `sampleOrder` gave for an epoch, checked. */
export function readOrder(name: string, order: unknown, length: number): Uint32Array {
  const label = `${name}: sampleOrder(epoch)`;
  if (!(order instanceof Uint32Array)) refuse(TypeError, label, 'give a Uint32Array', order);
  if (order.length !== length) refuse(RangeError, label, `give ${length} indices`, order.length);
  const bad = order.findIndex((index) => index >= length);
  if (bad >= 0) fail(RangeError, label, `give indices below ${length}`, `${order[bad]} at ${bad}`);
  return order;
}
