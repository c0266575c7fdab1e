import { Op } from '../wasm/op.generated.js';
import { elementwise } from './elementwise.js';
import type { Layer } from './layer.js';

/**
 * The activation y = 1 / (1 + exp(-x)). Stable on both sides.
 *
 * Source: torch.nn.Sigmoid.
 *
 * @example
 * ```ts
 * import { linear, sigmoid, sequential, tensor } from 'adamas';
 * const model = sequential(linear(1, 1, { seed: 1 }), sigmoid());
 * model.parameters()[0]!.set([1]);
 * model.parameters()[1]!.set([0]);
 * console.log(Array.from(model.predict(tensor([0, 100], [2, 1])))); // [ 0.5, 1 ]
 * model.dispose();
 * ```
 */
export function sigmoid(): Layer {
  return elementwise('sigmoid', Op.sigmoid, Op.sigmoidBackward, 'y');
}
