import { RandomGenerator, seedOr } from '../generator.js';
import { disposeWith } from '../resources.js';
import { halfOpenUnit, readOptions, seedNumber } from '../validate.js';
import { Op } from '../wasm/op.generated.js';
import { wordOf } from '../wasm/opList.js';
import type { Layer } from './layer.js';

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** Seed of the dropout mask. By default each layer takes the next of 0, 1, 2, ... */
  readonly seed?: number | undefined;
}

/**
 * In training each number becomes 0 with probability p, and the others grow to x / (1 - p); in evaluation mode (as in `predict`) y = x.
 *
 * The mask depends on the seed and on how many numbers the layer has seen in training, and is the same on every engine. The
 * probability is rounded down to a multiple of 2^-32.
 *
 * Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014; torch.nn.Dropout.
 *
 * @param p - probability that a number is left out, in [0, 1)
 * @param options - seed
 * @throws TypeError or RangeError for wrong arguments; OutOfMemoryError
 * @example
 * ```ts
 * import { dropout, linear, sequential } from 'adamas';
 * const model = sequential(linear(2, 2, { seed: 1 }), dropout(0.5, { seed: 2 }));
 * model.parameters()[0]!.set([1, 0, 0, 1]);
 * model.parameters()[1]!.set([0, 0]);
 * console.log(model.predict(new Float32Array([3, 4]))); // Float32Array(2) [ 3, 4 ]
 * model.dispose();
 * ```
 */
export function dropout(p = 0.5, options: DropoutOptions = {}): Layer {
  halfOpenUnit('dropout: p', p);
  const { seed } = readOptions('dropout', options, { seed: [seedNumber, undefined] });
  const generator = new RandomGenerator(seedOr(seed));
  const constants = [Math.floor(p * 2 ** 32), wordOf(1 / (1 - p)), generator.ptr];
  const layer: Layer = {
    name: `dropout(${p})`,
    inputs: undefined,
    parameters: {},
    recipe: ['dropout', p, { seed: 0 }],
    generator,
    outputs: (inputs) => inputs,
    forward(graph, x, inputs) {
      const y = graph.training ? graph.buffer(inputs) : x;
      if (graph.training) graph.push(Op.dropout, y, x, inputs, ...constants, 0);
      return {
        y,
        backward(dy) {
          graph.push(Op.dropout, dy, dy, inputs, ...constants, 1);
          return dy;
        },
      };
    },
  };
  disposeWith(layer, generator.block);
  return layer;
}
