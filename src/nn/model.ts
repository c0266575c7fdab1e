import type { Dataset } from '../data/dataset.js';
import { Disposable, disposeAfter, disposeOnError } from '../resources.js';
import type { Rows } from '../rows.js';
import { Tensor } from '../tensor.js';
import { boolean, readOptions, unchecked } from '../validate.js';
import { copyOf, floats } from '../wasm/memory.js';
import { modelKernels } from '../wasm/modelKernels.js';
import { type Batches, isBatches } from './batches.js';
import { checkLogits, classify, requireOutputActivation } from './classification.js';
import { type EvaluateOptions, evaluate } from './evaluate.js';
import { evaluateBatches } from './evaluateBatches.js';
import { Executable, Graph } from './graph.js';
import { type Features, readFeatures, rowCount, StagingBuffer } from './inputs.js';
import { LayerChain } from './layerChain.js';
import { type LossOptions, Training } from './lossAndGrad.js';
import { type LossSpec, lossOf } from './losses.js';
import type { Evaluation, LossEvaluation } from './metrics.js';
import { assertState } from './network.js';
import { Predictions } from './predictions.js';
import type { Targets } from './targets.js';

/** Options of {@link Model.predictClass}. */
export interface ClassOptions<Names extends boolean = boolean> {
  /** `true` for the names of the classes, as {@link Model.classes} has them, instead of their indices. Default false. */
  readonly names?: Names | undefined;
}

/**
 * A chain of layers. Made by {@link sequential}. `Scores` is the type of an evaluation by its own loss, where that is known.
 */
export class Model<Scores extends LossEvaluation = Evaluation> extends LayerChain {
  readonly #predictions = new Predictions(this);
  readonly #training = new Training();

  /**
   * The raw outputs for some rows, in evaluation mode.
   *
   * @param features - rows [B, D], or B * D numbers
   * @param out - a Float32Array for the B * K outputs. With it nothing is allocated
   * @returns `out`, or a new array of B * K numbers
   * @throws TypeError or RangeError when features or out do not fit; UseAfterDisposeError
   */
  predict(features: Rows | Dataset, out?: Float32Array): Float32Array {
    this.assertUsable();
    return this.#predictions.take('predict', features, out, undefined);
  }

  /**
   * The probabilities for some rows, in evaluation mode: the sigmoid of each output for a model of `binaryCrossEntropy`, the softmax of each
   * row for one of `crossEntropy`, by `loss`. Where no loss is known, or a function is, one output takes the sigmoid, more take the softmax.
   *
   * @param features - rows [B, D], or B * D numbers
   * @param out - a Float32Array for the B * K probabilities. With it nothing is allocated
   * @returns `out`, or a new array of B * K numbers
   * @throws TypeError or RangeError when features or out do not fit, or the loss is that of a regression; UseAfterDisposeError
   * @example
   * ```ts
   * import { softmaxRegression } from 'adamas';
   * const model = softmaxRegression({ inputs: 1, classes: 2, init: 'zeros' });
   * console.log(model.predictProba([[3]])); // Float32Array(2) [ 0.5, 0.5 ]
   * ```
   */
  predictProba(features: Rows | Dataset, out?: Float32Array): Float32Array {
    this.assertUsable();
    return this.#predictions.take('predictProba', features, out, requireOutputActivation('predictProba', this));
  }

  /**
   * The likeliest class of some rows, in evaluation mode: with a softmax (see `predictProba`) the place of the largest output, the first of
   * equal ones; with sigmoids for each output 1 where its probability is above a half, else 0.
   *
   * @param features - rows [B, D], or B * D numbers
   * @param options - `names: true` for the names of the classes
   * @returns B classes; with sigmoids B * K
   * @throws TypeError or RangeError when features do not fit, an output is NaN, the loss is that of a regression, or names are asked for that
   *   the model does not have; UseAfterDisposeError
   * @example
   * ```ts
   * import { softmaxRegression } from 'adamas';
   * const model = softmaxRegression({ inputs: 1, classes: 2 });
   * model.loadStateDict({
   *   '0.weight': { shape: [2, 1], data: Float32Array.of(-1, 1) },
   *   '0.bias': { shape: [2], data: new Float32Array(2) },
   * });
   * model.classes = ['cold', 'warm'];
   * console.log(model.predictClass([[-5], [20]])); // Uint32Array(2) [ 0, 1 ]
   * console.log(model.predictClass([[-5], [20]], { names: true })); // [ 'cold', 'warm' ]
   * ```
   */
  predictClass(features: Rows | Dataset, options?: ClassOptions<false>): Uint32Array;
  predictClass(features: Rows | Dataset, options: ClassOptions<true>): string[];
  predictClass(features: Rows | Dataset, options: ClassOptions = {}): Uint32Array | string[] {
    this.assertUsable();
    const { names } = readOptions('predictClass', options, { names: [boolean, false] });
    const { outputs, classes } = this;
    if (names && classes === undefined) {
      throw new RangeError(
        'predictClass: the model has no names of classes: fit it on a dataset with names, or set its classes',
      );
    }
    const activation = requireOutputActivation('predictClass', this);
    const logits = this.#predictions.take('predictClass', features, undefined, undefined);
    checkLogits('predictClass', logits, outputs);
    const rows = logits.length / outputs;
    const out = new Uint32Array(activation === 'sigmoid' ? logits.length : rows);
    classify(activation, logits, rows, outputs, out);
    return names ? Array.from(out, (index) => classes![index]!) : out;
  }

