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
  : Loss extends
        | 'binaryCrossEntropy'
        | 'crossEntropy'
        | { readonly binaryCrossEntropy: unknown }
        | { readonly crossEntropy: unknown }
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

  /**
   * Those that fit the kind of the loss; undefined for a custom loss.
   *
   * @param before - scores of other samples by the same loss, which these continue
   */
  static of(loss: LossSpec | undefined, outputs: number, targets: Tensor, before?: Metrics): Metrics | undefined {
    const samples = targets.shape[0]!;
    const activation = outputActivation(loss);
    if (activation) {
      const oneHot = activation === 'softmax' && targets.size > samples;
      const counts = before && (before.#sums as ClassCounts);
      const classes = oneHot ? classIndices(targets) : targets;
      return new Metrics(classes, samples, () => new ClassCounts(activation, outputs, counts));
    }
    if (nameOf(loss) === undefined) return undefined;
    const residuals = before && (before.#sums as Residuals);
    const spread = spreadOf(targets.data, outputs, residuals?.spread);
    return new Metrics(targets, samples, () => new Residuals(spread, outputs, residuals));
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

  /** True once a pass is complete, and until the next begins. */
  get complete(): boolean {
    return this.#seen === this.#samples;
  }

  /** Scores of the last pass. */
  result(): Measures {
    return this.#sums.result();
  }
}

/** Counts of classes by the one predicted. */
class ClassCounts implements Sums {
  readonly #activation: OutputActivation;
  readonly #outputs: number;
  readonly #confusion: number[][];
  #predicted = new Uint32Array();
  #count: number;

  constructor(activation: OutputActivation, outputs: number, before: ClassCounts | undefined) {
    const classes = activation === 'sigmoid' ? 2 : outputs;
    this.#activation = activation;
    this.#outputs = outputs;
    this.#confusion =
      before === undefined
        ? Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
        : before.#confusion.map((row) => row.slice());
    this.#count = before === undefined ? 0 : before.#count;
  }

  add(logits: Float32Array, targets: Float32Array, rows: number): void {
    if (this.#predicted.length < targets.length) this.#predicted = new Uint32Array(targets.length);
    const predicted = this.#predicted;
    const isBinary = this.#activation === 'sigmoid';
    classify(this.#activation, logits, rows, this.#outputs, predicted);
    this.#count += targets.length;
    targets.forEach((t, i) => {
      this.#confusion[isBinary ? Number(t > 0.5) : t]![predicted[i]!]!++;
    });
  }

  result(): Measures {
    const confusion = this.#confusion;
    return { accuracy: confusion.reduce((sum, row, k) => sum + row[k]!, 0) / this.#count, confusion };
  }
}

/** Means of the targets and the sums of their squared deviations, for each output. */
interface Spread {
  readonly samples: number;
  readonly means: Float64Array;
  readonly squares: Float64Array;
}

/**
 * The spread of the targets [N * K], together with those before: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for
 * computing sample variances", 1979.
 */
function spreadOf(targets: Float32Array, K: number, before: Spread | undefined): Spread {
  const samples = targets.length / K;
  const means = new Float64Array(K);
  const squares = new Float64Array(K);
  targets.forEach((t, i) => {
    means[i % K]! += t;
  });
  for (let k = 0; k < K; k++) means[k]! /= samples;
  targets.forEach((t, i) => {
    squares[i % K]! += (t - means[i % K]!) ** 2;
  });
  if (before === undefined) return { samples, means, squares };
  const all = before.samples + samples;
  for (let k = 0; k < K; k++) {
    const difference = means[k]! - before.means[k]!;
    squares[k]! += before.squares[k]! + (difference ** 2 * before.samples * samples) / all;
    means[k] = before.means[k]! + (difference * samples) / all;
  }
  return { samples: all, means, squares };
}

/** Sums of the errors of a regression. */
class Residuals implements Sums {
  readonly spread: Spread;
  readonly #outputs: number;
  readonly #squares: Float64Array;
  #absolute: number;
  #count: number;

  constructor(spread: Spread, outputs: number, before: Residuals | undefined) {
    this.spread = spread;
    this.#outputs = outputs;
    this.#squares = before === undefined ? new Float64Array(outputs) : before.#squares.slice();
    this.#absolute = before === undefined ? 0 : before.#absolute;
    this.#count = before === undefined ? 0 : before.#count;
  }

  add(predictions: Float32Array, targets: Float32Array): void {
    this.#count += targets.length;
    targets.forEach((t, i) => {
      const error = t - predictions[i]!;
      this.#absolute += Math.abs(error);
      this.#squares[i % this.#outputs]! += error * error;
    });
  }

  result(): Measures {
    const { squares } = this.spread;
    const each = this.#squares.map((residual, k) =>
      squares[k]! > 0 ? 1 - residual / squares[k]! : Number(residual === 0),
    );
    return { r2: each.reduce((sum, r2) => sum + r2, 0) / this.#outputs, mae: this.#absolute / this.#count };
  }
}
