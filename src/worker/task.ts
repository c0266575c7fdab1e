import type { Recipe } from '../nn/layer.js';
import type { Model } from '../nn/model.js';
import type { LRScheduler } from '../optim/index.js';
import { Parameter } from '../tensor.js';
import type { Checkpoint } from '../train/checkpoint.js';
import type { FitOptions } from '../train/fitOptions.js';
import type { FitResult, Progress } from '../train/fitResult.js';
import type { Every, Keeper } from '../train/keeper.js';
import { plainCopy } from '../train/plainData.js';
import { show } from '../validate.js';
import { compiledKernels } from '../wasm/modelKernels.js';
import { AVERAGES, classNameOf, OPTIMIZERS, SCHEDULERS } from './registry.js';
import { captureTransfer, type Subject, type TransferState } from './transferState.js';
import type { DataReader } from './workerData.js';

/** Shapes of features and targets. The worker fetches their numbers one piece after another, so that there is never a third copy of them. */
export interface DatasetShapes extends Pick<DataReader, 'unchecked'> {
  readonly features: readonly number[];
  readonly targets: readonly number[];
}

/** Plain data that recreates a schedule, apart from its position. */
export interface ScheduleRecipe {
  readonly name: string;
  readonly options: object;
  /** Schedules of a composite one. */
  readonly schedulers?: readonly ScheduleRecipe[];
  readonly milestones?: readonly number[];
}

/** Callbacks that the fit waits for: they run on the caller's side. */
export const ASKS = ['sampleOrder', 'onEpoch', 'onCheckpoint'] as const;
export type Callback = (typeof ASKS)[number];

/** Something that the worker asks for: the value of a callback, or a piece of a tensor of the data. */
export type Ask = Callback | 'piece';

/** A fit as plain data. */
export interface Task {
  /** The caller's kernels, compiled, in one module or two. */
  readonly kernels: readonly WebAssembly.Module[];
  readonly layers: readonly Recipe[];
  /** The model's parameters, and then others that the optimizer has. */
  readonly parameters: readonly { readonly shape: readonly number[]; readonly requiresGrad: boolean }[];
  /** For each group, the places of its parameters in that list. */
  readonly optimizer: { readonly name: string; readonly groups: readonly (readonly number[])[] };
  readonly scheduler: ScheduleRecipe | undefined;
  readonly average: { readonly name: string; readonly places: readonly number[]; readonly options: object } | undefined;
  readonly state: TransferState;
  readonly data: DatasetShapes;
  /** If it is data of its own. */
  readonly validation: DatasetShapes | undefined;
  /** All options that are plain data. */
  readonly options: Omit<FitOptions, 'optimizer'>;
  readonly asks: readonly Ask[];
  /** Interval of the checkpoints that go to a place, if any do: the caller's side writes them. */
  readonly keeps: Every | undefined;
  /** True if the caller wants progress. */
  readonly reports: boolean;
  readonly aborted: boolean;
}

/** A message to the worker. The key `adamas` distinguishes messages of either side from foreign ones. */
export type ToWorker =
  | { readonly adamas: 'start'; readonly task: Task }
  /** The answer to an ask; nothing when the callback threw. */
  | { readonly adamas: 'answer'; readonly given?: { readonly value: unknown } }
  | { readonly adamas: 'stop' | 'abort' };

/** The end of a fit in the worker. */
export type Outcome =
  | { readonly result: FitResult }
  | { readonly error: { readonly name: string; readonly message: string } & Record<string, unknown> };

/** A message of the worker. */
export type FromWorker =
  | { readonly adamas: 'ask'; readonly name: Ask; readonly args: readonly unknown[] }
  /** `losses` has those since the last progress only. */
  | { readonly adamas: 'progress'; readonly progress: Progress }
  /** The state is missing when the fit has not begun, and so has changed nothing. */
  | { readonly adamas: 'end'; readonly outcome: Outcome; readonly state: TransferState | undefined };

/**
 * A message of the worker; undefined for one that another program in the worker posts.
 *
 * @throws TypeError for a message of ours that is broken
 */
export function readMessage(value: unknown): FromWorker | undefined {
  const message: Readonly<Record<string, unknown>> = Object(value);
  const { adamas, outcome, progress } = message;
  const isObject = (one: unknown): one is object => typeof one === 'object' && one !== null;
  const hasOutcome = isObject(outcome) && ['result', 'error'].some((key) => isObject(outcome[key as never]));
  const fits =
    adamas === 'ask'
      ? ['piece', ...ASKS].includes(message.name as Ask) && Array.isArray(message.args)
      : adamas === 'progress'
        ? isObject(progress) && Array.isArray((progress as Progress).losses)
        : adamas === 'end'
          ? hasOutcome && (message.state === undefined || isObject(message.state))
          : undefined;
  if (fits === false) throw new TypeError(`a message '${adamas}' of the worker is broken`);
  return fits ? (value as FromWorker) : undefined;
}

