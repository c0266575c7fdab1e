import { evaluationRows, targetsOf, weightsOf } from '../nn/evaluate.js';
import { Executable, Graph } from '../nn/graph.js';
import { targetWidth } from '../nn/loss.js';
import type { Metrics } from '../nn/metrics.js';
import type { Model } from '../nn/model.js';
import type { LBFGS } from '../optim/lbfgs.js';
import { ResourceOwner } from '../resources.js';
import { kernels, type Pointer } from '../wasm/kernels.js';
import { Loop } from '../wasm/layouts.generated.js';
import { type Doubles, doubles, floats, type Words, words } from '../wasm/memory.js';
import { Op } from '../wasm/op.generated.js';
import { endOf, OpList, type StructFields, writeStruct } from '../wasm/opList.js';
import type { LoopPlace } from './checkpoint.js';
import type { ResolvedFitOptions } from './resolvedOptions.js';
import { Snapshot } from './snapshot.js';
import type { StepOps } from './stepOps.js';
import type { Samples } from './validationSplit.js';

/** Numbers that the rows gathered at once may take, if that is more than a batch: 64 KB. */
const GATHERED_FLOATS = 16384;

/** Enough passes of a row that the loop never comes back early. */
export const UNLIMITED = 0x7fffffff;

/** The model, data and options of a training loop. */
export interface LoopOptions {
  readonly model: Model;
  readonly training: Samples;
  readonly options: Pick<
    ResolvedFitOptions,
    'loss' | 'batchSize' | 'epochSamples' | 'logEvery' | 'accumulate' | 'skipNonFinite' | 'shuffle'
  >;
  /** The steps; none for LBFGS, which takes them itself by {@link Trainer.iterate}. */
  readonly stepOps: StepOps | undefined;
  /** Measures taken with every evaluation: without `logEvery`, one after each epoch. */
  readonly metrics: Metrics | undefined;
}

/** The training loop in Wasm memory: op lists for a step and an evaluation, its place in the epoch, and a copy of the last good parameters. */
export class Trainer extends ResourceOwner {
  readonly #options: LoopOptions;
  #stepOps: StepOps | undefined;
  readonly #block: Words;
  readonly #order: Words;
  readonly #losses: Doubles;
  readonly #kept: Snapshot;
  readonly #batch: Executable;
  readonly #targets: Pointer;
  readonly #weights: Pointer;
  readonly #logEvery: number;
  /** The norm of the gradient before the last iteration. */
  #norm = Number.NaN;

