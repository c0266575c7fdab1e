import { Context } from '../vm/context';

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
