import { Dataset, heldOut } from '../data/dataset.js';
import { nameOf, outputActivation } from '../nn/classification.js';
import { checkData } from '../nn/evaluate.js';
import { type LossSpec, lossOf } from '../nn/losses.js';
import { Model } from '../nn/model.js';
import { checkClassNames } from '../nn/network.js';
import type { LBFGS } from '../optim/lbfgs.js';
import { Optimizer } from '../optim/optimizer.js';
import type { LRScheduler } from '../optim/schedules/schedule.js';
import { Disposable } from '../resources.js';
import {
  abortSignal,
  atLeastZero,
  boolean,
  checkNumber,
  checkOneOf,
  fail,
  func,
  isUint32Array,
  nonNegative,
  nonNegativeInt,
  oneOf,
  positiveInt,
  readOptions,
  refuse,
  seedNumber,
  show,
  unchecked,
  weightList,
} from '../validate.js';
import { outlasting } from '../wasm/memory.js';
import { withClassWeights } from './classWeights.js';
import type { EarlyStopping, ResolvedEarlyStopping } from './earlyStopping.js';
import type { FitOptions } from './fitOptions.js';
import type { MetricName, Monitored } from './fitResult.js';
import { checkEvery } from './keeper.js';
import { checkParts } from './parts.js';
import type { ResolvedFitOptions, ResolvedLoss } from './resolvedOptions.js';
import { checkOverride, checkResume, copyCheckpoint } from './resume.js';
import { settingsOf } from './settings.js';

const FIT_TABLE = {
  loss: [unchecked, undefined],
  optimizer: [checkFitOptimizer],
  epochs: [nonNegativeInt, 1],
  batchSize: [positiveInt, undefined],
  shuffle: [boolean, true],
  seed: [seedNumber, 0],
  sampleOrder: [func, undefined],
  logEvery: [checkLogEvery, undefined],
  scheduleEvery: [/* @__PURE__ */ oneOf('step', 'epoch'), 'epoch'],
  sampleWeights: [weightList, undefined],
  classWeights: [unchecked, undefined],
  validation: [unchecked, undefined],
  metrics: [unchecked, []],
  earlyStopping: [unchecked, undefined],
  dropLast: [boolean, false],
  onEpoch: [func, undefined],
  onCheckpoint: [func, undefined],
  checkpoint: [refusePlace, undefined],
  checkpointEvery: [checkEvery, 1],
  resume: [unchecked, undefined],
  override: [checkOverride, []],
  scheduler: [checkScheduler, undefined],
  accumulate: [positiveInt, 1],
  clipGradNorm: [atLeastZero, undefined],
  clipGradValue: [atLeastZero, undefined],
  skipNonFinite: [boolean, false],
  average: [checkAverage, undefined],
  onProgress: [func, undefined],
  signal: [abortSignal, undefined],
} as const;

/** The options of `fit`. */
export const FIT_OPTIONS = /* @__PURE__ */ Object.keys(FIT_TABLE) as (keyof FitOptions)[];

export function checkOptimizer(name: string, optimizer: unknown): void {
  if (optimizer instanceof Optimizer) return;
  if (isFullBatch(optimizer))
    throw new TypeError(`${name}: LBFGS goes by all rows at once, and not by batches: use fit`);
  refuse(TypeError, name, 'be an optimizer', optimizer);
}

function checkFitOptimizer(name: string, optimizer: unknown): void {
  if (!isFullBatch(optimizer)) checkOptimizer(name, optimizer);
}

/** True for LBFGS: by its shape, as `instanceof LBFGS` would bring it along with every fit. */
export function isFullBatch(optimizer: unknown): optimizer is LBFGS {
  return optimizer instanceof Disposable && 'iterate' in optimizer;
}

/** Places are known by then: it is `fitSync` that was given one. */
function refusePlace(name: string): never {
  throw new TypeError(`${name} needs fit, which can wait for a place: fitSync has onCheckpoint`);
}

/** Samples between evaluations; Infinity for none during training. */
function checkLogEvery(name: string, value: unknown): void {
  if (value !== Infinity) positiveInt(name, value);
}

export function checkScheduler(name: string, scheduler: unknown): void {
  for (const method of ['step', 'stateDict', 'loadStateDict']) {
    func(`${name}.${method}`, Object(scheduler)[method]);
  }
}

/** Throws for a schedule that needs a metric where there is none. */
export function checkMetricless(name: string, scheduler: LRScheduler, reason: string): void {
  if (!('num_bad_epochs' in Object(scheduler.stateDict()))) return;
  throw new RangeError(`${name}: ReduceLROnPlateau goes by a metric, and ${reason}`);
}

export function checkAverage(name: string, average: unknown): void {
  if (typeof Object(average).assertAverages !== 'function') {
    refuse(TypeError, name, 'be an average of parameters', average);
  }
}

/** Checks that model, optimizer and average are idle, and resolves the loss. */
export function resolveLoss(
  call: string,
  model: Model,
  { loss, optimizer, average }: Pick<FitOptions, 'loss' | 'optimizer' | 'average'>,
): ResolvedLoss {
  const spec = (loss ?? model.loss) as LossSpec;
  const resolved = { spec, loss: lossOf(`${call}: loss`, spec) };
  model.assertIdle(call);
  optimizer.assertIdle(call);
  average?.assertAverages(call);
  return resolved;
}

