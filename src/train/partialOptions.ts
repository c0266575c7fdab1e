import type { Model } from '../nn/model.js';
import {
  abortSignal,
  atLeastZero,
  boolean,
  fail,
  finiteNumber,
  func,
  nonNegative,
  nonNegativeInt,
  positiveInt,
  readOptions,
  string,
  unchecked,
} from '../validate.js';
import type { PartialCheckpoint } from './checkpoint.js';
import type { Opened } from './checkpointPlaces.js';
import { checkEvery, type Every } from './keeper.js';
import type { PartialFitOptions } from './partialFitOptions.js';
import { checkParts } from './parts.js';
import type { ResolvedTrainingOptions } from './resolvedOptions.js';
import {
  checkAverage,
  checkMetricless,
  checkModel,
  checkOptimizer,
  checkScheduler,
  resolveLoss,
} from './resolveOptions.js';
import { checkOverride, checkSettings, copyCheckpoint, withScheduleOptions } from './resume.js';
import { partialSettings } from './settings.js';

const TABLE = {
  epochs: [positiveInt, 1],
  loss: [unchecked, undefined],
  optimizer: [checkOptimizer],
  scheduler: [checkScheduler, undefined],
  accumulate: [positiveInt, 1],
  clipGradNorm: [atLeastZero, undefined],
  clipGradValue: [atLeastZero, undefined],
  skipNonFinite: [boolean, false],
  average: [checkAverage, undefined],
  onProgress: [func, undefined],
  signal: [abortSignal, undefined],
  id: [checkId, undefined],
  checkpoint: [unchecked, undefined],
  onCheckpoint: [func, undefined],
  checkpointEvery: [checkEvery, { seconds: 30 }],
  resume: [unchecked, undefined],
  override: [checkOverride, []],
} as const;

function checkId(name: string, value: unknown): void {
  string(name, value);
  if (value === '') fail(RangeError, name, 'name the data', '""');
}

type Given = Opened<PartialFitOptions, PartialCheckpoint>;

/** Options of {@link partialFit}, checked and with their defaults. */
export interface ResolvedPartialOptions
  extends ResolvedTrainingOptions<Omit<Given, 'resume' | 'epochs' | 'checkpointEvery' | 'override'>> {
  readonly epochs: number;
  readonly checkpointEvery: Every;
  readonly override: readonly string[];
  readonly resume?: PartialCheckpoint;
  /** Settings that checkpoints record, as texts; undefined without an `id`. */
  readonly settings: Readonly<Record<string, string>> | undefined;
}

/**
 * Checks the options of {@link partialFit} and fills in their defaults.
 *
 * @param keeps - true if checkpoints go to a place
 */
export function resolvePartialOptions(
  call: string,
  model: Model,
  options: Given,
  keeps: boolean,
): ResolvedPartialOptions {
  checkModel(call, model);
  const { resume: saved, ...read } = readOptions(call, options as PartialFitOptions, TABLE);
  checkParts(call, model, read);
  if (read.scheduler !== undefined) checkMetricless(`${call}: scheduler`, read.scheduler, 'partialFit has no metric');
  const resolved = { ...read, ...resolveLoss(call, model, read) };
  resolved.loss.check?.(model.outputs);
  const { id, override } = resolved;
  if (id === undefined && (keeps || read.onCheckpoint || saved !== undefined)) {
    throw new TypeError(`${call}: id must be given for checkpoints, which identify the data by it, got none`);
  }
  const settings = id === undefined ? undefined : partialSettings(model, id, resolved);
  if (saved === undefined) {
    if (override.length > 0) throw new RangeError(`${call}: override needs a checkpoint to resume`);
    return { ...resolved, settings };
  }
  const label = `${call}: resume`;
  const resume = copyCheckpoint<PartialCheckpoint>(label, saved);
  if ('losses' in resume) fail(TypeError, label, 'be a checkpoint of partialFit', 'one of fit');
  checkSettings(label, resume, settings!, resolved);
  for (const key of ['epoch', 'batch', 'batches', 'steps', 'samples', 'skipped'] as const) {
    nonNegativeInt(`${label}.${key}`, resume[key]);
  }
  finiteNumber(`${label}.lossSum`, resume.lossSum);
  nonNegative(`${label}.lossWeight`, resume.lossWeight);
  return { ...resolved, settings, resume: withScheduleOptions(label, resume, resolved) };
}
