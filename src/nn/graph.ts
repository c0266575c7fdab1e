import { ResourceOwner } from '../resources.js';
import { type HostFunction, type Pointer, registerHost } from '../wasm/kernels.js';
import { type Floats, floats, type Words } from '../wasm/memory.js';
import { Op } from '../wasm/op.generated.js';
import { context, endOf, OpList } from '../wasm/opList.js';
import type { Layer } from './layer.js';
import type { Loss } from './losses.js';

/** The input rows at hand, as an operand of an op. */
const INPUT: Pointer = 0;

/** Numbers of activations that one block of rows may take: 256 KB, which stays in the second-level cache. */
const BLOCK_FLOATS = 65536;

/** A model, with or without a loss and gradients, as an op list with its activations: up to `capacity` rows at a time. */
export class Graph extends ResourceOwner {
  declare readonly capacity: number;
  /** Whether its forward pass is that of training; else that of evaluation, which leaves dropout out and the layers' buffers as they are. */
  declare readonly training: boolean;
  readonly ops = new OpList();
  readonly #buffers: Floats[] = [];
  /** Whether a layer written in JavaScript is refused that makes what is not finite out of what is, the first time it runs. */
  strict = true;
  /** Whether the input rows at hand must be column-major. */
  readsColumns = false;
  /** Bytes of workspace that its ops want. */
  workspace = 0;
  #output: Floats | undefined;

  private constructor(capacity: number, training: boolean) {
    super();
    this.capacity = capacity;
    this.training = training;
  }

  /** Forward only: the outputs are in `output`. */
  static forward(layers: readonly Layer[], inputs: number, capacity: number, training = false): Graph {
    return Graph.#build(capacity, training, (program) => {
      program.strict = false;
      program.#layers(layers, inputs, INPUT);
    });
  }

  /** Forward and loss. With `columns` the input rows at hand are column-major, if the first layer can read them so. */
  static evaluation(layers: readonly Layer[], inputs: number, loss: Loss, capacity: number, columns?: number): Graph {
    return Graph.#build(capacity, false, (program) => {
      const [first, ...rest] = layers;
      const y = columns === undefined ? undefined : first!.forwardColumns?.(program, columns);
      program.readsColumns = y !== undefined;
      const width = y === undefined ? inputs : first!.outputs(inputs);
      const end = program.#layers(y === undefined ? layers : rest, width, y ?? INPUT);
      loss.push(program, 0, end.y, end.width);
    });
  }

  /** Forward, loss and backward into the parameters' gradients. */
  static training(layers: readonly Layer[], inputs: number, loss: Loss, capacity: number): Graph {
    return Graph.#build(capacity, true, (program) => {
      const end = program.#layers(layers, inputs, INPUT);
      let dy = program.buffer(end.width);
      loss.push(program, dy, end.y, end.width);
      const trained = layers.findIndex((layer) => Object.keys(layer.parameters).length > 0);
      for (let i = layers.length - 1; i >= Math.max(trained, 0); i--) dy = end.passes[i]!.backward(dy, i > trained);
    });
  }

  static #build(capacity: number, training: boolean, write: (program: Graph) => void): Graph {
    const program = new Graph(capacity, training);
    program.resources.disposeOnError(() => write(program));
    return program;
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

  /** Reserves room for [capacity, width] numbers. */
  buffer(width: number): Pointer {
    const block = this.resources.use(floats(this.capacity * width));
    this.#buffers.push(block);
    return block.ptr;
  }

  /** Makes the workspace hold at least so many bytes. */
  reserve(bytes: number): void {
    this.workspace = Math.max(this.workspace, bytes);
  }

  /** Appends an op. */
  push(op: Op, ...args: number[]): void {
    this.ops.push(op, ...args);
  }

  /** Appends a call of `callback` over x; what it returns is the mean loss of its rows, which counts as `most` rows at most. */
  host(callback: HostFunction, x: Pointer, most = 0): void {
    this.push(Op.host, this.resources.use(registerHost(callback)).id, x, most);
  }

  /** The outputs of the last row block. */
  get output(): Float32Array {
    return this.#output!.view;
  }
}

/** A program that can be run by itself: its list in Wasm memory and a context. */
export class Executable extends ResourceOwner {
  declare readonly program: Graph;
  declare readonly list: Words;
  declare readonly context: Pointer;

  constructor(program: Graph) {
    super();
    this.program = this.resources.use(program);
    [this.list, this.context] = this.resources.disposeOnError(() => {
      const workspace = this.resources.use(floats(program.workspace / 4));
      return [this.resources.use(program.ops.write()), this.resources.use(context(workspace.ptr)).ptr];
    });
  }

  get end(): Pointer {
    return endOf(this.list);
  }
}

/** How many rows a program should take at once: as many as keep its activations in cache. */
export function blockRows(layers: readonly Layer[], inputs: number): number {
  let width = inputs;
  let floatsPerRow = width;
  for (const layer of layers) {
    width = layer.outputs(width);
    floatsPerRow += width;
  }
  return Math.max(8, Math.floor(BLOCK_FLOATS / floatsPerRow));
}
