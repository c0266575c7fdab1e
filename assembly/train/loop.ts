import { allFinite_f32 } from '../linalg/reduce';
import { gradsFinite } from '../optim/clip';
import { ROW, Row } from '../optim/row';
import { Context } from '../vm/context';
import { runModel } from '../vm/runModel.generated';
import { callStep } from '../vm/stepCall';

/** Training and evaluation of one model on N samples. The wrapper sets all of it. */
@unmanaged
export class Loop {
  lossSum: f64; // over the steps that this epoch has applied
  lossWeight: f64;
  context: Context;
  gatherOps: usize;
  gatherOpsEnd: usize;
  ops: usize; // forward, loss, backward
  opsEnd: usize;
  stepOps: usize; // step, or inspection and step
  stepOpsEnd: usize;
  checked: usize; // table of the parameters whose gradients must be finite for a step; 0 where the inspection sees to it
  checkedRows: usize;
  evalContext: Context;
  evalOps: usize; // forward and loss
  evalOpsEnd: usize;
  x: usize; // the N input rows as the evaluation reads them
  y: usize; // their targets
  weights: usize; // their weights, one per row, or 0
  xRow: usize; // bytes from one input row to the next
  yRow: usize;
  N: usize;
  samples: usize; // that an epoch takes: N, or fewer where a smaller last batch is left out
  batch: usize; // B
  gathers: usize; // rows gathered at once: whole batches
  inputRow: usize; // bytes from one gathered input row to the next
  accumulate: usize; // batches whose mean gradient a step takes
  block: usize; // rows evaluated at once
  order: usize; // u32[N]
  logEvery: usize; // samples between two evaluations
  losses: usize; // f64, one for each evaluation, or one per epoch
  running: usize; // 1 to record the mean loss of each epoch's steps, and of no evaluation
  copies: usize; // table of parameters (p) and of where a copy of each is kept (s0)
  copiesRows: usize;
  skips: usize; // 1 to leave out a step, or an evaluated loss, that is not finite instead of stopping the loop
  // Fields that `train` moves:
  seen: usize; // samples seen in this epoch
  nextLog: usize; // the next multiple of logEvery
  logged: usize; // losses written
  evaluated: usize; // rows that the evaluation under way has seen; N when none is
  nextGather: usize; // the samples seen at which the next rows are to be gathered
  gathered: usize; // batches since the last step
  skipped: usize; // steps left out
  stopped: usize; // 1 when a step, 2 when an evaluation met a number that is not finite
}

/**
 * Goes on with the epoch: batches until up to `steps` steps are applied, and an evaluation whenever the samples seen pass a multiple of
 * logEvery. Comes back early when about `work` passes of a row through the model have been made, of which a batch takes three a row, or when
 * `stopped` is set. Returns how many steps were applied.
 */
export function train(loop: Loop, steps: usize, work: i32): usize {
  const context = loop.context;
  context.stopped = false;
  context.step = 0;
  while (work > 0 && loop.stopped === 0) {
    if (loop.evaluated < loop.N) work -= evaluateBlock(loop);
    else if (context.step < steps && loop.seen < loop.samples) work -= 3 * trainBatch(loop, context);
    else break;
  }
  return context.step;
}

/** Steps that the last call of `train` applied, also when something that it called has thrown. */
export function stepsTaken(loop: Loop): usize {
  return loop.context.step;
}

/** One batch, and a step if one is due. Returns how many rows it took. */
@inline function trainBatch(loop: Loop, context: Context): i32 {
  const left = loop.samples - loop.seen;
  if (loop.seen === 0) {
    loop.lossSum = 0;
    loop.lossWeight = 0;
  }
  if (loop.seen === loop.nextGather) {
    loop.nextGather += loop.gathers;
    context.order = loop.order + (loop.seen << 2);
    context.rows = min(loop.gathers, left);
    runModel(context, loop.gatherOps, loop.gatherOpsEnd);
  } else {
    context.x += loop.batch * loop.inputRow;
    context.y += loop.batch * loop.yRow;
    if (context.weights !== 0) context.weights += loop.batch << 2;
  }
  const rows = min(loop.batch, left);
  context.rows = rows;
  if (loop.gathered === 0) {
    context.lossSum = 0;
    context.lossWeight = 0;
  }
  context.accumulate = loop.gathered !== 0;
  runModel(context, loop.ops, loop.opsEnd);
  loop.gathered++;
  if (loop.gathered === loop.accumulate || loop.seen + rows === loop.samples) {
    context.scale = 1 / <f32>loop.gathered;
    loop.gathered = 0;
    // An op of its own would take half as long again as the look.
    if (loop.checked !== 0 && !gradsFinite(loop.checked, loop.checkedRows, context)) context.stopped = true;
    else callStep(context, loop.stepOps, loop.stepOpsEnd);
    if (!context.stopped) {
      context.step++;
      loop.lossSum += context.lossSum;
      loop.lossWeight += context.lossWeight;
    } else if (loop.skips) {
      loop.skipped++;
      context.stopped = false;
    } else {
      loop.stopped = 1;
      return <i32>rows;
    }
  }
  loop.seen += rows;
  if (loop.running && loop.seen === loop.samples) record(loop, loop.lossSum / loop.lossWeight);
  if (loop.seen >= loop.nextLog) {
    do loop.nextLog += loop.logEvery;
    while (loop.seen >= loop.nextLog);
    loop.evaluated = 0;
  }
  return <i32>rows;
}


@inline function record(loop: Loop, loss: f64): void {
  store<f64>(loop.losses + (loop.logged++ << 3), loss);
}

/** One block of an evaluation; after the last one, records the mean loss and keeps a copy of the parameters. Returns its rows. */
@inline function evaluateBlock(loop: Loop): i32 {
  const context = loop.evalContext;
  const start = loop.evaluated;
  if (start === 0) {
    context.lossSum = 0;
    context.lossWeight = 0;
  }
  const rows = min(loop.block, loop.N - start);
  context.x = loop.x + start * loop.xRow;
  context.y = loop.y + start * loop.yRow;
  context.weights = loop.weights === 0 ? 0 : loop.weights + (start << 2);
  context.rows = rows;
  runModel(context, loop.evalOps, loop.evalOpsEnd);
  loop.evaluated = start + rows;
  if (loop.evaluated === loop.N) {
    const loss = context.lossSum / context.lossWeight;
    if (!loop.running) record(loop, loss);
    if (Number.isFinite(loss) ? !snapshot(loop.copies, loop.copiesRows) : !loop.skips) loop.stopped = 2;
  }
  return <i32>rows;
}

/** Copies every parameter of the table to its place, s0[n] = p[n], if all of them are finite; returns whether they are. */
export function snapshot(table: usize, rows: usize): bool {
  const end = table + rows * ROW;
  for (let at = table; at < end; at += ROW) {
    const row = changetype<Row>(at);
    if (!allFinite_f32(row.p, row.n)) return false;
  }
  for (let at = table; at < end; at += ROW) {
    const row = changetype<Row>(at);
    copy(row.s0, row.p, row.n);
  }
  return true;
}

/** Copies every parameter of the table back: p[n] = s0[n]. */
export function restore(table: usize, rows: usize): void {
  for (const end = table + rows * ROW; table < end; table += ROW) {
    const row = changetype<Row>(table);
    copy(row.p, row.s0, row.n);
  }
}

/** to[n] = from[n], by whole vectors: for a few numbers `memory.copy`, a call out of Wasm, takes longer. */
@inline function copy(to: usize, from: usize, n: usize): void {
  for (let i: usize = 0; i < n << 2; i += 16) v128.store(to + i, v128.load(from + i));
}
