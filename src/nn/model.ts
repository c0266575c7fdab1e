import { checkBoolean, checkOptions, show } from '../check.js';
import { BusyError, UseAfterDisposeError } from '../errors.js';
import { Disposable, Held } from '../lifetime.js';
import { type Parameter, Tensor } from '../tensor.js';
import { kernels, type Pointer } from '../wasm/kernels.js';
import { disposeWith, type Floats, floats } from '../wasm/memory.js';
import type { Layer } from './layer.js';
import { checkClasses, type Loss, type LossSpec, lossOf, targetWidth } from './losses.js';
import { blockRows, Program, Runnable } from './program.js';

/** What a model reads: rows of features, as a tensor [B, D] or as B * D numbers. */
export type Features = Tensor | Float32Array;

/** What a model is held against: a tensor [B] or [B, K], or as many numbers. */
export type Targets = Tensor | ArrayLike<number>;

/** Options of {@link Model.lossAndGrad}. */
export interface LossOptions {
  /** Add to the gradients instead of replacing them. Default false. */
  readonly accumulate?: boolean;
  /** What each row's loss is multiplied by; the mean still divides by the number of rows (or elements), as in torch. */
  readonly weights?: ArrayLike<number>;
}

/**
 * A chain of layers. Made by {@link sequential}.
 */
export class Model extends Disposable {
  /** Numbers a row it reads. */
  readonly inputs: number;
  /** Numbers a row it gives. */
  readonly outputs: number;
  /** @internal */
  readonly layers: readonly Layer[];
  /** @internal A running fit holds it. */
  busy = false;
  readonly #blockRows: number;
  readonly #parameters: readonly Parameter[];
  #forward: Runnable | undefined;
  #training: Runnable | undefined;
  #trainingLoss: Loss['key'] | undefined;
  readonly #held = new Held();
  /** Rows that came as arrays of the caller's, on their way in. */
  #features: Floats | undefined;
  #targets: Floats | undefined;
  #weights: Floats | undefined;

  /** @internal */
  constructor(layers: readonly Layer[], inputs: number, outputs: number) {
    super();
    this.layers = layers;
    this.inputs = inputs;
    this.outputs = outputs;
    this.#blockRows = blockRows(layers, inputs);
    disposeWith(this, this.#held);
    this.#parameters = layers.flatMap((layer) => Object.values(layer.parameters));
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
    this.assertUsable();
    const rows = this.#rowsOf('predict', features);
    const size = rows * this.outputs;
    if (out === undefined) out = new Float32Array(size);
    else if (!(out instanceof Float32Array))
      throw new TypeError(`predict: out must be a Float32Array, got ${show(out)}`);
    else if (out.length !== size) {
      throw new RangeError(
        `predict: out must hold ${size} numbers (${rows} rows of ${this.outputs}), got ${out.length}`,
      );
    }
    this.#assertParameters();
    for (let start = 0; start < rows; start += this.#blockRows) {
      this.#predictBlock(features, start, Math.min(this.#blockRows, rows - start), out);
    }
    return out;
  }

  #predictBlock(features: Features, start: number, rows: number, out: Float32Array): void {
    if (this.#forward === undefined || this.#forward.program.capacity < rows) {
      this.#forward?.dispose();
      this.#forward = undefined;
      this.#forward = new Runnable(Program.forward(this.layers, this.inputs, this.#capacityFor(rows)));
    }
    const { program, context, list, end } = this.#forward;
    const x = this.#inputPointer(features, start, rows);
    kernels().forward(context, list.ptr, end, x, rows);
    const { output } = program;
    const at = start * this.outputs;
    const count = rows * this.outputs;
    if (count <= 16) for (let i = 0; i < count; i++) out[at + i] = output[i]!;
    else out.set(output.subarray(0, count), at);
  }

  /**
   * The outputs as a tensor [B, K] of its own.
   *
   * @param features - rows [B, D], or one row of D numbers
   * @throws TypeError or RangeError when features do not fit; UseAfterDisposeError; OutOfMemoryError
   */
  forward(features: Features): Tensor {
    this.assertUsable();
    const rows = this.#rowsOf('forward', features);
    const block = floats(rows * this.outputs);
    try {
      block.view.set(this.predict(features));
      return new Tensor([rows, this.outputs], block);
    } catch (error) {
      block.dispose();
      throw error;
    }
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
    checked.check?.(this.outputs);
    checkOptions('lossAndGrad', options, ['accumulate', 'weights']);
    const { accumulate = false, weights } = options;
    checkBoolean('lossAndGrad: accumulate', accumulate);
    const rows = this.#rowsOf('lossAndGrad', x);
    if (rows === 0) throw new RangeError('lossAndGrad: x must hold at least one row, got none');
    for (const layer of this.layers) layer.checkBatch?.('lossAndGrad', rows);
    const targets = rows * targetWidth(checked, this.outputs);
    const given = y instanceof Tensor ? y.size : Object(y).length;
    if (given !== targets) {
      throw new RangeError(`lossAndGrad: y must hold ${targets} numbers for ${rows} rows, got ${show(given)}`);
    }
    if (weights !== undefined && weights.length !== rows) {
      throw new RangeError(`lossAndGrad: weights must hold ${rows} numbers, one a row, got ${weights.length}`);
    }
    this.#assertParameters();
    const { context, list, end } = this.#trainingFor(checked, rows);
    const xPointer = this.#inputPointer(x, 0, rows);
    const yPointer = this.#targetPointer(checked, y, targets);
    let weightsPointer: Pointer = 0;
    if (weights !== undefined) {
      this.#weights = this.#atLeast(this.#weights, rows);
      this.#weights.view.set(weights);
      weightsPointer = this.#weights.ptr;
    }
    const { lossAndGrad } = kernels();
    return lossAndGrad(context, list.ptr, end, xPointer, yPointer, weightsPointer, rows, Number(accumulate));
  }

