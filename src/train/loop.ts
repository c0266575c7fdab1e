import type { Dataset } from '../data/dataset.js';
import { Holder } from '../lifetime.js';
import type { Layer } from '../nn/layer.js';
import { type Loss, targetWidth } from '../nn/losses.js';
import { blockRows, Program, Runnable } from '../nn/program.js';
import type { CommonOptions } from '../optim/descriptor.js';
import { type StepPlan, writeTable } from '../optim/plan.js';
import type { Parameter } from '../tensor.js';
import { kernels, type Pointer } from '../wasm/kernels.js';
import { type Doubles, doubles, floats, type Words, words } from '../wasm/memory.js';
import { endOf, OpList } from '../wasm/oplist.js';

/** Words that assembly/train/loop.ts moves, by their place in its class Loop. */
const SEEN = 23;
const NEXT_LOG = 24;
const LOGGED = 25;
const EVALUATED = 26;
const SKIPPED = 28;
const STOPPED = 29;
const LOOP = 30;

/** Enough passes of a row that the loop never comes back early. */
export const UNLIMITED = 2 ** 31 - 1;

/** What a loop runs over. */
export interface LoopOptions {
  readonly layers: readonly Layer[];
  readonly parameters: readonly Parameter[];
  readonly inputs: number;
  readonly outputs: number;
  readonly loss: Loss;
  readonly data: Dataset;
  readonly steps: StepPlan<CommonOptions>;
  readonly batchSize: number;
  readonly logEvery: number;
  /** Batches whose mean gradient a step takes. */
  readonly accumulate: number;
  readonly clipGradNorm: number | undefined;
  readonly clipGradValue: number | undefined;
  readonly skipNonFinite: boolean;
  readonly sampleWeights: ArrayLike<number> | undefined;
}

/** The training loop in Wasm memory: op lists for a step and an evaluation, its place in the epoch, and a copy of the last good parameters. */
export class Loop extends Holder {
  readonly #options: LoopOptions;
  readonly #block: Words;
  readonly #order: Words;
  readonly #losses: Doubles;
  readonly #copies: Words;
  /** How many parameters and buffers the copies are of. */
  #kept = 0;

  constructor(options: LoopOptions) {
    super();
    this.#options = options;
    const { data, loss, outputs, logEvery, batchSize, layers, parameters, accumulate, skipNonFinite } = options;
    const N = data.length;
    [this.#block, this.#order, this.#losses, this.#copies] = this.held.attempt(() => {
      const targets = this.#targets();
      const sampleWeights = this.#sampleWeights();
      const batch = this.held.hold(new Runnable(this.#training(targets, sampleWeights)));
      const step = this.held.hold(this.#step().write());
      const { evaluation, x, xRow } = this.#evaluation();
      const order = this.held.hold(words(N));
      const losses = this.held.hold(doubles(1 + Math.ceil(N / logEvery)));
      // The copies hold the parameters as they are, finite or not, until an evaluation keeps others.
      const buffers = layers.flatMap((layer) => Object.values(layer.buffers ?? {}));
      const rows = [...parameters, ...buffers].map(({ block, size }) => {
        const copy = this.held.hold(floats(size));
        copy.view.set(block.view);
        return [block.ptr, 0, size, copy.ptr];
      });
      const copies = this.held.hold(writeTable(rows));
      const block = this.held.hold(words(LOOP));
      // Each line in the order of the fields of class Loop.
      block.view.set([
        ...[batch.context, batch.list.ptr, batch.end, step.ptr, endOf(step)],
        ...[evaluation.context, evaluation.list.ptr, evaluation.end],
        ...[x, targets, sampleWeights, xRow, 4 * targetWidth(loss, outputs)],
        ...[N, batchSize, accumulate, evaluation.program.capacity, order.ptr],
        ...[logEvery, losses.ptr, copies.ptr, rows.length, Number(skipNonFinite)],
        ...[N, logEvery, 0, N, 0, 0, 0],
      ]);
      this.#kept = rows.length;
      return [block, order, losses, copies];
    });
  }

  /** The targets of all samples: the dataset's own, or class indices as words. */
  #targets(): Pointer {
    const { loss, data } = this.#options;
    if (!loss.takesClasses) return data.targets.block.ptr;
    const classes = this.held.hold(words(data.length));
    classes.view.set(data.targets.data);
    return classes.ptr;
  }

  /** The weights of all samples; 0 when all weigh the same. */
  #sampleWeights(): Pointer {
    const { sampleWeights } = this.#options;
    if (sampleWeights === undefined) return 0;
    const weights = this.held.hold(floats(sampleWeights.length));
    weights.view.set(sampleWeights);
    return weights.ptr;
  }

