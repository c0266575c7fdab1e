import { finiteNumber, oneOf, readOptions } from '../validate.js';
import { Op } from '../wasm/op.generated.js';
import { wordOf } from '../wasm/opList.js';
import { activationLayer } from './activationLayer.js';
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
  return activationLayer('relu', ['relu'], {
    forward: Op.relu,
    backward: Op.reluBackward,
    slopeReads: 'y',
    nonNegative: true,
  });
}

/**
 * The activation y = x where x > 0, else slope x.
 *
 * Source: Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models", ICML 2013; torch.nn.LeakyReLU.
 *
 * @param slope - factor of negative inputs; 0.01 by default
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
  const ops = { forward: Op.leakyRelu, backward: Op.leakyReluBackward, slopeReads: 'x' } as const;
  return activationLayer('leakyRelu', ['leakyRelu', slope], ops, wordOf(slope));
}

/**
 * The activation y = x where x > 0, else alpha (exp(x) - 1).
 *
 * Source: Clevert, Unterthiner and Hochreiter, arXiv:1511.07289; torch.nn.ELU.
 *
 * @param alpha - the output tends to -alpha for very negative inputs; 1 by default
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
  const ops = { forward: Op.elu, backward: Op.eluBackward, slopeReads: 'x' } as const;
  return activationLayer('elu', ['elu', alpha], ops, wordOf(alpha));
}

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** `'none'`: x times the cumulative distribution function of the standard normal distribution; `'tanh'`: its approximation. Default 'none'. */
  readonly approximate?: 'none' | 'tanh' | undefined;
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
  const recipe = ['gelu', { approximate }] as const;
  return approximate === 'tanh'
    ? activationLayer('geluTanh', recipe, { forward: Op.geluTanh, backward: Op.geluTanhBackward, slopeReads: 'x' })
    : activationLayer('gelu', recipe, { forward: Op.gelu, backward: Op.geluBackward, slopeReads: 'x' });
}

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
  const ops = { forward: Op.sigmoid, backward: Op.sigmoidBackward, slopeReads: 'y', nonNegative: true } as const;
  return activationLayer('sigmoid', ['sigmoid'], ops);
}

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
  return activationLayer('silu', ['silu'], { forward: Op.silu, backward: Op.siluBackward, slopeReads: 'x' });
}

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
  const ops = { forward: Op.softplus, backward: Op.softplusBackward, slopeReads: 'x', nonNegative: true } as const;
  return activationLayer('softplus', ['softplus'], ops);
}

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
  return activationLayer('tanh', ['tanh'], { forward: Op.tanh, backward: Op.tanhBackward, slopeReads: 'y' });
}