/** The fit as plain data, with what it is to change; throws, by name, for what cannot go to a worker. Options must be checked already. */
export function taskOf(
  model: Model,
  data: DataReader,
  validation: DataReader | undefined,
  options: Omit<FitOptions, 'validation'> & { readonly validation?: unknown },
  keeper: Keeper<Checkpoint> | undefined,
): { task: Task; subject: Subject } {
  const { optimizer, scheduler, average, validation: held, signal, sampleWeights, loss, ...more } = options;
  const { onProgress, onEpoch, onCheckpoint, sampleOrder, ...rest } = more;
  const name = classNameOf(OPTIMIZERS, optimizer);
  if (name === undefined) refuse('optimizer', "one of adamas' own classes", optimizer);
  const layers = model.layers.map(({ recipe, name }) => {
    if (recipe === undefined) refuse('model', "made of adamas' own layers", `${name}, which is written in JavaScript`);
    return plainCopy('fit: model', recipe);
  });
  if (typeof (loss ?? model.loss) === 'function') refuse('loss', 'a name, or { name: options }', 'a function');
  const groups = optimizer.paramGroups.map(({ params }) => params);
  for (const one of groups.flat()) if (!(one instanceof Parameter)) refuse('optimizer', 'made for parameters', one);
  const parameters = [...new Set([...model.parameters(), ...groups.flat()])] as Parameter[];
  const placesOf = (list: readonly unknown[]) => list.map((one) => parameters.indexOf(one as Parameter));
  const subject = { model, parameters, optimizer, ...(scheduler && { scheduler }), ...(average && { average }) };
  const task: Task = {
    kernels: compiledKernels(),
    layers,
    parameters: parameters.map(({ shape, requiresGrad }) => ({ shape, requiresGrad })),
    optimizer: { name, groups: groups.map(placesOf) },
    scheduler: scheduler && recipeOf('scheduler', scheduler, optimizer),
    average: average && { ...averageRecipeOf(average), places: placesOf(average.params) },
    state: captureTransfer(subject),
    data: shapesOf(data),
    validation: validation && shapesOf(validation),
    options: {
      ...plainCopy('fit: options', { ...rest, loss: loss ?? model.loss }),
      ...(validation === undefined && { validation: plainCopy('fit: validation', held) as number }),
      ...(sampleWeights && { sampleWeights: Float64Array.from(sampleWeights) }),
    },
    asks: ASKS.filter((ask) => options[ask] !== undefined),
    keeps: keeper?.every,
    reports: onProgress !== undefined,
    aborted: signal?.aborted ?? false,
  };
  return { task, subject };
}

function refuse(option: string, expected: string, got: unknown): never {
  const shown = typeof got === 'string' ? got : show(got);
  throw new TypeError(`fit: ${option} must be ${expected} to go to a worker, got ${shown}`);
}

function shapesOf({ x, y, unchecked }: DataReader): DatasetShapes {
  return { features: x.shape, targets: y.shape, unchecked };
}

/** Fields of a schedule that its class keeps to itself. */
interface Inside {
  readonly options: object;
  readonly state: { readonly _schedulers?: readonly object[]; readonly _milestones?: readonly number[] };
}

function recipeOf(path: string, scheduler: object, optimizer: object): ScheduleRecipe {
  const name = classNameOf(SCHEDULERS, scheduler);
  if (name === undefined) refuse(path, "one of adamas' own schedules", scheduler);
  if ((scheduler as LRScheduler).optimizer !== optimizer) refuse(path, "the optimizer's", "another optimizer's");
  const { options, state } = scheduler as Inside;
  const schedulers = state._schedulers?.map((one, i) => recipeOf(`${path}.schedulers[${i}]`, one, optimizer));
  return {
    name,
    options: plainCopy(`fit: ${path}`, options),
    ...(schedulers && { schedulers }),
    ...(state._milestones && { milestones: [...state._milestones] }),
  };
}

function averageRecipeOf(average: NonNullable<FitOptions['average']>): { name: string; options: object } {
  const name = classNameOf(AVERAGES, average);
  if (name === undefined) refuse('average', "one of adamas' own", average);
  const { decay } = average as NonNullable<FitOptions['average']> & { readonly decay?: number };
  return { name, options: decay === undefined ? {} : { decay } };
}
