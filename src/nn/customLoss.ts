import { refuse } from '../validate.js';
import type { Pointer } from '../wasm/kernels.js';
import { floatsAt } from '../wasm/memory.js';
import type { HostFunction } from '../wasm/modelKernels.js';
import { HostArray } from './hostArrays.js';
import type { Loss } from './loss.js';

/** Details of a call of a {@link CustomLoss}. */
export interface LossInfo {
  /** Number of rows. */
  readonly rows: number;
  /** Number of output features of the model. */
  readonly outputs: number;
  /** A weight for each row, where weights were given: the factor of its loss. */
  readonly weights: Float32Array | undefined;
}

/**
 * A loss of your own: returns the mean loss of prediction[rows, outputs] for target[rows, outputs], and unless `gradient` is null writes the
 * derivative of that mean with respect to each prediction there (it is zero-filled before the call). A longer evaluation is the mean over
 * its blocks, weighted by their rows.
 *
 * The arrays are copies, valid during the call only. It may use tensors and models: `predict` of the same model has buffers of its own, a
 * second pass of training throws BusyError. Pass the same function each time: to {@link Model.lossAndGrad}, a new one is another loss, for
 * which everything is set up again.
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

/** A function as a loss; `label` names the argument in errors. */
export function customLoss(label: string, mean: CustomLoss): Loss {
  return {
    key: mean,
    takesClasses: false,
    takesProbabilities: false,
    onLogits: false,
    push(graph, dPrediction, prediction, outputs) {
      const most = dPrediction === 0 ? graph.capacity : 1;
      graph.host(mean, callOf(label, dPrediction, prediction, outputs), prediction, most);
    },
  };
}

/** A loss as the op `host` calls it. */
function callOf(label: string, dPrediction: Pointer, prediction: Pointer, outputs: number): HostFunction<CustomLoss> {
  const [predictions, targets, gradients, rowWeights] = [
    new HostArray(),
    new HostArray(),
    new HostArray(),
    new HostArray(),
  ];
  return (mean, rows, _x, y, weights) => {
    const size = rows * outputs;
    const gradient = dPrediction === 0 ? null : gradients.zeros(size);
    const info = { rows, outputs, weights: weights === 0 ? undefined : rowWeights.copy(weights, rows) };
    const loss = mean(predictions.copy(prediction, size), targets.copy(y, size), gradient, info);
    if (typeof loss !== 'number') refuse(TypeError, label, 'return the mean loss as a number', loss);
    if (gradient) floatsAt(dPrediction, size).set(gradient);
    return loss;
  };
}
