import type { Dataset } from '../data/dataset.js';
import { BusyError, UseAfterDisposeError } from '../errors.js';
import type { LoadOptions } from '../optim/stateDict.js';
import { Disposable, disposeAfter, disposeOnError, ResourceStack } from '../resources.js';
import { type Parameter, Tensor } from '../tensor.js';
import { boolean, fail, readOptions, refuse } from '../validate.js';
import { kernels } from '../wasm/kernels.js';
import { disposeWith, floats } from '../wasm/memory.js';
import { classify, type OutputActivation, requireOutputActivation } from './classification.js';
import { type EvaluateOptions, type Evaluation, evaluate } from './evaluate.js';
import { blockRows, Executable, Graph } from './graph.js';
import { type Features, rowsOf, StagingBuffer, type Targets } from './inputs.js';
import type { Layer } from './layer.js';
import { type LossOptions, Training } from './lossAndGrad.js';
import { type LossSpec, lossOf } from './losses.js';
import { type ModelStateDict, readModelState, writeModelState } from './stateDict.js';
import { summaryOf } from './summary.js';

/**
 * A chain of layers. Made by {@link sequential}.
 */
export class Model extends Disposable {
  /** Numbers a row it reads. */
  declare readonly inputs: number;
  /** Numbers a row it gives. */
  declare readonly outputs: number;
  /** @internal */
  declare readonly layers: readonly Layer[];
  /**
   * The loss it was made for or last fitted with: what `fit` and `evaluate` take when they are given none, and what decides between sigmoid
   * and softmax in `predictProba` and `predictClass`.
   */
  loss: LossSpec | undefined;
  /** @internal A running fit holds it. */
  busy = false;
  readonly #blockRows: number;
  readonly #parameters: readonly Parameter[];
  /** @internal Parameters and buffers. */
  declare readonly tensors: readonly Tensor[];
  #forward: Executable | undefined;
  readonly #resources = new ResourceStack();
  readonly #features = new StagingBuffer(this.#resources);
  readonly #training = new Training(this.#features, this.#resources);