  /**
   * Scores of the model on some data, in evaluation mode. The memory it takes is freed before it returns.
   *
   * @param data - features and targets; or batches of them as they come, such as `csvBatches` gives, for data that does not fit in memory
   * @param options - `loss`, by default the model's own
   * @returns the loss; accuracy and confusion matrix of a classifier, r2 and mae of a regression: see {@link Evaluation}. For batches a promise of it
   * @throws TypeError or RangeError when data or loss do not fit; UseAfterDisposeError; OutOfMemoryError
   * @example
   * ```ts
   * import { dataset, linearRegression } from 'adamas';
   * const model = linearRegression({ inputs: 1, init: 'zeros' });
   * console.log(model.evaluate(dataset([[1], [2]], [1, 3]))); // { loss: 5, r2: -4, mae: 2 }
   * const batches = [{ features: [[1]], targets: [1] }, { features: [[2]], targets: [3] }];
   * console.log(await model.evaluate(batches)); // { loss: 5, r2: -4, mae: 2 }
   * ```
   */
  evaluate(data: Dataset, options?: EvaluateOptions<undefined>): Scores;
  evaluate<Given extends LossSpec | undefined>(data: Dataset, options: EvaluateOptions<Given>): Evaluation<Given>;
  evaluate(data: Batches, options?: EvaluateOptions<undefined>): Promise<Scores>;
  evaluate<Given extends LossSpec | undefined>(
    data: Batches,
    options: EvaluateOptions<Given>,
  ): Promise<Evaluation<Given>>;
  evaluate(data: Dataset | Batches, options: EvaluateOptions = {}): Evaluation | Promise<Evaluation> {
    this.assertUsable();
    const { loss = this.loss } = readOptions('evaluate', options, { loss: [unchecked, undefined] });
    if (isBatches(data)) return evaluateBatches(this, loss, data);
    return this.use('evaluate', tensorsOf(data), () => evaluate(this, loss, data));
  }

  /**
   * The outputs as a tensor [B, K] of its own.
   *
   * @param features - rows [B, D], or B * D numbers
   * @param options - `training: true` for the forward pass of training: dropout drops, batchNorm uses the statistics of this batch. Default false
   * @throws TypeError or RangeError when features do not fit; UseAfterDisposeError; BusyError in training mode; OutOfMemoryError
   */
  forward(features: Rows | Dataset, options: { readonly training?: boolean | undefined } = {}): Tensor {
    this.assertUsable();
    const { training } = readOptions('forward', options, { training: [boolean, false] });
    if (training) return this.#forwardTraining(readFeatures('forward', features, this));
    const outputs = this.#predictions.take('forward', features, undefined, undefined);
    return new Tensor([outputs.length / this.outputs, this.outputs], copyOf(outputs));
  }

  #forwardTraining(rows: Features): Tensor {
    this.#assertTrainable('forward in training mode');
    const count = rowCount(rows, this.inputs);
    for (const layer of this.layers) layer.checkBatch?.('forward', count);
    assertState(this);
    return disposeAfter((scratch) => {
      const graph = Graph.forward(this.layers, this.inputs, Math.max(count, 1), true);
      const { context, list, end } = scratch(new Executable(graph));
      const x = scratch(new StagingBuffer()).features(rows, 0, count, this.inputs);
      return disposeOnError((use) => {
        const block = use(floats(count * this.outputs));
        const run = () => modelKernels().forward(context, list.ptr, end, x, count);
        this.use('forward', rows instanceof Tensor ? [rows] : [], run, true);
        block.view.set(graph.output.subarray(0, block.length));
        return new Tensor([count, this.outputs], block);
      });
    });
  }

  /**
   * The mean loss over some rows, in training mode; its gradients go to each parameter's `grad`.
   *
   * @param loss - name of the loss, or a loss with options
   * @param x - rows [B, D], or B * D numbers
   * @param y - their targets: see {@link Targets}
   * @param options - see {@link LossOptions}
   * @throws TypeError or RangeError when something does not fit; BusyError; UseAfterDisposeError; OutOfMemoryError
   */
  lossAndGrad(loss: LossSpec, x: Rows, y: Targets, options: LossOptions = {}): number {
    this.#assertTrainable('lossAndGrad');
    const checked = lossOf('lossAndGrad: loss', loss);
    return this.#training.lossAndGrad('lossAndGrad', this, checked, x, y, options, this);
  }

  /** Throws while a pass trains it, or another model that shares a layer. */
  #assertTrainable(call: string): void {
    this.assertIdle(call);
    for (const one of this.state) if (one.busy) one.assertIdle(call);
  }

  /** @internal */
  protected override release(): void {
    this.#predictions.dispose();
    this.#training.dispose();
    super.release();
  }
}

/** A dataset and its tensors; none for anything else, which is refused later. */
function tensorsOf(data: Dataset): Disposable[] {
  return [data, data?.features, data?.targets].filter((one) => one instanceof Disposable);
}
