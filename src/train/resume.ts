// Checks of a checkpoint that a fit resumes.
import type { Model } from '../nn/model.js';
import type { Schedule, SchedulerStateDict } from '../optim/schedules/schedule.js';
import {
  boolean,
  checkNumber,
  checkRecord,
  fail,
  isFloat32Array,
  nonNegative,
  nonNegativeInt,
  refuse,
  show,
} from '../validate.js';
import type { Checkpoint, EpochPlace, FitState } from './checkpoint.js';
import { isPlace } from './checkpointPlaces.js';
import { checkGenerators } from './fitState.js';
import type { PlaceLike } from './place.js';
import { plainCopy } from './plainData.js';
import type { ResolvedFitOptions } from './resolvedOptions.js';
import { optionTexts, type ResumedOptions } from './settings.js';

/** Settings that no `override` may name. */
const FIXED = ['optimizer', 'scheduler', 'average', 'earlyStopping'];

/** Checks that `override` is a list of names. The names themselves are checked against a checkpoint. */
export function checkOverride(name: string, value: unknown): void {
  if (!Array.isArray(value)) refuse(TypeError, name, 'be an array of names', value);
  for (const [i, one] of value.entries()) {
    if (typeof one !== 'string') refuse(TypeError, `${name}[${i}]`, 'be a name', one);
  }
}

/** A copy of a checkpoint. Its arrays may be views of Wasm memory, which the digest of the data can detach. */
export function copyCheckpoint<Kept>(label: string, given: Kept | PlaceLike): Kept {
  if (isPlace(given)) throw new TypeError(`${label} needs fit, which can wait for a place: fitSync takes a checkpoint`);
  if (typeof given !== 'object' || given === null) {
    refuse(TypeError, label, 'be a checkpoint, as onCheckpoint gets it', given);
  }
  return plainCopy(label, given);
}

/**
 * Checks that a checkpoint is one of a fit with these parts and settings, apart from those that `override` names. The parts check their own
 * states when they load them.
 *
 * @returns the checkpoint, as {@link withScheduleOptions} gives it
 * @throws TypeError or RangeError that names the value
 */
export function checkResume(
  label: string,
  resume: Checkpoint,
  model: Model,
  options: Omit<ResolvedFitOptions, 'resume'>,
  settings: Readonly<Record<string, string>>,
): Checkpoint {
  const { scheduler, average, earlyStopping } = options;
  if ('batches' in resume) fail(TypeError, label, 'be a checkpoint of fit', 'one of partialFit');
  for (const key of ['epoch', 'steps', 'skipped'] as const) nonNegativeInt(`${label}.${key}`, resume[key]);
  checkGenerators(`${label}.generators`, resume.generators, model, true);
  list(`${label}.losses`, resume.losses, (path, loss) => checkNumber(path, loss, 'a number', () => true));
  list(`${label}.history`, resume.history, checkRow);
  if (resume.history.length !== resume.epoch) {
    fail(RangeError, `${label}.history`, `have a row for each of ${resume.epoch} epochs`, resume.history.length);
  }
  for (const key of ['model', 'optimizer'] as const) checkRecord(`${label}.${key}`, resume[key]);
  for (const [part, wanted] of Object.entries({ scheduler, average, earlyStopping })) {
    const saved = resume[part as keyof Checkpoint];
    if ((saved === undefined) !== (wanted === undefined)) {
      const [one, other] = wanted === undefined ? ['no', 'one'] : ['a', 'none'];
      fail(TypeError, label, `be of a fit with ${one} ${part}, like this one`, `one with ${other}`);
    }
    if (saved !== undefined) checkRecord(`${label}.${part}`, saved);
  }
  checkSettings(label, resume, settings, options);
  if (earlyStopping) checkBest(`${label}.earlyStopping`, resume, earlyStopping.restoreBest, model);
  if (resume.position !== undefined) checkPosition(`${label}.position`, resume.position, options.epochSamples, model);
  return withScheduleOptions(label, resume, options);
}

/** The checkpoint with the state from which its schedule continues. That of a user's own schedule is left as it is. */
export function withScheduleOptions<Kept extends FitState>(
  label: string,
  resume: Kept,
  { scheduler, override }: Pick<ResolvedFitOptions, 'scheduler' | 'override'>,
): Kept {
  const { resumed }: Partial<Schedule<object, object>> = Object(scheduler);
  if (!resumed) return resume;
  const saved = resume.scheduler as SchedulerStateDict;
  return { ...resume, scheduler: resumed.call(scheduler, `${label}.scheduler`, saved, override.includes('scheduler')) };
}

