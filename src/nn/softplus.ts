import { Op } from '../wasm/op.generated.js';
import { elementwise } from './elementwise.js';
import type { Layer } from './layer.js';

/**
 * The activation y = log(1 + exp(x)), or x where x > 20. As torch.nn.Softplus with beta 1 and threshold 20.
 *
 * Source: torch.nn.Softplus.
 *
 * @example
 * ```ts
 * import { linear, softplus, sequential, tensor } from 'adamas';
 * const model = sequential(linear(1, 1, { seed: 1 }), softplus());
 * model.parameters()[0]!.set([1]);
 * model.parameters()[1]!.set([0]);
 * console.log(Array.from(model.predict(tensor([100, -200], [2, 1])))); // [ 100, 0 ]
 * model.dispose();
 * ```
 */
export function softplus(): Layer {
  return elementwise('softplus', Op.softplus, Op.softplusBackward, 'x');
}
