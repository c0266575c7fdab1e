import type { Tensor } from '../tensor.js';
import { classify, nameOf, type OutputActivation, outputActivation } from './classification.js';
import type { CustomLoss } from './customLoss.js';
import type { Graph } from './graph.js';
import type { LossSpec } from './losses.js';
import { classIndices } from './targets.js';

/** The loss, which every evaluation has. */
export interface LossEvaluation {
  /** The mean loss, in evaluation mode: in float64, over float32 predictions. The same bits as a fit records. */
  readonly loss: number;
}

/** Evaluation by one of the cross-entropies. */
export interface ClassEvaluation extends LossEvaluation {
  /** Share of the targets whose class is predicted. */
  readonly accuracy: number;
  /**
   * Counts of each class (row) predicted as each (column): K rows of K for `crossEntropy`, two of two for `binaryCrossEntropy`, over all its
   * outputs; a target above 0.5 counts as class 1.
   */
  readonly confusion: number[][];
}

/** Evaluation by one of the other named losses. */
export interface RegressionEvaluation extends LossEvaluation {
  /**
   * 1 - (sum of (t - p)^2) / (sum of (t - mean t)^2), the mean over the outputs. An output whose targets do not vary has 1 if they are
   * predicted exactly, else 0.
   */
  readonly r2: number;
  /** Mean of |t - p| over all elements. */
  readonly mae: number;
}

/** A model's scores on some data, by the kind of its loss; where that is not known to the type, all but `loss` may be missing. */
export type Evaluation<Loss extends LossSpec | undefined = LossSpec | undefined> = LossSpec extends Loss
  ? LossEvaluation & Partial<ClassEvaluation> & Partial<RegressionEvaluation>
  : Loss extends 'binaryCrossEntropy' | 'crossEntropy' | { readonly crossEntropy: unknown }
    ? ClassEvaluation
    : Loss extends CustomLoss
      ? LossEvaluation
      : RegressionEvaluation;

type Measures = Omit<Evaluation, 'loss'>;

/** Sums over one pass. */
interface Sums {
  add(predictions: Float32Array, targets: Float32Array, rows: number): void;
  result(): Measures;
}

/** Scores beside the loss, gathered block by block over passes through the same samples. */
export class Metrics {
  /** The targets [N * width]: their tensor, or class indices made of one-hot rows. */
  readonly #targets: Tensor | Float32Array;
  /** N. */
  readonly #samples: number;
  readonly #start: () => Sums;
  #sums: Sums;
  /** Samples of this pass so far. */
  #seen = 0;

  private constructor(targets: Tensor | Float32Array, samples: number, start: () => Sums) {
    this.#targets = targets;
    this.#samples = samples;
    this.#start = start;
    this.#sums = start();
  }

  /** Those that fit the kind of the loss; undefined for a custom loss. */
  static of(loss: LossSpec | undefined, outputs: number, targets: Tensor): Metrics | undefined {
    const samples = targets.shape[0]!;
    const activation = outputActivation(loss);
    if (activation) {
      const oneHot = activation === 'softmax' && targets.size > samples;
      return new Metrics(oneHot ? classIndices(targets) : targets, samples, () => countClasses(activation, outputs));
    }
    if (nameOf(loss) === undefined) return undefined;
    const spread = spreadOf(targets.data, outputs);
    return new Metrics(targets, samples, () => measure(spread, outputs));
  }

  /** Appends an op that takes in the outputs of an evaluation. */
  push(graph: Graph): void {
    graph.host(this, (metrics, rows) => metrics.#add(graph.output, rows), 0);
  }

  #add(outputs: Float32Array, rows: number): number {
    if (this.#seen === this.#samples) {
      this.#sums = this.#start();
      this.#seen = 0;
    }
    const targets = ArrayBuffer.isView(this.#targets) ? this.#targets : this.#targets.data;
    const width = targets.length / this.#samples;
    this.#sums.add(outputs, targets.subarray(width * this.#seen, width * (this.#seen + rows)), rows);
    this.#seen += rows;
    return 0;
  }

  /** Scores of the last pass. */
  result(): Measures {
    return this.#sums.result();
  }
}

function countClasses(activation: OutputActivation, K: number): Sums {
  const classes = activation === 'sigmoid' ? 2 : K;
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  let predicted = new Uint32Array();
  let count = 0;
  return {
    add(logits, targets, rows) {
      if (predicted.length < targets.length) predicted = new Uint32Array(targets.length);
      classify(activation, logits, rows, K, predicted);
      count += targets.length;
      targets.forEach((t, i) => {
        confusion[activation === 'sigmoid' ? Number(t > 0.5) : t]![predicted[i]!]!++;
      });
    },
    result: () => ({ accuracy: confusion.reduce((sum, row, k) => sum + row[k]!, 0) / count, confusion }),
  };
}

/** The sum over the samples of (t - mean t)^2, for each of K outputs. */
function spreadOf(targets: Float32Array, K: number): Float64Array {
  const means = new Float64Array(K);
  const totals = new Float64Array(K);
  targets.forEach((t, i) => {
    means[i % K]! += t;
  });
  for (let k = 0; k < K; k++) means[k]! /= targets.length / K;
  targets.forEach((t, i) => {
    totals[i % K]! += (t - means[i % K]!) ** 2;
  });
  return totals;
}

function measure(totals: Float64Array, K: number): Sums {
  const residuals = new Float64Array(K);
  let absolute = 0;
  let count = 0;
  return {
    add(predictions, targets) {
      count += targets.length;
      targets.forEach((t, i) => {
        const error = t - predictions[i]!;
        absolute += Math.abs(error);
        residuals[i % K]! += error * error;
      });
    },
    result() {
      const each = residuals.map((residual, k) =>
        totals[k]! > 0 ? 1 - residual / totals[k]! : Number(residual === 0),
      );
      return { r2: each.reduce((sum, r2) => sum + r2, 0) / K, mae: absolute / count };
    },
  };
}
