import type { Dataset } from '../data/dataset.js';
import { ResourceOwner, type ResourceStack } from '../resources.js';
import { kernels, memoryBuffer, type Pointer } from '../wasm/kernels.js';
import { copyOf, words } from '../wasm/memory.js';
import { blockRows, Executable, Graph } from './graph.js';
import type { Layer } from './layer.js';
import { type Loss, targetWidth } from './losses.js';
import type { Metrics } from './metrics.js';

/** What is evaluated. */
interface Evaluated {
  readonly layers: readonly Layer[];
  readonly inputs: number;
  readonly outputs: number;
}

/** Rows that an evaluation of N takes at once: the same wherever one is made, so that sums come out the same. */
export function evaluationRows({ layers, inputs }: Evaluated, N: number): number {
  return Math.min((N + 15) & ~15, Math.max(16, blockRows(layers, inputs) & ~15));
}

/** Where the targets of all samples are: the dataset's own, or class indices as words that `held` holds. */
export function targetsOf(use: ResourceStack['use'], loss: Loss, { targets }: Dataset): Pointer {
  if (!loss.takesClasses) return targets.block.ptr;
  const classes = use(words(targets.size));
  classes.view.set(targets.data);
  return classes.ptr;
}

/** Where the weights of all samples are; 0 when all weigh the same. */
export function weightsOf(use: ResourceStack['use'], weights: ArrayLike<number> | undefined): Pointer {
  return weights === undefined ? 0 : use(copyOf(weights)).ptr;
}

/** The mean loss of a model over a dataset, taken block by block, with metrics of its outputs. */
export class Evaluator extends ResourceOwner {
  readonly #data: Dataset;
  readonly #runnable: Executable;
  readonly #targets: Pointer;
  readonly #weights: Pointer;
  readonly #yRow: number;
  /** Rows seen. */
  #seen = 0;
  #sum = 0;
  #weight = 0;

  constructor(model: Evaluated, loss: Loss, data: Dataset, weights?: ArrayLike<number>, metrics?: Metrics) {
    super();
    const { layers, inputs, outputs } = model;
    this.#data = data;
    this.#yRow = 4 * targetWidth(loss, outputs);
    const { resources } = this;
    [this.#runnable, this.#targets, this.#weights] = resources.disposeOnError(() => {
      const program = Graph.evaluation(layers, inputs, loss, evaluationRows(model, data.length));
      metrics?.push(program);
      return [
        resources.use(new Executable(program)),
        targetsOf(resources.use, loss, data),
        weightsOf(resources.use, weights),
      ];
    });
  }

  /** Goes on for about `work` rows, one block at least. Returns the mean loss once all rows are seen; the next call then starts anew. */
  run(work: number): number | undefined {
    const { features, length: N } = this.#data;
    const { program, context, list, end } = this.#runnable;
    for (let left = work; left > 0 && this.#seen < N; left -= program.capacity) {
      const at = this.#seen;
      const rows = Math.min(program.capacity, N - at);
      const x = features.block.ptr + (features.size / N) * 4 * at;
      const weights = this.#weights && this.#weights + 4 * at;
      kernels().lossAndGrad(context, list.ptr, end, x, this.#targets + this.#yRow * at, weights, rows, 0);
      // The first two fields of the context: see assembly/vm/context.ts.
      const [sum, weight] = new Float64Array(memoryBuffer(), context, 2);
      this.#sum += sum!;
      this.#weight += weight!;
      this.#seen += rows;
    }
    if (this.#seen < N) return undefined;
    const loss = this.#sum / this.#weight;
    this.#seen = this.#sum = this.#weight = 0;
    return loss;
  }
}
