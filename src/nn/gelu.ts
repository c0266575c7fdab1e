import { oneOf, readOptions } from '../validate.js';
import { Op } from '../wasm/op.generated.js';
import { elementwise } from './elementwise.js';
import type { Layer } from './layer.js';

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** 'none' for x times the normal distribution's integral up to x, 'tanh' for its approximation. Default 'none'. */
  readonly approximate?: 'none' | 'tanh';
}

/**
 * The activation y = x (1 + erf(x / sqrt(2))) / 2, or with `approximate: 'tanh'`
 * y = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
 *
 * Source: Hendrycks and Gimpel, arXiv:1606.08415; torch.nn.GELU.
 *
 * @param options - see {@link GeluOptions}
 * @throws TypeError or RangeError for an unknown option or approximation
 * @example
 * ```ts
 * import { gelu, linear, sequential, tensor } from 'adamas';
 * const model = sequential(linear(1, 1, { seed: 1 }), gelu({ approximate: 'tanh' }));
 * model.parameters()[0]!.set([1]);
 * model.parameters()[1]!.set([0]);
 * console.log(Array.from(model.predict(tensor([0, 10], [2, 1])))); // [ 0, 10 ]
 * model.dispose();
 * ```
 */
export function gelu(options: GeluOptions = {}): Layer {
  const { approximate } = readOptions('gelu', options, { approximate: [oneOf('none', 'tanh'), 'none'] });
  return approximate === 'tanh'
    ? elementwise('geluTanh', Op.geluTanh, Op.geluTanhBackward, 'x')
    : elementwise('gelu', Op.gelu, Op.geluBackward, 'x');
}