export function checkModel(call: string, model: unknown): void {
  if (!(model instanceof Model)) refuse(TypeError, `${call}: model`, 'be a model', model);
}

/** Checks what needs no data: each option by itself, and that model, optimizer and average are idle. Resolves the loss. */
export function readFitOptions(name: string, model: Model, options: FitOptions) {
  checkModel(name, model);
  const read = readOptions(name, options, FIT_TABLE);
  return { read, given: resolveLoss(name, model, read) };
}

/** Checks the options of {@link fit} and fills in their defaults. */
export function resolveFitOptions(name: string, model: Model, data: Dataset, options: FitOptions): ResolvedFitOptions {
  const { read, given } = readFitOptions(name, model, options);
  const { dropLast, validation, sampleWeights, metrics } = read;
  checkData(name, model, given.loss, data);
  let samples = data.length;
  if (validation instanceof Dataset) {
    checkData(`${name}: validation`, model, given.loss, validation);
    checkClassNames(`${name}: validation`, given.loss, data.classes, validation.classes);
  } else if (validation !== undefined) {
    checkNumber(`${name}: validation`, validation, 'a dataset, or a fraction in (0, 1)', (x) => x > 0 && x < 1);
    samples -= heldOut(`${name}: validation`, data.length, validation);
  }
  const { optimizer } = read;
  const fullBatch = isFullBatch(optimizer);
  if (fullBatch) optimizer.checkFitOptions(name, read, samples);
  const batchSize = fullBatch ? samples : (read.batchSize ?? 32);
  const last = samples % batchSize;
  const epochSamples = dropLast ? samples - last : samples;
  if (epochSamples === 0) {
    fail(RangeError, `${name}: dropLast needs a batch: batchSize`, `be at most ${samples}`, batchSize);
  }
  for (const layer of model.layers) {
    layer.checkBatch?.(name, Math.min(batchSize, samples));
    if (dropLast || last === 0) continue;
    const batch = `a last batch of ${last}, as ${samples} samples by ${batchSize} leave: set dropLast, or another batchSize`;
    layer.checkBatch?.(name, last, batch);
  }
  if (sampleWeights !== undefined && Object(sampleWeights).length !== data.length) {
    refuse(RangeError, `${name}: sampleWeights`, `hold ${data.length} numbers, one per sample`, sampleWeights);
  }
  checkParts(name, model, read);
  if (read.scheduleEvery === 'step' && read.scheduler !== undefined) {
    checkMetricless(
      `${name}: scheduler`,
      read.scheduler,
      "scheduleEvery: 'step' has none: leave scheduleEvery out, and it steps after every epoch",
    );
  }
  const loss =
    read.classWeights === undefined
      ? given.loss
      : withClassWeights(name, read.classWeights, given.spec, model.outputs, data.targets);
  checkMetrics(name, metrics, given.spec);
  const earlyStopping =
    read.earlyStopping === undefined ? undefined : readEarlyStopping(name, read.earlyStopping, metrics, validation);
  const { resume: saved } = read;
  // Into the same object: copying one of so many options takes longer than a small epoch.
  const fresh = Object.assign(read, {
    resume: undefined,
    spec: given.spec,
    loss,
    batchSize,
    shuffle: read.shuffle && !fullBatch,
    earlyStopping,
    epochSamples,
    sampleWeights: sampleWeights && outlasting(sampleWeights),
  });
  if (saved === undefined) {
    if (read.override.length > 0) throw new RangeError(`${name}: override needs a checkpoint to resume`);
    return fresh;
  }
  const label = `${name}: resume`;
  const checkpoint = copyCheckpoint(label, saved);
  const resume = checkResume(label, checkpoint, model, fresh, settingsOf(model, data, fresh));
  return { ...fresh, resume };
}

function checkMetrics(name: string, metrics: readonly MetricName[], spec: LossSpec): void {
  if (!Array.isArray(metrics)) refuse(TypeError, `${name}: metrics`, 'be an array', metrics);
  const known = outputActivation(spec) ? ['accuracy'] : nameOf(spec) ? ['r2', 'mae'] : [];
  // Holes are visited, too.
  for (const [i, metric] of metrics.entries()) {
    const label = `${name}: metrics[${i}]`;
    if (known.length === 0) throw new RangeError(`${label} needs a loss that is named, got ${show(spec)}`);
    checkOneOf(label, metric, known);
  }
}

function readEarlyStopping(
  name: string,
  options: EarlyStopping,
  metrics: readonly MetricName[],
  validation: unknown,
): ResolvedEarlyStopping {
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

/** The value of `sampleOrder`, which is a Uint32Array. */
export function assertOrder(call: string, order: unknown): Uint32Array {
  if (!isUint32Array(order)) refuse(TypeError, `${call}: sampleOrder(epoch)`, 'give a Uint32Array', order);
  return order;
}

/** Checks the value of `sampleOrder` for an epoch. */
export function checkOrder(call: string, value: unknown, length: number): Uint32Array {
  const label = `${call}: sampleOrder(epoch)`;
  const order = assertOrder(call, value);
  if (order.length !== length) refuse(RangeError, label, `give ${length} indices`, order.length);
  const bad = order.findIndex((index) => index >= length);
  if (bad >= 0) fail(RangeError, label, `give indices below ${length}`, `${order[bad]} at ${bad}`);
  return order;
}
