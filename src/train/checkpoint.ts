import type { Model } from '../nn/model.js';
import { fail, nonNegativeInt, refuse } from '../validate.js';
import type { EarlyStoppingState, ResolvedEarlyStopping } from './earlyStopping.js';
import type { HistoryRow } from './fitResult.js';
import { type FitState, layerGenerators } from './fitState.js';

/**
 * A fit at the end of an epoch: plain data that shares nothing with the fit, for `structuredClone`, or as JSON by {@link encodeStateDict}.
 * The option `resume` goes on from it.
 */
export interface Checkpoint extends FitState {
  /** Epochs completed. */
  readonly epoch: number;
  readonly steps: number;
  readonly skipped: number;
  readonly losses: readonly number[];
  readonly history: readonly HistoryRow[];
  readonly earlyStopping?: EarlyStoppingState;
}

/** Checks that `resume` is a checkpoint of a fit with these parts. The parts check their own states when they load them. */
export function checkResume(
  label: string,
  resume: Checkpoint,
  parts: Readonly<Record<'scheduler' | 'average', unknown>> & {
    readonly earlyStopping: ResolvedEarlyStopping | undefined;
  },
  model: Model,
): void {
  const given: Partial<Checkpoint> = Object(resume);
  const { generators, losses, history } = given;
  nonNegativeInt(`${label}.epoch`, given.epoch);
  nonNegativeInt(`${label}.steps`, given.steps);
  nonNegativeInt(`${label}.skipped`, given.skipped);
  const words = Array.isArray(generators?.layers) ? [generators.shuffle, ...generators.layers] : undefined;
  const count = 1 + layerGenerators(model).length;
  if (words?.length !== count || !words.every((word) => /^\d+$/.test(`${word}`))) {
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

/** Checks that early stopping can go on from a saved state: its best parameters have the sizes of the model's. */
function checkBest(label: string, saved: EarlyStoppingState, { restoreBest }: ResolvedEarlyStopping, model: Model) {
  const { waited, bestEpoch, values } = saved;
  nonNegativeInt(`${label}.waited`, waited);
  if (bestEpoch === undefined || !restoreBest) return;
  const { tensors } = model;
  if (values?.length !== tensors.length || !tensors.every(({ size }, i) => values[i]!.length === size)) {
    throw new TypeError(`${label}.values must hold the numbers of the model's ${tensors.length} tensors`);
  }
}
