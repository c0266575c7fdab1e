import { Dataset } from '../data/dataset.js';
import { UseAfterDisposeError } from '../errors.js';
import { disposeAfter } from '../resources.js';
import { readOptions, refuse, unchecked } from '../validate.js';
import { Evaluator } from './evaluator.js';
import { checkTargets } from './inputs.js';
import { type Loss, type LossSpec, lossOf, targetWidth } from './losses.js';
import { Metrics } from './metrics.js';
import type { Model } from './model.js';

/** Options of {@link Model.evaluate}. */
export interface EvaluateOptions {
  /** What is evaluated. Default: the model's own `loss`. */
  readonly loss?: LossSpec;
}

/** How well a model does on some data: the loss, and what else fits its kind. Of a loss of one's own there is the loss alone. */
export interface Evaluation {
  /** The mean loss, in evaluation mode: in float64, over float32 predictions. The same bits as what a fit records. */
  readonly loss: number;
  /** For the cross-entropies: the part of the targets whose class is predicted. */
  readonly accuracy?: number;
  /**
   * For the cross-entropies: how often each class (row) was predicted as each (column): K rows of K for `crossEntropy`, two of two for
   * `binaryCrossEntropy`, over all its outputs; a target above 0.5 counts as class 1.
   */
  readonly confusion?: number[][];
  /**
   * For the other losses: 1 - (sum of (t - p)^2) / (sum of (t - mean t)^2), the mean over the outputs. An output whose targets do not vary
   * has 1 if they are predicted exactly, else 0.
   */
  readonly r2?: number;
  /** For the other losses: the mean of |t - p| over all elements. */
  readonly mae?: number;
}

/** Throws if any of what is read was disposed, be it by itself. */
export function assertUndisposed(model: Model, data: Dataset): void {
  if (data.disposed) throw new UseAfterDisposeError('The dataset');
  for (const one of [data.features, data.targets]) void one.data;
  model.assertParameters();
}

/** Throws unless this model can be held against this data by this loss. */
export function checkData(call: string, model: Model, loss: Loss, data: Dataset): void {
  if (!(data instanceof Dataset)) refuse(TypeError, `${call}: data`, 'be a dataset', data);
  assertUndisposed(model, data);
  const { features, targets } = data;
  if (features.shape[1] !== model.inputs) {
    refuse(RangeError, `${call}: data`, `have ${model.inputs} features like the model`, features.shape);
  }
  model.layers[0]!.checkInputs?.(`${call}: data.features`, features.data);
  loss.check?.(model.outputs);
  const width = targetWidth(loss, model.outputs);
  if (targets.size !== data.length * width) {
    refuse(RangeError, `${call}: data`, `have ${width} numbers a target for this model and loss`, targets.shape);
  }
  checkTargets(`${call}: data.targets`, loss, targets.data, model.outputs);
}

export function evaluate(model: Model, data: Dataset, options: EvaluateOptions): Evaluation {
  const { loss: spec = model.loss } = readOptions('evaluate', options, { loss: [unchecked, undefined] });
  const loss = lossOf('evaluate: loss', spec as LossSpec);
  checkData('evaluate', model, loss, data);
  const metrics = Metrics.of(spec, model.outputs, data.targets);
  return disposeAfter((use) => {
    const evaluator = use(new Evaluator(model, loss, data, undefined, metrics));
    return { loss: evaluator.run(Infinity)!, ...metrics?.result() };
  });
}
