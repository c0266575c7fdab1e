import { seedOr } from '../generator.js';
import { disposeOnError } from '../resources.js';
import { emptyParameter } from '../tensor.js';
import { boolean, positiveInt, readOptions, seedNumber } from '../validate.js';
import { modelKernels } from '../wasm/modelKernels.js';
import { Op } from '../wasm/op.generated.js';
import { checkInit, type Initializer, initialise } from './initializers.js';
import type { Layer } from './layer.js';

/** Options of {@link linear}. */
export interface LinearOptions {
  /** `false` leaves out the bias. Default true. */
  readonly bias?: boolean | undefined;
  /** Distribution of the initial weights. Default `'kaimingUniform'`, torch's. */
  readonly init?: Initializer | undefined;
  /** Seed of the initial weights. By default each layer takes the next of 0, 1, 2, ... */
  readonly seed?: number | undefined;
}

/** Below this number of outputs a row-wise pass is a pass down columns, and faster on a column-major input. */
const FEW_OUTPUTS = 4;

/**
 * A fully connected layer: y = x w^T + b, for x [B, inputs], w [outputs, inputs] (as torch stores it) and b [outputs].
 *
 * Each output is the bias plus the products in the order of the index, each operation rounded to float32; it does not depend on the batch.
 *
 * @param inputs - number of input features
 * @param outputs - number of output features
 * @param options - bias, init, seed
 * @throws TypeError or RangeError for wrong arguments; OutOfMemoryError
 * @example
 * ```ts
 * import { linear, sequential } from 'adamas';
 * const model = sequential(linear(3, 2, { init: 'zeros' }));
 * console.log(model.predict(new Float32Array([1, 2, 3]))); // Float32Array(2) [ 0, 0 ]
 * model.dispose();
 * ```
 */
export function linear(inputs: number, outputs: number, options: LinearOptions = {}): Layer {
  positiveInt('linear: inputs', inputs);
  positiveInt('linear: outputs', outputs);
  const {
    bias: hasBias,
    init,
    ...given
  } = readOptions('linear', options, {
    bias: [boolean, true],
    init: [checkInit, 'kaimingUniform'],
    seed: [seedNumber, undefined],
  });
  const seed = seedOr(given.seed);

  const [weight, bias] = disposeOnError((use) => {
    const weight = use(emptyParameter([outputs, inputs]));
    const bias = hasBias ? use(emptyParameter([outputs])) : undefined;
    initialise(init, seed, inputs, weight.block, bias?.block);
    return [weight, bias];
  });
  const w = weight.block.ptr;
  const b = bias?.block.ptr ?? 0;
  return {
    name: `linear(${inputs}, ${outputs}${hasBias ? '' : ', no bias'})`,
    inputs,
    recipe: ['linear', inputs, outputs, { bias: hasBias, init: 'zeros', seed }],
    parameters: bias === undefined ? { weight } : { weight, bias },
    outputs: () => outputs,
    forward(graph, x) {
      const y = graph.buffer(outputs);
      const { denseWorkspace, gemmWorkspace } = modelKernels();
      const { capacity } = graph;
      graph.reserve(
        graph.training ? denseWorkspace(capacity, inputs, outputs) : gemmWorkspace(capacity, outputs, inputs),
      );
      graph.push(Op.dense, y, x, w, b, inputs, outputs);
      return {
        y,
        backward(dy, wanted) {
          const dx = wanted ? graph.buffer(inputs) : 0;
          const dw = weight.gradBlock.ptr;
          graph.push(Op.denseBackward, dw, bias?.gradBlock.ptr ?? 0, dx, dy, x, w, inputs, outputs);
          return dx;
        },
      };
    },
    forwardColumns(graph, stride) {
      if (outputs >= FEW_OUTPUTS) return undefined;
      const y = graph.buffer(outputs);
      graph.reserve(4 * graph.capacity);
      graph.push(Op.denseColumns, y, stride, w, b, inputs, outputs);
      return y;
    },
  };
}
