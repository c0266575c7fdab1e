import type { RandomGenerator } from '../generator.js';
import type { Model } from '../nn/model.js';
import type { ModelStateDict } from '../nn/stateDict.js';
import type { AverageStateDict } from '../optim/average.js';
import type { OptimizerStateDict } from '../optim/stateDict.js';
import { fail, nonNegativeInt, refuse } from '../validate.js';
import type { CheckedEarlyStopping, TrainingOptions } from './options.js';
import type { HistoryRow } from './result.js';

/** Where early stopping is. */
export interface EarlyStoppingState {
  /** The best value so far; undefined before the first. */
  readonly best?: number;
  /** Its epoch. */
  readonly bestEpoch?: number;
  /** Epochs since then. */
  readonly waited: number;
  /** The parameters and buffers of that epoch, in the model's order; missing without `restoreBest`. */
  readonly values?: readonly Float32Array[];
}

/**
 * A fit at the end of an epoch: plain data that shares nothing with it, for `structuredClone`, or as JSON by {@link encodeStateDict}. The
 * option `resume` goes on from it.
 */
export interface Checkpoint {
  /** Epochs that were ended. */
  readonly epoch: number;
  readonly steps: number;
  readonly skipped: number;
  readonly losses: readonly number[];
  readonly history: readonly HistoryRow[];
  readonly model: ModelStateDict;
  readonly optimizer: OptimizerStateDict;
  /** Of the schedule, if there is one: what its `stateDict()` gave. */
  readonly scheduler?: unknown;
  readonly average?: AverageStateDict;
  readonly earlyStopping?: EarlyStoppingState;
  /** The state of the shuffle's generator, and of each layer's that has one: 64 bits as a decimal number. */
  readonly generators: { readonly shuffle: string; readonly layers: readonly string[] };
}

/** What of a fit has a state of its own. */
export interface Parts extends Pick<TrainingOptions, 'optimizer' | 'scheduler' | 'average'> {
  readonly model: Model;
  /** The shuffle's. */
  readonly random: RandomGenerator;
}

type States = Pick<Checkpoint, 'model' | 'optimizer' | 'scheduler' | 'average' | 'generators'>;

/** The states of all parts, which share nothing with them. */
export function statesOf({ model, optimizer, scheduler, average, random }: Parts): States {
  return {
    model: model.stateDict(),
    optimizer: optimizer.stateDict(),
    ...(scheduler && { scheduler: structuredClone(scheduler.stateDict()) }),
    ...(average && { average: average.stateDict() }),
    generators: { shuffle: `${random.state}`, layers: generatorsOf(model).map(({ state }) => `${state}`) },
  };
}

/** Brings all parts into these states, or throws and leaves them as they were. Returns what brings them back. */
export function load(parts: Parts, states: States): () => void {
  const before = statesOf(parts);
  const undo = () => assume(parts, before);
  try {
    assume(parts, states);
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
}

function assume({ model, optimizer, scheduler, average, random }: Parts, states: States): void {
  model.loadStateDict(states.model);
  // The optimizer's options after the schedule's, to which they belong.
  scheduler?.loadStateDict(structuredClone(states.scheduler));
  optimizer.loadStateDict(states.optimizer);
  average?.loadStateDict(states.average!);
  random.state = BigInt(states.generators.shuffle);
  generatorsOf(model).forEach((generator, i) => {
    generator.state = BigInt(states.generators.layers[i]!);
  });
}

function generatorsOf({ layers }: Model): RandomGenerator[] {
  return layers.flatMap(({ generator }) => generator ?? []);
}

/** Throws unless this is a checkpoint of a fit with these parts; what is in their states is checked by them. */
export function checkResume(
  label: string,
  resume: Checkpoint,
  parts: Readonly<Record<'scheduler' | 'average', unknown>> & {
    readonly earlyStopping: CheckedEarlyStopping | undefined;
  },
  model: Model,
): void {
  const given: Partial<Checkpoint> = Object(resume);
  const { generators, losses, history } = given;
  nonNegativeInt(`${label}.epoch`, given.epoch);
  nonNegativeInt(`${label}.steps`, given.steps);
  nonNegativeInt(`${label}.skipped`, given.skipped);
  const words = Array.isArray(generators?.layers) ? [generators.shuffle, ...generators.layers] : undefined;
  const count = 1 + generatorsOf(model).length;
  if (words?.length !== count || !words.every((word) => /^\d+$/.test(word))) {
    refuse(TypeError, `${label}.generators`, `be the states of ${count} generators`, words);
  }
  for (const [key, value] of Object.entries({ losses, history })) {
    if (!Array.isArray(value)) refuse(TypeError, `${label}.${key}`, 'be an array', value);
  }
  for (const [part, wanted] of Object.entries(parts)) {
    if ((given[part as keyof Checkpoint] === undefined) === (wanted === undefined)) continue;
    const [one, other] = wanted === undefined ? ['no', 'one'] : ['a', 'none'];
    fail(TypeError, label, `be of a fit with ${one} ${part}, like this one`, `one with ${other}`);
  }
  if (parts.earlyStopping) checkBest(`${label}.earlyStopping`, given.earlyStopping!, parts.earlyStopping, model);
}

/** Throws unless early stopping can go on from there: its best parameters are those of this model. */
function checkBest(label: string, saved: EarlyStoppingState, { restoreBest }: CheckedEarlyStopping, model: Model) {
  const { waited, bestEpoch, values } = saved;
  nonNegativeInt(`${label}.waited`, waited);
  if (bestEpoch === undefined || !restoreBest) return;
  const { tensors } = model;
  if (values?.length !== tensors.length || !tensors.every(({ size }, i) => values[i]!.length === size)) {
    throw new TypeError(`${label}.values must hold the numbers of the model's ${tensors.length} tensors`);
  }
}