  /** @internal */
  constructor(layers: readonly Layer[], inputs: number, outputs: number) {
    super();
    this.layers = layers;
    this.inputs = inputs;
    this.outputs = outputs;
    this.#blockRows = blockRows(layers, inputs);
    disposeWith(this, this.#resources);
    this.#parameters = layers.flatMap((layer) => Object.values(layer.parameters));
    this.tensors = [...this.#parameters, ...layers.flatMap((layer) => Object.values(layer.buffers ?? {}))];
  }

  /**
   * The parameters of all layers, in order: what an optimizer is given.
   *
   * @throws UseAfterDisposeError
   */
  parameters(): Parameter[] {
    this.assertUsable();
    return [...this.#parameters];
  }

  /**
   * The raw outputs for some rows, in evaluation mode.
   *
   * @param features - rows [B, D], or one row of D numbers
   * @param out - where to put them: B * K numbers. With it nothing is allocated
   * @returns `out`, or a new array of B * K numbers
   * @throws TypeError or RangeError when features or out do not fit; UseAfterDisposeError
   */
  predict(features: Features, out?: Float32Array): Float32Array {
    return this.#predict('predict', features, out, undefined);
  }

  /**
   * The probabilities for some rows, in evaluation mode: the sigmoid of each output for a model of `binaryCrossEntropy`, the softmax of each
   * row for one of `crossEntropy`, by `loss`. Where no loss is known, or a function is, one output takes the sigmoid, more take the softmax.
   *
   * @param features - rows [B, D], or one row of D numbers
   * @param out - where to put them: B * K numbers. With it nothing is allocated
   * @returns `out`, or a new array of B * K numbers
   * @throws TypeError or RangeError when features or out do not fit, or the loss is that of a regression; UseAfterDisposeError
   * @example
   * ```ts
   * import { softmaxRegression } from 'adamas';
   * const model = softmaxRegression({ inputs: 1, classes: 2, init: 'zeros' });
   * console.log(model.predictProba(new Float32Array([3]))); // Float32Array(2) [ 0.5, 0.5 ]
   * ```
   */
  predictProba(features: Features, out?: Float32Array): Float32Array {
    return this.#predict('predictProba', features, out, requireOutputActivation('predictProba', this));
  }

  /**
   * The likeliest class of some rows, in evaluation mode: with a softmax (see `predictProba`) the place of the largest output, the first of
   * equal ones; with sigmoids for each output 1 where its probability is above a half, else 0.
   *
   * @param features - rows [B, D], or one row of D numbers
   * @returns B classes; with sigmoids B * K
   * @throws TypeError or RangeError when features do not fit, or the loss is that of a regression; UseAfterDisposeError
   */
  predictClass(features: Features): Uint32Array {
    this.assertUsable();
    const link = requireOutputActivation('predictClass', this);
    const rows = rowsOf('predictClass', features, this);
    const width = link === 'sigmoid' ? this.outputs : 1;
    const out = new Uint32Array(rows * width);
    this.assertParameters();
    for (let start = 0; start < rows; start += this.#blockRows) {
      const count = Math.min(this.#blockRows, rows - start);
      classify(link, this.#run(features, start, count), count, this.outputs, out, start * width);
    }
    return out;
  }

  /**
   * How well it does on some data, in evaluation mode. What it takes in memory for that it gives back.
   *
   * @param data - features and targets
   * @param options - `loss`, by default the model's own
   * @returns the loss; accuracy and confusion matrix of a classifier, r2 and mae of a regression: see {@link Evaluation}
   * @throws TypeError or RangeError when data or loss do not fit; UseAfterDisposeError; OutOfMemoryError
   * @example
   * ```ts
   * import { dataset, linearRegression } from 'adamas';
   * const model = linearRegression({ inputs: 1, init: 'zeros' });
   * console.log(model.evaluate(dataset([[1], [2]], [1, 3]))); // { loss: 5, r2: -4, mae: 2 }
   * ```
   */
  evaluate(data: Dataset, options: EvaluateOptions = {}): Evaluation {
    this.assertUsable();
    return evaluate(this, data, options);
  }

  #predict(
    call: string,
    features: Features,
    out: Float32Array | undefined,
    link: OutputActivation | undefined,
  ): Float32Array {
    this.assertUsable();
    const rows = rowsOf(call, features, this);
    const size = rows * this.outputs;
    if (out === undefined) out = new Float32Array(size);
    else if (!(out instanceof Float32Array)) refuse(TypeError, `${call}: out`, 'be a Float32Array', out);
    else if (out.length !== size) {
      fail(RangeError, `${call}: out`, `hold ${size} numbers (${rows} rows of ${this.outputs})`, out.length);
    }
    this.assertParameters();
    for (let start = 0; start < rows; start += this.#blockRows) {
      const block = Math.min(this.#blockRows, rows - start);
      const output = this.#run(features, start, block);
      const at = start * this.outputs;
      const count = block * this.outputs;
      const y = output.byteOffset;
      if (link === 'sigmoid') kernels().sigmoid_f32(y, y, count);
      if (link === 'softmax') kernels().softmax_f32(y, y, block, this.outputs);
      if (count <= 16) for (let i = 0; i < count; i++) out[at + i] = output[i]!;
      else out.set(output.subarray(0, count), at);
    }
    return out;
  }

  /** The outputs of one block of rows, in Wasm memory, with room behind them. */
  #run(features: Features, start: number, rows: number): Float32Array {
    if (this.#forward === undefined || this.#forward.program.capacity < rows) {
      this.#forward?.dispose();
      this.#forward = undefined;
      const program = Graph.forward(this.layers, this.inputs, this.#capacityFor(rows));
      this.#forward = this.#resources.use(new Executable(program));
    }
    const { program, context, list, end } = this.#forward;
    const x = this.#features.features(features, start, rows, this.inputs);
    kernels().forward(context, list.ptr, end, x, rows);
    return program.output;
  }

  /**
   * The outputs as a tensor [B, K] of its own.
   *
   * @param features - rows [B, D], or one row of D numbers
   * @param options - `training: true` for the forward pass of training: dropout drops, batchNorm goes by this batch. Default false
   * @throws TypeError or RangeError when features do not fit; UseAfterDisposeError; BusyError in training mode; OutOfMemoryError
   */
  forward(features: Features, options: { readonly training?: boolean } = {}): Tensor {
    this.assertUsable();
    const { training } = readOptions('forward', options, { training: [boolean, false] });
    if (training) this.assertIdle('forward in training mode');
    const rows = rowsOf('forward', features, this);
    if (training) for (const layer of this.layers) layer.checkBatch?.('forward', rows);
    this.assertParameters();
    return disposeOnError((use) => {
      const block = use(floats(rows * this.outputs));
      if (training) {
        disposeAfter((scratch) => {
          const pass = scratch(new Executable(Graph.forward(this.layers, this.inputs, Math.max(rows, 1), true)));
          const x = this.#features.features(features, 0, rows, this.inputs);
          kernels().forward(pass.context, pass.list.ptr, pass.end, x, rows);
          block.view.set(pass.program.output.subarray(0, block.length));
        });
      } else block.view.set(this.predict(features));
      return new Tensor([rows, this.outputs], block);
    });
  }

  /**
   * The mean loss over some rows, in training mode; its gradients go to each parameter's `grad`.
   *
   * @param loss - name of the loss, or a loss with options
   * @param x - rows [B, D]
   * @param y - their targets: [B] or [B, K] numbers; for `crossEntropy` class indices [B], whole numbers
   * @param options - see {@link LossOptions}
   * @throws TypeError or RangeError when something does not fit; BusyError; UseAfterDisposeError; OutOfMemoryError
   */
  lossAndGrad(loss: LossSpec, x: Features, y: Targets, options: LossOptions = {}): number {
    this.assertIdle('lossAndGrad');
    const checked = lossOf('lossAndGrad: loss', loss);
    return this.#training.lossAndGrad('lossAndGrad', this, checked, x, y, options);
  }

  /** A power of two, so that growing batches do not each make a new program; at most one block. */
  #capacityFor(rows: number): number {
    return Math.min(this.#blockRows, 2 ** Math.ceil(Math.log2(Math.max(rows, 4))));
  }

  /**
   * Its parameters and buffers as plain data that shares nothing with it, by the keys of torch's `nn.Sequential`.
   * {@link encodeStateDict} makes JSON of it.
   *
   * @throws UseAfterDisposeError
   * @example
   * ```ts
   * import { linear, relu, sequential } from 'adamas';
   * const state = sequential(linear(2, 3), relu(), linear(3, 1)).stateDict();
   * console.log(Object.keys(state)); // [ '0.weight', '0.bias', '2.weight', '2.bias' ]
   * console.log(state['0.weight']!.shape); // [ 3, 2 ]
   * ```
   */
  stateDict(): ModelStateDict {
    this.assertUsable();
    return writeModelState(this.layers);
  }

  /**
   * Takes over the parameters and buffers of a model of the same layers.
   *
   * @param dict - what `stateDict()` gave
   * @param options - `strict: false` leaves out what is missing, unknown or of another shape
   * @returns what was left out, a line each; strictly nothing is
   * @throws TypeError or RangeError when it does not fit; BusyError; UseAfterDisposeError. Nothing is changed then.
   */
  loadStateDict(dict: ModelStateDict, options: LoadOptions = {}): string[] {
    this.assertIdle('loadStateDict');
    return readModelState(this.layers, dict, options);
  }

  /**
   * Its layers as a table of plain text: what each gives, and how many parameters it has.
   *
   * @throws UseAfterDisposeError
   * @example
   * ```ts
   * import { mlp } from 'adamas';
   * console.log(mlp({ inputs: 4, hidden: [8], outputs: 3 }).summary().split('\n')[1]); // linear(4, 8)  [B, 8]          40
   * ```
   */
  summary(): string {
    this.assertUsable();
    return summaryOf(this.layers, this.inputs);
  }

  /** @internal */
  assertParameters(): void {
    for (const tensor of this.tensors) {
      if (tensor.disposed) throw new UseAfterDisposeError('A parameter of this model');
    }
  }

  /** @internal */
  assertIdle(call: string): void {
    this.assertUsable();
    if (this.busy) throw new BusyError('The model', call);
  }

  /** @internal */
  protected override beforeDispose(): void {
    this.assertIdle('dispose');
  }

  /** @internal */
  protected override release(): void {
    this.#resources.dispose();
    this.#training.dispose();
    for (const { parameters, buffers, generator } of [...this.layers].reverse()) {
      generator?.dispose();
      for (const one of Object.values({ ...parameters, ...buffers }).reverse()) one.dispose();
    }
  }

  /** @internal */
  protected override describe(): string {
    return `A model (${this.layers.map((layer) => layer.name).join(', ')})`;
  }
}
