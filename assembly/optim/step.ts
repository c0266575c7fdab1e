import { Context } from '../vm/context';

/** Bytes of the per-step scalars of one optimizer step. */
export const SCALARS: usize = 64;


@unmanaged
class Step {
  kernel: u32; // its index in the function table
  table: usize;
  rows: usize;
  scalars: usize; // SCALARS bytes a step, of which the last float32 is the group's sign: -1 to maximize, else 1
}

/** Op: one step of any optimizer over a table of rows, with the scalars of this step. */
export function stepTable(at: usize, context: Context): void {
  const args = changetype<Step>(at);
  const scalars = args.scalars + context.step * SCALARS;
  call_indirect<void>(args.kernel, args.table, args.rows, scalars, context.scale * load<f32>(scalars, SCALARS - 4));
}
