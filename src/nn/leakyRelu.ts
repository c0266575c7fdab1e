import { finiteNumber } from '../validate.js';
import { Op } from '../wasm/op.generated.js';
import { wordOf } from '../wasm/opList.js';
import { elementwise } from './elementwise.js';
import type { Layer } from './layer.js';

/**
 * The activation y = x where x > 0, else slope x.
 *
 * Source: Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models", ICML 2013; torch.nn.LeakyReLU.
 *
 * @param slope - what negative inputs are multiplied by; 0.01 by default
 * @throws TypeError or RangeError for a slope that is not a finite number
 * @example
 * ```ts
 * import { leakyRelu, linear, sequential, tensor } from 'adamas';
 * const model = sequential(linear(1, 1, { seed: 1 }), leakyRelu(0.5));
 * model.parameters()[0]!.set([1]);
 * model.parameters()[1]!.set([0]);
 * console.log(Array.from(model.predict(tensor([-2, 2], [2, 1])))); // [ -1, 2 ]
 * model.dispose();
 * ```
 */
export function leakyRelu(slope = 0.01): Layer {
  finiteNumber('leakyRelu: slope', slope);
  return elementwise('leakyRelu', Op.leakyRelu, Op.leakyReluBackward, 'x', wordOf(slope));
}