  constructor(options: LoopOptions) {
    super();
    this.#options = options;
    const { model, training, options: fit, stepOps, metrics } = options;
    this.#stepOps = stepOps;
    const { data } = training;
    const { layers, inputs, outputs, tensors } = model;
    const { loss, epochSamples, accumulate, skipNonFinite, shuffle } = fit;
    const { resources } = this;
    const N = data.length;
    // As words of 32 bits: what is more comes to the same.
    const batchSize = Math.min(fit.batchSize, N);
    const logEvery = Math.min(fit.logEvery ?? (metrics ? epochSamples : Infinity), N + 1);
    this.#logEvery = logEvery;
    let targets!: Pointer;
    let weights!: Pointer;
    [this.#block, this.#order, this.#losses, this.#kept, this.#batch] = resources.disposeOnError(() => {
      targets = targetsOf(resources.use, model, loss, data);
      weights = weightsOf(resources.use, training.weights);
      const batch = resources.use(new Executable(Graph.training(layers, inputs, loss, batchSize)));
      const { gather, gathers } = this.#gathering(targets, weights, batchSize);
      const evaluates = fit.logEvery !== undefined || metrics !== undefined;
      const evaluation = evaluates ? this.#evaluation() : undefined;
      const order = resources.use(words(N));
      // A shuffle begins with this itself.
      const { view } = order;
      if (!shuffle) for (let i = 0; i < N; i++) view[i] = i;
      const losses = resources.use(doubles(1 + Math.ceil(N / logEvery)));
      // Holds the parameters as they are, finite or not, until an evaluation keeps others.
      const kept = resources.use(new Snapshot(tensors));
      const block = resources.use(words(Loop.size));
      const [copies, copiesRows] = kept.table;
      writeStruct<typeof Loop>(block.view, Loop, {
        lossSum: 0,
        lossWeight: 0,
        context: batch.context,
        gatherOps: gather.ptr,
        gatherOpsEnd: endOf(gather),
        ops: batch.list.ptr,
        opsEnd: batch.end,
        ...fieldsOf(stepOps),
        evalContext: evaluation?.executable.context,
        evalOps: evaluation?.executable.list.ptr,
        evalOpsEnd: evaluation?.executable.end,
        x: evaluation?.x,
        y: targets,
        weights,
        xRow: evaluation?.xRow,
        yRow: 4 * targetWidth(loss, outputs),
        N,
        samples: epochSamples,
        batch: batchSize,
        gathers,
        inputRow: 4 * inputs,
        // Of more batches than an epoch has, it takes all.
        accumulate: Math.min(accumulate, N),
        block: evaluation?.executable.graph.capacity,
        order: order.ptr,
        logEvery,
        losses: losses.ptr,
        running: Number(fit.logEvery === undefined),
        copies,
        copiesRows,
        skips: Number(skipNonFinite),
        seen: epochSamples,
        nextLog: logEvery,
        logged: 0,
        evaluated: N,
        nextGather: 0,
        gathered: 0,
        skipped: 0,
        stopped: 0,
      } satisfies StructFields<typeof Loop>);
      return [block, order, losses, kept, batch];
    });
    this.#targets = targets;
    this.#weights = weights;
  }

  /** The ops that gather the rows of as many batches at once as stay in cache, or of one, and how many rows they are. LBFGS needs none. */
  #gathering(targets: Pointer, sampleWeights: Pointer, batchSize: number): { gather: Words; gathers: number } {
    const { model, training, options, stepOps } = this.#options;
    const { inputs, outputs } = model;
    const { data } = training;
    const width = targetWidth(options.loss, outputs);
    const batches = Math.max(1, Math.floor(GATHERED_FLOATS / ((inputs + width + 1) * batchSize)));
    const gathers = batches * batchSize;
    const ops = new OpList();
    const push = (role: number, rows: Pointer, width: number) => {
      ops.push(Op.gather, role, this.resources.use(floats(Math.min(gathers, data.length) * width)).ptr, rows, width);
    };
    if (stepOps) {
      push(0, data.features.block.ptr, inputs);
      push(1, targets, width);
      if (sampleWeights !== 0) push(2, sampleWeights, 1);
    }
    return { gather: this.resources.use(ops.write()), gathers };
  }

  /** Forward and loss, over a column-major copy of the features where the first layer reads that faster. */
  #evaluation(): { executable: Executable; x: Pointer; xRow: number } {
    const { model, training, options, metrics } = this.#options;
    const { layers, inputs } = model;
    const { features, length: N } = training.data;
    // Columns are read by four lanes at once, in blocks that start at such four.
    const stride = (N + 15) & ~15;
    const graph = Graph.evaluation(layers, inputs, options.loss, evaluationRows(model, N), stride);
    metrics?.push(graph);
    const executable = this.resources.use(new Executable(graph));
    if (!graph.readsColumns) return { executable, x: features.block.ptr, xRow: 4 * inputs };
    const columns = this.resources.use(floats(stride * inputs));
    columns.view.fill(0);
    kernels().transpose_f32(columns.ptr, features.block.ptr, N, inputs, stride);
    return { executable, x: columns.ptr, xRow: 4 };
  }

  /** Starts an epoch over the samples in this order, or as the generator at this address shuffles them; without either, in that of the last. */
  startEpoch(order: Uint32Array | Pointer | undefined): void {
    if (typeof order === 'number') kernels().shuffle_u32(this.#order.ptr, this.#order.length, order);
    else if (order) this.#order.view.set(order);
    const { view } = this.#block;
    view[Loop.seen] = 0;
    view[Loop.nextGather] = 0;
    view[Loop.nextLog] = this.#logEvery;
  }

  /** True between the batches of one step. */
  get midStep(): boolean {
    return this.#block.view[Loop.gathered]! > 0;
  }

  /** Sums of the losses and their weights, over the steps of this epoch. */
  get #lossSums(): Float64Array {
    const { buffer, byteOffset } = this.#block.view;
    return new Float64Array(buffer, byteOffset + 4 * Loop.lossSum, 2);
  }

  /** The place in the epoch, between two steps. */
  get place(): LoopPlace {
    const [lossSum, lossWeight] = this.#lossSums;
    const { evaluating } = this;
    return {
      seen: this.#block.view[Loop.seen]!,
      evaluating,
      lossSum: lossSum!,
      lossWeight: lossWeight!,
      kept: this.#kept.values,
    };
  }

  /** Goes on from a place in an epoch that was just started. */
  set place({ seen, evaluating, lossSum, lossWeight, kept }: LoopPlace) {
    const { view } = this.#block;
    view[Loop.seen] = view[Loop.nextGather] = seen;
    view[Loop.nextLog] = this.#logEvery * (1 + Math.floor(seen / this.#logEvery));
    this.#lossSums.set([lossSum, lossWeight]);
    if (evaluating) this.startEvaluation();
    this.#kept.values = kept;
  }

  /** Starts an evaluation of the loss over all samples. */
  startEvaluation(): void {
    this.#block.view[Loop.evaluated] = 0;
  }

  /** The error thrown by a layer or loss written in JavaScript. */
  declare thrown: { readonly error: unknown } | undefined;

  /** Goes on for up to `steps` steps or about `work` passes of a row, or until something throws. Returns how many steps were applied. */
  run(steps: number, work: number): number {
    const { train, stepsTaken } = kernels();
    try {
      return train(this.#block.ptr, steps, work);
    } catch (error) {
      this.thrown = { error };
      return stepsTaken(this.#block.ptr);
    }
  }

  /**
   * One iteration over all samples, which is an epoch. Returns false where the loss or the gradient before it is not finite, and then nothing has
   * changed. An error of a layer or loss written in JavaScript comes out of it; the parameters are then as they were before.
   */
  iterate(optimizer: LBFGS): boolean {
    const { context, list, end } = this.#batch;
    const { features, length } = this.#options.training.data;
    const { lossAndGrad } = kernels();
    let first: number | undefined;
    this.#norm = optimizer.iterate(() => {
      const loss = lossAndGrad(context, list.ptr, end, features.block.ptr, this.#targets, this.#weights, length, 0);
      first ??= loss;
      return loss;
    });
    const { view } = this.#block;
    view[Loop.seen] = length;
    if (this.#options.options.logEvery === undefined) this.#losses.view[view[Loop.logged]!++] = first!;
    if (this.#logEvery <= length) this.startEvaluation();
    return !Number.isNaN(this.#norm);
  }

  /** Samples of this epoch that no step has seen yet. */
  get samplesLeft(): number {
    return this.#options.options.epochSamples - this.#block.view[Loop.seen]!;
  }

  /** True while an evaluation is under way. */
  get evaluating(): boolean {
    return this.#block.view[Loop.evaluated]! < this.#order.length;
  }

  /** Steps left out because the loss or a gradient was not finite. */
  get skipped(): number {
    return this.#block.view[Loop.skipped]!;
  }

  /** Steps by this list from now on. */
  set stepOps(stepOps: StepOps) {
    this.#stepOps = stepOps;
    for (const [field, word] of Object.entries(fieldsOf(stepOps)))
      this.#block.view[Loop[field as keyof typeof Loop]] = word;
  }

  /** The norm of the gradients of the last step. */
  get gradNorm(): number {
    return this.#stepOps?.gradNorm(this.#batch.context) ?? this.#norm;
  }

  /** The pass that met a number that is not finite: 1 for a step, 2 for an evaluation, else 0. */
  get stopped(): number {
    return this.#block.view[Loop.stopped]!;
  }

  /** Appends the losses recorded since this was last asked. */
  takeLosses(losses: number[]): void {
    const { view } = this.#block;
    const from = this.#losses.view;
    for (let i = 0; i < view[Loop.logged]!; i++) losses.push(from[i]!);
    view[Loop.logged] = 0;
  }

  /** Keeps a copy of the parameters and the layers' buffers, if all of them are finite; returns whether they are. */
  snapshot(): boolean {
    return this.#kept.take();
  }

  /** Brings back the parameters and buffers that were last kept. */
  restore(): void {
    this.#kept.restore();
  }
}

/** Fields of a loop that name the step's op list. */
function fieldsOf(stepOps: StepOps | undefined) {
  const [checked, checkedRows] = stepOps?.checked ?? [0, 0];
  return { stepOps: stepOps?.start ?? 0, stepOpsEnd: stepOps?.end ?? 0, checked, checkedRows };
}
