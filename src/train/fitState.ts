import type { RandomGenerator } from '../generator.js';
import type { Model } from '../nn/model.js';
import type { ModelStateDict } from '../nn/stateDict.js';
import type { AverageStateDict, WeightAverage } from '../optim/average.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { LRScheduler, SchedulerStateDict } from '../optim/schedules/schedule.js';
import type { OptimizerStateDict } from '../optim/stateDict.js';

/** Everything that a fit changes. */
export interface FitParts {
  readonly model: Model;
  // biome-ignore lint/suspicious/noExplicitAny: whatever its options are
  readonly optimizer: Optimizer<any>;
  readonly scheduler?: LRScheduler;
  readonly average?: WeightAverage;
  /** The generator of the shuffle; a worker's fit makes its own. */
  readonly random?: RandomGenerator;
}

/** The state of all parts: plain data that shares nothing with them. A checkpoint holds it, and a worker is sent it and sends it back. */
export interface FitState {
  readonly model: ModelStateDict;
  readonly optimizer: OptimizerStateDict;
  /** The schedule's `stateDict()`, if there is a schedule. */
  readonly scheduler?: unknown;
  readonly average?: AverageStateDict;
  /** State of the shuffle's generator and of each layer's: 64 bits each, as a decimal number. */
  readonly generators: { readonly shuffle?: string; readonly layers: readonly string[] };
}

/** The state of all parts. */
export function captureState({ model, optimizer, scheduler, average, random }: FitParts): FitState {
  return {
    model: model.stateDict(),
    optimizer: optimizer.stateDict(),
    ...(scheduler && { scheduler: structuredClone(scheduler.stateDict()) }),
    ...(average && { average: average.stateDict() }),
    generators: {
      ...(random && { shuffle: `${random.state}` }),
      layers: layerGenerators(model).map(({ state }) => `${state}`),
    },
  };
}

/** Loads a state into all parts, or throws and leaves them as they were. Returns a function that goes back to the state before. */
export function loadState(parts: FitParts, state: FitState): () => void {
  const before = captureState(parts);
  const undo = () => assignState(parts, before);
  try {
    assignState(parts, state);
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
}

function assignState({ model, optimizer, scheduler, average, random }: FitParts, state: FitState): void {
  model.loadStateDict(state.model);
  // The optimizer comes after its schedule, which may set lr as it loads.
  scheduler?.loadStateDict(structuredClone(state.scheduler) as SchedulerStateDict);
  optimizer.loadStateDict(state.optimizer);
  average?.loadStateDict(state.average!);
  if (random) random.state = BigInt(state.generators.shuffle!);
  layerGenerators(model).forEach((generator, i) => {
    generator.state = BigInt(state.generators.layers[i]!);
  });
}

/** The generators of a model's layers, such as dropout's. */
export function layerGenerators({ layers }: Model): RandomGenerator[] {
  return layers.flatMap(({ generator }) => generator ?? []);
}