  #trainingFor(loss: Loss, rows: number): Runnable {
    let training = this.#training;
    if (training === undefined || this.#trainingLoss !== loss.key || training.program.capacity < rows) {
      this.#training?.dispose();
      this.#training = undefined;
      training = new Runnable(Program.training(this.layers, this.inputs, loss, rows));
      this.#training = training;
      this.#trainingLoss = loss.key;
    }
    return training;
  }

  /** Where the targets are in Wasm memory, copying them there if they are not as the loss reads them. */
  #targetPointer(loss: Loss, y: Targets, size: number): Pointer {
    if (y instanceof Tensor && !loss.takesClasses) return y.data && y.block.ptr;
    const values = y instanceof Tensor ? y.data : y;
    if (loss.takesClasses) checkClasses('lossAndGrad: y', values, this.outputs);
    this.#targets = this.#atLeast(this.#targets, size);
    const { view } = this.#targets;
    if (loss.takesClasses) new Uint32Array(view.buffer, view.byteOffset, size).set(values);
    else view.set(values);
    return this.#targets.ptr;
  }

  /** A power of two, so that growing batches do not each make a new program; at most one block. */
  #capacityFor(rows: number): number {
    return Math.min(this.#blockRows, 2 ** Math.ceil(Math.log2(Math.max(rows, 4))));
  }

  /** How many rows these features are. */
  #rowsOf(call: string, features: Features): number {
    const first = this.layers[0]!;
    if (features instanceof Tensor) {
      const { shape } = features;
      const rows = shape.length === 2 ? shape[0]! : shape.length === 1 ? 1 : -1;
      if (rows < 0 || features.size !== rows * this.inputs) {
        throw new RangeError(`${call}: features must have shape [rows, ${this.inputs}], got ${show(shape)}`);
      }
      first.checkInputs?.(`${call}: features`, features.data);
      return rows;
    }
    if (!(features instanceof Float32Array)) {
      throw new TypeError(`${call}: features must be a Tensor or a Float32Array, got ${show(features)}`);
    }
    const rows = features.length / this.inputs;
    if (!Number.isInteger(rows)) {
      throw new RangeError(`${call}: features must hold rows of ${this.inputs} numbers, got ${features.length}`);
    }
    first.checkInputs?.(`${call}: features`, features);
    return rows;
  }

  /** Where rows `start` to `start + rows` are in Wasm memory, copying them there if they are not. */
  #inputPointer(features: Features, start: number, rows: number): Pointer {
    const at = start * this.inputs;
    if (features instanceof Tensor) return features.data && features.block.ptr + 4 * at;
    const size = rows * this.inputs;
    this.#features = this.#atLeast(this.#features, size);
    const { view } = this.#features;
    if (size === features.length) view.set(features);
    else view.set(features.subarray(at, at + size));
    return this.#features.ptr;
  }

  /** `block` if it holds `length` numbers, else a larger one in its place. */
  #atLeast(block: Floats | undefined, length: number): Floats {
    if (block !== undefined && block.length >= length) return block;
    const larger = this.#held.hold(floats(length));
    block?.dispose();
    return larger;
  }

  #assertParameters(): void {
    for (const parameter of this.#parameters) {
      if (parameter.disposed) throw new UseAfterDisposeError('A parameter of this model');
    }
  }

  /** @internal */
  assertIdle(call: string): void {
    this.assertUsable();
    if (this.busy) throw new BusyError('The model', call);
  }

  protected override beforeDispose(): void {
    this.assertIdle('dispose');
  }

  protected override release(): void {
    this.#held.dispose();
    this.#training?.dispose();
    this.#forward?.dispose();
    for (const { parameters, buffers, generator } of [...this.layers].reverse()) {
      generator?.dispose();
      for (const one of Object.values({ ...parameters, ...buffers }).reverse()) one.dispose();
    }
  }

  protected override describe(): string {
    return `A model (${this.layers.map((layer) => layer.name).join(', ')})`;
  }
}