function checkRow(path: string, row: unknown): void {
  checkRecord(path, row);
  for (const key of ['epoch', 'steps', 'skipped']) nonNegativeInt(`${path}.${key}`, Object(row)[key]);
  const numbers = Object.entries({
    loss: undefined,
    lr: undefined,
    gradNorm: undefined,
    seconds: undefined,
    ...Object(row),
  });
  for (const [key, value] of numbers) checkNumber(`${path}.${key}`, value, 'a number', () => true);
}

function list(label: string, value: unknown, check: (path: string, one: unknown) => void): void {
  if (!Array.isArray(value)) refuse(TypeError, label, 'be an array', value);
  for (const [i, one] of value.entries()) check(`${label}[${i}]`, one);
}

/** Throws where a setting or an option of the optimizer is another than in the checkpoint, and not overridden. */
export function checkSettings(
  label: string,
  { settings: saved, groups }: Pick<Checkpoint, 'settings' | 'groups'>,
  settings: Readonly<Record<string, string>>,
  options: ResumedOptions,
): void {
  const { override } = options;
  checkRecord(`${label}.settings`, saved);
  for (const [key, value] of Object.entries(settings)) {
    if (typeof saved[key] !== 'string') refuse(TypeError, `${label}.settings.${key}`, 'be a text', saved[key]);
    const overridable = !FIXED.includes(key);
    if (saved[key] === value || (overridable && override.includes(key))) continue;
    const way = overridable ? `, or override: ['${key}'] to continue with what is given now` : '';
    fail(RangeError, label, `be of a fit with the same ${key}, ${saved[key]}${way}`, value);
  }
  list(`${label}.groups`, groups, checkRecord);
  const given = optionTexts(options);
  if (groups.length !== given.length) {
    fail(RangeError, `${label}.groups`, `be those of ${given.length} parameter groups`, groups.length);
  }
  const known = new Set(Object.keys(settings).filter((key) => key === 'scheduler' || !FIXED.includes(key)));
  for (const [g, own] of given.entries()) {
    for (const [key, value] of Object.entries(own)) {
      known.add(key);
      const texts: unknown = groups[g]![key];
      const path = `${label}.groups[${g}].${key}`;
      if (!Array.isArray(texts) || texts.length !== 2 || !texts.every((one) => typeof one === 'string')) {
        refuse(TypeError, path, 'be two texts', texts);
      }
      if (texts.includes(value) || override.includes(key)) continue;
      const expected = `be of a fit with the same ${key} of paramGroups[${g}], ${texts[0]}, or override: ['${key}'] to continue with what is given now`;
      fail(RangeError, label, expected, value);
    }
  }
  const unknown = override.find((name) => !known.has(name));
  if (unknown !== undefined) {
    const expected = `name options that a checkpoint holds, ${[...known].join(', ')}`;
    fail(RangeError, label.replace(/resume$/, 'override'), expected, show(unknown));
  }
}

/** Checks that early stopping can continue from a saved state: its best parameters must have the sizes of the model's. */
function checkBest(label: string, { earlyStopping, epoch }: Checkpoint, restoreBest: boolean, model: Model): void {
  const { waited, best, bestEpoch, values } = earlyStopping!;
  nonNegativeInt(`${label}.waited`, waited);
  if (best === undefined && bestEpoch === undefined && values === undefined) return;
  checkNumber(`${label}.best`, best, 'a number', () => true);
  nonNegativeInt(`${label}.bestEpoch`, bestEpoch);
  if (bestEpoch! >= epoch) fail(RangeError, `${label}.bestEpoch`, `be below epoch, ${epoch}`, bestEpoch);
  if (restoreBest) checkValues(`${label}.values`, values, model);
}

/** Checks a place in an epoch. */
function checkPosition(label: string, position: EpochPlace, epochSamples: number, model: Model): void {
  checkRecord(label, position);
  const { seen, evaluating, lossSum, lossWeight, gradNorm, metrics, kept } = position;
  nonNegativeInt(`${label}.seen`, seen);
  if (seen > epochSamples)
    fail(RangeError, `${label}.seen`, `be at most ${epochSamples}, the samples of an epoch`, seen);
  boolean(`${label}.evaluating`, evaluating);
  checkRecord(`${label}.metrics`, metrics);
  nonNegative(`${label}.lossWeight`, lossWeight);
  for (const [key, value] of Object.entries({ lossSum, gradNorm, ...metrics })) {
    checkNumber(`${label}.${key}`, value, 'a number', () => true);
  }
  checkValues(`${label}.kept`, kept, model);
}

/** Checks arrays that have the sizes of the model's tensors. */
function checkValues(label: string, values: unknown, { tensors }: Model): void {
  const fits = (one: unknown, size: number) => isFloat32Array(one) && one.length === size;
  if (
    !Array.isArray(values) ||
    values.length !== tensors.length ||
    !tensors.every(({ size }, i) => fits(values[i], size))
  ) {
    refuse(TypeError, label, `hold the numbers of the model's ${tensors.length} tensors`, values);
  }
}
