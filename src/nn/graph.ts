import { ResourceOwner } from '../resources.js';
import type { Pointer } from '../wasm/kernels.js';
import { type Floats, floats, type Words } from '../wasm/memory.js';
import { type HostFunction, registerHost } from '../wasm/modelKernels.js';
import { Op } from '../wasm/op.generated.js';
import { context, endOf, OpList } from '../wasm/opList.js';
import type { GraphBuilder, Layer } from './layer.js';
import type { Loss } from './loss.js';
import { type Network, splitScaling } from './network.js';

/** Stands for the input rows, as an operand of an op. */
const INPUT: Pointer = 0;

/** Numbers of activations that one block of rows may take: 256 KB, which stays in the second-level cache. */
const BLOCK_FLOATS = 65536;

/** A network, with or without a loss and gradients, as an op list with its activations: up to `capacity` rows at a time. */
export class Graph extends ResourceOwner implements GraphBuilder {
  declare readonly capacity: number;
  declare readonly training: boolean;
  readonly ops = new OpList();
  readonly #buffers: Floats[] = [];
  strict = true;
  /** True if the input rows must be column-major. */
  readsColumns = false;
  /** Bytes of workspace that its ops need. */
  workspace = 0;
  /** True if it calls a layer or loss written in JavaScript, which may call and dispose anything. */
  callsHost = false;
  #output: Floats | undefined;

  private constructor(capacity: number, training: boolean) {
    super();
    this.capacity = capacity;
    this.training = training;
  }

  /** Forward only: the outputs are in `output`. */
  static forward(layers: readonly Layer[], inputs: number, capacity: number, training = false): Graph {
    return Graph.#build(capacity, training, (graph) => {
      graph.strict = false;
      graph.#layers(layers, inputs, INPUT);
    });
  }

  /**
   * Forward and loss. Where the last layer scales targets, the loss reads scaled ones, and `output` is that layer's. With `columns` the input rows are
   * column-major, if the first layer can read them so.
   */
  static evaluation(layers: readonly Layer[], inputs: number, loss: Loss, capacity: number, columns?: number): Graph {
    return Graph.#build(capacity, false, (graph) => {
      const [first, ...rest] = layers;
      const y = columns === undefined ? undefined : first!.forwardColumns?.(graph, columns);
      graph.readsColumns = y !== undefined;
      const width = y === undefined ? inputs : first!.outputs(inputs);
      const { trained, scaling } = splitScaling(y === undefined ? layers : rest);
      const end = graph.#layers(trained, width, y ?? INPUT);
      loss.push(graph, 0, end.y, end.width);
      if (scaling) graph.#layers([scaling], end.width, end.y);
    });
  }

  /** Forward, loss and backward into the parameters' gradients. */
  static training(layers: readonly Layer[], inputs: number, loss: Loss, capacity: number): Graph {
    return Graph.#build(capacity, true, (graph) => {
      const { trained } = splitScaling(layers);
      const end = graph.#layers(trained, inputs, INPUT);
      let dy = graph.buffer(end.width);
      loss.push(graph, dy, end.y, end.width);
      const first = trained.findIndex((layer) => Object.keys(layer.parameters).length > 0);
      for (let i = trained.length - 1; i >= Math.max(first, 0); i--) dy = end.passes[i]!.backward(dy, i > first);
    });
  }

  static #build(capacity: number, training: boolean, write: (graph: Graph) => void): Graph {
    const graph = new Graph(capacity, training);
    graph.resources.disposeOnError(() => write(graph));
    return graph;
  }

  #layers(layers: readonly Layer[], inputs: number, x: Pointer) {
    let y = x;
    let width = inputs;
    const passes = layers.map((layer) => {
      const pass = layer.forward(this, y, width);
      y = pass.y;
      width = layer.outputs(width);
      return pass;
    });
    this.#output = this.#buffers.find((buffer) => buffer.ptr === y);
    return { y, width, passes };
  }

  buffer(width: number): Pointer {
    const block = this.resources.use(floats(this.capacity * width));
    this.#buffers.push(block);
    return block.ptr;
  }

  reserve(bytes: number): void {
    this.workspace = Math.max(this.workspace, bytes);
  }

  push(op: Op, ...args: number[]): void {
    this.ops.push(op, ...args);
  }

  host<Owner extends object>(owner: Owner, callback: HostFunction<Owner>, x: Pointer, most = 0): void {
    this.callsHost = true;
    this.push(Op.host, this.resources.use(registerHost(owner, callback)).id, x, most);
  }

  /** The outputs of the last row block. */
  get output(): Float32Array {
    return this.#output!.view;
  }
}

/** A graph that can be run by itself: its list in Wasm memory and a context. */
export class Executable extends ResourceOwner {
  declare readonly graph: Graph;
  declare readonly list: Words;
  declare readonly context: Pointer;
  /** Address of the first byte after the list. */
  declare readonly end: Pointer;

  constructor(graph: Graph) {
    super();
    this.graph = this.resources.use(graph);
    [this.list, this.context] = this.resources.disposeOnError(() => {
      const workspace = this.resources.use(floats(graph.workspace / 4));
      return [this.resources.use(graph.ops.write()), this.resources.use(context(workspace.ptr)).ptr];
    });
    this.end = endOf(this.list);
  }
}

/** Number of rows a graph should take at once: as many as keep its activations in cache. */
export function blockRows({ layers, inputs }: Pick<Network, 'layers' | 'inputs'>): number {
  let width = inputs;
  let floatsPerRow = width;
  for (const layer of layers) {
    width = layer.outputs(width);
    floatsPerRow += width;
  }
  return Math.max(8, Math.floor(BLOCK_FLOATS / floatsPerRow));
}
