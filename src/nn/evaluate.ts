import { checkOptions, show } from '../check.js';
import { Dataset } from '../data/dataset.js';
import { UseAfterDisposeError } from '../errors.js';
import { Held } from '../lifetime.js';
import { kernels, memoryBuffer } from '../wasm/kernels.js';
import { words } from '../wasm/memory.js';
import { type Loss, type LossSpec, lossOf, targetWidth } from './losses.js';
import type { Model } from './model.js';
import { blockRows, Program, Runnable } from './program.js';
import { checkTargets } from './rows.js';

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

/** What makes probabilities of outputs. */
export type Link = 'sigmoid' | 'softmax';

/** A named loss's name; undefined for none, and for one of the user's own. */
function nameOf(loss: LossSpec | undefined): string | undefined {
  return typeof loss === 'object' ? Object.keys(loss)[0] : typeof loss === 'string' ? loss : undefined;
}

/** The link that a loss has; undefined for one that is not on logits. */
function linkOf(loss: LossSpec | undefined): Link | undefined {
  const name = nameOf(loss);
  return name === 'binaryCrossEntropy' ? 'sigmoid' : name === 'crossEntropy' ? 'softmax' : undefined;
}

/** The link of a model: its loss's, or if none is known, by the number of its outputs. Throws for the loss of a regression. */
export function requireLink(call: string, { loss, outputs }: Model): Link {
  const link = linkOf(loss) ?? (nameOf(loss) === undefined ? (outputs === 1 ? 'sigmoid' : 'softmax') : undefined);
  if (link === undefined) {
    throw new RangeError(`${call}: the model's loss must be binaryCrossEntropy or crossEntropy, got ${nameOf(loss)}`);
  }
  return link;
}

/** The classes of `rows` rows of K logits, from `at` on into `out`: 0 or 1 for each, or the largest's place in its row. */
export function classify(link: Link, logits: Float32Array, rows: number, K: number, out: Uint32Array, at = 0): void {
  if (link === 'sigmoid') for (let i = 0; i < rows * K; i++) out[at + i] = Number(logits[i]! > 0);
  else {
    for (let r = 0; r < rows; r++) {
      let best = r * K;
      for (let i = best + 1; i < (r + 1) * K; i++) if (logits[i]! > logits[best]!) best = i;
      out[at + r] = best - r * K;
    }
  }
}

/** Throws if any of what is read was disposed, be it by itself. */
export function assertUndisposed(model: Model, data: Dataset): void {
  if (data.disposed) throw new UseAfterDisposeError('The dataset');
  for (const one of [data.features, data.targets]) void one.data;
  model.assertParameters();
}

/** Throws unless this model can be held against this data by this loss. */
export function checkData(call: string, model: Model, loss: Loss, data: Dataset): void {
  if (!(data instanceof Dataset)) throw new TypeError(`${call}: data must be a dataset, got ${show(data)}`);
  assertUndisposed(model, data);
  const { features, targets } = data;
  if (features.shape[1] !== model.inputs) {
    throw new RangeError(
      `${call}: data must have ${model.inputs} features like the model, got ${show(features.shape)}`,
    );
  }
  model.layers[0]!.checkInputs?.(`${call}: data.features`, features.data);
  loss.check?.(model.outputs);
  const width = targetWidth(loss, model.outputs);
  if (targets.size !== data.length * width) {
    throw new RangeError(
      `${call}: data must have ${width} numbers a target for this model and loss, got ${show(targets.shape)}`,
    );
  }
  checkTargets(`${call}: data.targets`, loss, targets.data, model.outputs);
}

export function evaluate(model: Model, data: Dataset, options: EvaluateOptions): Evaluation {
  checkOptions('evaluate', options, ['loss']);
  const spec = options.loss ?? model.loss;
  const loss = lossOf('evaluate: loss', spec as LossSpec);
  checkData('evaluate', model, loss, data);
  const { layers, inputs, outputs } = model;
  const { features, targets, length: N } = data;
  const width = targetWidth(loss, outputs);
  const held = new Held();
  try {
    // The blocks of a fit's evaluation, so that sums come out the same.
    const capacity = Math.min((N + 15) & ~15, Math.max(16, blockRows(layers, inputs) & ~15));
    const { program, context, list, end } = held.hold(new Runnable(Program.evaluation(layers, inputs, loss, capacity)));
    let y = targets.block;
    if (loss.takesClasses) {
      const classes = held.hold(words(N));
      classes.view.set(targets.data);
      y = classes as unknown as typeof y;
    }
    const link = linkOf(spec);
    const metrics = link ? countClasses(link, outputs) : nameOf(spec) ? measure(targets.data, outputs) : undefined;
    let sum = 0;
    let weight = 0;
    for (let start = 0; start < N; start += capacity) {
      const rows = Math.min(capacity, N - start);
      const x = features.block.ptr + 4 * inputs * start;
      kernels().lossAndGrad(context, list.ptr, end, x, y.ptr + 4 * width * start, 0, rows, 0);
      // The first two fields of the context: see assembly/train/context.ts.
      const [blockSum, blockWeight] = new Float64Array(memoryBuffer(), context, 2);
      sum += blockSum!;
      weight += blockWeight!;
      metrics?.add(program.output, targets.data.subarray(width * start, width * (start + rows)), rows);
    }
    return { loss: sum / weight, ...metrics?.result() };
  } finally {
    held.dispose();
  }
}

/** What comes with the loss, gathered block by block. */
interface Metrics {
  add(predictions: Float32Array, targets: Float32Array, rows: number): void;
  result(): Omit<Evaluation, 'loss'>;
}

function countClasses(link: Link, K: number): Metrics {
  const classes = link === 'sigmoid' ? 2 : K;
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  let predicted = new Uint32Array();
  let count = 0;
  return {
    add(logits, targets, rows) {
      if (predicted.length < targets.length) predicted = new Uint32Array(targets.length);
      classify(link, logits, rows, K, predicted);
      count += targets.length;
      targets.forEach((t, i) => {
        confusion[link === 'sigmoid' ? Number(t > 0.5) : t]![predicted[i]!]!++;
      });
    },
    result: () => ({ accuracy: confusion.reduce((sum, row, k) => sum + row[k]!, 0) / count, confusion }),
  };
}

function measure(targets: Float32Array, K: number): Metrics {
  const n = targets.length / K;
  const means = new Float64Array(K);
  const residuals = new Float64Array(K);
  const totals = new Float64Array(K);
  targets.forEach((t, i) => {
    means[i % K]! += t;
  });
  for (let k = 0; k < K; k++) means[k]! /= n;
  let absolute = 0;
  return {
    add(predictions, block) {
      block.forEach((t, i) => {
        const error = t - predictions[i]!;
        absolute += Math.abs(error);
        residuals[i % K]! += error * error;
        totals[i % K]! += (t - means[i % K]!) ** 2;
      });
    },
    result() {
      const each = residuals.map((residual, k) =>
        totals[k]! > 0 ? 1 - residual / totals[k]! : Number(residual === 0),
      );
      return { r2: each.reduce((sum, r2) => sum + r2, 0) / K, mae: absolute / targets.length };
    },
  };
}