  /** gather, forward, loss, backward */
  #training(targets: Pointer, sampleWeights: Pointer): Program {
    const { layers, inputs, outputs, loss, data, batchSize } = this.#options;
    const rows = Math.min(batchSize, data.length);
    const width = targetWidth(loss, outputs);
    const gather = new OpList();
    gather.push('gather', 0, this.held.hold(floats(rows * inputs)).ptr, data.features.block.ptr, inputs);
    gather.push('gather', 1, this.held.hold(floats(rows * width)).ptr, targets, width);
    if (sampleWeights !== 0) gather.push('gather', 2, this.held.hold(floats(rows)).ptr, sampleWeights, 1);
    const program = Program.training(layers, inputs, loss, rows);
    program.ops.prepend(gather);
    return program;
  }

  /** Inspection and step */
  #step(): OpList {
    const { steps, clipGradNorm: maxNorm, clipGradValue } = this.#options;
    const ops = new OpList();
    steps.pushInspect(ops, { maxNorm, normType: 2, stops: true });
    if (clipGradValue !== undefined) steps.pushClamp(ops, clipGradValue);
    ops.append(steps.ops);
    return ops;
  }

  /** Forward and loss, over a column-major copy of the features where the first layer reads that faster. */
  #evaluation(): { evaluation: Runnable; x: Pointer; xRow: number } {
    const { layers, inputs, loss, data } = this.#options;
    const { features, length: N } = data;
    // Columns are read by four lanes at once, in blocks that start at such four.
    const stride = (N + 15) & ~15;
    const capacity = Math.min(stride, Math.max(16, blockRows(layers, inputs) & ~15));
    const program = Program.evaluation(layers, inputs, loss, capacity, stride);
    const evaluation = this.held.hold(new Runnable(program));
    if (!program.readsColumns) return { evaluation, x: features.block.ptr, xRow: 4 * inputs };
    const columns = this.held.hold(floats(stride * inputs));
    columns.view.fill(0);
    kernels().transpose_f32(columns.ptr, features.block.ptr, N, inputs, stride);
    return { evaluation, x: columns.ptr, xRow: 4 };
  }

  /** Starts an epoch over the samples in this order, or as the generator at this address shuffles them. */
  startEpoch(order: Uint32Array | Pointer): void {
    if (typeof order === 'number') kernels().shuffle_u32(this.#order.ptr, this.#options.data.length, order);
    else this.#order.view.set(order);
    const { view } = this.#block;
    view[SEEN] = 0;
    view[NEXT_LOG] = this.#options.logEvery;
  }

  /** Starts an evaluation of the loss over all samples. */
  startEvaluation(): void {
    this.#block.view[EVALUATED] = 0;
  }

  /** What a layer or loss written in JavaScript threw. */
  thrown: { readonly error: unknown } | undefined;

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

  /** Samples of this epoch that no step has seen yet. */
  get samplesLeft(): number {
    return this.#options.data.length - this.#block.view[SEEN]!;
  }

  /** Whether an evaluation is under way. */
  get evaluating(): boolean {
    return this.#block.view[EVALUATED]! < this.#options.data.length;
  }

  /** Steps left out because the loss or a gradient was not finite. */
  get skipped(): number {
    return this.#block.view[SKIPPED]!;
  }

  /** What met a number that is not finite. */
  get stopped(): 'step' | 'evaluation' | undefined {
    return ([undefined, 'step', 'evaluation'] as const)[this.#block.view[STOPPED]!];
  }

  /** The losses recorded since this was last asked. */
  takeLosses(): number[] {
    const { view } = this.#block;
    const losses: number[] = [];
    for (let i = 0; i < view[LOGGED]!; i++) losses.push(this.#losses.view[i]!);
    view[LOGGED] = 0;
    return losses;
  }

  /** Keeps a copy of the parameters and the layers' buffers, if all of them are finite; returns whether they are. */
  keep(): boolean {
    return Boolean(kernels().keep(this.#copies.ptr, this.#kept));
  }

  /** Brings back the parameters and buffers that were last kept. */
  restore(): void {
    kernels().restore(this.#copies.ptr, this.#kept);
  }
}
