import type { Pointer } from '../wasm/kernels.js';
import type { GraphBuilder } from './layer.js';

/** A loss as graphs and passes see it. */
export interface Loss {
  /** Equal for equal losses: a text, or the function of a custom loss. */
  readonly key: string | object;
  /** True if targets are class indices, one per row, as words; else they are numbers, one per output. */
  readonly takesClasses: boolean;
  /** True if each target is a probability, in [0, 1]. */
  readonly takesProbabilities: boolean;
  /** True if it reads logits, to which it applies the sigmoid or softmax itself. */
  readonly onLogits: boolean;
  /** Throws unless it fits a model with this number of outputs. */
  check?(outputs: number): void;
  /** Appends the op that adds up the loss over prediction[B, outputs] and, unless dPrediction is 0, writes its gradient. */
  push(graph: GraphBuilder, dPrediction: Pointer, prediction: Pointer, outputs: number): void;
}

/** Numbers in a row of targets. */
export function targetWidth(loss: Loss, outputs: number): number {
  return loss.takesClasses ? 1 : outputs;
}
