import { disposeOnError } from '../resources.js';
import { tensor } from '../tensor.js';
import { Op } from '../wasm/op.generated.js';
import type { Layer } from './layer.js';
import { readMoments, type Scaled } from './normalization.js';

/**
 * The last layer of a regression, which scales its outputs to the units of the targets: y = x std + mean. It has no parameters; the means and
 * deviations are buffers (`mean` and `std`), part of the state dict.
 *
 * Training then uses targets of mean 0 and deviation 1, whatever their units are: losses, `lossAndGrad` and functions as losses see
 * (target - mean) / std and the outputs before this layer. `predict` and `forward`, and the measures `r2` and `mae`, are in the targets' own units.
 *
 * @param data - the training data, whose targets' means and (population) standard deviations are taken in float64 and rounded to float32; a
 *   tensor of targets [N] or [N, K]; the schema of a table, which knows them; or means and deviations. A deviation of 0 counts as 1, with
 *   one warning
 * @throws TypeError or RangeError for wrong arguments; OutOfMemoryError; UseAfterDisposeError
 * @example
 * ```ts
 * import { Adam, dataset, fitSync, linear, normalization, sequential, targetScaling } from 'adamas';
 * const data = dataset([[1], [2], [3]], [100_000, 200_000, 300_000]);
 * const model = sequential(normalization(data), linear(1, 1, { seed: 1 }), targetScaling(data));
 * fitSync(model, data, { loss: 'mse', optimizer: new Adam(model.parameters(), { lr: 0.1 }), epochs: 300 });
 * console.log(Math.round(model.predict([[4]])[0]! / 1000)); // 400
 * ```
 */
export function targetScaling(data: Scaled): Layer {
  const { mean, std } = readMoments('targetScaling', 'targets', data);
  const n = mean.length;
  const buffers = disposeOnError((use) => ({ mean: use(tensor(mean)), std: tensor(std) }));
  const [means, deviations] = [buffers.mean.block.ptr, buffers.std.block.ptr];
  return {
    name: `targetScaling(${n})`,
    inputs: n,
    parameters: {},
    recipe: ['targetScaling', { mean: Array.from(mean), std: Array.from(std) }],
    buffers,
    outputs: () => n,
    scaleTargets(values, out) {
      const [mean, std] = [buffers.mean.data, buffers.std.data];
      for (let i = 0; i < out.length; i++) out[i] = (values[i]! - mean[i % n]!) / std[i % n]!;
    },
    forward(graph, x) {
      const y = graph.buffer(n);
      graph.push(Op.targetScaling, y, x, means, deviations, n);
      return {
        y,
        backward(dy) {
          graph.push(Op.targetScaling, dy, dy, 0, deviations, n);
          return dy;
        },
      };
    },
  };
}
