import type { Op } from '../wasm/op.generated.js';
import type { Layer, Recipe } from './layer.js';

/** The two ops of an activation. */
interface ActivationOps {
  /** y = f(x). */
  readonly forward: Op;
  /** dx = f'(x) dy. */
  readonly backward: Op;
  /** The operand from which the backward op computes the slope: the input x or the output y. */
  readonly slopeReads: 'x' | 'y';
  /** Set if y is never negative. */
  readonly nonNegative?: boolean;
}

/**
 * An activation as a layer.
 *
 * @param name - in summaries and errors
 * @param recipe - see {@link Recipe}
 * @param ops - its ops
 * @param constants - their last arguments
 */
export function activationLayer(
  name: string,
  recipe: Recipe,
  { forward, backward, slopeReads, nonNegative = false }: ActivationOps,
  ...constants: readonly number[]
): Layer {
  return {
    name,
    inputs: undefined,
    parameters: {},
    recipe,
    nonNegative,
    outputs: (inputs) => inputs,
    forward(graph, x, inputs) {
      const y = graph.buffer(inputs);
      graph.push(forward, y, x, inputs, ...constants);
      return {
        y,
        backward(dy) {
          graph.push(backward, dy, dy, slopeReads === 'x' ? x : y, inputs, ...constants);
          return dy;
        },
      };
    },
  };
}
