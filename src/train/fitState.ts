import type { RandomGenerator } from '../generator.js';
import type { Model } from '../nn/model.js';
import type { SchedulerStateDict } from '../optim/schedules/schedule.js';
import { refuse } from '../validate.js';
import type { FitState } from './checkpoint.js';
import type { FitOptions } from './fitOptions.js';
import { plainCopy } from './plainData.js';

/** Everything that a fit changes. */
export interface FitParts extends Pick<FitOptions, 'optimizer' | 'scheduler' | 'average'> {
  readonly model: Model;
  /** The generator of the shuffle; a worker's fit makes its own. */
  readonly random?: RandomGenerator;
}

/** The state of all parts. */
export function captureState({ model, optimizer, scheduler, average, random }: FitParts): FitState {
  return {
    model: model.stateDict(),
    optimizer: optimizer.stateDict(),
    ...(scheduler && { scheduler: plainCopy('scheduler.stateDict()', scheduler.stateDict()) }),
    ...(average && { average: average.stateDict() }),
    generators: {
      ...(random && { shuffle: `${random.state}` }),
      layers: layerGenerators(model).map(({ state }) => `${state}`),
    },
  };
}

/**
 * Loads a state into all parts, or throws and leaves them as they were. Returns a function that restores the state before.
 *
 * @param label - the state in errors
 * @param override - names of the optimizer's options that stay as they are now
 */
export function loadState(
  label: string,
  parts: FitParts,
  state: FitState,
  override: readonly string[] = [],
): () => void {
  checkGenerators(`${label}.generators`, state.generators, parts.model, parts.random !== undefined);
  const before = captureState(parts);
  const { paramGroups } = parts.optimizer;
  const given: Record<string, unknown>[] = paramGroups.map((group) => ({ ...group }));
  const undo = () => assignState(label, parts, before);
  try {
    assignState(label, parts, state);
  } catch (error) {
    undo();
    throw error;
  }
  const keys = override.includes('lr') ? [...override, 'initialLr'] : override;
  for (const [g, group] of paramGroups.entries()) {
    for (const key of keys) if (key in group) Object.assign(group, { [key]: given[g]![key] ?? group[key as never] });
  }
  return undo;
}

function assignState(label: string, { model, optimizer, scheduler, average, random }: FitParts, state: FitState): void {
  named(`${label}.model`, () => model.loadStateDict(state.model));
  // The optimizer comes after its schedule, which may set lr as it loads.
  named(`${label}.scheduler`, () =>
    scheduler?.loadStateDict(plainCopy(`${label}.scheduler`, state.scheduler) as SchedulerStateDict),
  );
  named(`${label}.optimizer`, () => optimizer.loadStateDict(state.optimizer as never));
  named(`${label}.average`, () => average?.loadStateDict(state.average!));
  if (random) random.state = BigInt(state.generators.shuffle!);
  layerGenerators(model).forEach((generator, i) => {
    generator.state = BigInt(state.generators.layers[i]!);
  });
}

/** Loads a part; an error about its state names the part. */
function named(label: string, load: () => void): void {
  try {
    load();
  } catch (error) {
    const Kind = Object(error).constructor;
    if (Kind !== TypeError && Kind !== RangeError) throw error;
    throw new Kind(`${label}: ${(error as Error).message}`, { cause: error });
  }
}

/** The generators of a model's layers, such as dropout's. */
export function layerGenerators({ layers }: Model): RandomGenerator[] {
  return layers.flatMap(({ generator }) => generator ?? []);
}

/** Throws unless these are states of a model's generators, and of a shuffle's where there is one. */
export function checkGenerators(label: string, generators: unknown, model: Model, shuffled: boolean): void {
  const count = layerGenerators(model).length;
  const { shuffle, layers } = Object(generators);
  const isState = (one: unknown) => typeof one === 'string' && /^\d{1,20}$/.test(one) && BigInt(one) < 2n ** 64n;
  const fits = Array.isArray(layers) && layers.length === count && Array.from(layers).every(isState);
  if (fits && (!shuffled || isState(shuffle))) return;
  const expected = `be ${shuffled ? "the shuffle's state" : 'no shuffle'} and those of ${count} layers, { shuffle, layers }, as decimal numbers`;
  refuse(TypeError, label, expected, generators);
}
