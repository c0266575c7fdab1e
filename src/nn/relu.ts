import { Op } from '../wasm/op.generated.js';
import { elementwise } from './elementwise.js';
import type { Layer } from './layer.js';

/**
 * The activation y = max(x, 0). NaN stays NaN; the slope at 0 is 0.
 *
 * Source: Nair and Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines", ICML 2010.
 *
 * @example
 * ```ts
 * import { linear, relu, sequential, tensor } from 'adamas';
 * const model = sequential(linear(1, 1, { seed: 1 }), relu());
 * model.parameters()[0]!.set([1]);
 * model.parameters()[1]!.set([0]);
 * console.log(Array.from(model.predict(tensor([-1, 2], [2, 1])))); // [ 0, 2 ]
 * model.dispose();
 * ```
 */
export function relu(): Layer {
  return elementwise('relu', Op.relu, Op.reluBackward, 'y');
}
