import { Dataset } from '../data/dataset.js';
import { UseAfterDisposeError } from '../errors.js';
import { disposeAfter, ResourceOwner, type ResourceStack } from '../resources.js';
import { refuse } from '../validate.js';
import type { Pointer } from '../wasm/kernels.js';
import { copyOf, floats, words } from '../wasm/memory.js';
import { modelKernels } from '../wasm/modelKernels.js';
import { lossSums } from '../wasm/opList.js';
import { blockRows, Executable, Graph } from './graph.js';
import { type Loss, targetWidth } from './loss.js';
import { type LossSpec, lossOf } from './losses.js';
import { type Evaluation, Metrics } from './metrics.js';
import { assertState, checkClassNames, checkLoss, type Network, splitScaling } from './network.js';
import { checkTargets, classIndices, oneHotClasses } from './targets.js';

/** Options of {@link Model.evaluate}. */
export interface EvaluateOptions<Loss extends LossSpec | undefined = LossSpec | undefined> {
  /** Default: the model's own `loss`. */
  readonly loss?: Loss | undefined;
}

/** Throws if the dataset, one of its tensors or a layer of the network was disposed. */
export function assertUndisposed(network: Network, data: Dataset): void {
  if (data.disposed) throw new UseAfterDisposeError('The dataset');
  for (const one of [data.features, data.targets]) void one.data;
  assertState(network);
}

/** Throws unless this network can be evaluated on this data by this loss. */
export function checkData(call: string, network: Network, loss: Loss, data: Dataset): void {
  if (!(data instanceof Dataset)) refuse(TypeError, `${call}: data`, 'be a dataset', data);
  assertUndisposed(network, data);
  const { features, targets, length } = data;
  const { inputs, outputs, layers } = network;
  if (features.shape[1] !== inputs) {
    refuse(RangeError, `${call}: data`, `have ${inputs} features like the model`, features.shape);
  }
  layers[0]!.checkInputs?.(`${call}: data.features`, features.data);
  checkLoss(call, loss, network);
  checkClassNames(call, loss, network.classes, data.classes);
  const name = `${call}: data.targets`;
  const width = targetWidth(loss, outputs);
  if (loss.takesClasses && targets.size === length * outputs && outputs > 1) oneHotClasses(name, targets.data, outputs);
  else if (targets.size !== length * width) {
    const expected = loss.takesClasses
      ? `a class index per target, or one-hot rows of ${outputs},`
      : `${width} numbers per target`;
    refuse(RangeError, `${call}: data`, `have ${expected} for this model and loss`, targets.shape);
  } else checkTargets(name, loss, targets.data, outputs);
}

/** Evaluates a network on some data. */
export function evaluate(network: Network, spec: LossSpec | undefined, data: Dataset): Evaluation {
  const loss = lossOf('evaluate: loss', spec as LossSpec);
  checkData('evaluate', network, loss, data);
  const metrics = Metrics.of(spec, network.outputs, data.targets);
  return disposeAfter((use) => {
    const evaluator = use(new Evaluator(network, loss, data, undefined, metrics));
    return { loss: evaluator.run(Infinity)!, ...metrics?.result() };
  });
}

/** Rows that an evaluation of N takes at once: the same wherever one is made, so that sums come out the same. */
export function evaluationRows(network: Network, N: number): number {
  return Math.min((N + 15) & ~15, Math.max(16, blockRows(network) & ~15));
}

/** Address of the targets of all samples: the dataset's own, or copies that `use` takes over: class indices as words, or scaled targets. */
export function targetsOf(
  use: ResourceStack['use'],
  { layers }: Network,
  loss: Loss,
  { targets, length }: Dataset,
): Pointer {
  if (!loss.takesClasses) {
    const { scaling } = splitScaling(layers);
    if (scaling === undefined) return targets.block.ptr;
    const scaled = use(floats(targets.size));
    scaling.scaleTargets!(targets.data, scaled.view);
    return scaled.ptr;
  }
  const classes = use(words(length));
  classes.view.set(classIndices(targets));
  return classes.ptr;
}

/** Address of the weights of all samples; 0 when all weigh the same. */
export function weightsOf(use: ResourceStack['use'], weights: ArrayLike<number> | undefined): Pointer {
  return weights === undefined ? 0 : use(copyOf(weights)).ptr;
}

/** The mean loss of a model over a dataset, taken block by block, with metrics of its outputs. */
export class Evaluator extends ResourceOwner {
  readonly #data: Dataset;
  readonly #executable: Executable;
  readonly #targets: Pointer;
  readonly #weights: Pointer;
  readonly #yRow: number;
  /** Rows seen. */
  #seen = 0;
  #sum = 0;
  #weight = 0;

  constructor(network: Network, loss: Loss, data: Dataset, weights?: ArrayLike<number>, metrics?: Metrics) {
    super();
    this.#data = data;
    this.#yRow = 4 * targetWidth(loss, network.outputs);
    const { resources } = this;
    [this.#executable, this.#targets, this.#weights] = resources.disposeOnError(() => {
      const graph = Graph.evaluation(network.layers, network.inputs, loss, evaluationRows(network, data.length));
      metrics?.push(graph);
      return [
        resources.use(new Executable(graph)),
        targetsOf(resources.use, network, loss, data),
        weightsOf(resources.use, weights),
      ];
    });
  }

  /** Continues for about `work` rows, one block at least. Returns the mean loss once all rows are seen; the next call then starts again. */
  run(work: number): number | undefined {
    const { features, length: N } = this.#data;
    const { graph, context, list, end } = this.#executable;
    for (let left = work; left > 0 && this.#seen < N; left -= graph.capacity) {
      const at = this.#seen;
      const rows = Math.min(graph.capacity, N - at);
      const x = features.block.ptr + (features.size / N) * 4 * at;
      const weights = this.#weights && this.#weights + 4 * at;
      modelKernels().lossAndGrad(context, list.ptr, end, x, this.#targets + this.#yRow * at, weights, rows, 0);
      const [sum, weight] = lossSums(context);
      this.#sum += sum;
      this.#weight += weight;
      this.#seen += rows;
    }
    if (this.#seen < N) return undefined;
    const loss = this.#sum / this.#weight;
    this.#seen = this.#sum = this.#weight = 0;
    return loss;
  }
}
