import type { LBFGS } from '../optim/lbfgs.js';
import { ResourceOwner } from '../resources.js';
import { kernels, type Pointer } from '../wasm/kernels.js';
import { Loop } from '../wasm/layouts.generated.js';
import { modelKernels } from '../wasm/modelKernels.js';
import type { LoopPlace } from './checkpoint.js';
import { type LoopMemory, type LoopOptions, loopMemory, writeSteps } from './loopMemory.js';
import type { StepOps } from './stepOps.js';

/** Work, in passes of a row, that no run of the loop reaches: it then never returns early. */
export const UNLIMITED = 0x7fffffff;

/** The training loop in Wasm memory: op lists for a step and an evaluation, its place in the epoch, and a copy of the last good parameters. */
export class Trainer extends ResourceOwner {
  readonly #options: LoopOptions;
  readonly #memory: LoopMemory;
  #stepOps: StepOps | undefined;
  /** The norm of the gradient before the last iteration. */
  #norm = Number.NaN;

  constructor(options: LoopOptions) {
    super();
    this.#options = options;
    this.#stepOps = options.stepOps;
    this.#memory = this.resources.disposeOnError(() => loopMemory(this.resources.use, options));
  }

  /** The `Loop` of assembly/train/loop.ts. */
  get #struct(): Uint32Array {
    return this.#memory.block.view;
  }

  /** Starts an epoch over the samples in this order, or as the generator at this address shuffles them; without either, in that of the last. */
  startEpoch(order: Uint32Array | Pointer | undefined): void {
    const { order: block, logEvery } = this.#memory;
    if (typeof order === 'number') kernels().shuffle_u32(block.ptr, block.length, order);
    else if (order) block.view.set(order);
    const struct = this.#struct;
    struct[Loop.seen] = 0;
    struct[Loop.nextGather] = 0;
    struct[Loop.nextLog] = logEvery;
  }

  /** True between the batches of one step. */
  get midStep(): boolean {
    return this.#struct[Loop.gathered]! > 0;
  }

  /** Sums of the losses and their weights, over the steps of this epoch. */
  get #lossSums(): Float64Array {
    const { buffer, byteOffset } = this.#struct;
    return new Float64Array(buffer, byteOffset + 4 * Loop.lossSum, 2);
  }

  /** The place in the epoch, between two steps. */
  get place(): LoopPlace {
    const [lossSum, lossWeight] = this.#lossSums;
    const { evaluating } = this;
    return {
      seen: this.#struct[Loop.seen]!,
      evaluating,
      lossSum: lossSum!,
      lossWeight: lossWeight!,
      kept: this.#memory.kept.values,
    };
  }

  /** Continues from a place in an epoch that was just started. */
  set place({ seen, evaluating, lossSum, lossWeight, kept }: LoopPlace) {
    const { logEvery, kept: snapshot } = this.#memory;
    const struct = this.#struct;
    struct[Loop.seen] = struct[Loop.nextGather] = seen;
    struct[Loop.nextLog] = logEvery * (1 + Math.floor(seen / logEvery));
    this.#lossSums.set([lossSum, lossWeight]);
    if (evaluating) this.startEvaluation();
    snapshot.values = kept;
  }

  /** Starts an evaluation of the loss over all samples. */
  startEvaluation(): void {
    this.#struct[Loop.evaluated] = 0;
  }

  /** The error thrown by a layer or loss written in JavaScript. */
  declare thrown: { readonly error: unknown } | undefined;

  /** Runs up to `steps` steps or about `work` passes of a row, or until something throws. Returns the number of steps applied. */
  run(steps: number, work: number): number {
    const { train, stepsTaken } = modelKernels();
    try {
      return train(this.#memory.block.ptr, steps, work);
    } catch (error) {
      this.thrown = { error };
      return stepsTaken(this.#memory.block.ptr);
    }
  }

  /**
   * One iteration over all samples, which is an epoch. Returns false where the loss or the gradient before it is not finite, and then nothing has
   * changed. It throws the error of a layer or loss written in JavaScript; the parameters are then as they were before.
   */
  iterate(optimizer: LBFGS): boolean {
    const { batch, targets, weights, losses, logEvery } = this.#memory;
    const { context, list, end } = batch;
    const { features, length } = this.#options.training.data;
    const { lossAndGrad } = modelKernels();
    let first: number | undefined;
    this.#norm = optimizer.iterate(() => {
      const loss = lossAndGrad(context, list.ptr, end, features.block.ptr, targets, weights, length, 0);
      first ??= loss;
      return loss;
    });
    const struct = this.#struct;
    struct[Loop.seen] = length;
    if (this.#options.options.logEvery === undefined) losses.view[struct[Loop.logged]!++] = first!;
    if (logEvery <= length) this.startEvaluation();
    return !Number.isNaN(this.#norm);
  }

  /** Samples of this epoch that no step has seen yet. */
  get samplesLeft(): number {
    return this.#options.options.epochSamples - this.#struct[Loop.seen]!;
  }

  /** True while an evaluation is under way. */
  get evaluating(): boolean {
    return this.#struct[Loop.evaluated]! < this.#memory.order.length;
  }

  /** Steps left out because the loss or a gradient was not finite. */
  get skipped(): number {
    return this.#struct[Loop.skipped]!;
  }

  /** Replaces the op list of a step. */
  set stepOps(stepOps: StepOps) {
    this.#stepOps = stepOps;
    writeSteps(this.#struct, stepOps);
  }

  /** The norm of the gradients of the last step. */
  get gradNorm(): number {
    return this.#stepOps?.gradNorm(this.#memory.batch.context) ?? this.#norm;
  }

  /** The pass that met a number that is not finite: 1 for a step, 2 for an evaluation, else 0. */
  get stopped(): number {
    return this.#struct[Loop.stopped]!;
  }

  /** Appends the losses recorded since this was last asked. */
  takeLosses(losses: number[]): void {
    const struct = this.#struct;
    const from = this.#memory.losses.view;
    for (let i = 0; i < struct[Loop.logged]!; i++) losses.push(from[i]!);
    struct[Loop.logged] = 0;
  }

  /** Keeps a copy of the parameters and the layers' buffers, if all of them are finite; returns whether they are. */
  snapshot(): boolean {
    return this.#memory.kept.take();
  }

  /** Restores the parameters and buffers that were last kept. */
  restore(): void {
    this.#memory.kept.restore();
  }
}
