import { Context } from '../vm/context';
import { runStep } from '../vm/runStep.generated';

/** Base of an optimizer's per-step scalars, one block per step. */
@unmanaged
export class StepScalars {
  sign: f32; // of the gradient: -1 to maximize, else 1
}


@unmanaged
export class StepTable {
  kernel: u32; // its index in the function table
  table: usize;
  rows: usize;
  scalars: usize; // a block for each step
  stride: usize; // bytes from one block to the next
}

/** Op: one step of any optimizer over a table of rows, with the scalars of this step. */
export function stepTable(at: usize, context: Context): void {
  const args = changetype<StepTable>(at);
  const scalars = args.scalars + context.step * args.stride;
  const scale = context.scale * changetype<StepScalars>(scalars).sign;
  call_indirect<void>(args.kernel, args.table, args.rows, scalars, scale);
}

/** Runs the ops of one optimizer step, with every gradient multiplied by `scale`. Returns false if it was stopped before it was applied. */
export function step(context: Context, ops: usize, end: usize, scale: f32): bool {
  context.scale = scale;
  context.step = 0;
  context.lossSum = 0;
  context.stopped = false;
  runStep(context, ops, end);
  return context.stopped === 0;
}

/** The norm of the gradients at the last step that was clipped. */
export function lastGradNorm(context: Context): f64 {
  return context.gradNorm;
}
