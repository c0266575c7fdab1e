import { Op } from '../wasm/op.generated.js';
import { elementwise } from './elementwise.js';
import type { Layer } from './layer.js';

/**
 * The activation y = x sigmoid(x). Also known as swish.
 *
 * Source: Elfwing, Uchibe and Doya, arXiv:1702.03118; torch.nn.SiLU.
 *
 * @example
 * ```ts
 * import { linear, silu, sequential, tensor } from 'adamas';
 * const model = sequential(linear(1, 1, { seed: 1 }), silu());
 * model.parameters()[0]!.set([1]);
 * model.parameters()[1]!.set([0]);
 * console.log(Array.from(model.predict(tensor([0, 100], [2, 1])))); // [ 0, 100 ]
 * model.dispose();
 * ```
 */
export function silu(): Layer {
  return elementwise('silu', Op.silu, Op.siluBackward, 'x');
}
