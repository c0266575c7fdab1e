import { finiteNumber } from '../validate.js';
import { Op } from '../wasm/op.generated.js';
import { wordOf } from '../wasm/opList.js';
import { elementwise } from './elementwise.js';
import type { Layer } from './layer.js';

/**
 * The activation y = x where x > 0, else alpha (exp(x) - 1).
 *
 * Source: Clevert, Unterthiner and Hochreiter, arXiv:1511.07289; torch.nn.ELU.
 *
 * @param alpha - what it tends to for very negative inputs, with the sign turned; 1 by default
 * @throws TypeError or RangeError for an alpha that is not a finite number
 * @example
 * ```ts
 * import { elu, linear, sequential, tensor } from 'adamas';
 * const model = sequential(linear(1, 1, { seed: 1 }), elu());
 * model.parameters()[0]!.set([1]);
 * model.parameters()[1]!.set([0]);
 * console.log(Array.from(model.predict(tensor([-100, 2], [2, 1])))); // [ -1, 2 ]
 * model.dispose();
 * ```
 */
export function elu(alpha = 1): Layer {
  finiteNumber('elu: alpha', alpha);
  return elementwise('elu', Op.elu, Op.eluBackward, 'x', wordOf(alpha));
}
