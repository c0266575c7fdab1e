import { disposeWith, ResourceOwner } from '../resources.js';
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

  /** Number of these rows, if it predicts them in one block and allocates nothing that could detach them or `out`; else 0. */
  rowsOf(features: unknown, out: unknown): number {
    if (!(features instanceof Float32Array && out instanceof Float32Array)) return 0;
    const { length } = features;
    // One division: a remainder would take as long again.
    const rows = length / this.#inputs;
    const fits = length <= this.#plain && length <= this.#features.length && Number.isInteger(rows);
    return fits && out.length === rows * this.#outputs ? rows : 0;
  }

  /** The outputs of one block of rows, in Wasm memory, with room behind them. */
  run(features: Features, start: number, rows: number): Float32Array {
    const { graph, context, list, end } = this.#executable;
    const x = this.#features.features(features, start, rows, this.#inputs);
    modelKernels().forward(context, list.ptr, end, x, rows);
    return graph.output;
  }

  /** Predicts one block of rows into `out`, which holds the outputs of all rows. */
  predict(
    features: Features,
    start: number,
    rows: number,
    activation: OutputActivation | undefined,
    out: Float32Array,
  ): void {
    const output = this.run(features, start, rows);
    const at = start * this.#outputs;
    const numbers = rows * this.#outputs;
    if (activation !== undefined) {
      const y = output.byteOffset;
      if (activation === 'sigmoid') modelKernels().sigmoid_f32(y, y, numbers);
      else modelKernels().softmax_f32(y, y, rows, this.#outputs);
    }
    if (numbers <= FEW) for (let i = 0; i < numbers; i++) out[at + i] = output[i]!;
    else out.set(output.subarray(0, numbers), at);
  }
}

/** Capacity of a predictor for this number of rows: a power of two, so that growing batches do not each make a new one; at most one block. */
export function capacityFor(network: Network, rows: number): number {
  return Math.min(blockRows(network), 2 ** Math.ceil(Math.log2(Math.max(rows, 4))));
}
