import { checkOneOf } from '../check.js';
import type { Pointer } from '../wasm/kernels.js';
import type { Program } from './program.js';

/**
 * The name of a loss.
 *
 * - `'halfSquaredError'`: (prediction - target)^2 / 2, the mean over all elements (*Dive into Deep Learning*, chapter "Linear Regression").
 */
export type LossName = 'halfSquaredError';

/** What a loss is to an op list. */
export interface Loss {
  /** How many numbers a target row has for `outputs` of the model. */
  targetWidth(outputs: number): number;
  /** Appends the op that adds up the loss over prediction[B, outputs] and, unless dPrediction is 0, writes its gradient. */
  push(program: Program, dPrediction: Pointer, prediction: Pointer, outputs: number): void;
}

const losses: Readonly<Record<LossName, Loss>> = {
  halfSquaredError: {
    targetWidth: (outputs) => outputs,
    push: (program, dPrediction, prediction, outputs) => {
      program.push('halfSquaredError', dPrediction, prediction, outputs);
    },
  },
};

/** The loss of this name; `label` is how an error calls the argument. */
export function lossOf(label: string, name: LossName): Loss {
  checkOneOf(label, name, Object.keys(losses));
  return losses[name];
}
