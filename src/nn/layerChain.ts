import { Disposable, Pass } from '../resources.js';
import type { Parameter, Tensor } from '../tensor.js';
import { checkNames, classCount } from './classification.js';
import type { Layer, Recipe } from './layer.js';
import type { LossSpec } from './losses.js';
import { type ModelLoadOptions, type ModelStateDict, readModelState, writeModelState } from './stateDict.js';
import { summaryOf } from './summary.js';

const modelParameters = /* @__PURE__ */ new WeakSet<Parameter>();

/** True for a parameter of any model. */
export function isModelParameter(parameter: Parameter): boolean {
  return modelParameters.has(parameter);
}

/** The layers of a {@link Model} with their parameters and buffers, its loss and its classes: all that is saved of it. */
export abstract class LayerChain extends Disposable {
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
  readonly #parts: readonly (Layer | LayerChain)[];
  readonly #parameters: readonly Parameter[];
  #classes: readonly string[] | undefined;

  /** @internal */
  constructor(parts: readonly (Layer | LayerChain)[], inputs: number, outputs: number) {
    super();
    this.#parts = parts;
    this.inputs = inputs;
    this.outputs = outputs;
    this.namedLayers = namedLayersOf(parts);
    this.layers = this.namedLayers.map(([, layer]) => layer);
    this.#parameters = this.layers.flatMap(({ parameters }) => Object.values(parameters));
    for (const parameter of this.#parameters) modelParameters.add(parameter);
    this.tensors = [...this.#parameters, ...this.layers.flatMap(({ buffers }) => Object.values(buffers ?? {}))];
    this.state = [...this.tensors, ...this.layers.flatMap(({ generator }) => generator ?? [])];
  }

  /**
   * The parameters of all layers, in order: for an optimizer.
   *
   * @throws UseAfterDisposeError
   */
  parameters(): Parameter[] {
    this.assertUsable();
    return [...this.#parameters];
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

  /** @internal Takes over the loss and the names of classes from a training that begins, unless it has its own. */
  adopt(loss: LossSpec, classes: readonly string[] | undefined): void {
    this.loss ??= loss;
    if (classes?.length === classCount(this.outputs)) this.classes ??= classes;
  }

  /**
   * @internal Runs `body` as a pass over this model. Until it ends the model, its layers and `more` cannot be disposed, nor can the model load
   * a state. One that `trains` excludes every other that does; predictions stay possible.
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
   * @internal Plain data that recreates the model, apart from its state, loss and classes; undefined when a layer is written in JavaScript.
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
function namedLayersOf(parts: readonly (Layer | LayerChain)[]): (readonly [key: string, layer: Layer])[] {
  return parts.flatMap((part, i) =>
    part instanceof LayerChain
      ? part.namedLayers.map(([key, layer]) => [`${i}.${key}`, layer] as const)
      : [[String(i), part] as const],
  );
}
