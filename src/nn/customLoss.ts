import { refuse } from '../validate.js';
import { floatsAt } from '../wasm/memory.js';
import type { Loss } from './losses.js';

/** What a {@link CustomLoss} is told. */
export interface LossInfo {
  /** Rows at hand. */
  readonly rows: number;
  /** Numbers a row that the model gives. */
  readonly outputs: number;
  /** The weight of each row, where weights were given: its loss is to be multiplied by it. */
  readonly weights: Float32Array | undefined;
}

/**
 * A loss of one's own: returns the mean loss of prediction[rows, outputs], held against target[rows, outputs], and unless `gradient` is null
 * writes there what the derivative of that mean is in each prediction (it comes as zeros). A longer evaluation is the mean over its blocks,
 * weighed by their rows.
 *
 * The arrays are valid during the call only; it must not change the first two, or make tensors, models or optimizers. Pass the same function
 * each time: to {@link Model.lossAndGrad}, a new one is another loss, for which it is set up anew.
 *
 * @example
 * ```ts
 * import { type CustomLoss, linear, sequential } from 'adamas';
 * const logCosh: CustomLoss = (prediction, target, gradient) => {
 *   let sum = 0;
 *   for (let i = 0; i < target.length; i++) {
 *     const e = prediction[i]! - target[i]!;
 *     sum += Math.log(Math.cosh(e));
 *     if (gradient) gradient[i] = Math.tanh(e) / target.length;
 *   }
 *   return sum / target.length;
 * };
 * const model = sequential(linear(1, 1, { init: 'zeros' }));
 * console.log(model.lossAndGrad(logCosh, new Float32Array([1]), [2]).toFixed(3)); // 1.325
 * console.log(model.parameters()[0]!.grad[0]!.toFixed(3)); // -0.964
 * model.dispose();
 * ```
 */
export type CustomLoss = (
  prediction: Float32Array,
  target: Float32Array,
  gradient: Float32Array | null,
  info: LossInfo,
) => number;

/** A function as a loss; `label` is how an error calls the argument. */
export function customLoss(label: string, mean: CustomLoss): Loss {
  return {
    key: mean,
    takesClasses: false,
    push(program, dPrediction, prediction, outputs) {
      program.host(
        (rows, _x, y, weights) => {
          const size = rows * outputs;
          const gradient = dPrediction === 0 ? null : floatsAt(dPrediction, size).fill(0);
          const info = { rows, outputs, weights: weights === 0 ? undefined : floatsAt(weights, rows) };
          const loss = mean(floatsAt(prediction, size), floatsAt(y, size), gradient, info);
          if (typeof loss !== 'number') {
            refuse(TypeError, label, 'return the mean loss as a number', loss);
          }
          return loss;
        },
        prediction,
        dPrediction === 0 ? program.capacity : 1,
      );
    },
  };
}
