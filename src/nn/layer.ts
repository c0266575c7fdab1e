import type { RandomGenerator } from '../generator.js';
import type { Parameter, Tensor } from '../tensor.js';
import type { Pointer } from '../wasm/kernels.js';
import type { Graph } from './graph.js';

/** What a layer's forward ops leave behind. */
export interface Forward {
  /** Where its outputs are: [B, outputs]. */
  readonly y: Pointer;
  /**
   * Appends the ops of its backward pass, given where the gradient of its outputs is. Returns where the gradient of its inputs is;
   * 0 when that is not `wanted`.
   */
  backward(dy: Pointer, wanted: boolean): Pointer;
}

/** What makes a layer anew, apart from its state: the name of a function and its arguments, all plain data. */
export type Recipe = readonly [make: string, ...args: unknown[]];

/** One layer of a {@link Model}: use {@link linear} and its like. */
export interface Layer {
  /** Its name in a summary. */
  readonly name: string;
  /** How many numbers a row it reads; undefined when it takes any number. */
  readonly inputs: number | undefined;
  /** Its parameters by torch's names. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Its state that no optimizer changes, by torch's names: part of a state dict. */
  readonly buffers?: Readonly<Record<string, Tensor>>;
  /**
   * What makes it anew elsewhere, as in a worker; one written in JavaScript has none.
   * @internal
   */
  readonly recipe?: Recipe;
  /**
   * What it draws from while it trains.
   * @internal
   */
  readonly generator?: RandomGenerator;
  /** How many numbers a row it gives for so many read. */
  outputs(inputs: number): number;
  /** The reverse: from how many numbers a row it gives so many. Left out where it gives as many as it reads, or fixes its inputs. */
  inputsFor?(outputs: number): number;
  /**
   * Throws for input rows that it cannot read, called `name`. Only a first layer may have this.
   * @internal
   */
  checkInputs?(name: string, values: Float32Array): void;
  /**
   * Throws, in the name of `call`, if it cannot train on a batch of so many rows.
   * @internal
   */
  checkBatch?(call: string, rows: number): void;
  /**
   * Appends the ops of its forward pass, as `program.training` has it, over x[B, inputs]; x = 0 stands for the input rows at hand.
   * @internal
   */
  forward(program: Graph, x: Pointer, inputs: number): Forward;
  /**
   * The same over input rows at hand that are column-major, each column `stride` numbers long. Undefined where that would not be faster.
   * @internal
   */
  forwardColumns?(program: Graph, stride: number): Pointer | undefined;
}
