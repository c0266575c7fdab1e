import { Op } from '../wasm/op.generated.js';
import { elementwise } from './elementwise.js';
import type { Layer } from './layer.js';

/**
 * The activation y = tanh(x). Within 1.4 ulp of the true value.
 *
 * Source: torch.nn.Tanh.
 *
 * @example
 * ```ts
 * import { linear, tanh, sequential, tensor } from 'adamas';
 * const model = sequential(linear(1, 1, { seed: 1 }), tanh());
 * model.parameters()[0]!.set([1]);
 * model.parameters()[1]!.set([0]);
 * console.log(Array.from(model.predict(tensor([0, 100], [2, 1])))); // [ 0, 1 ]
 * model.dispose();
 * ```
 */
export function tanh(): Layer {
  return elementwise('tanh', Op.tanh, Op.tanhBackward, 'y');
}
