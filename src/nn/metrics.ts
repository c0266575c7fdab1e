import type { Tensor } from '../tensor.js';
import { classify, nameOf, type OutputActivation, outputActivation } from './classification.js';
import type { Evaluation } from './evaluate.js';
import type { Graph } from './graph.js';
import type { LossSpec } from './losses.js';

type Measures = Omit<Evaluation, 'loss'>;

/** Sums over one pass. */
interface Sums {
  add(predictions: Float32Array, targets: Float32Array, rows: number): void;
  result(): Measures;
}

/** What comes with the loss, gathered block by block over passes through the same samples. */
export class Metrics {
  readonly #targets: Tensor;
  readonly #start: () => Sums;
  #sums: Sums;
  /** Samples of this pass so far. */
  #seen = 0;

  private constructor(targets: Tensor, start: () => Sums) {
    this.#targets = targets;
    this.#start = start;
    this.#sums = start();
  }

  /** Those that fit the kind of the loss; undefined for a loss of one's own. */
  static of(loss: LossSpec | undefined, outputs: number, targets: Tensor): Metrics | undefined {
    const link = outputActivation(loss);
    if (link) return new Metrics(targets, () => countClasses(link, outputs));
    if (nameOf(loss) === undefined) return undefined;
    const spread = spreadOf(targets.data, outputs);
    return new Metrics(targets, () => measure(spread, outputs));
  }

  /** Appends to an evaluation's ops one that takes in its outputs. */
  push(program: Graph): void {
    program.host((rows) => {
      const { size, shape, data } = this.#targets;
      const samples = shape[0]!;
      if (this.#seen === samples) {
        this.#sums = this.#start();
        this.#seen = 0;
      }
      const width = size / samples;
      this.#sums.add(program.output, data.subarray(width * this.#seen, width * (this.#seen + rows)), rows);
      this.#seen += rows;
      return 0;
    }, 0);
  }

  /** Those of the last pass. */
  result(): Measures {
    return this.#sums.result();
  }
}

function countClasses(link: OutputActivation, K: number): Sums {
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
