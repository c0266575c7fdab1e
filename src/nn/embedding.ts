import { seedOr } from '../generator.js';
import { disposeOnError } from '../resources.js';
import { emptyParameter } from '../tensor.js';
import { checkNumber, positiveInt, readOptions, seedNumber } from '../validate.js';
import { Op } from '../wasm/op.generated.js';
import { checkInit, type Initializer, initialise } from './initializers.js';
import type { Layer } from './layer.js';
import { checkClasses } from './targets.js';

/** Options of {@link embedding}. */
export interface EmbeddingOptions {
  /** Number of indices in a row. By default the next layer decides it. */
  readonly inputs?: number | undefined;
  /** Distribution of the initial vectors. Default `'normal'`: mean 0 and deviation 1, as in torch. */
  readonly init?: Initializer | undefined;
  /** Seed of the initial vectors. By default each layer takes the next of 0, 1, 2, ... */
  readonly seed?: number | undefined;
}

/** Every whole number up to this one is a float32. */
const MOST = 16_777_216;

/**
 * A vector for each of `count` classes, in the place of its index: rows of F indices, whole numbers from 0 to count - 1 as features, become
 * rows of F size numbers. The weight is [count, size], as torch stores it. It must be a model's first layer.
 *
 * The gradient of a vector is the sum over its uses, in the order of the rows.
 *
 * Source: torch.nn.Embedding.
 *
 * @param count - number of classes
 * @param size - length of a vector
 * @param options - inputs, init, seed
 * @throws TypeError or RangeError for wrong arguments; OutOfMemoryError. A model throws RangeError for a feature that is not an index
 * @example
 * ```ts
 * import { embedding, sequential } from 'adamas';
 * const model = sequential(embedding(3, 2, { inputs: 2 }));
 * model.parameters()[0]!.set([0, 1, 10, 11, 20, 21]);
 * console.log(model.predict(new Float32Array([2, 0]))); // Float32Array(4) [ 20, 21, 0, 1 ]
 * model.dispose();
 * ```
 */
export function embedding(count: number, size: number, options: EmbeddingOptions = {}): Layer {
  const whole = (x: number) => Number.isInteger(x) && x >= 1 && x <= MOST;
  checkNumber('embedding: count', count, `a whole number from 1 to ${MOST}`, whole);
  positiveInt('embedding: size', size);
  const { inputs, init, ...given } = readOptions('embedding', options, {
    inputs: [positiveInt, undefined],
    init: [checkInit, 'normal'],
    seed: [seedNumber, undefined],
  });
  const seed = seedOr(given.seed);
  const weight = disposeOnError((use) => {
    const weight = use(emptyParameter([count, size]));
    // As in torch, the bound of a uniform draw depends on the length of a row of the weight.
    initialise(init, seed, size, weight.block, undefined);
    return weight;
  });
  return {
    name: `embedding(${count}, ${size})`,
    inputs,
    parameters: { weight },
    recipe: ['embedding', count, size, { inputs, init: 'zeros', seed }],
    outputs: (inputs) => inputs * size,
    inputsFor: (outputs) => outputs / size,
    checkInputs: (name, values) => checkClasses(name, values, count),
    forward(graph, x, inputs) {
      const y = graph.buffer(inputs * size);
      const indices = graph.buffer(inputs);
      graph.push(Op.embedding, y, indices, x, weight.block.ptr, inputs, count, size);
      return {
        y,
        backward(dy) {
          graph.push(Op.embeddingBackward, weight.gradBlock.ptr, dy, indices, inputs, count, size);
          return 0;
        },
      };
    },
  };
}
