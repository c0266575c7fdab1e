import type { Dataset } from '../data/dataset.js';
import type { RandomGenerator } from '../generator.js';
import type { WeightAverage } from '../optim/average.js';
import type { ResourceStack } from '../resources.js';
import type { Parameter, Tensor } from '../tensor.js';
import type { Pointer } from '../wasm/kernels.js';
import type { HostFunction } from '../wasm/modelKernels.js';
import type { Op } from '../wasm/op.generated.js';

/** A graph being built: an op list and memory for its activations, as layers and losses see them. */
export interface GraphBuilder {
  /** Rows that it can take at once. */
  readonly capacity: number;
  /** True in the forward pass of training; in evaluation dropout does nothing and the layers' buffers stay as they are. */
  readonly training: boolean;
  /** If set, a custom layer's first run throws when it turns finite input into non-finite output. */
  readonly strict: boolean;
  /** Owner of all that the graph allocates. */
  readonly resources: ResourceStack;
  /** Reserves memory for [capacity, width] numbers. */
  buffer(width: number): Pointer;
  /** Makes the workspace hold at least this number of bytes. */
  reserve(bytes: number): void;
  /** Appends an op with its arguments. */
  push(op: Op, ...args: number[]): void;
  /**
   * Appends a call of `callback` over x; its result is the mean loss of its rows, which counts as `most` rows at most. The owner is held
   * weakly, by the layer or loss that the graph is made of: see `registerHost`.
   */
  host<Owner extends object>(owner: Owner, callback: HostFunction<Owner>, x: Pointer, most?: number): void;
}

/** Result of a layer's forward ops. */
export interface Forward {
  /** Address of its outputs [B, outputs]. */
  readonly y: Pointer;
  /**
   * Appends the ops of its backward pass, given the address of the gradient of its outputs. Returns the address of the gradient of its
   * inputs; 0 when that is not `wanted`.
   */
  backward(dy: Pointer, wanted: boolean): Pointer;
}

/**
 * Plain data that recreates a layer, apart from its state: the name of the function of `src/nn/index.ts`, and its arguments. A model is
 * `['sequential', ...recipes of its layers]`.
 */
export type Recipe = readonly [make: string, ...args: unknown[]];

/** One layer of a {@link Model}: use {@link linear} and its like. */
export interface Layer {
  /** Its name in a summary. */
  readonly name: string;
  /** Number of input features; undefined when it takes any number. */
  readonly inputs: number | undefined;
  /** Its parameters by torch's names. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Its state that no optimizer changes, by torch's names: part of a state dict. */
  readonly buffers?: Readonly<Record<string, Tensor>>;
  /**
   * Plain data that recreates it elsewhere, as in a worker; a custom layer has none.
   * @internal
   */
  readonly recipe?: Recipe;
  /**
   * Generator of the numbers that it draws in training.
   * @internal
   */
  readonly generator?: RandomGenerator;
  /**
   * Set if its outputs are never negative, so that they cannot be logits.
   * @internal
   */
  readonly nonNegative?: boolean;
  /**
   * Recomputes the statistics of all layers for averaged weights. It belongs to batchNorm, so that a page without batchNorm does not bundle it.
   * @internal
   */
  readonly updateStatistics?: (average: WeightAverage, data: Dataset) => void;
  /** Number of output features for the given number of input features. */
  outputs(inputs: number): number;
  /** The reverse of `outputs`. Left out where both are the same, or the layer fixes its inputs. */
  inputsFor?(outputs: number): number;
  /**
   * Throws for input rows that it cannot read, called `name`. Only a first layer may have this.
   * @internal
   */
  checkInputs?(name: string, values: Float32Array): void;
  /**
   * Writes targets, row after row, as training sees them: a layer that has this scales the outputs to the targets' units, and training leaves
   * it out. Only a last layer may have this.
   * @internal
   */
  scaleTargets?(targets: ArrayLike<number>, out: Float32Array): void;
  /**
   * Throws if it cannot train on a batch of this number of rows. The error begins with `call`, and calls the rows `batch`.
   * @internal
   */
  checkBatch?(call: string, rows: number, batch?: string): void;
  /**
   * Appends the ops of its forward pass, in training or evaluation mode, over x[B, inputs]; x = 0 stands for the input rows.
   * @internal
   */
  forward(graph: GraphBuilder, x: Pointer, inputs: number): Forward;
  /**
   * The same over column-major input rows, each column `stride` numbers long. Undefined where that would not be faster.
   * @internal
   */
  forwardColumns?(graph: GraphBuilder, stride: number): Pointer | undefined;
}
