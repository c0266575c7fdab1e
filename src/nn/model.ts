import type { Dataset } from '../data/dataset.js';
import { Disposable, disposeAfter, disposeOnError, Pass } from '../resources.js';
import type { Rows } from '../rows.js';
import { type Parameter, Tensor } from '../tensor.js';
import { boolean, readOptions, unchecked } from '../validate.js';
import { kernels } from '../wasm/kernels.js';
import { copyOf, floats } from '../wasm/memory.js';
import { type Batches, isBatches } from './batches.js';
import { checkLogits, checkNames, classCount, classify, requireOutputActivation } from './classification.js';
import { type EvaluateOptions, evaluate } from './evaluate.js';
import { evaluateBatches } from './evaluateBatches.js';
import { Executable, Graph } from './graph.js';
import { type Features, readFeatures, rowCount, StagingBuffer } from './inputs.js';
import type { Layer, Recipe } from './layer.js';
import { type LossOptions, Training } from './lossAndGrad.js';
import { type LossSpec, lossOf } from './losses.js';
import type { Evaluation, LossEvaluation } from './metrics.js';
import { assertState } from './network.js';
import { Predictions } from './predictions.js';
import { type ModelLoadOptions, type ModelStateDict, readModelState, writeModelState } from './stateDict.js';
import { summaryOf } from './summary.js';
import type { Targets } from './targets.js';

const modelParameters = /* @__PURE__ */ new WeakSet<Parameter>();

/** True for a parameter of any model. */
export function isModelParameter(parameter: Parameter): boolean {
  return modelParameters.has(parameter);
}

/** Options of {@link Model.predictClass}. */
export interface ClassOptions<Names extends boolean = boolean> {
  /** `true` for the names of the classes, as {@link Model.classes} has them, instead of their indices. Default false. */
  readonly names?: Names | undefined;
}

/**
 * A chain of layers. Made by {@link sequential}. `Scores` is the type of an evaluation by its own loss, where that is known.
 */
export class Model<Scores extends LossEvaluation = Evaluation> extends Disposable {
  /** Number of input features. */
  declare readonly inputs: number;
  /** Number of output features. */
  declare readonly outputs: number;
  /** @internal All layers in order, those of nested models too, by their keys in a state dict: `0`, `1.0`, `1.1`, ... */
  declare readonly namedLayers: readonly (readonly [key: string, layer: Layer])[];
  /** @internal */
  declare readonly layers: readonly Layer[];
  /** @internal Parameters and buffers. */
  declare readonly tensors: readonly Tensor[];
  /** @internal Parameters, buffers and generators. */
  declare readonly state: readonly Disposable[];
  /**
   * The loss that `fit` and `evaluate` take when they are given none, and that decides between sigmoid and softmax in `predictProba` and
   * `predictClass`. A `fit` sets it where the model has none.
   */
  loss: LossSpec | undefined;
  readonly #parts: readonly (Layer | Model)[];
  #classes: readonly string[] | undefined;
  readonly #predictions: Predictions;
  readonly #training = new Training();

