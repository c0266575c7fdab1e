import { type Disposable, disposeWith, Pass, ResourceOwner } from '../resources.js';
import type { Rows } from '../rows.js';
import { Tensor } from '../tensor.js';
import { boolean, checkOptions, fail, refuse, weightList } from '../validate.js';
import type { Pointer } from '../wasm/kernels.js';
import { outlasting } from '../wasm/memory.js';
import { modelKernels } from '../wasm/modelKernels.js';
import { lossSums } from '../wasm/opList.js';
import { Executable, Graph } from './graph.js';
import { readFeatures, rowCount, StagingBuffer } from './inputs.js';
import { type Loss, targetWidth } from './loss.js';
import { assertState, checkLoss, type Network, splitScaling } from './network.js';
import { readTargets, type Targets } from './targets.js';

/** Options of {@link Model.lossAndGrad}. */
export interface LossOptions {
  /** Add to the gradients instead of replacing them. Default false. */
  readonly accumulate?: boolean | undefined;
  /** Factor of each row's loss; the mean still divides by the number of rows (or elements), as in torch. */
  readonly weights?: ArrayLike<number> | undefined;
}

const OPTIONS = ['accumulate', 'weights'];

/** Op list and staging memory of a training pass for one loss. */
class TrainingPlan extends ResourceOwner {
  readonly executable: Executable;
  readonly key: Loss['key'];
  readonly features: StagingBuffer;
  readonly targets: StagingBuffer;
  readonly weights: StagingBuffer;

  constructor({ layers, inputs }: Network, loss: Loss, rows: number) {
    super();
    const { use } = this.resources;
    this.executable = use(new Executable(Graph.training(layers, inputs, loss, rows)));
    this.key = loss.key;
    this.features = use(new StagingBuffer());
    this.targets = use(new StagingBuffer());
    this.weights = use(new StagingBuffer());
    disposeWith(this, this.resources);
  }
}

/** Loss and gradients of a network, with a plan that is kept from one call to the next. */
export class Training {
  #plan: TrainingPlan | undefined;
  /** Rows of the last call. */
  rows = 0;

  /**
   * @param call - the call in errors
   * @param network - its parameters get the gradients
   * @param model - the model that no other pass may train meanwhile; left out where a pass that has marked it runs
   */
  lossAndGrad(
    call: string,
    network: Network,
    loss: Loss,
    x: Rows,
    y: Targets,
    options: LossOptions,
    model?: Disposable,
  ): number {
    const { inputs, outputs, layers, state } = network;
    checkLoss(call, loss, network);
    // Not from a table, which takes longer: this may be called for every row.
    checkOptions(call, options, OPTIONS);
    const { accumulate = false, weights: given } = options;
    boolean(`${call}: accumulate`, accumulate);
    if (given !== undefined) weightList(`${call}: weights`, given);
    const features = readFeatures(call, x, network);
    const rows = rowCount(features, inputs);
    if (rows === 0) fail(RangeError, `${call}: x`, 'hold at least one row', 'none');
    for (const layer of layers) layer.checkBatch?.(call, rows);
    const targets = readTargets(`${call}: y`, y, loss, rows, network);
    if (given !== undefined) {
      const { length } = Object(given);
      if (length !== rows) refuse(RangeError, `${call}: weights`, `hold ${rows} numbers, one per row`, length);
    }
    const weights = given && outlasting(given);
    assertState(network);
    const plan = this.#planFor(network, loss, rows);
    const { context, list, end, graph } = plan.executable;
    const xPointer = plan.features.features(features, 0, rows, inputs);
    const { scaling } = splitScaling(layers);
    const size = rows * targetWidth(loss, outputs);
    const yPointer = scaling
      ? plan.targets.scaledTargets(targets, size, scaling)
      : plan.targets.targets(targets, size, loss.takesClasses);
    const weightsPointer: Pointer = weights === undefined ? 0 : plan.weights.targets(weights, rows, false);
    this.rows = rows;
    const run = () =>
      modelKernels().lossAndGrad(context, list.ptr, end, xPointer, yPointer, weightsPointer, rows, Number(accumulate));
    if (!graph.callsHost) return run();
    const tensors = [features, targets].filter((one) => one instanceof Tensor);
    const pass = model ? new Pass(call, [model, ...state], tensors) : new Pass(call, [], [...state, ...tensors]);
    try {
      return run();
    } finally {
      pass.dispose();
    }
  }

  /** The numerator and the denominator of the mean loss of the last call. */
  get lossSums(): readonly [number, number] {
    return lossSums(this.#plan!.executable.context);
  }

  #planFor(network: Network, loss: Loss, rows: number): TrainingPlan {
    const plan = this.#plan;
    if (plan && plan.key === loss.key && plan.executable.graph.capacity >= rows) return plan;
    this.dispose();
    this.#plan = new TrainingPlan(network, loss, rows);
    return this.#plan;
  }

  dispose(): void {
    this.#plan?.dispose();
    this.#plan = undefined;
  }
}
