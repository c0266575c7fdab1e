import { evaluationRows, targetsOf, weightsOf } from '../nn/evaluate.js';
import { Executable, Graph } from '../nn/graph.js';
import { targetWidth } from '../nn/loss.js';
import type { Metrics } from '../nn/metrics.js';
import type { Model } from '../nn/model.js';
import type { ResourceStack } from '../resources.js';
import type { Pointer } from '../wasm/kernels.js';
import { Loop } from '../wasm/layouts.generated.js';
import { type Doubles, doubles, floats, type Words, words } from '../wasm/memory.js';
import { modelKernels } from '../wasm/modelKernels.js';
import { Op } from '../wasm/op.generated.js';
import { endOf, OpList } from '../wasm/opList.js';
import type { ResolvedFitOptions } from './resolvedOptions.js';
import { Snapshot } from './snapshot.js';
import type { StepOps } from './stepOps.js';
import type { Samples } from './validationSplit.js';

/** Numbers that the rows gathered at once may take, if that is more than a batch: 64 KB. */
const GATHERED_FLOATS = 16384;

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

/** A training loop in Wasm memory. */
export interface LoopMemory {
  /** The `Loop` of assembly/train/loop.ts. */
  readonly block: Words;
  /** Indices of the samples in the order of the epoch. */
  readonly order: Words;
  /** Losses that the loop has recorded. */
  readonly losses: Doubles;
  /** Copy of the last good parameters. */
  readonly kept: Snapshot;
  /** Forward, loss and backward of a batch. */
  readonly batch: Executable;
  /** Targets of all samples. */
  readonly targets: Pointer;
  /** Weights of all samples; 0 when all weigh the same. */
  readonly weights: Pointer;
  /** Samples between two evaluations; more than there are for none. */
  readonly logEvery: number;
}

/** Allocates a training loop and writes all that `train` reads. */
export function loopMemory(use: ResourceStack['use'], loop: LoopOptions): LoopMemory {
  const { model, training, options, stepOps, metrics } = loop;
  const { data } = training;
  const { layers, inputs, outputs, tensors } = model;
  const { loss, epochSamples, accumulate, skipNonFinite, shuffle } = options;
  const N = data.length;
  // Clamped to fit words of 32 bits; larger values would have the same effect.
  const batchSize = Math.min(options.batchSize, N);
  const logEvery = Math.min(options.logEvery ?? (metrics ? epochSamples : Infinity), N + 1);
  const targets = targetsOf(use, model, loss, data);
  const weights = weightsOf(use, training.weights);
  const batch = use(new Executable(Graph.training(layers, inputs, loss, batchSize)));
  const { gather, gathers } = gathering(use, loop, targets, weights, batchSize);
  const evaluates = options.logEvery !== undefined || metrics !== undefined;
  const evaluation = evaluates ? evaluationOf(use, loop) : undefined;
  const order = use(words(N));
  // A shuffle begins with this itself.
  const { view } = order;
  if (!shuffle) for (let i = 0; i < N; i++) view[i] = i;
  const losses = use(doubles(1 + Math.ceil(N / logEvery)));
  // Holds the parameters as they are, finite or not, until an evaluation keeps others.
  const kept = use(new Snapshot(tensors));
  const block = use(words(Loop.size));
  // All other fields are 0.
  block.view.fill(0);
  const [copies, copiesRows] = kept.table;
  const struct = block.view;
  struct[Loop.context] = batch.context;
  struct[Loop.gatherOps] = gather.ptr;
  struct[Loop.gatherOpsEnd] = endOf(gather);
  struct[Loop.ops] = batch.list.ptr;
  struct[Loop.opsEnd] = batch.end;
  if (stepOps) writeSteps(struct, stepOps);
  if (evaluation) {
    struct[Loop.evalContext] = evaluation.executable.context;
    struct[Loop.evalOps] = evaluation.executable.list.ptr;
    struct[Loop.evalOpsEnd] = evaluation.executable.end;
    struct[Loop.x] = evaluation.x;
    struct[Loop.xRow] = evaluation.xRow;
    struct[Loop.block] = evaluation.executable.graph.capacity;
  }
  struct[Loop.y] = targets;
  struct[Loop.weights] = weights;
  struct[Loop.yRow] = 4 * targetWidth(loss, outputs);
  struct[Loop.N] = N;
  struct[Loop.samples] = epochSamples;
  struct[Loop.batch] = batchSize;
  struct[Loop.gathers] = gathers;
  struct[Loop.inputRow] = 4 * inputs;
  // No more batches than an epoch has.
  struct[Loop.accumulate] = Math.min(accumulate, N);
  struct[Loop.order] = order.ptr;
  struct[Loop.logEvery] = logEvery;
  struct[Loop.losses] = losses.ptr;
  struct[Loop.running] = Number(options.logEvery === undefined);
  struct[Loop.copies] = copies;
  struct[Loop.copiesRows] = copiesRows;
  struct[Loop.skips] = Number(skipNonFinite);
  struct[Loop.seen] = epochSamples;
  struct[Loop.nextLog] = logEvery;
  struct[Loop.evaluated] = N;
  return { block, order, losses, kept, batch, targets, weights, logEvery };
}

/** Writes the fields of a loop that name the step's op list. */
export function writeSteps(struct: Uint32Array, { start, end, checked: [checked, checkedRows] }: StepOps): void {
  struct[Loop.stepOps] = start;
  struct[Loop.stepOpsEnd] = end;
  struct[Loop.checked] = checked;
  struct[Loop.checkedRows] = checkedRows;
}

/** The ops that gather the rows of as many batches at once as stay in cache, or of one, and how many rows they are. LBFGS needs none. */
function gathering(
  use: ResourceStack['use'],
  { model, training, options, stepOps }: LoopOptions,
  targets: Pointer,
  sampleWeights: Pointer,
  batchSize: number,
): { gather: Words; gathers: number } {
  const { inputs, outputs } = model;
  const { data } = training;
  const width = targetWidth(options.loss, outputs);
  const batches = Math.max(1, Math.floor(GATHERED_FLOATS / ((inputs + width + 1) * batchSize)));
  const gathers = batches * batchSize;
  const ops = new OpList();
  const push = (role: number, rows: Pointer, width: number) => {
    ops.push(Op.gather, role, use(floats(Math.min(gathers, data.length) * width)).ptr, rows, width);
  };
  if (stepOps) {
    push(0, data.features.block.ptr, inputs);
    push(1, targets, width);
    if (sampleWeights !== 0) push(2, sampleWeights, 1);
  }
  return { gather: use(ops.write()), gathers };
}

/** Forward and loss, over a column-major copy of the features where the first layer reads that faster. */
function evaluationOf(
  use: ResourceStack['use'],
  { model, training, options, metrics }: LoopOptions,
): { executable: Executable; x: Pointer; xRow: number } {
  const { layers, inputs } = model;
  const { features, length: N } = training.data;
  // Columns are read four numbers at a time, in blocks that start at a multiple of four.
  const stride = (N + 15) & ~15;
  const graph = Graph.evaluation(layers, inputs, options.loss, evaluationRows(model, N), stride);
  metrics?.push(graph);
  const executable = use(new Executable(graph));
  if (!graph.readsColumns) return { executable, x: features.block.ptr, xRow: 4 * inputs };
  const columns = use(floats(stride * inputs));
  columns.view.fill(0);
  modelKernels().transpose_f32(columns.ptr, features.block.ptr, N, inputs, stride);
  return { executable, x: columns.ptr, xRow: 4 };
}
