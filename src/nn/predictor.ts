import { disposeWith, ResourceOwner } from '../resources.js';
import { Tensor } from '../tensor.js';
import type { Pointer } from '../wasm/kernels.js';
import { modelKernels } from '../wasm/modelKernels.js';
import type { OutputActivation } from './classification.js';
import { blockRows, Executable, Graph } from './graph.js';
import { FEW, type Features, StagingBuffer } from './inputs.js';
import type { Network } from './network.js';

/** Op list and staging memory of predictions, a block of rows at a time. */
export class Predictor extends ResourceOwner {
  readonly #executable: Executable;
  readonly #features: StagingBuffer;
  readonly #inputs: number;
  readonly #outputs: number;
  /** Numbers of features that one block takes without a call of JavaScript; 0 where a layer is written in it or looks at its inputs. */
  readonly #plain: number;

  constructor({ layers, inputs, outputs }: Network, capacity: number) {
    super();
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#executable = this.resources.use(new Executable(Graph.forward(layers, inputs, capacity)));
    this.#features = this.resources.use(new StagingBuffer());
    this.#plain = this.callsHost || layers[0]!.checkInputs ? 0 : capacity * inputs;
    disposeWith(this, this.resources);
  }

  /** Most rows of a block. */
  get capacity(): number {
    return this.#executable.graph.capacity;
  }

  /** True if a custom layer runs in it, which may call and dispose anything. */
  get callsHost(): boolean {
    return this.#executable.graph.callsHost;
  }

  /** Number of these rows, if it predicts them in one block, into `out` or a new array, and allocates nothing that could detach them or `out`; else 0. */
  rowsOf(features: unknown, out: unknown): number {
    const isArray = features instanceof Float32Array;
    const length = isArray ? features.length : sizeOf(features, this.#inputs);
    // One division: a remainder would take as long again.
    const rows = length / this.#inputs;
    const hasRoom = length <= this.#plain && (!isArray || length <= this.#features.length);
    if (!(hasRoom && Number.isInteger(rows))) return 0;
    return out === undefined || (out instanceof Float32Array && out.length === rows * this.#outputs) ? rows : 0;
  }

  /** Predicts as many rows as `rowsOf` counts: `predict` without what takes as long as a small model. */
  predictAtOnce(
    features: Features,
    rows: number,
    activation: OutputActivation | undefined,
    out: Float32Array | undefined,
  ): Float32Array {
    const x = features instanceof Float32Array ? this.#features.copy(features) : features.block.ptr;
    const output = this.#run(x, rows, activation);
    const target = out ?? new Float32Array(rows * this.#outputs);
    copyStart(output, target.length, target, 0);
    return target;
  }

  /** Predicts one block of rows into `out`, which holds the outputs of all rows. */
  predict(
    features: Features,
    start: number,
    rows: number,
    activation: OutputActivation | undefined,
    out: Float32Array,
  ): void {
    const output = this.#run(this.#features.features(features, start, rows, this.#inputs), rows, activation);
    copyStart(output, rows * this.#outputs, out, start * this.#outputs);
  }

  /** The outputs of the rows at x in Wasm memory, with room behind them. */
  #run(x: Pointer, rows: number, activation: OutputActivation | undefined): Float32Array {
    const { graph, context, list, end } = this.#executable;
    modelKernels().forward(context, list.ptr, end, x, rows);
    const { output } = graph;
    if (activation !== undefined) activate(activation, output.byteOffset, rows, this.#outputs);
    return output;
  }
}

/** Number of values of a tensor that holds rows of features; 0 for anything else. */
function sizeOf(features: unknown, inputs: number): number {
  if (!(features instanceof Tensor) || features.disposed) return 0;
  const { shape, size } = features;
  return shape.length === 1 || (shape.length === 2 && shape[1] === inputs) ? size : 0;
}

/** Copies the first `length` numbers to `to`, from its place `at` on. */
function copyStart(from: Float32Array, length: number, to: Float32Array, at: number): void {
  if (length <= FEW) for (let i = 0; i < length; i++) to[at + i] = from[i]!;
  else to.set(from.subarray(0, length), at);
}

/** Applies the output activation to rows of outputs at y in Wasm memory. */
function activate(activation: OutputActivation, y: Pointer, rows: number, outputs: number): void {
  if (activation === 'sigmoid') modelKernels().sigmoid_f32(y, y, rows * outputs);
  else modelKernels().softmax_f32(y, y, rows, outputs);
}

/** Capacity of a predictor for this number of rows: a power of two, so that growing batches do not each make a new one; at most one block. */
export function capacityFor(network: Network, rows: number): number {
  return Math.min(blockRows(network), 2 ** Math.ceil(Math.log2(Math.max(rows, 4))));
}
