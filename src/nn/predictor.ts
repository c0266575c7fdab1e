import { ResourceOwner } from '../resources.js';
import { kernels } from '../wasm/kernels.js';
import { disposeWith } from '../wasm/memory.js';
import { blockRows, Executable, Graph } from './graph.js';
import { type Features, StagingBuffer } from './inputs.js';
import type { Network } from './network.js';

/** Op list and staging memory of predictions, a block of rows at a time. */
export class Predictor extends ResourceOwner {
  readonly #executable: Executable;
  readonly #features: StagingBuffer;
  readonly #inputs: number;

  constructor({ layers, inputs }: Network, capacity: number) {
    super();
    this.#inputs = inputs;
    this.#executable = this.resources.use(new Executable(Graph.forward(layers, inputs, capacity)));
    this.#features = this.resources.use(new StagingBuffer());
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

  /** The outputs of one block of rows, in Wasm memory, with room behind them. */
  run(features: Features, start: number, rows: number): Float32Array {
    const { graph, context, list, end } = this.#executable;
    const x = this.#features.features(features, start, rows, this.#inputs);
    kernels().forward(context, list.ptr, end, x, rows);
    return graph.output;
  }
}

/** Capacity of a predictor for so many rows: a power of two, so that growing batches do not each make a new one; at most one block. */
export function capacityFor(network: Network, rows: number): number {
  return Math.min(blockRows(network), 2 ** Math.ceil(Math.log2(Math.max(rows, 4))));
}
