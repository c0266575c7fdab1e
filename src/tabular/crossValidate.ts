import type { Dataset } from '../data/dataset.js';
import { type FoldOptions, kFolds } from '../data/folds.js';
import type { Evaluation } from '../nn/metrics.js';
import { Model } from '../nn/model.js';
import { Disposable, ResourceStack } from '../resources.js';
import { fit } from '../train/fit.js';
import type { FitOptions } from '../train/fitOptions.js';
import { fail, func, refuse } from '../validate.js';

/** Scores by cross-validation. */
export interface CrossValidation {
  /** Scores of each fold, on the samples that it was not trained on. */
  readonly scores: readonly Evaluation[];
  /** Mean of each score over the folds. */
  readonly mean: Omit<Evaluation, 'confusion'>;
  /** Sample standard deviation of each score over the folds. */
  readonly std: Omit<Evaluation, 'confusion'>;
}

/**
 * Cross-validates: divides the samples into k parts, and for each part trains a new model on the others and scores it on that part. It disposes the
 * models, optimizers and datasets that it makes.
 *
 * @param data - N samples
 * @param k - number of parts, from 2 to N
 * @param make - makes the model of a fold; it is given the samples to train on, for `normalize` and `scaleTargets`, and the number of the fold from 0
 * @param fitOptions - returns the options of a fold's fit, with a new optimizer each time; it is given the model and the number of the fold
 * @param options - `stratify` and `seed` of the folds: see `kFolds` of `adamas/datasets`
 * @throws Rejects with TypeError or RangeError for a wrong argument, a fit that is aborted or diverges; and whatever `make`, `fitOptions` and
 *   callbacks throw
 * @example
 * ```ts
 * import { Adam, mlp } from 'adamas';
 * import { twoMoons } from 'adamas/datasets';
 * import { crossValidate } from 'adamas/tabular';
 * const data = twoMoons(200, { noise: 0.1, seed: 1 });
 * const { scores, mean } = await crossValidate(
 *   data,
 *   5,
 *   (training) => mlp({ inputs: 2, hidden: [16], outputs: 2, loss: 'crossEntropy', normalize: training, seed: 1 }),
 *   (model) => ({ optimizer: new Adam(model.parameters(), { lr: 0.02 }), epochs: 60 }),
 * );
 * console.log(scores.length, mean.accuracy! > 0.95); // 5 true
 * ```
 */
export async function crossValidate(
  data: Dataset,
  k: number,
  make: (training: Dataset, fold: number) => Model,
  fitOptions: (model: Model, fold: number) => FitOptions,
  options: FoldOptions = {},
): Promise<CrossValidation> {
  const call = 'crossValidate';
  func(`${call}: make`, make);
  func(`${call}: fitOptions`, fitOptions);
  const scores: Evaluation[] = [];
  for (const [training, validation] of kFolds(data, k, options)) {
    const resources = new ResourceStack();
    const { use } = resources;
    try {
      use(training);
      use(validation);
      const model = make(training, scores.length);
      if (!(model instanceof Model)) refuse(TypeError, `${call}: make`, 'give a model', model);
      use(model);
      const fold = fitOptions(model, scores.length);
      for (const one of [fold?.optimizer, fold?.average]) if (one instanceof Disposable) use(one);
      const { status } = await fit(model, training, fold);
      if (status === 'aborted') throw fold.signal?.reason;
      if (status === 'diverged')
        fail(RangeError, `${call}: fold ${scores.length}`, 'not diverge: try a lower lr', status);
      scores.push(model.evaluate(validation));
    } finally {
      resources.dispose();
    }
  }
  return { scores, ...summary(scores) };
}

/** Mean and sample standard deviation of each score that is a number. */
function summary(scores: readonly Evaluation[]): Pick<CrossValidation, 'mean' | 'std'> {
  const names = (['loss', 'accuracy', 'r2', 'mae'] as const).filter((name) => scores[0]![name] !== undefined);
  const means = names.map((name) => scores.reduce((sum, score) => sum + score[name]!, 0) / scores.length);
  const deviations = names.map((name, i) =>
    Math.sqrt(scores.reduce((sum, score) => sum + (score[name]! - means[i]!) ** 2, 0) / (scores.length - 1)),
  );
  const named = (values: readonly number[]) =>
    Object.fromEntries(names.map((name, i) => [name, values[i]!])) as unknown as Evaluation;
  return { mean: named(means), std: named(deviations) };
}
