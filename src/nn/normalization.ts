import type { Dataset } from '../data/dataset.js';
import { columnMoments, type Moments } from '../data/moments.js';
import { warnOnce } from '../data/notes.js';
import { disposeOnError } from '../resources.js';
import { Tensor, tensor } from '../tensor.js';
import { checkNumber, checkOptions, fail, isArrayLike, refuse } from '../validate.js';
import { Op } from '../wasm/op.generated.js';
import type { Layer } from './layer.js';

/**
 * A layer that scales each column of a model's inputs: y = (x - mean) / std. It has no parameters; the means and deviations are buffers (`mean`
 * and `std`), part of the state dict.
 *
 * A column that is constant becomes 0: its deviation counts as 1, with one warning.
 *
 * @param data - the training data, whose features' means and (population) standard deviations are taken in float64 and rounded to float32; a
 *   tensor of features [N, D]; the schema of a table, which knows them; or means and deviations
 * @throws TypeError or RangeError for wrong arguments; OutOfMemoryError; UseAfterDisposeError
 * @example
 * ```ts
 * import { normalization, sequential, tensor } from 'adamas';
 * const model = sequential(normalization(tensor([1, 10, 3, 30], [2, 2])));
 * console.log(model.predict(new Float32Array([1, 10, 2, 40]))); // Float32Array(4) [ -1, -1, 0, 2 ]
 * model.dispose();
 * ```
 */
export function normalization(data: Scaled): Layer {
  const { mean, std } = readMoments('normalization', 'features', data);
  const n = mean.length;
  const buffers = disposeOnError((use) => ({ mean: use(tensor(mean)), std: tensor(std) }));
  const [means, deviations] = [buffers.mean.block.ptr, buffers.std.block.ptr];
  return {
    name: `normalization(${n})`,
    inputs: n,
    parameters: {},
    recipe: ['normalization', { mean: Array.from(mean), std: Array.from(std) }],
    buffers,
    outputs: () => n,
    forward(graph, x) {
      const y = graph.buffer(n);
      graph.push(Op.normalization, y, x, means, deviations, n);
      return {
        y,
        backward(dy) {
          graph.push(Op.normalization, dy, dy, 0, deviations, n);
          return dy;
        },
      };
    },
  };
}

/** Data whose columns are scaled: a dataset, a tensor of rows, a table or its schema, or means and deviations. */
export type Scaled = Dataset | Tensor | Moments | { readonly moments: Moments; readonly targetMoments: Moments };

/** The means and deviations of a table's features or targets, as float32 and checked. A deviation of 0 becomes 1, with one warning. */
export function readMoments(
  call: string,
  part: 'features' | 'targets',
  data: Scaled,
): { mean: Float32Array<ArrayBuffer>; std: Float32Array<ArrayBuffer> } {
  const given = Object(data);
  const tensor = data instanceof Tensor ? data : given[part];
  let moments = data as Moments;
  if (tensor instanceof Tensor) {
    const [count = 0, width = 1, more = 1] = tensor.shape;
    if (more > 1 || tensor.size === 0 || (part === 'features' && tensor.shape.length !== 2)) {
      refuse(RangeError, `${call}: data`, `have shape [samples, ${part}]`, tensor.shape);
    }
    moments = columnMoments(tensor.data, count, width);
  } else if (typeof given.moments === 'object') moments = part === 'features' ? given.moments : given.targetMoments;
  else checkOptions(call, data, ['mean', 'std']);
  const mean = read(`${call}: mean`, moments.mean, 'a finite float32 number', (x) => Math.abs(x) < Infinity);
  const std = read(`${call}: std`, moments.std, 'a finite float32 number of at least 0', (x) => x >= 0 && x < Infinity);
  if (mean.length !== std.length) {
    fail(RangeError, `${call}: mean and std`, 'be of one length', `${mean.length} and ${std.length}`);
  }
  const constant = std.indexOf(0);
  if (constant >= 0) {
    const { length } = std.filter((deviation) => deviation === 0);
    const columns =
      length === 1 ? `column ${constant} is constant` : `${length} columns are constant, ${constant} the first`;
    warnOnce(`${call}: ${columns}: a deviation of 0 counts as 1`);
  }
  return { mean, std: std.map((deviation) => deviation || 1) };
}

function read(
  name: string,
  values: ArrayLike<number>,
  expected: string,
  ok: (value: number) => boolean,
): Float32Array<ArrayBuffer> {
  if (!isArrayLike(values) || values.length === 0) {
    refuse(TypeError, name, 'be an array of numbers, one per column', values);
  }
  return Float32Array.from(values, (value, j) => {
    checkNumber(`${name}[${j}]`, value, expected, (x) => ok(Math.fround(x)));
    return value;
  });
}
