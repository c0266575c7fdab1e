import type { ResourceStack } from '../resources.js';
import { Tensor } from '../tensor.js';
import { boolean, checkOptions, fail, refuse, weightList } from '../validate.js';
import { kernels, type Pointer } from '../wasm/kernels.js';
import { disposeWith } from '../wasm/memory.js';
import { Executable, Graph } from './graph.js';
import { checkTargets, type Features, rowsOf, StagingBuffer, type Targets } from './inputs.js';
import { type Loss, targetWidth } from './losses.js';
import type { Model } from './model.js';

/** Options of {@link Model.lossAndGrad}. */
export interface LossOptions {
  /** Add to the gradients instead of replacing them. Default false. */
  readonly accumulate?: boolean;
  /** What each row's loss is multiplied by; the mean still divides by the number of rows (or elements), as in torch. */
  readonly weights?: ArrayLike<number>;
}

const OPTIONS = ['accumulate', 'weights'];

/** What a model keeps between two calls of `lossAndGrad`. */
export class Training {
  #runnable: Executable | undefined;
  #key: Loss['key'] | undefined;
  readonly #features: StagingBuffer;
  readonly #targets: StagingBuffer;
  readonly #weights: StagingBuffer;

  constructor(features: StagingBuffer, resources: ResourceStack) {
    this.#features = features;
    this.#targets = new StagingBuffer(resources);
    this.#weights = new StagingBuffer(resources);
  }

  lossAndGrad(call: string, model: Model, loss: Loss, x: Features, y: Targets, options: LossOptions): number {
    const { inputs, outputs } = model;
    loss.check?.(outputs);
    // Not from a table, which takes longer: this may be called for every row.
    checkOptions(call, options, OPTIONS);
    const { accumulate = false, weights } = options;
    boolean(`${call}: accumulate`, accumulate);
    weightList(`${call}: weights`, weights);
    const rows = rowsOf(call, x, model);
    if (rows === 0) fail(RangeError, `${call}: x`, 'hold at least one row', 'none');
    for (const layer of model.layers) layer.checkBatch?.(call, rows);
    const targets = rows * targetWidth(loss, outputs);
    const given = y instanceof Tensor ? y.size : Object(y).length;
    if (given !== targets) {
      refuse(RangeError, `${call}: y`, `hold ${targets} numbers for ${rows} rows`, given);
    }
    if (weights !== undefined) {
      const { length } = Object(weights);
      if (length !== rows) refuse(RangeError, `${call}: weights`, `hold ${rows} numbers, one a row`, length);
    }
    model.assertParameters();
    checkTargets(`${call}: y`, loss, y instanceof Tensor ? y.data : y, outputs);
    const { context, list, end } = this.#runnableFor(model, loss, rows);
    const xPointer = this.#features.features(x, 0, rows, inputs);
    const yPointer = this.#targets.targets(y, targets, loss.takesClasses);
    const weightsPointer: Pointer = weights === undefined ? 0 : this.#weights.targets(weights, rows, false);
    const { lossAndGrad } = kernels();
    return lossAndGrad(context, list.ptr, end, xPointer, yPointer, weightsPointer, rows, Number(accumulate));
  }

  #runnableFor({ layers, inputs }: Model, loss: Loss, rows: number): Executable {
    let runnable = this.#runnable;
    if (runnable === undefined || this.#key !== loss.key || runnable.program.capacity < rows) {
      this.dispose();
      runnable = new Executable(Graph.training(layers, inputs, loss, rows));
      disposeWith(runnable, runnable.resources);
      this.#runnable = runnable;
      this.#key = loss.key;
    }
    return runnable;
  }

  dispose(): void {
    this.#runnable?.dispose();
    this.#runnable = undefined;
  }
}
