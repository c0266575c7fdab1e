import { disposeOnError } from '../resources.js';
import { zeros } from '../tensor.js';
import { boolean, fail, nonNegative, positiveInt, readOptions, unitInterval } from '../validate.js';
import { floats } from '../wasm/memory.js';
import { Op } from '../wasm/op.generated.js';
import { wordsOf } from '../wasm/opList.js';
import type { Layer } from './layer.js';
import { scaleAndShift } from './layerNorm.js';
import { updateBatchNorm } from './updateBatchNorm.js';

/** Options of {@link batchNorm}. */
export interface BatchNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number | undefined;
  /** Weight of each batch's mean and variance in the running ones, in [0, 1]. Default 0.1. */
  readonly momentum?: number | undefined;
  /** `false` leaves out weight and bias. Default true. */
  readonly affine?: boolean | undefined;
}

/**
 * Normalizes each column: y = (x - mean) / sqrt(variance + eps) * weight + bias. The weight starts as ones, the bias as zeros, both [n].
 *
 * In training mean and (biased) variance are those of the batch, and two buffers follow them: `running_mean`, from 0 on, and `running_var`,
 * from 1 on: running = (1 - momentum) running + momentum batch, with the unbiased variance. In evaluation mode they take the batch's place.
 * A batch of one row has no variance: training throws where one would come up. `num_batches_tracked` counts the batches.
 *
 * Source: Ioffe and Szegedy, arXiv:1502.03167; torch.nn.BatchNorm1d. The statistics are taken in float64.
 *
 * @param n - number of input features
 * @param options - eps, momentum, affine
 * @throws TypeError or RangeError for wrong arguments; OutOfMemoryError
 * @example
 * ```ts
 * import { batchNorm, sequential } from 'adamas';
 * const model = sequential(batchNorm(1, { eps: 0, momentum: 1 }));
 * const x = new Float32Array([1, 2, 3]);
 * model.lossAndGrad('mse', x, x);
 * console.log(model.predict(x)); // Float32Array(3) [ -1, 0, 1 ]
 * model.dispose();
 * ```
 */
export function batchNorm(n: number, options: BatchNormOptions = {}): Layer {
  positiveInt('batchNorm: n', n);
  const { eps, momentum, affine } = readOptions('batchNorm', options, {
    eps: [nonNegative, 1e-5],
    momentum: [unitInterval, 0.1],
    affine: [boolean, true],
  });
  const { parameters, buffers } = disposeOnError((use) => {
    const buffers = {
      running_mean: use(zeros([n])),
      running_var: use(zeros([n])),
      num_batches_tracked: use(zeros([])),
    };
    buffers.running_var.data.fill(1);
    return { buffers, parameters: affine ? scaleAndShift(n) : {} };
  });
  const { weight, bias } = parameters;
  const w = weight?.block.ptr ?? 0;
  const running = Object.values(buffers).map(({ block }) => block.ptr);
  return {
    name: `batchNorm(${n}${affine ? '' : ', not affine'})`,
    inputs: n,
    parameters,
    recipe: ['batchNorm', n, { eps, momentum, affine }],
    buffers,
    updateStatistics: updateBatchNorm,
    outputs: () => n,
    checkBatch(call, rows, batch = 'a batch of 1') {
      if (rows === 1) fail(RangeError, `${call}: batchNorm(${n})`, 'train on batches of more than one row', batch);
    },
    forward(graph, x) {
      const { training, resources } = graph;
      const y = graph.buffer(n);
      const stats = training ? resources.use(floats(12 * Math.ceil(n / 4))).ptr : 0;
      const constants = [...wordsOf(eps), ...wordsOf(momentum)];
      graph.push(Op.batchNorm, y, stats, x, w, bias?.block.ptr ?? 0, ...running, n, Number(training), ...constants);
      return {
        y,
        backward(dy, wanted) {
          const dx = wanted ? dy : 0;
          const [dw, db] = [weight?.gradBlock.ptr ?? 0, bias?.gradBlock.ptr ?? 0];
          graph.push(Op.batchNormBackward, dw, db, dx, dy, x, w, stats, n);
          return dx;
        },
      };
    },
  };
}
