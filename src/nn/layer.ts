import type { Parameter } from '../tensor.js';
import type { Pointer } from '../wasm/kernels.js';
import type { Program } from './program.js';

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

/** One layer of a {@link Model}: use {@link linear} and its like. */
export interface Layer {
  /** Its name in a summary. */
  readonly name: string;
  /** How many numbers a row it reads; undefined when it takes any number. */
  readonly inputs: number | undefined;
  /** Its parameters by torch's names. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** How many numbers a row it gives for so many read. */
  outputs(inputs: number): number;
  /** Appends the ops of its forward pass over x[B, inputs]; x = 0 stands for the input rows at hand. */
  forward(program: Program, x: Pointer, inputs: number): Forward;
  /**
   * The same over input rows at hand that are column-major, each column `stride` numbers long. Undefined where that would not be faster.
   */
  forwardColumns?(program: Program, stride: number): Pointer | undefined;
}