  /** @internal */
  constructor(parts: readonly (Layer | Model)[], inputs: number, outputs: number) {
    super();
    this.#parts = parts;
    this.inputs = inputs;
    this.outputs = outputs;
    this.namedLayers = namedLayersOf(parts);
    this.layers = this.namedLayers.map(([, layer]) => layer);
    this.#predictions = new Predictions(this);
    for (const parameter of this.#parameters()) modelParameters.add(parameter);
    this.tensors = [...this.#parameters(), ...this.layers.flatMap(({ buffers }) => Object.values(buffers ?? {}))];
    this.state = [...this.tensors, ...this.layers.flatMap(({ generator }) => generator ?? [])];
  }

  #parameters(): Parameter[] {
    return this.layers.flatMap(({ parameters }) => Object.values(parameters));
  }

  /**
   * The parameters of all layers, in order: for an optimizer.
   *
   * @throws UseAfterDisposeError
   */
  parameters(): Parameter[] {
    this.assertUsable();
    return this.#parameters();
  }

  /**
   * The parameters of all layers with their keys in a state dict, as torch's `named_parameters()`.
   *
   * @throws UseAfterDisposeError
   * @example
   * ```ts
   * import { linear, sequential } from 'adamas';
   * const model = sequential(linear(2, 3));
   * for (const [name, { shape }] of model.namedParameters()) console.log(name, shape);
   * // 0.weight [ 3, 2 ]
   * // 0.bias [ 3 ]
   * ```
   */
  namedParameters(): [name: string, parameter: Parameter][] {
    this.assertUsable();
    return this.namedLayers.flatMap(([key, { parameters }]) =>
      Object.entries(parameters).map(([name, one]): [string, Parameter] => [`${key}.${name}`, one]),
    );
  }

  /**
   * Names of the classes by their indices. A `fit` on a dataset with names sets it; undefined where classes have no names.
   *
   * @throws TypeError or RangeError when it is set to other than distinct names, one per class
   */
  get classes(): readonly string[] | undefined {
    return this.#classes;
  }

  /** Sets the names: distinct, one per class. */
  set classes(names: readonly string[] | undefined) {
    this.#classes = names === undefined ? undefined : checkNames('model.classes', names, this.outputs);
  }

  /** @internal Takes over the loss and the names of classes of a training that begins, where it has none. */
  adopt(loss: LossSpec, classes: readonly string[] | undefined): void {
    this.loss ??= loss;
    if (classes?.length === classCount(this.outputs)) this.classes ??= classes;
  }

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
    const { outputs } = this;
    const classes = this.#classes;
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
   * @returns the loss; accuracy and confusion matrix of a classifier, r2 and mae of a regression: see {@link Evaluation}. Of batches a promise of it
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
   * @param options - `training: true` for the forward pass of training: dropout drops, batchNorm goes by this batch. Default false
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
        const run = () => kernels().forward(context, list.ptr, end, x, count);
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

  /**
   * @internal Runs `body` as a pass over this model. Until it ends the model, its layers and `more` cannot be disposed, nor can the model load
   * a state. One that `trains` excludes every other that does; predictions go on.
   *
   * @throws BusyError
   */
  use<T>(call: string, more: readonly Disposable[], body: () => T, trains = false): T {
    const own = [this, ...this.state];
    const pass = trains ? new Pass(call, own, more) : new Pass(call, [], [...own, ...more]);
    try {
      return body();
    } finally {
      pass.dispose();
    }
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
    return writeModelState(this.namedLayers);
  }

  /**
   * Takes over the parameters and buffers of a model of the same layers.
   *
   * @param dict - from `stateDict()`
   * @param options - `strict: false` leaves out entries that are missing, unknown or of another shape; `rename`
   *   gives keys other names first
   * @returns a line for each entry that was left out; none with `strict`
   * @throws TypeError or RangeError when it does not fit; BusyError; UseAfterDisposeError. Nothing is changed then.
   */
  loadStateDict(dict: ModelStateDict, options: ModelLoadOptions = {}): string[] {
    this.assertUsable();
    for (const one of [this, ...this.state]) one.assertUnused('loadStateDict');
    return readModelState(this.namedLayers, dict, options);
  }

  /**
   * @internal Plain data that makes the model anew, apart from its state, loss and classes; undefined when a layer is written in JavaScript.
   */
  get recipe(): Recipe | undefined {
    const recipes = this.#parts.map(({ recipe }) => recipe);
    return recipes.includes(undefined) ? undefined : ['sequential', ...recipes];
  }

  /**
   * Its layers as a table of plain text: the shape of each one's outputs, and how many parameters it has.
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
  protected override owned(): readonly Disposable[] {
    return this.state;
  }

  /** @internal */
  protected override release(): void {
    this.#predictions.dispose();
    this.#training.dispose();
    for (const one of [...this.state].reverse()) one.dispose();
  }

  /** @internal */
  protected override describe(): string {
    return `A model (${this.layers.map((layer) => layer.name).join(', ')})`;
  }

  /** @internal */
  protected override get busyName(): string {
    return 'The model';
  }

  /** @internal */
  protected override inspect(): string {
    const { inputs, outputs, layers, tensors } = this;
    const names = layers.slice(0, 8).map((layer) => layer.name);
    if (layers.length > names.length) names.push('...');
    const size = tensors.reduce((sum, one) => sum + one.size, 0);
    return `Model ${inputs} -> ${outputs} (${names.join(', ')}), ${size} numbers`;
  }

  /** @internal */
  protected override wayToSave(): string {
    return 'save it by save(model, place) of adamas/io, or take encodeStateDict(model.stateDict())';
  }
}

/** The layers of a model's parts, with the keys of torch's `nn.Sequential`. */
function namedLayersOf(parts: readonly (Layer | Model)[]): (readonly [key: string, layer: Layer])[] {
  return parts.flatMap((part, i) =>
    part instanceof Model
      ? part.namedLayers.map(([key, layer]) => [`${i}.${key}`, layer] as const)
      : [[String(i), part] as const],
  );
}

/** The tensors of a dataset; none of what is no dataset, which is refused later. */
function tensorsOf(data: Dataset): Disposable[] {
  return [data, data?.features, data?.targets].filter((one) => one instanceof Disposable);
}
