import { disposeOnError } from '../resources.js';
import { emptyParameter, type Parameter } from '../tensor.js';
import { boolean, nonNegative, positiveInt, readOptions } from '../validate.js';
import { Op } from '../wasm/op.generated.js';
import { wordsOf } from '../wasm/opList.js';
import type { Layer } from './layer.js';

/** Options of {@link layerNorm}. */
export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number | undefined;
  /** `false` leaves out weight and bias. Default true. */
  readonly affine?: boolean | undefined;
}

/**
 * Normalizes each row: y = (x - mean) / sqrt(variance + eps) * weight + bias, with the mean and the biased variance of the row's n numbers.
 * The weight starts as ones, the bias as zeros, both [n].
 *
 * Source: Ba, Kiros and Hinton, arXiv:1607.06450; torch.nn.LayerNorm. The statistics are taken in float64.
 *
 * @param n - number of input features
 * @param options - eps, affine
 * @throws TypeError or RangeError for wrong arguments; OutOfMemoryError
 * @example
 * ```ts
 * import { layerNorm, sequential } from 'adamas';
 * const model = sequential(layerNorm(4, { eps: 0 }));
 * console.log(model.predict(new Float32Array([1, 1, 3, 3]))); // Float32Array(4) [ -1, -1, 1, 1 ]
 * model.dispose();
 * ```
 */
export function layerNorm(n: number, options: LayerNormOptions = {}): Layer {
  positiveInt('layerNorm: n', n);
  const { eps, affine } = readOptions('layerNorm', options, {
    eps: [nonNegative, 1e-5],
    affine: [boolean, true],
  });
  const parameters = affine ? scaleAndShift(n) : {};
  const { weight, bias } = parameters;
  const w = weight?.block.ptr ?? 0;
  return {
    name: `layerNorm(${n}${affine ? '' : ', not affine'})`,
    inputs: n,
    parameters,
    recipe: ['layerNorm', n, { eps, affine }],
    outputs: () => n,
    forward(graph, x) {
      const y = graph.buffer(n);
      const stats = graph.buffer(4);
      graph.push(Op.layerNorm, y, stats, x, w, bias?.block.ptr ?? 0, n, ...wordsOf(eps));
      return {
        y,
        backward(dy, wanted) {
          const dx = wanted ? dy : 0;
          const [dw, db] = [weight?.gradBlock.ptr ?? 0, bias?.gradBlock.ptr ?? 0];
          graph.push(Op.layerNormBackward, dw, db, dx, dy, x, w, stats, n);
          return dx;
        },
      };
    },
  };
}

/** The parameters of a layer that normalizes: a weight of ones and a bias of zeros, each [n]. */
export function scaleAndShift(n: number): { weight?: Parameter; bias?: Parameter } {
  return disposeOnError((use) => {
    const [weight, bias] = [use(emptyParameter([n])), use(emptyParameter([n]))];
    weight.data.fill(1);
    bias.data.fill(0);
    return { weight, bias };
  });
}
